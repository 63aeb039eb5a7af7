#pragma once

#include <QString>

namespace cantilever::widgets {

/// How well a text answers what someone typed: the letters must occur in this order, whatever lies between
/// ("rdscl" finds "Redis cluster"). The best way of finding them counts: letters at the start of words and in
/// a row are worth most, gaps and long texts a little less. 0: not at all; a search of nothing but spaces is
/// answered by everything, with 1.
int fuzzyScore(const QString& text, const QString& search);

}  // namespace cantilever::widgets

#pragma once

#include <QString>

#include "core/vocabulary/plan.h"

namespace cantilever::widgets {

/// Why a request failed, in the person's language: "queue full". The same words on canvas, charts and
/// results.
QString reasonText(plan::Reason reason);

}  // namespace cantilever::widgets

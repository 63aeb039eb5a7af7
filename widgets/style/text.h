#pragma once

#include <QString>
#include <string_view>

namespace cantilever::widgets {

/// Core speaks UTF-8, Qt UTF-16.
inline QString toQString(std::string_view text) {
  return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}
inline std::string toUtf8(const QString& text) {
  return text.toStdString();
}

}  // namespace cantilever::widgets

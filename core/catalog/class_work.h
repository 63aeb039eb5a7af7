#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/law.h"
#include "core/base/result.h"

namespace cantilever::catalog {

/// What work is instead of the usual: a law of its own, or a multiple.
struct OtherWork {
  std::optional<Law> law;
  double factor = 1;

  static constexpr double kMostFactor = 1e6;
};

/// "x 3" or a law; an empty text is "x 1". Error code "class_work.unreadable".
Result<OtherWork> parseOtherWork(std::string_view text);
std::string faultInOtherWork(const std::string& text);

/// The same for one request class.
struct ClassWork {
  std::string requestClass;
  OtherWork work;
};

/// "checkout: x 3; search: exponential 5 ms": request classes with a factor or a law, separated by
/// semicolons. An empty text is an empty list. Error code "class_work.unreadable".
Result<std::vector<ClassWork>> parseClassWork(std::string_view text);

/// A sentence for what is wrong with such a text, or empty.
std::string faultInClassWork(const std::string& text);

}  // namespace cantilever::catalog

#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace cantilever::estimate {

/// A formula of names, numbers, + - * / ( ), max(a, b) and ceil(a), such as "peak_rate * service_time". The
/// text of the formula is what is worked out: there is no second version of it in code.
///
/// Formulas are part of the program; that each is well formed is asserted. What is divided by zero counts as
/// zero: a share of nothing.
double workedOut(std::string_view formula, const std::function<double(std::string_view name)>& valueOf);

/// The names in it, in order, each once.
std::vector<std::string> namesIn(std::string_view formula);

/// The formula as people read it: names replaced by what `textOf` says, signs as in print.
std::string inWords(std::string_view formula,
                    const std::function<std::string(std::string_view name)>& textOf);

}  // namespace cantilever::estimate

#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/model/design.h"

namespace cantilever::test {

/// Seconds of simulated time.
struct Span {
  int from = 0;
  int to = 0;
};

/// A design of tests/metastability that stays sick after what made it so has gone. Health is goodput: the
/// share of the requests of a span that succeed within their deadline before the span ends.
struct Metastability {
  std::string design;
  Span before;     ///< of its scenario "trigger"
  Span longAfter;  ///< of the same
  Span cured;      ///< of its scenario "remedy", long after that, too
  double sickest = 0.5;
  /// The other kind of remedy: a change of the design with which the trigger does no lasting harm.
  std::function<void(Design&)> prevention = {};
};

const std::vector<Metastability>& metastabilities();
Design metastableDesign(const std::string& name);
double goodput(const Design& design, const std::string& scenario, Span span, std::uint64_t seed);
enum class WithPrevention { No, Yes };
double goodput(const Metastability& of, const std::string& scenario, Span span, std::uint64_t seed,
               WithPrevention prevention = WithPrevention::No);

}  // namespace cantilever::test

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/vocabulary/plan.h"

namespace cantilever::analytic {

/// Something of a plan that the solver has no formula for.
struct Unrepresented {
  enum class Kind : std::uint8_t { Source, Class, Pool, Link, Cache, Tokens, Log, Group, Zone, Scenario };
  Kind kind = Kind::Pool;
  plan::Index index = plan::kNone;
  std::string element;  ///< its key
  std::string what;     ///< the feature, and what was assumed instead or is not known, as a sentence
  /// Whether figures that depend on the element are not given. Otherwise the solution is that of the plan
  /// without it, and is an approximation where it matters.
  bool isFatal = false;
  bool changesFlow = false;  ///< how much goes on behind it is not known either
};

const char* nameOf(Unrepresented::Kind kind);

/// Everything in the plan that the solver cannot represent, by element. Whoever adds an element or a field to
/// the plan says here what becomes of it until there is a formula.
std::vector<Unrepresented> unrepresentedIn(const plan::Plan& plan);

}  // namespace cantilever::analytic

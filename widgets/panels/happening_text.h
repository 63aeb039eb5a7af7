#pragma once

#include <QString>
#include <string>
#include <vector>

#include "core/model/design.h"
#include "core/sim/happening.h"
#include "core/vocabulary/plan.h"

namespace cantilever::widgets {

/// Where something happened, as it is called on the drawing.
struct HappeningPlace {
  QString name;       ///< empty: everywhere
  std::string block;  ///< the block to show for it; empty: none
};
/// With the number of the instance, if it is about one.
HappeningPlace placeOf(const Design& design, const plan::Plan& plan, const sim::Happening& happening);

/// All that happened at one moment, in a line.
struct Moment {
  std::int64_t atNs = 0;
  sim::Cause cause = sim::Cause::Script;  ///< of the first of them, from which the others follow
  QString text;                           ///< "Killed: App servers \u00d7 11, Events; zone down: us-east-1c"

  double second() const { return static_cast<double>(atNs) * 1e-9; }
  /// Somebody has ordered it: the scenario, or a person.
  bool isOrdered() const { return cause == sim::Cause::Script || cause == sim::Cause::Hand; }
};
std::vector<Moment> momentsOf(const Design& design, const plan::Plan& plan,
                              const std::vector<sim::Happening>& happenings);

}  // namespace cantilever::widgets

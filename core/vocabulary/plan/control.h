#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/law.h"
#include "core/base/result.h"
#include "core/vocabulary/plan/action.h"
#include "core/vocabulary/plan/index.h"
#include "core/vocabulary/plan/trigger.h"

namespace cantilever::plan {

/// What a scaler looks at: the mean over its last period, of the instances that were up.
enum class ScaleOn : std::uint8_t {
  Utilisation,  ///< busy servers / servers
  Occupancy,    ///< held seats / seats
  Queue,        ///< waiting requests per instance
  RequestRate,  ///< arrivals per second and instance
  Lag,          ///< unread messages per instance, of all groups whose consumers the pool is
};

/// Keeps a figure of a pool near its target by the number of instances, as autoscalers do (rule 14): after
/// each period it wants ceil(instances up x figure / target), counts those that are booting as there already,
/// and leaves small deviations alone.
struct Scaler {
  std::string key;
  Index pool = kNone;
  ScaleOn on = ScaleOn::Utilisation;
  double target = 0.6;  ///< a share, requests, or requests per second: see ScaleOn
  std::uint32_t least = 1;
  std::uint32_t most = 1;
  Duration period = Duration::seconds(60);
  Duration cooldownUp = {};    ///< since it last added, before it adds again
  Duration cooldownDown = {};  ///< since it last took away, or did not want fewer
  /// Instead of a target: of the steps whose threshold the figure is beyond the one furthest from the middle
  /// adds or takes away instances.
  struct Step {
    bool isAbove = true;
    double threshold = 0;
    std::int32_t change = 0;  ///< above zero for steps above a threshold, below zero for those below

    bool operator==(const Step&) const = default;
  };
  std::vector<Step> steps = {};
  /// Looks ahead: scales for the load that a straight line through the last two periods reaches after that
  /// time, if it is more than the present one. Zero: not.
  Duration lookahead = {};
  double tolerance = 0.1;  ///< deviations of figure / target from 1 below it are left alone
};

/// "above 70 %: +1, above 90 %: +4, below 30 %: -1". An empty text is an empty list. Error code
/// "steps.unreadable".
Result<std::vector<Scaler::Step>> parseSteps(std::string_view text);

/// Instances of a pool fail by themselves: each after a draw of `timeToFailure` of being up, whatever the
/// system does; its repair begins when a crew is free (rule 15).
struct RandomFault {
  std::string key;
  Index pool = kNone;
  Law timeToFailure;
  Law timeToRepair;
  std::uint32_t crews = 0;  ///< repairs at a time; 0: as many as needed
  bool keepsWork = false;   ///< it only stands still: what it holds waits, and more comes (rule 11)
};

/// Changes that the system makes when something has happened (rule 37): schedules, alerts, rollouts and what
/// takes them back, feature flags.
struct Control {
  std::string key;
  std::string name;
  Trigger trigger;
  std::vector<Action> actions = {};  ///< `at`: from when it fired
};

/// A switch that programs ask (IfFlag): on for a share of the keys, always the same ones; of request classes
/// without keys for a share of the requests.
struct Flag {
  std::string key;
  double share = 0;  ///< at the start
  /// Each reader (rule 37) fetches it that often, and sees a change when it does; zero: at once.
  Duration poll = {};
};

}  // namespace cantilever::plan

#pragma once

#include <cstdint>
#include <string>

#include "core/base/law.h"
#include "core/vocabulary/plan/index.h"

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
  Duration cooldownDown = {};  ///< since it last took away
  double tolerance = 0.1;      ///< deviations of figure / target from 1 below it are left alone
};

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

}  // namespace cantilever::plan

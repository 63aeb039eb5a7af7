#pragma once

#include <cstdint>

#include "core/base/quantities.h"
#include "core/vocabulary/plan/index.h"

namespace cantilever::sim {

/// How far a run is to go.
struct Until {
  enum class What : std::uint8_t {
    Event,      ///< one event, with all that follows from it without delay
    Outcome,    ///< a request has had its outcome
    Failure,    ///< a request has failed
    Happening,  ///< something changed the system: a kill, a breaker, a scaler ...
    Queue,      ///< so many requests wait at a pool, for seats or servers
  };
  What what = What::Event;
  plan::Index pool = plan::kNone;  ///< of Queue
  std::uint32_t length = 1;        ///< of Queue
};

/// How far it went, and the last event on the way: where it was, as far as it was anywhere. Indices are those
/// of the plan.
struct Stepped {
  bool isReached =
      false;  ///< what was asked for has come; else the end, a stop, or the limit of time came before
  Duration at;
  const char* what = "";  ///< the event: "request_arrives", "work_ends" ...; empty: there was none
  plan::Index source = plan::kNone;
  plan::Index link = plan::kNone;  ///< by which the call came
  plan::Index pool = plan::kNone;
  std::uint32_t instance = 0;  ///< of the pool
};

}  // namespace cantilever::sim

#include "core/sim/happening.h"

namespace cantilever::sim {

const char* nameOf(Cause cause) {
  switch (cause) {
    case Cause::Script:
      return "script";
    case Cause::Hand:
      return "hand";
    case Cause::Scaler:
      return "scaler";
    case Cause::Chance:
      return "chance";
    case Cause::Run:
      return "run";
    case Cause::Control:
      return "control";
    case Cause::Demand:
      return "demand";
  }
  return "";
}

const char* nameOf(Happening::Kind kind) {
  switch (kind) {
    case Happening::Kind::Killed:
      return "killed";
    case Happening::Kind::Restored:
      return "restored";
    case Happening::Kind::Ordered:
      return "ordered";
    case Happening::Kind::Booted:
      return "booted";
    case Happening::Kind::Draining:
      return "draining";
    case Happening::Kind::Retired:
      return "retired";
    case Happening::Kind::Saturated:
      return "saturated";
    case Happening::Kind::Relieved:
      return "relieved";
    case Happening::Kind::LoadFactor:
      return "load_factor";
    case Happening::Kind::Speed:
      return "speed";
    case Happening::Kind::BreakerOpened:
      return "breaker_opened";
    case Happening::Kind::BreakerHalfOpen:
      return "breaker_half_open";
    case Happening::Kind::BreakerClosed:
      return "breaker_closed";
    case Happening::Kind::Flushed:
      return "flushed";
    case Happening::Kind::Paused:
      return "paused";
    case Happening::Kind::Resumed:
      return "resumed";
    case Happening::Kind::MarkedDown:
      return "marked_down";
    case Happening::Kind::MarkedUp:
      return "marked_up";
    case Happening::Kind::Ejected:
      return "ejected";
    case Happening::Kind::Readmitted:
      return "readmitted";
    case Happening::Kind::LatencyAdded:
      return "latency_added";
    case Happening::Kind::LossSet:
      return "loss_set";
    case Happening::Kind::ErrorsSet:
      return "errors_set";
    case Happening::Kind::ZoneDown:
      return "zone_down";
    case Happening::Kind::ZoneUp:
      return "zone_up";
    case Happening::Kind::Partitioned:
      return "partitioned";
    case Happening::Kind::Healed:
      return "healed";
    case Happening::Kind::ZoneLatencyAdded:
      return "zone_latency_added";
    case Happening::Kind::Detected:
      return "detected";
    case Happening::Kind::NotCovered:
      return "not_covered";
    case Happening::Kind::Promoted:
      return "promoted";
    case Happening::Kind::Rejoined:
      return "rejoined";
    case Happening::Kind::RollOut:
      return "roll_out";
    case Happening::Kind::RolledOut:
      return "rolled_out";
    case Happening::Kind::FlagSet:
      return "flag_set";
    case Happening::Kind::Fired:
      return "fired";
    case Happening::Kind::Cleared:
      return "cleared";
    case Happening::Kind::Stopped:
      return "stopped";
    case Happening::Kind::WeightSet:
      return "weight_set";
    case Happening::Kind::SizeSet:
      return "size_set";
    case Happening::Kind::RateSet:
      return "rate_set";
    case Happening::Kind::LatencyScaled:
      return "latency_scaled";
    case Happening::Kind::ZoneLatencyScaled:
      return "zone_latency_scaled";
    case Happening::Kind::Rebalanced:
      return "rebalanced";
    case Happening::Kind::Sought:
      return "sought";
  }
  return "";
}

}  // namespace cantilever::sim

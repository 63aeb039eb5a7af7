#include "core/compile/workload_source.h"

#include "core/base/text.h"
#include "core/catalog/policies/workload_policy.h"

namespace cantilever::compile {

namespace {

plan::SourceKind kindOfSource(const Choice& choice) {
  return choice.value == "closed"     ? plan::SourceKind::Closed
         : choice.value == "trace"    ? plan::SourceKind::Trace
         : choice.value == "sessions" ? plan::SourceKind::Sessions
                                      : plan::SourceKind::Open;
}

std::string faultInPolicy(const catalog::WorkloadPolicy& policy) {
  if (policy.burstShare.raw() * policy.burstLevel > 1) {
    return "its bursts would bring " + formatNumber(100 * policy.burstShare.raw() * policy.burstLevel, 3) +
           " % of its requests; the rate in bursts times their share of the time must be at most 1";
  }
  if (policy.kind.value == "trace" && policy.times.empty()) {
    return "it is a trace without times";
  }
  if (policy.kind.value == "trace" && !policy.origins.empty()) {
    return "the times of a trace are of requests from one place, and it says where from";
  }
  if (policy.kind.value == "trace" && policy.repeat > Duration()) {
    const Result<std::vector<Duration>> times = parseDurations(policy.times);
    if (times && !times->empty() && times->back() >= policy.repeat) {
      return "its times begin anew before the last of them";
    }
  }
  return {};
}

}  // namespace

WorkloadSource sourceOf(const Workload& workload) {
  const catalog::WorkloadPolicy policy = catalog::workloadPolicyOf(workload.params);
  WorkloadSource result;
  plan::Source& source = result.source;
  source.key = workload.id.text();
  source.arrivals = workload.arrivals;
  source.rate = workload.peak;
  source.kind = kindOfSource(policy.kind);
  if (source.kind == plan::SourceKind::Closed) {
    source.users = static_cast<std::uint32_t>(policy.users.value());
    source.think = policy.think;
  } else if (source.kind == plan::SourceKind::Trace) {
    if (const Result<std::vector<Duration>> times = parseDurations(policy.times)) {
      source.times = *times;
    }
    source.repeat = policy.repeat;
    if (source.repeat > Duration()) {
      source.rate = perSecond(static_cast<double>(source.times.size()) / source.repeat.inSeconds());
    }
  } else {
    if (!policy.spacing.isZero()) {
      source.spacing = policy.spacing;
    }
    source.batch.kind =
        policy.batchSizes.value == "geometric" ? CountLaw::Kind::Geometric : CountLaw::Kind::Fixed;
    source.batch.mean = static_cast<double>(policy.batch.value());
    if (policy.burstLevel > 1 && policy.burstShare > Ratio()) {
      source.bursts = plan::Bursts{policy.burstLevel, policy.burstShare.raw(), policy.burstLength};
    }
    if (const Result<plan::RateCurve> curve = plan::parseRateCurve(policy.curve)) {
      source.curve = *curve;
    }
  }
  if (source.kind == plan::SourceKind::Sessions) {
    source.users = static_cast<std::uint32_t>(policy.users.value());
    source.slots = static_cast<std::uint32_t>(policy.slots.value());
    source.reconnect = policy.reconnect;
    result.holder = policy.holder;
  }
  if (const auto origins = catalog::parseOrigins(policy.origins)) {
    result.origins = *origins;
  }
  result.fault = faultInPolicy(policy);
  return result;
}

}  // namespace cantilever::compile

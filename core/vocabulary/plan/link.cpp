#include "core/vocabulary/plan/faults.h"

namespace cantilever::plan {

namespace {

void checkPolicy(const Link& link, FaultSink& sink) {
  const auto says = [&](const char* text) {
    return [&link, text] { return named("link", link.key) + text; };
  };
  const auto isShare = [](double share) { return share >= 0 && share <= 1; };
  const Retries& retries = link.retries;
  sink.require(retries.attempts <= Retries::kMostAttempts,
               says(" has more than 255 attempts; 0 are as many as it takes"));
  sink.require((retries.reasons & Retries::kNeverRetried) == 0,
               says(" tries again what a breaker or authentication refused, or what has no time left"));
  const std::string wrong = faultIn(retries.law);
  sink.require(wrong.empty(),
               [&] { return named("link", link.key) + ": the law of its pauses is not valid: " + wrong; });
  sink.require(retries.attempts != Retries::kUnlimited || !retries.isPauseless(),
               says(" tries again for ever without a pause"));
  sink.require(retries.base >= Duration() && retries.base <= kLongestDuration && retries.cap >= Duration() &&
                   retries.cap <= kLongestDuration,
               says(" has a pause between attempts outside 0 to 100 years"));
  sink.require(retries.budgetShare <= 1000 && retries.budgetDepth >= 0 && retries.budgetDepth <= 1e9 &&
                   retries.budgetFloor.raw() >= 0 && retries.budgetFloor.raw() <= 1e9,
               says(" has a retry budget out of range"));
  const Breaker& breaker = link.breaker;
  sink.require(breaker.window <= Breaker::kMostWindow, says(" has a breaker window of more than 100,000"));
  sink.require(breaker.windowTime >= Duration() && breaker.windowTime <= kLongestDuration &&
                   (breaker.windowTime == Duration() || breaker.windowTime.ns() >= Breaker::kParts),
               says(" has a breaker window of less than 10 ns, or of more than 100 years"));
  sink.require(isShare(breaker.failedShare), says(" has a breaker share outside 0 to 1"));
  sink.require(!breaker.isOn() || (breaker.open > Duration() && breaker.open <= kLongestDuration),
               says(" has a breaker that is not open for any time"));
  sink.require(breaker.probes >= 1, says(" has a breaker without probes"));
  sink.require(isShare(link.lossShare) && isShare(link.errorShare),
               says(" has a share of losses or errors outside 0 to 1"));
  sink.require(link.lossShare == 0 || link.timeout > Duration(),
               says(" loses calls and has no timeout, so that callers would wait for ever"));
  sink.require(link.hedge >= Duration() && link.hedge <= kLongestDuration,
               says(" hedges after a time outside 0 to 100 years"));
  const HealthChecks& health = link.health;
  const auto isTime = [](Duration time) { return time >= Duration() && time <= kLongestDuration; };
  sink.require(isTime(health.interval) && isTime(health.timeout) && isTime(health.slowStart) &&
                   isTime(health.ejectFor),
               says(" has times of its health checks outside 0 to 100 years"));
  sink.require(health.upAfter >= 1, says(" changes its mind after no health check at all"));
  sink.require(link.bandwidth >= 0 && link.bandwidth <= Link::kMostBandwidth,
               says(" has a bandwidth outside 0 to 1e15 bytes per second"));
  double total = 0;
  bool areWeights = true;
  for (const double weight : link.weights) {
    areWeights = areWeights && weight >= 0 && weight <= 1e9;
    total += weight;
  }
  sink.require(areWeights && (link.weights.empty() || total > 0),
               says(" has weights that are not above zero, or above 1e9"));
  sink.require(link.points >= 1 && link.points <= Link::kMostPoints,
               says(" has a number of points on the ring outside 1 to 10,000"));
}

}  // namespace

void checkLinks(const Plan& plan, FaultSink& sink) {
  for (const Link& link : plan.links) {
    const auto says = [&](const std::string& text) {
      return [&link, text] { return named("link", link.key) + text; };
    };
    sink.require(link.pool == kNone || link.pool < plan.pools.size(), says(" leads to an unknown pool"));
    sink.require(link.program < plan.programs.size(), says(" leads to an unknown program"));
    sink.require(sink.hasFailed() || plan.programs[link.program].pool == link.pool,
                 says(" leads to a program of another pool"));
    const std::string fault = faultIn(link.latency);
    sink.require(fault.empty(), says(": its latency is not valid: " + fault));
    sink.require(sink.hasFailed() || link.balancing != Balancing::All ||
                     (link.pool != kNone && plan.pools[link.pool].queue == QueueScope::PerInstance),
                 says(" goes to all instances of a pool that has none of its own queues"));
    sink.require(link.timeout >= Duration() && link.timeout <= kLongestDuration,
                 says(" has a timeout outside 0 to 100 years"));
    checkPolicy(link, sink);
  }
}

}  // namespace cantilever::plan

#include "core/vocabulary/plan/log.h"

#include "core/vocabulary/plan/faults.h"

namespace cantilever::plan {

namespace {

constexpr std::uint64_t kMostQueues = 10'000'000;

bool isSound(Duration duration) {
  return duration >= Duration() && duration <= kLongestDuration;
}

void checkGroup(const Plan& plan, const ConsumerGroup& group, FaultSink& sink) {
  const auto says = [&group](const char* text) {
    return [&group, text] { return named("consumer group", group.key) + text; };
  };
  sink.require(group.log < plan.logs.size(), says(" reads an unknown log"));
  sink.require(group.link < plan.links.size(), says(" reads over an unknown link"));
  sink.require(group.classSet == kNone || group.classSet < plan.classSets.size(),
               says(" is for an unknown set of classes"));
  sink.require(group.deadLetters == kNone || group.deadLetters < plan.links.size(),
               says(" sends dead letters over an unknown link"));
  sink.require(group.batch >= 1 && group.batch <= ConsumerGroup::kMostInBatch,
               says(" has batches outside 1 to 100,000"));
  sink.require(isSound(group.linger) && isSound(group.visibility) && isSound(group.retryAfter) &&
                   isSound(group.rebalancePause) && isSound(group.replay) && isSound(group.sessionTimeout) &&
                   isSound(group.commitInterval) && isSound(group.commitPause),
               says(" has a time outside 0 to 100 years"));
  if (!sink.hasFailed()) {
    const std::uint64_t queues = std::uint64_t{plan.logs[group.log].partitions} * copiesOf(plan, group);
    sink.require(queues <= kMostQueues, says(" has more than 10,000,000 partitions"));
  }
}

}  // namespace

std::uint32_t copiesOf(const Plan& plan, const ConsumerGroup& group) {
  const Index pool = plan.links[group.link].pool;
  return group.delivery == Delivery::Every && pool != kNone ? plan.pools[pool].instances : 1;
}

void checkLogs(const Plan& plan, FaultSink& sink) {
  for (const Log& log : plan.logs) {
    sink.require(log.partitions >= 1 && log.partitions <= Log::kMostPartitions,
                 [&] { return named("log", log.key) + " has partitions outside 1 to 200,000"; });
    sink.require(isSound(log.retention),
                 [&] { return named("log", log.key) + " keeps messages for a time outside 0 to 100 years"; });
    sink.require(log.limit >= 1, [&] { return named("log", log.key) + " has no room for any message"; });
    sink.require(
        log.backlog == 0 || (log.backlog <= Log::kMostBacklog && log.backlogClass < plan.classes.size()),
        [&] { return named("log", log.key) + " has a backlog of no class, or above 100,000,000"; });
  }
  for (const ConsumerGroup& group : plan.groups) {
    checkGroup(plan, group, sink);
  }
}

}  // namespace cantilever::plan

#include "core/catalog/consumption.h"

namespace cantilever::catalog::consumption {

namespace {

std::uint32_t small(Count count) {
  return static_cast<std::uint32_t>(count.value());
}

const Schema<ConsumerParams>& consumerSchema() {
  static const Schema<ConsumerParams> schema = [] {
    Schema<ConsumerParams> fields;
    addConsumerFields(fields);
    return fields;
  }();
  return schema;
}

/// A consumer may have checkpoints of its own, whatever the log says.
ConsumerParams asReadBy(const plan::OutLink& link, ConsumerParams params) {
  if (link.target != nullptr && link.target->checkpoints) {
    params.commitInterval = link.target->checkpoints->interval;
    params.commitPause = link.target->checkpoints->pause;
    params.rebalancePause = link.target->checkpoints->restart;
    params.sessionTimeout = {};  // part of the restart
  }
  return params;
}

plan::ConsumerGroup settingsOf(const ConsumerParams& params, plan::ConsumerGroup group) {
  group.batch = small(params.batch);
  group.linger = params.linger;
  group.inFlight = small(params.inFlight);
  group.maxReceives = small(params.maxReceives);
  group.retryAfter = params.retryAfter;
  group.rebalancePause = params.rebalancePause;
  group.sessionTimeout = params.sessionTimeout;
  group.commitInterval = params.commitInterval;
  group.commitPause = params.commitPause;
  group.replay = params.replay;
  return group;
}

}  // namespace

const std::vector<ParamSpec>& consumerParams() {
  static const std::vector<ParamSpec> specs = consumerSchema().specs();
  return specs;
}

void addGroups(const ConsumerParams& params, const plan::ConsumerGroup& group, plan::Index log,
               plan::Lowering& lowering) {
  const std::vector<plan::OutLink> forDead = lowering.links(LinkRole::Fallback);
  if (forDead.size() > 1) {
    lowering.warn("log.several_dead_letters",
                  "It has several links of role fallback; dead letters go over the first of them, \"" +
                      forDead.front().link->id.text() + "\".");
  }
  for (const LinkRole role : {LinkRole::Default, LinkRole::Read, LinkRole::Write}) {
    for (const plan::OutLink& link : lowering.links(role)) {
      if (link.link->calls != 1) {
        lowering.warn("log.reads_once",
                      "Its consumers read each message once: the calls per request of link \"" +
                          link.link->id.text() + "\" do not matter.");
      }
      plan::ConsumerGroup added =
          settingsOf(consumerSchema().readOver(asReadBy(link, params), link.link->params), group);
      added.log = log;
      added.link = link.index;
      added.classSet = link.classSet;
      added.deadLetters = forDead.empty() ? plan::kNone : forDead.front().index;
      lowering.addGroup(std::move(added));
    }
  }
}

}  // namespace cantilever::catalog::consumption

#include "core/vocabulary/plan/store.h"

#include "core/vocabulary/plan/faults.h"

namespace cantilever::plan {

namespace {

void checkStore(const Plan& plan, const Store& store, FaultSink& sink) {
  const auto says = [&store](const std::string& text) {
    return [&store, text] { return named("store", store.key) + text; };
  };
  sink.require(store.pool < plan.pools.size(), says(" has no primary"));
  sink.require(sink.hasFailed() || plan.pools[store.pool].room() == 1 ||
                   (store.log == kNone && plan.pools[store.pool].room() == plan.pools[store.pool].instances),
               says(" has a primary that is not one instance"));
  sink.require(store.log == kNone || store.log < plan.logs.size(), says(" writes to an unknown log"));
  sink.require(store.coverage >= 0 && store.coverage <= 1, says(" has a coverage outside 0 to 1"));
  for (const Law* law : {&store.detection, &store.promotion}) {
    const std::string wrong = faultIn(*law);
    sink.require(wrong.empty(), says(": a law of it is not valid: " + wrong));
  }
}

}  // namespace

Index storeBehind(const Plan& plan, Index pool) {
  for (Index i = 0; i < plan.stores.size(); ++i) {
    if (plan.stores[i].pool == pool) {
      return i;
    }
  }
  for (const ConsumerGroup& group : plan.groups) {
    if (!group.follows || !group.takesOver || plan.links[group.link].pool != pool) {
      continue;
    }
    for (Index i = 0; i < plan.stores.size(); ++i) {
      if (plan.stores[i].log == group.log) {
        return i;
      }
    }
  }
  return kNone;
}

void checkStores(const Plan& plan, FaultSink& sink) {
  std::vector<bool> hasStore(plan.pools.size(), false);
  std::vector<bool> isWritten(plan.logs.size(), false);
  for (const Store& store : plan.stores) {
    checkStore(plan, store, sink);
    if (sink.hasFailed()) {
      return;
    }
    sink.require(!hasStore[store.pool],
                 [&] { return named("store", store.key) + " is the second of its pool"; });
    hasStore[store.pool] = true;
    if (store.log != kNone) {
      sink.require(!isWritten[store.log],
                   [&] { return named("store", store.key) + " is the second of its log"; });
      isWritten[store.log] = true;
    }
  }
  for (const Link& link : plan.links) {
    sink.require(link.readsOf == kNone || (link.readsOf < plan.logs.size() && isWritten[link.readsOf]),
                 [&] { return named("link", link.key) + " reads of no store"; });
  }
  std::vector<bool> isCopy(plan.pools.size(), false);
  for (const ConsumerGroup& group : plan.groups) {
    if (!group.follows || sink.hasFailed()) {
      continue;
    }
    const Index pool = plan.links[group.link].pool;
    const auto says = [&group](const char* text) {
      return [&group, text] { return named("consumer group", group.key) + text; };
    };
    sink.require(isWritten[group.log] && group.delivery == Delivery::Every,
                 says(" follows no store, or its members do not get every write"));
    sink.require(pool != kNone && plan.pools[pool].queue == QueueScope::PerInstance,
                 says(" has copies that cannot be told apart"));
    sink.require(pool == kNone || (!isCopy[pool] && !hasStore[pool]),
                 says(" has copies that belong to another store too"));
    if (!sink.hasFailed()) {
      isCopy[pool] = true;
    }
  }
}

}  // namespace cantilever::plan

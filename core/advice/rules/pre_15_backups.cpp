#include <algorithm>

#include "core/advice/rules.h"
#include "core/advice/survey.h"

namespace cantilever::advice::rules {

namespace {

Answer checkBackups(const AdviceInput& input) {
  const Survey survey(input);
  const std::vector<const Station*> stores = survey.where([](const Station& station) {
    return station.traits.holdsData && !station.traits.isReplica && !station.traits.isQueue;
  });
  if (stores.empty()) {
    return notApplicable("No block is the home of data that must survive.");
  }
  const auto isCopied = [&](const Station& store) {
    return store.traits.hasBackups ||
           std::any_of(survey.stations().begin(), survey.stations().end(), [&](const Station& other) {
             return other.traits.restoredWithin && survey.isCovered(store, other);
           });
  };
  std::vector<const Station*> bare;
  std::vector<const Station*> alone;
  for (const Station* store : stores) {
    if (!isCopied(*store)) {
      bare.push_back(store);
    } else if (!store->traits.isReplicated) {
      alone.push_back(store);
    }
  }
  if (!bare.empty()) {
    return failed("No backups of " + namesOf(bare) + ".",
                  "Keep backups for at least 7 days, with point-in-time recovery for databases and versions "
                  "for objects, and restore one every quarter.",
                  bare);
  }
  if (!alone.empty()) {
    return warned("Backed up, but with no second copy of what was written since: " + namesOf(alone) + ".",
                  "Keep a synchronous copy in another zone.", alone);
  }
  return passed("Backed up and replicated: " + namesOf(stores) + ".");
}

}  // namespace

ChecklistItem pre_15_backups() {
  return {"PRE-15",
          "pre-launch",
          "Backup strategy",
          "Replicas copy a mistaken delete within a second; only a backup brings the data back.",
          "Each block that is the home of durable data has backups or is covered by a block that keeps "
          "them, and survives the loss of one instance "
          "without losing data. Replicas and queues are exempt.",
          &checkBackups};
}

}  // namespace cantilever::advice::rules

#include <algorithm>

#include "core/advice/rules.h"
#include "core/advice/survey.h"
#include "core/base/text.h"

namespace cantilever::advice::rules {

namespace {

constexpr Duration kLongestWait = Duration::milliseconds(10);

Answer judgePoolers(const Survey& survey, const std::vector<const Station*>& poolers) {
  std::string evidence;
  bool isGood = true;
  for (const Station* pooler : poolers) {
    for (const sim::PoolResult* pool : survey.pools(*pooler)) {
      const Duration wait = Duration::nanoseconds(pool->seatWaiting.quantileNs(0.99));
      isGood = isGood && pool->refused == 0 && wait <= kLongestWait;
      evidence += (evidence.empty() ? "" : " ") + pooler->name() + ": 99 % of the calls wait at most " +
                  formatShort(wait) + " for a connection, " + std::to_string(pool->refused) +
                  " refused, connections held " + percent(pool->occupancy) + " of the time.";
    }
  }
  return isGood ? passed(evidence)
                : failed(evidence, "Enlarge the pool if the database has room, or shorten the queries.",
                         poolers);
}

Answer checkConnectionPooling(const AdviceInput& input) {
  const Survey survey(input);
  const std::vector<const Station*> databases =
      survey.where([](const Station& station) { return station.traits.isRelational; });
  if (databases.empty()) {
    return notApplicable("There is no relational database.");
  }
  for (const Station* database : databases) {
    for (const Link* link : database->in) {
      const Station* caller = survey.find(link->from);
      if (isSynchronous(*link) && caller->traits.isCompute && !caller->traits.poolsConnections) {
        return failed(caller->name() + " opens connections to " + database->name() + " directly.",
                      "Put a connection pooler between them: some ten connections for each core of the "
                      "database serve thousands of clients.",
                      {caller, database});
      }
    }
  }
  const std::vector<const Station*> poolers =
      survey.where([](const Station& station) { return station.traits.poolsConnections; });
  if (poolers.empty()) {
    return notApplicable("No compute block calls a relational database.");
  }
  return survey.hasRun() ? judgePoolers(survey, poolers)
                         : needsRun("All compute blocks reach databases through " + namesOf(poolers) +
                                    "; how long they wait for a connection is known after a run.");
}

}  // namespace

ChecklistItem pre_05_connection_pooling() {
  return {"PRE-05",
          "pre-launch",
          "Connection pooling",
          "Each database connection costs memory and a process; opening one costs more than most queries.",
          "Compute blocks reach relational databases through a connection pooler. In the run, poolers refuse "
          "nobody and 99 % of the calls wait at most 10 ms for a connection.",
          &checkConnectionPooling};
}

}  // namespace cantilever::advice::rules

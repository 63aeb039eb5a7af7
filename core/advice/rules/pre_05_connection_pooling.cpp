#include <algorithm>

#include "core/advice/rules.h"
#include "core/advice/survey.h"
#include "core/base/text.h"
#include "core/catalog/policies/link_policy.h"

namespace cantilever::advice::rules {

namespace {

constexpr Duration kLongestWait = Duration::milliseconds(10);
constexpr double kShareOfConnections =
    0.8;  ///< the rest is for administration and for what is being replaced

/// Connections that callers keep themselves (policy of the link).
std::int64_t ownConnections(const Link& link) {
  return catalog::linkPolicyOf(link.params).connections.value();
}

struct Waits {
  std::string evidence;
  bool isGood = true;

  void add(const std::string& where, const sim::Histogram& waiting, std::uint64_t refused) {
    const Duration wait = Duration::nanoseconds(waiting.quantileNs(0.99));
    isGood = isGood && refused == 0 && wait <= kLongestWait;
    evidence += (evidence.empty() ? "" : " ") + where + ": 99 % of the calls wait at most " +
                formatShort(wait) + " for a connection, " + std::to_string(refused) + " refused.";
  }
};

Answer judgeWaits(const AdviceInput& input, const Survey& survey, const std::vector<const Station*>& poolers,
                  const std::vector<const Link*>& pooled) {
  Waits waits;
  for (const Station* pooler : poolers) {
    for (const sim::PoolResult* pool : survey.pools(*pooler)) {
      waits.add(pooler->name(), pool->seatWaiting, pool->refused);
    }
  }
  for (const Link* link : pooled) {
    for (const sim::TokensResult& tokens : input.run->tokens) {
      if (tokens.key == link->id.text() + "/connections") {
        waits.add(survey.find(link->from)->name() + " before " + survey.find(link->to)->name(),
                  tokens.waiting, tokens.refused + tokens.abandoned);
      }
    }
  }
  return waits.isGood ? passed(waits.evidence)
                      : failed(waits.evidence,
                               "Enlarge the pool if the database has room, or shorten the queries.", poolers);
}

/// All that callers keep themselves at one instance of the database; nothing where it has no limit.
Answer tooManyFor(const Station& database, double kept, double room) {
  return failed(
      "Callers keep " + formatNumber(kept) + " connections to " + database.name() + ", which takes " +
          formatNumber(room) + ".",
      "Keep fewer at each caller, or put a connection pooler between them, which shares some ten for "
      "each core of the database among all.",
      {&database});
}

Answer checkConnectionPooling(const AdviceInput& input) {
  const Survey survey(input);
  const std::vector<const Station*> databases =
      survey.where([](const Station& station) { return station.traits.isRelational; });
  if (databases.empty()) {
    return notApplicable("There is no relational database.");
  }
  std::vector<const Link*> pooled;
  for (const Station* database : databases) {
    double kept = 0;
    for (const Link* link : database->in) {
      const Station* caller = survey.find(link->from);
      if (!isSynchronous(*link) || !caller->traits.isCompute || caller->traits.poolsConnections) {
        continue;
      }
      if (ownConnections(*link) == 0) {
        return failed(
            caller->name() + " opens connections to " + database->name() + " directly.",
            "Put a connection pooler between them: some ten connections for each core of the "
            "database serve thousands of clients. Or let each caller keep a few (Connections of the "
            "link).",
            {caller, database});
      }
      pooled.push_back(link);
      kept += static_cast<double>(ownConnections(*link)) * caller->traits.instances /
              std::max(1, database->traits.instances);
    }
    const double room = kShareOfConnections * survey.seats(*database);
    if (room > 0 && kept > room) {
      return tooManyFor(*database, kept, room / kShareOfConnections);
    }
  }
  const std::vector<const Station*> poolers =
      survey.where([](const Station& station) { return station.traits.poolsConnections; });
  if (poolers.empty() && pooled.empty()) {
    return notApplicable("No compute block calls a relational database.");
  }
  return survey.hasRun() ? judgeWaits(input, survey, poolers, pooled)
                         : needsRun(
                               "All compute blocks reach databases through pools of connections; how long "
                               "they wait for one is known after a run.");
}

}  // namespace

ChecklistItem pre_05_connection_pooling() {
  return {
      "PRE-05",
      "pre-launch",
      "Connection pooling",
      "Each database connection costs memory and a process; opening one costs more than most queries.",
      "Compute blocks reach relational databases through a connection pooler, or keep a limited number of "
      "connections each, of all together at most 80 % of what the database takes. In the run, nobody is "
      "refused and 99 % of the calls wait at most 10 ms for a connection.",
      &checkConnectionPooling};
}

}  // namespace cantilever::advice::rules

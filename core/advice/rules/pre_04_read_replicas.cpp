#include <algorithm>

#include "core/advice/rules.h"
#include "core/advice/survey.h"
#include "core/base/text.h"

namespace cantilever::advice::rules {

namespace {

constexpr double kReadMostly = 0.7;
constexpr double kManyReads = 1000;     ///< per second
constexpr double kMostPrimary = 0.6;    ///< leaves room for a failover
constexpr double kMostAfterLoss = 0.9;  ///< of the replicas, with one of them gone

/// Calls per second on relational databases.
struct DatabaseCalls {
  double reads = 0;
  double replicaReads = 0;
  double writes = 0;
};

DatabaseCalls databaseCallsOf(const Survey& survey) {
  DatabaseCalls calls;
  for (const Station& station : survey.stations()) {
    for (const Link* link : station.in) {
      if (!station.traits.isRelational || !isSynchronous(*link)) {
        continue;
      }
      const double rate = survey.rate(*link);
      (link->role == LinkRole::Write ? calls.writes : calls.reads) += rate;
      calls.replicaReads += station.traits.isReplica && link->role != LinkRole::Write ? rate : 0;
    }
  }
  return calls;
}

double busiestOf(const Survey& survey, const std::vector<const Station*>& stations) {
  double busiest = 0;
  for (const Station* station : stations) {
    busiest = std::max(busiest, survey.utilisation(*station).value_or(0));
  }
  return busiest;
}

Answer judgeReplicas(const Survey& survey, const std::vector<const Station*>& primaries,
                     const std::vector<const Station*>& replicas, const std::string& evidence) {
  const double primary = busiestOf(survey, primaries);
  double afterLoss = 0;
  for (const Station* station : replicas) {
    const int n = station->traits.instances;
    const double busy = survey.utilisation(*station).value_or(0);
    afterLoss = std::max(afterLoss, n > 1 ? busy * n / (n - 1) : 1.0);
  }
  const std::string measured = evidence + " In the run primaries were " + percent(primary) +
                               " busy; with one replica gone the others would be " + percent(afterLoss) +
                               " busy.";
  if (primary > kMostPrimary) {
    return warned(measured, "Move more reads to replicas, or take a larger primary.", primaries);
  }
  if (afterLoss >= kMostAfterLoss) {
    return warned(measured, "Add a replica, so that the loss of one is carried.", replicas);
  }
  return passed(measured);
}

Answer checkReadReplicas(const AdviceInput& input) {
  const Survey survey(input);
  const std::vector<const Station*> primaries = survey.where(
      [](const Station& station) { return station.traits.isRelational && !station.traits.isReplica; });
  const std::vector<const Station*> replicas = survey.where(
      [](const Station& station) { return station.traits.isRelational && station.traits.isReplica; });
  if (primaries.empty()) {
    return notApplicable("There is no relational database.");
  }
  if (!survey.hasRates()) {
    return needsPlan();
  }
  const DatabaseCalls calls = databaseCallsOf(survey);
  const double all = calls.reads + calls.writes;
  if (all == 0 || calls.reads / all <= kReadMostly) {
    return notApplicable("Databases are not read mostly: " + formatShort(perSecond(calls.reads)) +
                         " reads, " + formatShort(perSecond(calls.writes)) + " writes.");
  }
  const bool isNeeded = calls.reads > kManyReads || busiestOf(survey, primaries) > 0.5;
  if (!isNeeded) {
    return notApplicable("One server carries " + formatShort(perSecond(calls.reads)) + " reads.");
  }
  const std::string evidence = formatShort(perSecond(calls.replicaReads)) + " of " +
                               formatShort(perSecond(calls.reads)) + " database reads go to replicas.";
  if (calls.replicaReads < 0.5 * calls.reads) {
    return warned(evidence,
                  "Add read replicas and send them the reads that may be a little old; as many as keep each "
                  "under 60 %.",
                  primaries);
  }
  return survey.hasRun() ? judgeReplicas(survey, primaries, replicas, evidence) : needsRun(evidence);
}

}  // namespace

ChecklistItem pre_04_read_replicas() {
  return {
      "PRE-04",
      "pre-launch",
      "Database read replicas",
      "Reads outnumber writes, and only the primary can write: what copies can answer should not load it.",
      "If more than 70 % of database calls are reads, and there are over 1,000 reads a second or a primary "
      "over 50 % busy: replicas serve most reads. In the run, primaries stay at or under 60 %, and replicas "
      "would stay under 90 % with one of them gone.",
      &checkReadReplicas};
}

}  // namespace cantilever::advice::rules

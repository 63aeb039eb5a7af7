#include "core/advice/rules.h"
#include "core/advice/survey.h"
#include "core/base/text.h"

namespace cantilever::advice::rules {

namespace {

constexpr double kBusyReads = 50;  ///< per second; below, a cache is not worth its upkeep
constexpr double kGoodHitRatio = 0.8;
constexpr double kMostFromDatabase = 0.4;

/// What one request class reads per second, and from where.
struct ReadTraffic {
  double lookups = 0;  ///< from caches
  double hits = 0;
  double database = 0;  ///< from relational databases
};

ReadTraffic readTrafficOf(const Survey& survey, const ClassId& requestClass) {
  ReadTraffic traffic;
  for (const Station& station : survey.stations()) {
    for (const Link* link : station.in) {
      const double rate = isSynchronous(*link) ? survey.rate(*link, requestClass) : 0;
      if (station.traits.isCache && link->role == LinkRole::Lookup) {
        traffic.lookups += rate;
        traffic.hits += rate * survey.hitRatio(station);
      } else if (station.traits.isRelational && link->role != LinkRole::Write) {
        traffic.database += rate;
      }
    }
  }
  return traffic;
}

Answer checkCaching(const AdviceInput& input) {
  const Survey survey(input);
  if (!survey.hasRates()) {
    return needsPlan();
  }
  ReadTraffic sum;
  std::string uncached;
  for (const RequestClass& requestClass : input.design->classes) {
    const ReadTraffic traffic = readTrafficOf(survey, requestClass.id);
    if (requestClass.access != Access::Read || traffic.hits + traffic.database < kBusyReads) {
      continue;
    }
    sum.lookups += traffic.lookups;
    sum.hits += traffic.hits;
    sum.database += traffic.database;
    if (traffic.lookups == 0) {
      uncached += (uncached.empty() ? "" : ", ") + requestClass.id.text();
    }
  }
  if (sum.hits + sum.database == 0) {
    return notApplicable("No read class asks a cache or a database 50 times a second or more.");
  }
  if (!uncached.empty()) {
    return warned(
        "Every read of " + uncached + " goes to a database.",
        "Put a cache beside the database: a look-up link to it, and an on-miss link to the database.");
  }
  const double hitRatio = sum.hits / sum.lookups;
  const double fromDatabase = sum.database / (sum.hits + sum.database);
  const std::string evidence = "Caches answer " + percent(hitRatio) + " of " +
                               formatShort(perSecond(sum.lookups)) + " look-ups; databases answer " +
                               percent(fromDatabase) + " of all reads.";
  if (hitRatio < kGoodHitRatio || fromDatabase > kMostFromDatabase) {
    return warned(evidence,
                  "Give the cache more memory or a longer time to live, and cache what is read most.");
  }
  return passed(evidence);
}

}  // namespace

ChecklistItem pre_03_caching() {
  return {"PRE-03",
          "pre-launch",
          "Caching implemented",
          "A cache answers in a fraction of the time and cost of a database, and most reads repeat.",
          "Each read class with at least 50 reads a second looks up a cache before it asks a relational "
          "database; caches answer at least 80 % of look-ups, and databases at most 40 % of all reads.",
          &checkCaching};
}

}  // namespace cantilever::advice::rules

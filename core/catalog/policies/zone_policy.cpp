#include "core/catalog/policies/zone_policy.h"

#include "core/catalog/schema.h"

namespace cantilever::catalog {

namespace {

const Schema<ZonePolicy>& zonePolicySchema() {
  static const Schema<ZonePolicy> schema =
      Schema<ZonePolicy>()
          .field("fails_at_random", &ZonePolicy::failsAtRandom)
          .label("Fails at random")
          .group("Reliability")
          .help("The zone fails as a whole, by chance, while a simulation runs: all instances in it at once.")
          .source(Source::Grade::Judgement, "Off: a run shows the load alone.")
          .field("failure", &ZonePolicy::failure)
          .label("What a failure does")
          .group("Reliability")
          .choices({"kill", "kill_silently"})
          .help(
              "Kill: all that its instances hold fails, and callers learn of it as their links do. Kill "
              "silently: as by a loss of power; callers learn of it by their timeouts.")
          .source(Source::Grade::Judgement, "What callers see of most outages: refused connections.")
          .field("time_to_failure", &ZonePolicy::timeToFailure)
          .label("Time to failure")
          .group("Reliability")
          .range(Duration::seconds(1), Duration::hours(876'000))
          .logarithmic()
          .help("Mean of an exponential law, while the zone is up.")
          .source(Source::Grade::Judgement,
                  "A year: large outages of an availability zone are rarer than that; shorten it to see "
                  "some in a short run.")
          .field("time_to_repair", &ZonePolicy::timeToRepair)
          .label("Time to repair")
          .group("Reliability")
          .range(Duration::milliseconds(1), Duration::hours(8760))
          .logarithmic()
          .help("Mean of an exponential law.")
          .source(Source::Grade::Judgement, "Published accounts of zone outages speak of hours.");
  return schema;
}

}  // namespace

const std::vector<ParamSpec>& zoneParams() {
  static const std::vector<ParamSpec> specs = zonePolicySchema().specs();
  return specs;
}

ZonePolicy zonePolicyOf(const Params& params) {
  return zonePolicySchema().read(params);
}

}  // namespace cantilever::catalog

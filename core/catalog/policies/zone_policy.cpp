#include "core/catalog/policies/zone_policy.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/catalog/schema.h"

namespace cantilever::catalog {

namespace {

std::string faultInWays(const std::string& text) {
  const Result<std::vector<ZoneWay>> ways = parseWays(text);
  return ways ? "" : ways.error().message;
}

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
          .source(Source::Grade::Judgement, "Published accounts of zone outages speak of hours.")
          .field("ways", &ZonePolicy::ways)
          .label("Ways to other zones")
          .group("Network")
          .grammar(faultInWays, "z1 35 ms")
          .help(
              "How long one way takes from here to other zones (by id) and all that lies in them, and back "
              "unless they say otherwise, such as \"eu 35 ms, us 80 ms\"; with its own id: within it. "
              "Empty: as between such zones usually.")
          .source(Source::Grade::Judgement,
                  "By kind of zone, and between regions known by name from public tables "
                  "(core/compile/latency.cpp).")
          .field("jitter", &ZonePolicy::jitter)
          .label("Jitter")
          .group("Network")
          .range(0, 10)
          .help(
              "How much ways from and to here vary: standard deviation over mean, of a lognormal law; of two "
              "ends the larger one counts. 0: as the zone around it says, or not at all.")
          .source(Source::Grade::Judgement, "Networks within a provider vary little.")
          .field("crews", &ZonePolicy::crews)
          .label("Repair crews")
          .group("Reliability")
          .range(0, 1000)
          .help(
              "How many of the instances in it that fail at random are repaired at a time, whatever block "
              "they are of; a block's own crews are needed besides. 0: as the zone around it says, or as "
              "many "
              "as needed.")
          .source(Source::Grade::Judgement, "Replacements are started by machines.");
  return schema;
}

}  // namespace

Result<std::vector<ZoneWay>> parseWays(std::string_view text) {
  const auto wrong = [&](const std::string& what) {
    return Error{"ways.syntax",
                 what + " Write zones with the time of one way, such as \"eu 35 ms, us 80 ms\".",
                 std::string(text)};
  };
  std::vector<ZoneWay> ways;
  for (const std::string_view part : partsOf(text, ',')) {
    const std::size_t space = part.find_first_of(" \t");
    if (space == std::string_view::npos) {
      return wrong("\"" + std::string(part) + "\" is no zone with a time.");
    }
    const Result<Duration> time = parseDuration(part.substr(space));
    if (!time || *time < Duration() || *time > Duration::hours(1)) {
      return wrong("In \"" + std::string(part) + "\" there is no time from 0 to 1 h.");
    }
    const std::string zone(part.substr(0, space));
    if (std::any_of(ways.begin(), ways.end(), [&](const ZoneWay& each) { return each.zone == zone; })) {
      return wrong("Zone \"" + zone + "\" is there twice.");
    }
    ways.push_back({zone, *time});
  }
  return ways;
}

const std::vector<ParamSpec>& zoneParams() {
  static const std::vector<ParamSpec> specs = zonePolicySchema().specs();
  return specs;
}

ZonePolicy zonePolicyOf(const Params& params) {
  return zonePolicySchema().read(params);
}

}  // namespace cantilever::catalog

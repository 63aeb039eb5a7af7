#include <functional>

#include "core/base/text.h"
#include "core/catalog/blocks.h"
#include "core/catalog/tier.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

struct MatchingParams : tier::TierParams {
  MatchingParams() {
    instances = Count(6);
    instanceType = Choice{"c7g.xlarge"};
  }
  Count candidates{20};
  Law rankTime = Law::lognormal(200_us, 1.0);
  Count offers{3};
  Ratio acceptance = ratio(0.85);
  Law answerTime = Law::constant(0_s);

  /// Of ranking all candidates of a round.
  Law roundTime() const { return rankTime.scaled(static_cast<double>(candidates.value())); }
};

Schema<MatchingParams> matchingSchema() {
  Schema<MatchingParams> schema;
  tier::addSizeFields(schema, "Two in each of three zones.", "Compute-optimised: ranking is arithmetic.");
  tier::addAdmissionFields(schema, Source::Grade::Judgement,
                           "A match mostly waits for the index and for estimates.",
                           "As many as one server still answers in time.");
  schema.field("candidates", &MatchingParams::candidates)
      .label("Candidates")
      .group("Behaviour")
      .range(1, 10'000)
      .logarithmic()
      .help("Drivers nearby that are ranked in a round.")
      .source(Source::Grade::Judgement, "A search of three kilometres in a city.")
      .field("rank_time", &MatchingParams::rankTime)
      .label("Ranking one")
      .group("Behaviour")
      .range(100_ns, 1_s)
      .logarithmic()
      .help("Processor time for one candidate, on a Graviton3 core. Its variation is that of whole rounds.")
      .source(Source::Grade::Judgement, "Distance, estimate of arrival, rules: 4 ms for twenty.")
      .field("offers", &MatchingParams::offers)
      .label("Rounds at most")
      .group("Behaviour")
      .range(1, 6)
      .help("How often an offer is made before the match fails.")
      .source(Source::Grade::Judgement, "The first and two more.")
      .field("acceptance", &MatchingParams::acceptance)
      .label("Accepted")
      .group("Behaviour")
      .range(0, 1)
      .help("Share of the offers that are accepted; after the others another round is made.")
      .source(Source::Grade::Judgement, "Most drivers take the next ride.")
      .field("answer_time", &MatchingParams::answerTime)
      .label("Answer to an offer")
      .group("Behaviour")
      .range(0_ms, 60_s)
      .help("How long the one who is asked takes, on average. The request waits for it.")
      .source(Source::Grade::Judgement,
              "None: the figures are then those of the system, not of its drivers.");
  return tier::addOperatingFields(schema);
}

void lowerMatching(const MatchingParams& params, plan::Lowering& lowering) {
  const plan::Index pool = tier::addServers(params, lowering);
  // A round that is declined makes the next one, nested; the last one fails.
  const std::function<void(plan::ProgramBuilder&, std::int64_t)> round = [&](plan::ProgramBuilder& program,
                                                                             std::int64_t left) {
    program.useAll(lowering.links()).work(params.onThisServer(params.roundTime())).wait(params.answerTime);
    program.branch(1 - params.acceptance.raw(), [&](plan::ProgramBuilder& declined) {
      if (left > 1) {
        round(declined, left - 1);
      } else {
        declined.fail(plan::Reason::Refused);
      }
    });
  };
  lowering.addOperation("", pool,
                        [&](plan::ProgramBuilder& program) { round(program, params.offers.value()); });
}

}  // namespace

BlockType geo_matching_service() {
  BlockType type{
      .key = "geo_matching_service",
      .label = "Matching service",
      .category = Category::Compute,
      .purpose = "Finds the nearest free driver, courier or machine, and asks the next one if it declines."};
  type.documentation =
      R"(**What happens to a request.** It is admitted, or waits or is refused as at any server. Then it makes rounds: each uses the outgoing links (draw one
to the *geospatial index* for who is near, one to the store of their states, one for estimates of arrival), ranks the candidates on a processor, and waits
for the answer to the offer. If it is declined, another round begins. When the last one is declined too, the request fails with *refused*: nobody was
found.

With acceptance *a* and *n* rounds there are on average (1 - (1-a)^n) / a rounds, and a share of (1-a)^n fails: 1.17 and 0.3 % with the defaults.

**Modelled.** Rounds with all their calls, processors, admission.

**Not modelled.** Which driver is taken: two matches never want the same one. Batches of requests that are matched together.)";
  type.documentation += elasticity::kElasticDocumentation;
  type.vendorNames = {"Dispatch", "DISCO", "Ride matching", "ECS", "EKS", "GKE"};
  return makeBlock<MatchingParams>(
      std::move(type), matchingSchema(), lowerMatching,
      [](const MatchingParams& params, const Load&) { return tier::usageOfServers(params); },
      [](const MatchingParams& params) { return tier::deployServers(params); },
      [](const MatchingParams& params) { return tier::traitsOfServers(params); });
}

}  // namespace cantilever::catalog::blocks

#include "core/base/text.h"
#include "core/catalog/blocks.h"
#include "core/catalog/tier.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

struct RecommendationParams : tier::TierParams {
  RecommendationParams() {
    instances = Count(4);
    instanceType = Choice{"c7g.2xlarge"};
    concurrency = Count(64);
    queueLimit = Count(64);
  }
  Count candidates{200};
  Law scoreTime = Law::lognormal(40_us, 0.6);
  Law assembleTime = Law::lognormal(500_us, 0.5);

  /// All candidates of a request are scored by one model at the same pace.
  Law rankTime() const { return scoreTime.scaled(static_cast<double>(candidates.value())); }
};

Schema<RecommendationParams> recommendationSchema() {
  Schema<RecommendationParams> schema;
  tier::addSizeFields(schema, "Enough to lose one and go on.", "Compute-optimised: scoring is arithmetic.");
  tier::addAdmissionFields(schema, Source::Grade::Judgement,
                           "Eight for each core; beyond that waiting is longer than the time limit.",
                           "Twice what it works on: more would not be answered in time.");
  schema.field("candidates", &RecommendationParams::candidates)
      .label("Candidates")
      .group("Behaviour")
      .range(1, 100'000)
      .logarithmic()
      .help("Things that are scored for one request.")
      .source(Source::Grade::Judgement, "What is left when cheap rules have chosen from the catalogue.")
      .field("score_time", &RecommendationParams::scoreTime)
      .label("Scoring one")
      .group("Behaviour")
      .range(100_ns, 100_ms)
      .logarithmic()
      .help("Processor time for one candidate, on a Graviton3 core. Its variation is that of whole requests.")
      .source(Source::Grade::Judgement, "Boosted trees or a small network: 25,000 a second and core.")
      .field("assemble_time", &RecommendationParams::assembleTime)
      .label("Assembling")
      .group("Behaviour")
      .range(0_ms, 10_s)
      .help("Processor time besides scoring: joining features, writing the answer.")
      .source(Source::Grade::Judgement, "As of a lean service.");
  return tier::addOperatingFields(schema);
}

}  // namespace

BlockType recommendation_engine() {
  BlockType type{.key = "recommendation_engine",
                 .label = "Recommendation engine",
                 .category = Category::Compute,
                 .purpose = "Scores candidates for one user, online, from features and precomputed lists."};
  type.documentation =
      R"(**What happens to a request.** It is admitted, or waits or is refused as at any server. First the outgoing links are used: draw one to the store of
features and one to the store of candidates (calls per request says how often; in parallel saves time). Then it queues for a processor and computes as
long as scoring all candidates and assembling the answer takes: with the defaults 8.5 ms, 120 requests a second and core.

Callers mostly have a time limit of 50 to 100 ms and show what is popular instead: give the incoming link a timeout and the caller a link of role
*fallback*.

**Modelled.** Processors, admission, the cost of more candidates, the calls before.

**Not modelled.** Accelerators, batching of several requests into one pass of a model, training.)";
  type.documentation += elasticity::kElasticDocumentation;
  type.vendorNames = {"SageMaker", "Personalize", "Vertex AI",         "Azure ML",
                      "Triton",    "Ray Serve",   "TensorFlow Serving"};
  return makeBlock<RecommendationParams>(
      std::move(type), recommendationSchema(),
      [](const RecommendationParams& params, plan::Lowering& lowering) {
        const plan::Index pool = tier::addServers(params, lowering);
        lowering.addOperation("", pool, [&](plan::ProgramBuilder& program) {
          program.useAll(lowering.links())
              .work(params.onThisServer(params.rankTime()))
              .work(params.onThisServer(params.assembleTime));
        });
      },
      [](const RecommendationParams& params, const Load&) { return tier::usageOfServers(params); },
      [](const RecommendationParams& params) { return tier::deployServers(params); },
      [](const RecommendationParams& params) { return tier::traitsOfServers(params); });
}

}  // namespace cantilever::catalog::blocks

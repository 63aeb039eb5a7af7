#include "core/catalog/schema.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

struct DelayParams {
  Law delay = Law::exponential(100_ms);
};

constexpr const char* kDelayDocumentation = R"(A station with infinitely many servers: every request starts at
once and nobody waits (M/G/∞; a *delay centre* of queueing networks).

1. The request stays for a draw of **delay**;
2. then it uses the links that leave this block, as a synchronous caller (in order of their ids; those of a
   parallel group at once; of the links with role *route* exactly one, by weight);
3. then it answers.

The mean number present is arrival rate × mean delay (Little 1961) and depends on the law only by its mean.
Results show that number instead of a utilisation.)";

}  // namespace

BlockType delay() {
  return makeBlock<DelayParams>(
      {.key = "delay",
       .label = "Delay",
       .category = Category::Primitives,
       .purpose = "Keeps every request for a random time; nobody waits for anybody.",
       .documentation = kDelayDocumentation},
      Schema<DelayParams>()
          .field("delay", &DelayParams::delay)
          .label("Delay")
          .group("Behaviour")
          .range(Duration(), 24_h)
          .logarithmic()
          .help("How long each request stays.")
          .source(Source::Grade::Judgement, "A round figure to start from: a tenth of a second."),
      [](const DelayParams& params, plan::Lowering& lowering) {
        plan::Pool pool;
        pool.servers = 0;
        lowering.addOperation("", lowering.addPool(pool), [&](plan::ProgramBuilder& program) {
          program.work(params.delay).useAll(lowering.links());
        });
      },
      [](const DelayParams&, const Load&) { return std::vector<Usage>(); },
      [](const DelayParams&) { return Deployable(); },
      [](const DelayParams&) { return Traits{.isPrimitive = true}; });
}

}  // namespace cantilever::catalog::blocks

#include "core/catalog/schema.h"

namespace cantilever::catalog::blocks {

namespace {

struct SourceParams {};

constexpr const char* kSourceDocumentation = R"(The load of a textbook model.

Every workload that enters here sends its requests over the links that leave this block: for each arrival of
the workload one root request, which

1. uses the links in order of their ids (those of a parallel group at once; of the links with role *route*
   exactly one, by weight), and
2. ends when the last of them has answered. Its latency runs from the arrival to that moment.

**Rates belong to the workload**, not to this block. An *open* workload has arrivals at its peak rate: Poisson,
deterministic, or with independent spacings of any law; one at a time or in batches; steady, in bursts (a
Markov-modulated Poisson process of two states) or following a curve over simulated time, which is inverted exactly. A
*closed* one has a number of users, each of whom thinks, asks, waits for the outcome and thinks again; a failure counts
as a cycle. A *trace* has its times. Each workload has its own streams of random numbers; several may enter at one
source.

A source has no machines, queues or time of its own. If a call fails, the request fails with its reason.)";

}  // namespace

BlockType source() {
  return makeBlock<SourceParams>(
      {.key = "source",
       .label = "Source",
       .category = Category::Primitives,
       .purpose = "Offers requests: arrivals of workloads enter the model here.",
       .documentation = kSourceDocumentation,
       .acceptsCalls = false},
      Schema<SourceParams>(),
      [](const SourceParams&, plan::Lowering& lowering) {
        lowering.addSource([&](plan::ProgramBuilder& program) { program.useAll(lowering.links()); });
      },
      [](const SourceParams&, const Load&) { return std::vector<Usage>(); },
      [](const SourceParams&) { return Deployable(); },
      [](const SourceParams&) { return Traits{.isSource = true, .isPrimitive = true}; });
}

}  // namespace cantilever::catalog::blocks

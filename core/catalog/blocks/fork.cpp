#include <cmath>

#include "core/catalog/schema.h"

namespace cantilever::catalog::blocks {

namespace {

struct ForkParams {
  Count needed{0};
};

constexpr const char* kForkDocumentation = R"(Fork and join in one.

Each request calls all links that leave this block with role *default*, *read*, *write* or *route* **at once**, each as
often as its calls per request say (a fraction is drawn), and goes on when **needed** of these calls have succeeded;
0 waits for all. Then it answers. Its time is that of the *needed*-th fastest branch.

- The other branches go on and use capacity; their answers are ignored.
- As soon as too many branches have failed for *needed* to be reached, the request fails with the reason of the
  failure that made it impossible.
- Links with mode *send* are sent first and not waited for.
- Links that are restricted to some request classes take part only for those. If fewer than *needed* calls take
  part, all of them are needed.

**Why there is no join block.** A call returns to whoever made it, so the branches of a fork meet again at the fork by
themselves; a join drawn elsewhere could only repeat what the fork knows already. To go on after the join, put
the fork behind a block that calls first the fork and then what comes next (links in order of their ids).

The fork itself takes no time and no resources: a fork-join queue is a fork with a pool behind each link.)";

void lowerFork(const ForkParams& params, plan::Lowering& lowering) {
  const std::vector<plan::OutLink> branches = plan::onwardLinks(lowering);
  double calls = 0;
  for (const plan::OutLink& branch : branches) {
    calls += branch.link->mode == LinkMode::Call ? std::ceil(branch.link->calls) : 0.0;
  }
  if (static_cast<double>(params.needed.value()) > calls) {
    lowering.warn("fork.needs_too_many",
                  "More successes are needed than calls are made: the fork waits for all of them.", "needed");
  }
  lowering.addOperation("", plan::kNone, [&](plan::ProgramBuilder& program) {
    program.parallel(branches, static_cast<std::size_t>(params.needed.value()));
  });
}

}  // namespace

BlockType fork() {
  return makeBlock<ForkParams>(
      {.key = "fork",
       .label = "Fork and join",
       .category = Category::Primitives,
       .purpose = "Calls all its links at once and waits for k of n answers.",
       .documentation = kForkDocumentation},
      Schema<ForkParams>()
          .field("needed", &ForkParams::needed)
          .label("Answers needed")
          .group("Behaviour")
          .range(0, 65'535)
          .help("How many of the calls must succeed before the request goes on (k of n); 0: all.")
          .source(Source::Grade::Judgement, "A fork-join waits for all."),
      lowerFork, [](const ForkParams&, const Load&) { return std::vector<Usage>(); },
      [](const ForkParams&) { return Deployable(); },
      [](const ForkParams&) { return Traits{.isPrimitive = true}; });
}

}  // namespace cantilever::catalog::blocks

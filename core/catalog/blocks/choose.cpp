#include "core/catalog/schema.h"

namespace cantilever::catalog::blocks {

namespace {

struct ChooseParams {};

constexpr const char* kChooseDocumentation = R"(A probabilistic branch of a queueing network.

Each request uses exactly one of the links that leave this block with role *default*, *read*, *write* or *route*:
link *i* with probability weight *i* / sum of the weights (equal if all weights are 0). A link that is restricted
to some request classes stands for choice only for those. Then the request answers.

For feedback with probability *p* let one of the links lead back: its weight is *p*, that of the others together
1 − *p*. The visits are then geometric, with mean 1 / (1 − *p*). Feedback that never dies out (*p* = 1) is an error.

Nothing here takes time or resources. Choices of different requests are independent.)";

}  // namespace

BlockType choose() {
  return makeBlock<ChooseParams>(
      {.key = "choose",
       .label = "Choose",
       .category = Category::Primitives,
       .purpose = "Sends each request over one of its links, by weight.",
       .documentation = kChooseDocumentation},
      Schema<ChooseParams>(),
      [](const ChooseParams&, plan::Lowering& lowering) {
        const std::vector<plan::OutLink> alternatives = plan::onwardLinks(lowering);
        if (alternatives.empty()) {
          lowering.warn("choose.no_links", "There is nothing to choose from: no link leaves this block.");
        }
        lowering.addOperation("", plan::kNone,
                              [&](plan::ProgramBuilder& program) { program.chooseOne(alternatives); });
      },
      [](const ChooseParams&, const Load&) { return std::vector<Usage>(); },
      [](const ChooseParams&) { return Deployable(); },
      [](const ChooseParams&) { return Traits{.isPrimitive = true}; });
}

}  // namespace cantilever::catalog::blocks

#include "core/catalog/schema.h"

namespace cantilever::catalog::blocks {

namespace {

struct FanoutParams {
  Choice targets{"fixed"};
  Count number{10};
  double exponent = 2.1;
  Count most{1'000'000};
  Count skipAbove{0};
  Count batch{1};
  Count window{0};
  Count needed{0};
};

constexpr const char* kFanoutDocumentation =
    R"(Calls the same callee for many targets: a post to all followers, a search on all shards, a message to a group.

Each request draws its number of **targets**:

- *fixed*: always the **number**;
- *geometric*: at least one, with the **number** as its mean;
- *power_law*: *k* with a probability proportional to 1 / *k* to the **exponent**, up to **most**: few have very many.

Then, for each link that leaves this block, in order of id, it makes the calls to all targets at once, in **batches**: a
call stands for up to so many targets, the last one for the rest. A pool takes its *service per target* for each of them.
With a **window** at most so many calls are open at a time, and the next starts when one is over (never more
than 65,535 are open). The request goes on when **needed** calls have succeeded (0: all), and fails as soon
as that has become impossible; calls that are not needed any more go on, those not begun are left out. Links of mode *send* are sent
all at once and not waited for.

**Skip above**: requests with more targets than that do not fan out at all (0: all do). That is how a social network
treats its celebrities: their followers fetch the post when they read.

To call each instance of one block once, give an ordinary link the balancing *all* instead.

Exact: numbers, batches, windows, and every single call. A modelling choice: which targets they are is not simulated: the
key of the request stays that of its author, so a fan-out over a link with consistent hashing goes to one instance; use
random balancing to spread it.)";

CountLaw numberOfTargets(const FanoutParams& params) {
  if (params.targets.value == "power_law") {
    return CountLaw::powerLaw(params.exponent, static_cast<std::uint32_t>(params.most.value()));
  }
  const auto number = static_cast<std::uint32_t>(params.number.value());
  return params.targets.value == "geometric" ? CountLaw::geometric(number) : CountLaw::fixed(number);
}

void lowerFanout(const FanoutParams& params, plan::Lowering& lowering) {
  plan::Fan fan;
  fan.batch = static_cast<std::uint32_t>(params.batch.value());
  fan.window = static_cast<std::uint32_t>(params.window.value());
  fan.needed = static_cast<std::uint32_t>(params.needed.value());
  const std::vector<plan::OutLink> links = plan::onwardLinks(lowering);
  const plan::Body toAll = [&](plan::ProgramBuilder& program) {
    for (const plan::OutLink& link : links) {
      program.fanOut(link, fan);
    }
  };
  lowering.addOperation("", plan::kNone, [&](plan::ProgramBuilder& program) {
    program.draw(numberOfTargets(params));
    if (params.skipAbove > Count(0)) {
      program.branchOnDrawn(static_cast<std::uint32_t>(params.skipAbove.value()), {}, toAll);
    } else {
      toAll(program);
    }
  });
}

Schema<FanoutParams> fanoutSchema() {
  return Schema<FanoutParams>()
      .field("targets", &FanoutParams::targets)
      .label("Targets")
      .group("Size")
      .choices({"fixed", "geometric", "power_law"})
      .help("How the number of targets of a request comes about.")
      .source(Source::Grade::Judgement, "The simplest: always the same.")
      .field("number", &FanoutParams::number)
      .label("Number")
      .group("Size")
      .range(1, 10'000'000)
      .logarithmic()
      .help("Of targets if fixed; their mean if geometric.")
      .source(Source::Grade::Judgement, "A round figure to start from.")
      .field("exponent", &FanoutParams::exponent)
      .label("Exponent")
      .group("Size")
      .range(0, 10)
      .help("Of the power law: the larger, the rarer are large numbers.")
      .source(Source::Grade::Known,
              "M. Newman, Power laws, Pareto distributions and Zipf's law, 2005: exponents between 2 and 3 "
              "for most networks")
      .field("most", &FanoutParams::most)
      .label("Most")
      .group("Size")
      .range(1, 100'000'000)
      .logarithmic()
      .help("The power law ends there.")
      .source(Source::Grade::Judgement, "A popular account.")
      .field("skip_above", &FanoutParams::skipAbove)
      .label("Skip above")
      .group("Behaviour")
      .range(0, 100'000'000)
      .help("Requests with more targets do not fan out; 0: all do.")
      .source(Source::Grade::Judgement, "No exception.")
      .field("batch", &FanoutParams::batch)
      .label("Batch")
      .group("Behaviour")
      .range(1, 1'000'000)
      .logarithmic()
      .help("Targets that one call stands for.")
      .source(Source::Grade::Judgement, "Each by itself.")
      .field("window", &FanoutParams::window)
      .label("Window")
      .group("Behaviour")
      .range(0, plan::Fan::kMostOpen)
      .help("Calls that are open at a time; 0: all.")
      .source(Source::Grade::Judgement, "All at once.")
      .field("needed", &FanoutParams::needed)
      .label("Answers needed")
      .group("Behaviour")
      .range(0, 10'000'000)
      .help("How many of the calls must succeed before the request goes on; 0: all.")
      .source(Source::Grade::Judgement, "All.");
}

}  // namespace

BlockType fanout() {
  return makeBlock<FanoutParams>(
      {.key = "fanout",
       .label = "Fan-out",
       .category = Category::Primitives,
       .purpose = "Calls one callee for many targets, whose number is drawn: in batches, through a window.",
       .documentation = kFanoutDocumentation},
      fanoutSchema(), lowerFanout, [](const FanoutParams&, const Load&) { return std::vector<Usage>(); },
      [](const FanoutParams&) { return Deployable(); },
      [](const FanoutParams&) { return Traits{.isPrimitive = true}; });
}

}  // namespace cantilever::catalog::blocks

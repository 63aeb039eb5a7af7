#include "core/base/text.h"
#include "core/catalog/blocks.h"
#include "core/catalog/tier.h"
#include "core/vocabulary/lowering.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

struct FanoutServiceParams : tier::TierParams {
  FanoutServiceParams() {
    instances = Count(10);
    instanceType = Choice{"c7g.xlarge"};
    concurrency = Count(64);
    queueLimit = Count(100'000);
  }
  Choice followers{"power_law"};
  Count mean{75};
  double exponent = 2.0;
  Count most{31'000'000};
  Count celebrity{10'000};
  Count batch{4000};
  Count window{16};
  Law prepareTime = Law::lognormal(500_us, 0.8);
  Law receiverTime = Law::lognormal(15_us, 0.5);
};

constexpr const char* kTwitterScale =
    "R. Krikorian, Timelines at Scale (QCon San Francisco 2012; High Scalability, \"The Architecture Twitter "
    "Uses ...\")";

Schema<FanoutServiceParams> fanoutServiceSchema() {
  Schema<FanoutServiceParams> schema;
  tier::addSizeFields(schema, "Ten share the posts of a large service, and nine are enough for them.",
                      "Compute-optimised: lists are merged and written.");
  tier::addAdmissionFields(schema, Source::Grade::Judgement, "Posts whose delivery goes on at the same time.",
                           "Posts wait in memory: they are small, and nobody waits for the answer.");
  schema.field("followers", &FanoutServiceParams::followers)
      .label("Followers")
      .group("Behaviour")
      .choices({"power_law", "geometric", "fixed"})
      .help("How the number of receivers of a post comes about.")
      .source(Source::Grade::Known,
              "M. Newman, Power laws, Pareto distributions and Zipf's law, 2005: few have very many")
      .field("mean", &FanoutServiceParams::mean)
      .label("Mean")
      .group("Behaviour")
      .range(1, 10'000'000)
      .logarithmic()
      .help("Receivers of a post, if geometric or fixed.")
      .source(Source::Grade::Read,
              "VMware Tanzu, \"30 billion Redis updates per day\": for 400 million posts a day, 75 each")
      .field("exponent", &FanoutServiceParams::exponent)
      .label("Exponent")
      .group("Behaviour")
      .range(1, 5)
      .help("Of the power law: k receivers have a probability proportional to 1 / k to the exponent.")
      .source(Source::Grade::Judgement,
              "Between the 2 and 3 of most networks, at the end with more celebrities.")
      .field("most", &FanoutServiceParams::most)
      .label("Most")
      .group("Behaviour")
      .range(1, 100'000'000)
      .logarithmic()
      .help("The power law ends there.")
      .source(Source::Grade::Read, kTwitterScale)
      .field("celebrity", &FanoutServiceParams::celebrity)
      .label("Celebrities from")
      .group("Behaviour")
      .range(0, 100'000'000)
      .help(
          "Posts with more receivers are not delivered: readers merge them when they look. 0: all are "
          "delivered.")
      .source(Source::Grade::Judgement,
              "A post beyond that would keep the service busy for a tenth of a second and more.")
      .field("batch", &FanoutServiceParams::batch)
      .label("Batch")
      .group("Behaviour")
      .range(1, 100'000)
      .logarithmic()
      .help("Receivers that one call to the timelines stands for.")
      .source(Source::Grade::Read, kTwitterScale)
      .field("window", &FanoutServiceParams::window)
      .label("Calls at once")
      .group("Behaviour")
      .range(1, plan::Fan::kMostOpen)
      .logarithmic()
      .help("Of one post; the next begins when one is answered.")
      .source(Source::Grade::Judgement, "Enough to keep all shards busy without flooding one.")
      .field("prepare_time", &FanoutServiceParams::prepareTime)
      .label("Preparing")
      .group("Behaviour")
      .range(1_us, 10_s)
      .logarithmic()
      .help("Processor time of reading the list of followers, once for each post.")
      .source(Source::Grade::Judgement,
              "As of a lean service; the list itself is a call over a look-up or read link.")
      .field("receiver_time", &FanoutServiceParams::receiverTime)
      .label("Per receiver")
      .group("Behaviour")
      .range(0_ms, 1_s)
      .help(
          "Processor time of the service for each receiver of a batch, before the call that tells them. What "
          "the "
          "callee does for each is its own.")
      .source(Source::Grade::Judgement,
              "An entry made and a command written, some 66,000 a second and core; times the copies, where "
              "each is "
              "written.");
  return tier::addOperatingFields(schema);
}

CountLaw receiversOf(const FanoutServiceParams& params) {
  if (params.followers.value == "power_law") {
    return CountLaw::powerLaw(params.exponent, static_cast<std::uint32_t>(params.most.value()));
  }
  const auto mean = static_cast<std::uint32_t>(params.mean.value());
  return params.followers.value == "geometric" ? CountLaw::geometric(mean) : CountLaw::fixed(mean);
}

void lowerFanoutService(const FanoutServiceParams& params, plan::Lowering& lowering) {
  const plan::Index pool = tier::addServers(params, lowering);
  plan::Fan fan;
  fan.batch = static_cast<std::uint32_t>(params.batch.value());
  fan.window = static_cast<std::uint32_t>(params.window.value());
  std::vector<plan::OutLink> asked;  // the followers
  std::vector<plan::OutLink> told;   // their timelines
  for (const plan::OutLink& link : lowering.links()) {
    const LinkRole role = link.link->role;
    const bool isTold = role == LinkRole::Default || role == LinkRole::Write;
    (isTold ? told : asked).push_back(link);
  }
  for (plan::OutLink& link : told) {
    if (link.link->classes.empty()) {
      link.classSet = plan::kNone;  // a delivery is a write whatever caused it
    }
  }
  // A batch is worked on by any processor of the service, beside the slot of its post.
  const plan::Body tell = [&](plan::ProgramBuilder& program) {
    if (!params.receiverTime.isZero()) {
      program.workPerTarget(params.onThisServer(params.receiverTime), pool);
    }
    for (const plan::OutLink& link : told) {
      program.use(link);
    }
  };
  const plan::OutLink batch = lowering.addPart("batch", plan::kNone, {}, tell);
  const plan::Body deliver = [&](plan::ProgramBuilder& program) { program.fanOut(batch, fan); };
  const plan::Body post = [&](plan::ProgramBuilder& program) {
    program.work(params.onThisServer(params.prepareTime)).useAll(asked).draw(receiversOf(params));
    if (params.celebrity > Count(0)) {
      program.branchOnDrawn(static_cast<std::uint32_t>(params.celebrity.value()), {}, deliver);
    } else {
      deliver(program);
    }
  };
  lowering.addOperation("", pool, post);
  lowering.addOperation("post", pool, post);
  lowering.addOperation("deliver", plan::kNone, tell);
}

}  // namespace

BlockType fanout_service() {
  BlockType type{.key = "fanout_service",
                 .label = "Fan-out service",
                 .category = Category::Compute,
                 .purpose = "Delivers one post to the timelines of all followers, when it is written."};
  type.documentation =
      R"(**What happens to a post.** It is admitted, or waits or is refused as at any server, and keeps its slot until it is delivered. It takes a processor for
preparing and uses the links of role read, look-up or route (the graph of followers). Its number of receivers is drawn. If it is a celebrity's, that is
all. Otherwise the receivers are told in batches, so many of them at a time. Each batch takes a processor of the service, any that is free first, for its time *per receiver*; then it goes over each
link of role default or write as one call that stands for all its receivers, so that a timeline cache takes the time of a push for each. `deliver` does that for a batch which another fan-out
has drawn.

Lead it to a *timeline cache* and feed it by a link of mode *send* or from a log, so that nobody waits for it. What celebrities post is fetched by the
readers: draw that call at the service that reads.

**The power law.** With exponent 2 a post has on average ln(most) / 1.64 receivers, but 1 in 16,000 has more than 10,000. Those are left out, which keeps away
the share ln(most / 10,000) / (ln(most) + 0.577) of all deliveries, 45 % with 31 million at most, and nearly all of the waiting.

**Modelled.** Every batch, windows, slots, processors by post and by receiver, the exception for celebrities.

**Not modelled.** Who the receivers are: each batch goes to a shard by the key of the author, or to any if the class has no keys, or as the link's balancing
says. Use *random* or *round_robin* there.)";
  type.documentation += elasticity::kElasticDocumentation;
  type.vendorNames = {"Timeline fan-out", "Feed delivery", "ECS workers", "Fan-out on write"};
  type.operations = {"post", "deliver"};
  return makeBlock<FanoutServiceParams>(
      std::move(type), fanoutServiceSchema(), lowerFanoutService,
      [](const FanoutServiceParams& params, const Load&) { return tier::usageOfServers(params); },
      [](const FanoutServiceParams& params) { return tier::deployServers(params, Deployable::Kind::Worker); },
      [](const FanoutServiceParams& params) { return tier::traitsOfServers(params); });
}

}  // namespace cantilever::catalog::blocks

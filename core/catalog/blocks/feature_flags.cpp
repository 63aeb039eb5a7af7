#include <algorithm>
#include <iterator>

#include "core/base/text.h"
#include "core/catalog/blocks.h"
#include "core/catalog/hosted.h"
#include "core/catalog/schema.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

struct FlagParams {
  bool isOn = true;
  Ratio rollout = ratio(0.05);
  Law evaluation = Law::constant(2_us);
  Duration poll = 30_s;
  Count clients{50};
};

Schema<FlagParams> flagSchema() {
  return Schema<FlagParams>()
      .field("on", &FlagParams::isOn)
      .label("On")
      .group("Behaviour")
      .help("Off: nobody gets the new way (the kill switch).")
      .source(Source::Grade::Judgement, "To see it.")
      .field("rollout", &FlagParams::rollout)
      .label("Roll-out")
      .group("Behaviour")
      .range(0, 1)
      .help("Share of the requests that take the new way.")
      .source(Source::Grade::Judgement, "The first step of a careful roll-out.")
      .field("evaluation", &FlagParams::evaluation)
      .label("Evaluation")
      .group("Behaviour")
      .range(0_ms, 10_ms)
      .help("What asking adds to a request: the rules are in the server's own memory.")
      .source(Source::Grade::Judgement, "A hash and a few comparisons.")
      .field("poll", &FlagParams::poll)
      .label("Fetched every")
      .group("Reliability")
      .range(1_s, 1_h)
      .help("How often each server fetches the rules, and so the longest until a switch has reached all.")
      .source(Source::Grade::Read,
              "LaunchDarkly Java server SDK, PollingDataSourceBuilder: 30 seconds by default, and no less; "
              "https://launchdarkly.github.io/java-server-sdk/")
      .field("clients", &FlagParams::clients)
      .label("Servers that ask")
      .group("Cost")
      .range(0, 1'000'000)
      .help("For the bill of what they fetch.")
      .source(Source::Grade::Judgement, "A few services.");
}

void lowerFlags(const FlagParams& params, plan::Lowering& lowering) {
  std::vector<plan::OutLink> oldWay = lowering.links(LinkRole::Standby);
  std::vector<plan::OutLink> newWay;
  std::copy_if(lowering.links().begin(), lowering.links().end(), std::back_inserter(newWay),
               [](const plan::OutLink& link) { return link.link->role != LinkRole::Standby; });
  const plan::Index flag =
      lowering.addFlag({.key = {}, .share = params.isOn ? params.rollout.raw() : 0, .poll = params.poll});
  lowering.addOperation("", plan::kNone, [&](plan::ProgramBuilder& program) {
    program.wait(params.evaluation)
        .branchOnFlag(
            flag, [&](plan::ProgramBuilder& yes) { yes.useAll(newWay); },
            [&](plan::ProgramBuilder& no) {
              for (const plan::OutLink& link : oldWay) {
                no.use(link);
              }
            });
  });
}

}  // namespace

BlockType feature_flags() {
  return makeBlock<FlagParams>(
      {.key = "feature_flags",
       .label = "Feature flags",
       .category = Category::Operations,
       .purpose =
           "Sends a share of the requests the new way, and everybody the old one at the turn of a switch.",
       .documentation =
           R"(**What happens to a request.** Draw it between a caller and two versions of what it calls. The flag is evaluated. With the share of the roll-out, if it is on, the request
uses the outgoing links of the *new* way: those of the ordinary roles. The others use the links of role *standby*: the *old* way.

**Turning it.** The flag has the name of the block (its id): events *set_flag* of scenarios and controls turn it in a run, and links elsewhere may name it too (*flag*). Each server that asks sees a
change when it next fetches the rules, within the interval of fetching, each at a time of its own; one that starts fetches at once. Callers that are no instances (sources) fetch together.

**Modelled.** The split: by key, so that a user always gets the same answer, or by chance for each request of a class without keys; the calls of either way; when a switch reaches the servers; what
they fetch in the bill.

**Not modelled.** Fetching takes no time and never fails.)",
       .vendorNames = {"AppConfig", "LaunchDarkly", "Unleash", "Firebase Remote Config", "App Configuration",
                       "A/B test", "Kill switch"}},
      flagSchema(), lowerFlags,
      [](const FlagParams& params, const Load&) {
        return std::vector<Usage>{
            {Usage::Kind::Requests, "configuration",
             // A change a day reaches every server; fetching without a change is a thousandth of that.
             30 * static_cast<double>(params.clients.value()), "ondemand",
             format(params.clients) + " servers fetch a change a day"}};
      },
      [](const FlagParams& params) {
        Deployable deployable{.kind = Deployable::Kind::None};
        deployable.settings["instead"] = "it is somebody else's service, which the code of the services asks";
        deployable.settings["poll_s"] = formatNumber(params.poll.inSeconds());
        return deployable;
      },
      [](const FlagParams& params) {
        Traits traits = hosted::traits(
            8760_h, 10_min);  // one outage a year: judgement; servers go on with what they have
        traits.detectionTime = params.poll;
        return traits;
      });
}

}  // namespace cantilever::catalog::blocks

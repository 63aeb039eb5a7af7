#include "core/base/text.h"
#include "core/catalog/blocks.h"
#include "core/catalog/hosted.h"
#include "core/catalog/schema.h"
#include "core/vocabulary/plan/trigger.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

struct DeploymentParams {
  Duration begins = 1_min;
  std::string steps = "5 %, 25 %, 50 %, 100 %";
  Duration bake = 10_min;
  std::string rollbackWhen = "failed_ratio above 1 % over 60 s";
  Count releases{20};
};

Result<std::vector<Ratio>> parseShares(std::string_view text) {
  std::vector<Ratio> shares;
  for (const std::string_view each : partsOf(text, ',')) {
    Result<Ratio> share = parseRatio(each);
    if (!share) {
      return share.error();
    }
    if (*share <= Ratio() || *share > ratio(1)) {
      return Error{"deployment.share", "each share must be above 0 and at most 100 %.", {}};
    }
    if (!shares.empty() && *share < shares.back()) {
      return Error{"deployment.share", "no share may be below the one before it.", {}};
    }
    shares.push_back(*share);
  }
  if (shares.empty()) {
    return Error{"deployment.share", "a rollout has at least one step, such as \"100 %\".", {}};
  }
  return shares;
}

std::string faultInShares(const std::string& text) {
  const Result<std::vector<Ratio>> shares = parseShares(text);
  return shares ? "" : shares.error().message;
}

std::string faultInRollback(const std::string& text) {
  return text.empty() ? std::string() : plan::faultInFigure(text);
}

Schema<DeploymentParams> deploymentSchema() {
  return Schema<DeploymentParams>()
      .field("begins", &DeploymentParams::begins)
      .label("Begins at")
      .group("Rollout")
      .range(Duration(), Duration::hours(24 * 365))
      .help("When the rollout begins, from the start of a run.")
      .source(Source::Grade::Judgement, "When a run has settled.")
      .field("steps", &DeploymentParams::steps)
      .label("Steps")
      .group("Rollout")
      .grammar(faultInShares, "10 %, 100 %")
      .help(
          "Shares of the instances that run the next version, one after the other. One step of 100 % is a "
          "plain "
          "rollout, of a small share a canary.")
      .source(Source::Grade::Judgement, "A canary first, then twice as many or more at a time.")
      .field("bake", &DeploymentParams::bake)
      .label("Between steps")
      .group("Rollout")
      .range(Duration(), Duration::hours(24 * 30))
      .help("How long each step is watched before the next one.")
      .source(Source::Grade::Judgement, "Long enough for alarms to be raised.")
      .field("rollback_when", &DeploymentParams::rollbackWhen)
      .label("Rolled back when")
      .group("Rollout")
      .grammar(faultInRollback, "latency_p99 above 500 ms over 30 s")
      .help("The figure that stops the rollout and takes it back. Empty: none does.")
      .source(Source::Grade::Judgement, "Errors that users see, for a minute.")
      .field("releases", &DeploymentParams::releases)
      .label("Releases per month")
      .group("Cost")
      .range(0, 100'000)
      .help("In the bill.")
      .source(Source::Grade::Judgement, "One on each working day.");
}

/// For each block that the links lead to: so much of it is to run the next version, so long after the control
/// has fired.
void rollOut(Control& control, Duration after, Ratio share, const plan::Lowering& lowering) {
  for (const plan::OutLink& link : lowering.links()) {
    Perturbation event;
    event.at = after;
    event.target = link.link->to;
    event.change = Change::RollOut;
    event.value = share.raw();
    control.events.push_back(std::move(event));
  }
}

void lowerDeployment(const DeploymentParams& params, plan::Lowering& lowering) {
  Control rollout;
  rollout.id = ControlId("rollout");
  rollout.name = lowering.block().name.empty() ? "Rollout" : lowering.block().name;
  rollout.when = "at " + format(params.begins);
  Duration after;
  const Result<std::vector<Ratio>> shares = parseShares(params.steps);
  for (const Ratio share : shares ? *shares : std::vector<Ratio>()) {
    rollOut(rollout, after, share, lowering);
    after = after + params.bake;
  }
  lowering.addControl(std::move(rollout));
  if (!params.rollbackWhen.empty()) {
    Control back;
    back.id = ControlId("rollback");
    back.name = "Rollback";
    back.when = params.rollbackWhen;
    Perturbation stop;
    stop.change = Change::StopControl;
    stop.name = "rollout";
    back.events.push_back(std::move(stop));
    rollOut(back, {}, Ratio(), lowering);
    lowering.addControl(std::move(back));
  }
}

}  // namespace

BlockType deployment_controller() {
  return makeBlock<DeploymentParams>(
      {.key = "deployment_controller",
       .label = "Deployment controller",
       .category = Category::Operations,
       .purpose = "Brings a new version to a service step by step, and takes it back when figures are bad.",
       .documentation =
           R"(**What it does.** No request comes here. The blocks to which its **outgoing links** lead are rolled out: at the time it begins, and after each further time between steps, so much of their instances is to run the
**next version** as the step says. What that version is like is said there (group *Rollout*: work and errors of the next version), and how instances change: some at a time in place, or blue-green, for which there must be
room for twice as many.

- **Rolling:** one step of 100 %. **Canary:** a small share first, then more. **Blue-green:** one step, with blue-green at the service.
- **Rollback:** when the figure is beyond its threshold for its period, what is to come of the rollout does not happen, and all instances go back to the present version, in the same way.

Watch capacity while instances drain and boot, and how much a bad version does before it is taken back: with a canary of 5 % at most 5 % of the requests meet it, but it is also harder to see, as the figure is that of all requests.

**Modelled.** Steps, baking, automatic rollback, capacity and errors meanwhile, deployments in the bill.

**Not modelled.** Comparing the two versions with each other: figures are of a request class or a block as a whole. Changes of schemas and data, which a rollback does not undo.)",
       .vendorNames = {"CodeDeploy", "Argo Rollouts", "Flagger", "Spinnaker", "Cloud Deploy",
                       "Deployment slots", "canary", "blue-green", "rollback"},
       .acceptsCalls = false},
      deploymentSchema(), lowerDeployment,
      [](const DeploymentParams& params, const Load&) {
        return std::vector<Usage>{{Usage::Kind::Requests, "deployment",
                                   static_cast<double>(params.releases.value()), "ondemand",
                                   format(params.releases) + " releases"}};
      },
      [](const DeploymentParams&) {
        Deployable deployable{.kind = Deployable::Kind::None};
        deployable.settings["instead"] = "what rolls out releases is set up where they are built";
        return deployable;
      },
      [](const DeploymentParams&) { return hosted::traits(8760_h, 10_min); });
}

}  // namespace cantilever::catalog::blocks

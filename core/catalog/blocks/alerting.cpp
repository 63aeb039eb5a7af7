#include "core/base/text.h"
#include "core/catalog/blocks.h"
#include "core/catalog/hosted.h"
#include "core/catalog/schema.h"
#include "core/vocabulary/plan/trigger.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

struct AlertingParams {
  std::string rules = "failed_ratio above 1 % over 60 s for 180 s";
  Duration acknowledged = 5_min;
  Duration remedied = 10_min;
  Count alarms{25};
};

std::vector<std::string_view> rulesOf(std::string_view text) {
  std::vector<std::string_view> rules;
  for (const std::string_view each : partsOf(text, ';')) {
    if (!each.empty()) {
      rules.push_back(each);
    }
  }
  return rules;
}

std::string faultInRules(const std::string& text) {
  for (const std::string_view rule : rulesOf(text)) {
    if (std::string fault = plan::faultInFigure(rule); !fault.empty()) {
      return fault;
    }
  }
  return {};
}

Schema<AlertingParams> alertingSchema() {
  return Schema<AlertingParams>()
      .field("rules", &AlertingParams::rules)
      .label("Rules")
      .group("Behaviour")
      .grammar(faultInRules, "latency_p99 above 500 ms over 60 s for 180 s; failed_ratio above 5 % over 60 s")
      .help(
          "Figures of request classes or blocks, their threshold, the period of evaluation and for how long, "
          "separated "
          "by semicolons.")
      .source(Source::Grade::Judgement,
              "Three periods in a row of a minute: short enough to matter, long enough not to cry wolf.")
      .field("acknowledged", &AlertingParams::acknowledged)
      .label("Acknowledged after")
      .group("Reliability")
      .range(Duration(), 24_h)
      .help("From an alert until somebody is at work on it.")
      .source(Source::Grade::Judgement, "A telephone rings, a computer is opened.")
      .field("remedied", &AlertingParams::remedied)
      .label("Remedied after")
      .group("Reliability")
      .range(Duration(), Duration::hours(24 * 7))
      .help("From then until the blocks that the outgoing links lead to are restored.")
      .source(Source::Grade::Judgement, "A runbook with one step: start it again.")
      .field("alarms", &AlertingParams::alarms)
      .label("Alarms")
      .group("Cost")
      .range(0, 1'000'000)
      .help("In the bill; most are for what is not drawn here.")
      .source(Source::Grade::Judgement, "A few for each service.");
}

void lowerAlerting(const AlertingParams& params, plan::Lowering& lowering) {
  int number = 0;
  for (const std::string_view rule : rulesOf(params.rules)) {
    Control control;
    control.id = ControlId("rule-" + formatNumber(++number));
    control.name = std::string(rule);
    control.when = rule;
    for (const plan::OutLink& link : lowering.links()) {
      Perturbation restored;
      restored.at = params.acknowledged + params.remedied;
      restored.target = link.link->to;
      restored.change = Change::RestoreInstances;
      restored.value = 1e9;  // all that are down
      control.events.push_back(std::move(restored));
    }
    lowering.addControl(std::move(control));
  }
}

}  // namespace

BlockType alerting() {
  return makeBlock<AlertingParams>(
      {.key = "alerting",
       .label = "Alerting",
       .category = Category::Operations,
       .purpose = "Watches figures, calls somebody when they are bad, and has what is broken repaired.",
       .documentation =
           R"(**What it does.** No request comes here. Each **rule** looks at a figure of a request class or of a block, as the mean of one period of evaluation after the other, and raises an alert when it was beyond its
threshold for as long as the rule says; it clears when a period is fine. Results tell when each alert was raised, and for how much of the time. A rule reads, for example

- `failed_ratio above 1 % over 60 s for 180 s`: of all requests, three minutes in a row;
- `latency_p99 of checkout above 500 ms over 60 s for 180 s`: of a request class;
- `utilisation of orders-db above 90 % over 60 s for 300 s`, `lag of workers above 10000 over 30 s`: of a block.

**Who is called repairs.** When an alert is raised, somebody is at work after the time to acknowledge, and all instances that are down of the blocks to which the **outgoing links** lead are restored after the time to remedy.
So the time to detect, to acknowledge and to repair add up to what the outage lasts: shorten one and see.

**Modelled.** Rules, their delay, false and missed alarms that follow from thresholds, repair by hand, alarms in the bill.

**Not modelled.** Who is called is always there. The time that metrics take to arrive. A repair is of instances that are down, not of load or of a bad version (see *Deployment controller*).)",
       .vendorNames = {"CloudWatch Alarms", "Alertmanager", "PagerDuty", "Cloud Alerting", "Azure Alerts",
                       "Opsgenie", "SLO", "on call"},
       .acceptsCalls = false},
      alertingSchema(), lowerAlerting,
      [](const AlertingParams& params, const Load&) {
        return std::vector<Usage>{hosted::allMonth(Usage::Kind::CapacityUnitHours, "alarm",
                                                   static_cast<double>(params.alarms.value()),
                                                   format(params.alarms) + " alarms")};
      },
      [](const AlertingParams&) {
        Deployable deployable{.kind = Deployable::Kind::None};
        deployable.settings["instead"] = "write its rules where metrics are kept";
        return deployable;
      },
      [](const AlertingParams& params) {
        Traits traits = hosted::traits(8760_h, 10_min);  // judgement
        traits.detectionTime = params.acknowledged;
        return traits;
      });
}

}  // namespace cantilever::catalog::blocks

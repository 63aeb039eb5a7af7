#include "core/base/text.h"
#include "core/catalog/blocks.h"
#include "core/catalog/hosted.h"
#include "core/catalog/schema.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

struct WafParams {
  Law inspectTime = Law::lognormal(800_us, 0.5);
  Ratio blockedShare = ratio(0.02);
  Count rules{10};
  Count managedGroups{2};
};

Schema<WafParams> wafSchema() {
  return Schema<WafParams>()
      .field("inspect_time", &WafParams::inspectTime)
      .label("Inspection")
      .group("Behaviour")
      .range(0_ms, 1_s)
      .help("What looking at a request adds to it.")
      .source(Source::Grade::Judgement, "Below a millisecond; a few at p99.")
      .field("blocked_share", &WafParams::blockedShare)
      .label("Refused")
      .group("Behaviour")
      .range(0, 1)
      .help(
          "Share of the requests that are refused by a rule. They end there, as failures of the reason "
          "refused.")
      .source(Source::Grade::Judgement,
              "Scanners and scrapers on an ordinary day; during an attack nearly everything.")
      .field("rules", &WafParams::rules)
      .label("Own rules")
      .group("Cost")
      .range(0, 1500)
      .help("Rules of your own, which are billed by the month.")
      .source(Source::Grade::Judgement, "A handful for each thing that must not pass.")
      .field("managed_groups", &WafParams::managedGroups)
      .label("Managed rule groups")
      .group("Cost")
      .range(0, 50)
      .help("Groups of rules kept up to date by the provider; each is billed as a rule.")
      .source(Source::Grade::Judgement, "The common rules and those against known bad input.");
}

}  // namespace

BlockType waf() {
  return makeBlock<WafParams>(
      {.key = "waf",
       .label = "Web firewall",
       .category = Category::Edge,
       .purpose = "Refuses malicious requests before they reach anything that costs.",
       .documentation =
           R"(**What happens to a request.** It takes the inspection time. With the share of refused requests it ends there, with the reason
*refused*, which is never retried; the others go on over the outgoing links meant for their class.

Refused requests are part of the offered load and count as failures of their class. To keep honest users apart from an attack, give the
attack a request class and a workload of its own, and lead it through a firewall with a share near 100 %.

**Modelled.** Inspection, refusal by chance, the bill: the firewall, its rules, and every request looked at.

**Not modelled.** Which request breaks which rule; limits for each client (put a *rate limiter* behind); floods below HTTP, which the provider
absorbs.)",
       .vendorNames = {"AWS WAF", "Shield", "Cloud Armor", "Azure WAF", "ModSecurity", "Cloudflare"}},
      wafSchema(),
      [](const WafParams& params, plan::Lowering& lowering) {
        lowering.addOperation("", lowering.addPool(hosted::boundless()), [&](plan::ProgramBuilder& program) {
          program.wait(params.inspectTime)
              .branch(params.blockedShare.raw(),
                      [](plan::ProgramBuilder& refused) { refused.fail(plan::Reason::Refused); })
              .useAll(lowering.links());
        });
      },
      [](const WafParams& params, const Load& load) {
        const auto rules = static_cast<double>(params.rules.value() + params.managedGroups.value());
        return std::vector<Usage>{hosted::allMonth(Usage::Kind::ServiceHours, "firewall", 1, "1 firewall"),
                                  hosted::allMonth(Usage::Kind::CapacityUnitHours, "firewall-rule", rules,
                                                   formatNumber(rules) + " rules and groups"),
                                  hosted::perRequest("firewall", load, 1, "requests at the mean rate")};
      },
      [](const WafParams& params) {
        Deployable deployable{.kind = Deployable::Kind::Firewall,
                              .image = "owasp/modsecurity-crs:4.3.0-nginx-alpine-202406090906"};
        deployable.ports = {8080};
        deployable.healthCheck = {"curl", "-fs", "http://127.0.0.1:8080/healthz"};
        deployable.settings["rules"] = format(params.rules);
        deployable.settings["managed_groups"] = format(params.managedGroups);
        return deployable;
      },
      [](const WafParams&) {
        Traits traits = hosted::traits(87600_h, 10_min);  // one outage in ten years: judgement
        traits.isPublicEntry = true;
        traits.passesTlsOn = true;  // to what it is put before
        return traits;
      });
}

}  // namespace cantilever::catalog::blocks

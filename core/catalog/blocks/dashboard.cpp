#include "core/base/text.h"
#include "core/catalog/blocks.h"
#include "core/catalog/hosted.h"
#include "core/catalog/tier.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

struct DashboardParams : tier::TierParams {
  Law renderTime = Law::lognormal(8_ms, 0.8);
  Count panels{12};
  Ratio cachedShare = ratio(0.9);
  Law cacheTime = Law::constant(2_ms);
  Choice operatedBy{"self"};
  Count editors{10};
};

Schema<DashboardParams> dashboardSchema() {
  Schema<DashboardParams> schema;
  schema.field("operated_by", &DashboardParams::operatedBy)
      .label("Operated by")
      .group("Cost")
      .choices({"self", "provider"})
      .choiceLabels({{"self", "Servers of your own"}})
      .help("Servers of your own, or the provider's, billed by the people who edit.")
      .source(Source::Grade::Judgement, "As most begin.")
      .field("editors", &DashboardParams::editors)
      .label("Editors")
      .group("Cost")
      .range(0, 10'000)
      .help("People who may change dashboards, for the provider's bill.")
      .source(Source::Grade::Judgement, "A team.");
  tier::addSizeFields(schema, "Two, so that one may fail.", "A small general-purpose server.");
  tier::addAdmissionFields(schema, Source::Grade::Judgement, "A thread for each.",
                           "As many as one server still answers in time.");
  schema.field("render_time", &DashboardParams::renderTime)
      .label("Rendering")
      .group("Behaviour")
      .range(10_us, 60_s)
      .logarithmic()
      .help("Processor time of one refresh, on a Graviton3 core.")
      .source(Source::Grade::Judgement, "A page of JSON for a dozen panels.")
      .field("panels", &DashboardParams::panels)
      .label("Panels")
      .group("Behaviour")
      .range(1, 100)
      .help("Queries that a refresh makes, over each outgoing link, all at once.")
      .source(Source::Grade::Judgement, "What fits onto a screen.")
      .field("cached_share", &DashboardParams::cachedShare)
      .label("Shared with others")
      .group("Behaviour")
      .range(0, 1)
      .help("Share of the refreshes that show what another viewer has just been shown, and query nothing.")
      .source(Source::Grade::Judgement, "Several hundred viewers look at the same few dashboards.")
      .field("cache_time", &DashboardParams::cacheTime)
      .label("Shared answer")
      .group("Behaviour")
      .range(0_ms, 10_s)
      .help("What taking a shared answer adds.")
      .source(Source::Grade::Judgement, "A read from a cache nearby.");
  return tier::addOperatingFields(schema);
}

void lowerDashboard(const DashboardParams& params, plan::Lowering& lowering) {
  const plan::Index pool = tier::addServers(params, lowering);
  plan::Fan all;
  const std::vector<plan::OutLink> links = plan::onwardLinks(lowering);
  lowering.addOperation("", pool, [&](plan::ProgramBuilder& program) {
    program.work(params.onThisServer(params.renderTime));
    program.branch(
        params.cachedShare.raw(), [&](plan::ProgramBuilder& shared) { shared.wait(params.cacheTime); },
        [&](plan::ProgramBuilder& own) {
          own.draw(CountLaw::fixed(static_cast<std::uint32_t>(params.panels.value())));
          for (const plan::OutLink& link : links) {
            own.fanOut(link, all);
          }
        });
  });
}

}  // namespace

BlockType dashboard() {
  BlockType type{
      .key = "dashboard",
      .label = "Dashboards",
      .category = Category::Analytics,
      .purpose = "Shows figures to many viewers who refresh: each refresh is a bundle of queries."};
  type.documentation =
      R"(**What happens to a refresh.** It is admitted, or waits or is refused as at any server, and renders on a processor. If another viewer has just been shown
the same, it takes that. Otherwise it makes one query for each panel over each outgoing link, all at once, and waits for the slowest.

*n* viewers who refresh every *t* seconds are a workload of *n/t*: 500 viewers every 10 s are 50/s, and with the defaults 60 queries a second.

**Modelled.** The bundle of queries and its slowest one, processors, admission, sharing by chance.

**Not modelled.** Updates that are pushed instead (see a websocket gateway); which dashboards are the popular ones.)";
  type.documentation += elasticity::kElasticDocumentation;
  type.vendorNames = {"Grafana", "Managed Grafana", "QuickSight", "Looker", "Power BI", "Superset", "Kibana"};
  return makeBlock<DashboardParams>(
      std::move(type), dashboardSchema(), lowerDashboard,
      [](const DashboardParams& params, const Load&) {
        return params.operatedBy.value == "self"
                   ? tier::usageOfServers(params)
                   : std::vector<Usage>{hosted::allMonth(Usage::Kind::CapacityUnitHours, "dashboard-editor",
                                                         static_cast<double>(params.editors.value()),
                                                         format(params.editors) + " editors")};
      },
      [](const DashboardParams& params) {
        return tier::deployProduct(params, "grafana/grafana:11.3.0", 3000,
                                   {"wget", "-q", "-O", "/dev/null", "http://127.0.0.1:3000/api/health"});
      },
      [](const DashboardParams& params) {
        Traits traits = tier::traitsOfServers(params);
        traits.isCompute = false;  // none of the designer's code
        traits.isPublicEntry = true;
        traits.isManaged = params.operatedBy.value != "self";
        traits.mtbf = 8760_h;  // one failure a year: judgement
        traits.mttr = 10_min;
        return traits;
      });
}

}  // namespace cantilever::catalog::blocks

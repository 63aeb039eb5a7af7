#include "core/base/text.h"
#include "core/catalog/blocks.h"
#include "core/catalog/hosted.h"
#include "core/catalog/schema.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

struct ExternalParams {
  Law latency = Law::lognormal(250_ms, 0.8);
  Ratio errorShare = ratio(0.002);
  Rate quota = perSecond(100);
  Duration quotaWindow = 1_s;
};

Schema<ExternalParams> externalSchema() {
  return Schema<ExternalParams>()
      .field("latency", &ExternalParams::latency)
      .label("Latency")
      .group("Behaviour")
      .range(0_ms, Duration::hours(1))
      .logarithmic()
      .help("From the call to the answer, over the internet.")
      .source(Source::Grade::Judgement,
              "A card payment: 250 ms on average, a second at p99; a map tile takes 50 ms.")
      .field("error_share", &ExternalParams::errorShare)
      .label("Errors")
      .group("Reliability")
      .range(0, 1)
      .help("Share of the calls that it answers with an error of its own.")
      .source(Source::Grade::Judgement, "Two in a thousand on an ordinary day.")
      .field("quota", &ExternalParams::quota)
      .label("Quota")
      .group("Size")
      .range(perSecond(0.01), perSecond(1e7))
      .logarithmic()
      .help("Calls a second that the contract allows; more fail with rate limited.")
      .source(Source::Grade::Read,
              "Stripe documentation, Rate limits: 100 requests a second and account in live mode; "
              "https://docs.stripe.com/rate-limits")
      .field("quota_window", &ExternalParams::quotaWindow)
      .label("Counted over")
      .group("Size")
      .range(100_ms, 24_h)
      .help("The quota is for windows of this length, however the calls are spread in them.")
      .source(Source::Grade::Read,
              "Stripe documentation, Rate limits: 100 requests a second and account in live mode; "
              "https://docs.stripe.com/rate-limits");
}

}  // namespace

BlockType external_api() {
  return makeBlock<ExternalParams>(
      {.key = "external_api",
       .label = "External API",
       .category = Category::Compute,
       .purpose = "A service of somebody else with a latency, a quota and failures of its own: payments, "
                  "maps, e-mail.",
       .documentation =
           R"(**What happens to a call.** If the quota of the window is used up, it fails with *rate limited*. Otherwise it takes the latency, and a share
of the answers are errors (*injected*). Nothing queues: the partner is far larger than one customer.

Give the links that lead here a time limit, retries and a breaker; a link of role *fallback* beside them says what is done instead. An outage is a
scenario: kill the block, or let its links fail.

**Modelled.** Latency, errors, and the quota as fixed windows counted from the start of the run.

**Not modelled.** What a call costs by contract: it is not in the bill.)",
       .vendorNames = {"Stripe", "PayPal", "Adyen", "Google Maps", "Twilio", "SendGrid", "Payment provider"},
       .makesCalls = false},
      externalSchema(),
      [](const ExternalParams& params, plan::Lowering& lowering) {
        plan::Tokens quota =
            hosted::throttle(params.quota, params.quota.raw() * params.quotaWindow.inSeconds());
        quota.refill = plan::Refill::FixedWindow;
        quota.window = params.quotaWindow;
        const plan::Index tokens = lowering.addTokens(quota);
        lowering.addOperation("", lowering.addPool(hosted::boundless()), [&](plan::ProgramBuilder& program) {
          program.take(tokens)
              .wait(params.latency)
              .branch(params.errorShare.raw(),
                      [](plan::ProgramBuilder& error) { error.fail(plan::Reason::Injected); });
        });
      },
      [](const ExternalParams&, const Load&) { return std::vector<Usage>(); },
      [](const ExternalParams&) {
        Deployable deployable{.kind = Deployable::Kind::External, .image = "wiremock/wiremock:3.9.1"};
        deployable.ports = {8080};
        deployable.healthCheck = {"curl", "-fs", "http://127.0.0.1:8080/__admin/health"};
        return deployable;
      },
      [](const ExternalParams&) {
        Traits traits =
            hosted::traits(730_h, 20_min);  // an incident a month: judgement, against an SLA of 99.9 %
        traits.isReplicated = false;        // as far as its customers know
        return traits;
      });
}

}  // namespace cantilever::catalog::blocks

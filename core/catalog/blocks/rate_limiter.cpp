#include <algorithm>
#include <iterator>

#include "core/base/text.h"
#include "core/catalog/blocks.h"
#include "core/catalog/hosted.h"
#include "core/catalog/schema.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

struct LimiterParams {
  Choice algorithm{"token_bucket"};
  Count limit{100};
  Duration window = 1_s;
  Count burst{200};
  Choice scope{"key"};
  Choice onLimit{"refuse"};
  Count queueLimit{1000};
  Duration patience = 1_s;
  Law checkTime = Law::constant(20_us);
};

Schema<LimiterParams> limiterSchema() {
  return Schema<LimiterParams>()
      .field("algorithm", &LimiterParams::algorithm)
      .label("Algorithm")
      .group("Behaviour")
      .choices({"token_bucket", "sliding_window", "fixed_window", "concurrency"})
      .help(
          "A bucket that refills evenly; so many in any window; so many in each window of the clock (around "
          "whose end twice as "
          "many can pass); or so many at work at a time.")
      .source(Source::Grade::Known,
              "Stripe, \"Scaling your API with rate limiters\": token buckets; "
              "https://stripe.com/blog/rate-limiters")
      .field("limit", &LimiterParams::limit)
      .label("Limit")
      .group("Size")
      .range(1, 1'000'000)
      .logarithmic()
      .help("Requests in each window; of the algorithm concurrency: requests at a time.")
      .source(Source::Grade::Read,
              "Stripe documentation, Rate limits: 100 requests a second and account in live mode; "
              "https://docs.stripe.com/rate-limits")
      .field("window", &LimiterParams::window)
      .label("Window")
      .group("Size")
      .range(1_ms, 24_h)
      .help("The time that the limit is for.")
      .source(Source::Grade::Read,
              "Stripe documentation, Rate limits: 100 requests a second and account in live mode; "
              "https://docs.stripe.com/rate-limits")
      .field("burst", &LimiterParams::burst)
      .label("Burst")
      .group("Size")
      .range(1, 1'000'000)
      .logarithmic()
      .help("Depth of the token bucket: requests that may come at once after a quiet moment.")
      .source(Source::Grade::Judgement, "Two seconds' worth: a page opens with a burst.")
      .field("scope", &LimiterParams::scope)
      .label("Limit for each")
      .group("Behaviour")
      .choices({"key", "all", "caller"})
      .choiceLabels({{"caller", "Each caller"}, {"key", "Each key"}})
      .help(
          "The requests for each key (of a user or an API key), of everybody together, or of each calling "
          "instance.")
      .source(Source::Grade::Judgement, "One customer must not take what belongs to others.")
      .field("on_limit", &LimiterParams::onLimit)
      .label("Beyond it")
      .group("Behaviour")
      .choices({"refuse", "wait"})
      .help("Requests fail with rate limited, or wait for their turn.")
      .source(Source::Grade::Known, "RFC 6585, section 4: status 429, Too Many Requests")
      .field("queue_limit", &LimiterParams::queueLimit)
      .label("Queue limit")
      .group("Behaviour")
      .range(0, 1'000'000)
      .logarithmic()
      .help("So many may wait, for each key or caller.")
      .source(Source::Grade::Judgement, "Ten seconds' worth.")
      .field("patience", &LimiterParams::patience)
      .label("Patience")
      .group("Behaviour")
      .range(1_ms, 1_h)
      .help("A request that has waited so long leaves with queue timeout.")
      .source(Source::Grade::Judgement, "Beyond that a refusal is the kinder answer.")
      .field("check_time", &LimiterParams::checkTime)
      .label("Check")
      .group("Behaviour")
      .range(0_ms, 1_s)
      .help("What counting adds to a request, besides the call of a shared counter.")
      .source(Source::Grade::Judgement, "A look into a table in memory.");
}

plan::Tokens tokensOfLimiter(const LimiterParams& params) {
  plan::Tokens tokens;
  const auto limit = static_cast<double>(params.limit.value());
  if (params.algorithm.value == "token_bucket") {
    tokens = hosted::throttle(perSecond(limit / params.window.inSeconds()),
                              static_cast<double>(params.burst.value()));
  } else {
    tokens.size = hosted::small(params.limit);
    tokens.window = params.window;
    tokens.refill = params.algorithm.value == "sliding_window" ? plan::Refill::SlidingWindow
                    : params.algorithm.value == "fixed_window" ? plan::Refill::FixedWindow
                                                               : plan::Refill::OnGive;
  }
  tokens.scope = params.scope.value == "key"   ? plan::TokenScope::Key
                 : params.scope.value == "all" ? plan::TokenScope::All
                                               : plan::TokenScope::Caller;
  tokens.waits = params.onLimit.value == "wait";
  tokens.queueLimit = hosted::small(params.queueLimit);
  tokens.patience = Law::constant(params.patience);
  return tokens;
}

/// A shared counter is written to at each check, whatever the request itself is.
std::vector<plan::OutLink> counterLinks(const plan::Lowering& lowering) {
  std::vector<plan::OutLink> counters = lowering.links(LinkRole::Write);
  for (plan::OutLink& link : counters) {
    if (link.link->classes.empty()) {
      link.classSet = plan::kNone;
    }
  }
  return counters;
}

void lowerLimiter(const LimiterParams& params, plan::Lowering& lowering) {
  const plan::Index tokens = lowering.addTokens(tokensOfLimiter(params));
  const std::vector<plan::OutLink> counters = counterLinks(lowering);
  std::vector<plan::OutLink> onward;
  std::copy_if(lowering.links().begin(), lowering.links().end(), std::back_inserter(onward),
               [](const plan::OutLink& link) { return link.link->role != LinkRole::Write; });
  const plan::Body check = [&](plan::ProgramBuilder& program) {
    program.wait(params.checkTime).useAll(counters).take(tokens);
  };
  for (const char* name : {"", "pass"}) {
    lowering.addOperation(name, plan::kNone, [&](plan::ProgramBuilder& program) {
      check(program);
      program.useAll(onward);
    });
  }
  lowering.addOperation("check", plan::kNone, check);
}

}  // namespace

BlockType rate_limiter() {
  return makeBlock<LimiterParams>(
      {.key = "rate_limiter",
       .label = "Rate limiter",
       .category = Category::Edge,
       .purpose = "Lets each client through so often and turns away, or holds back, what is too much.",
       .documentation =
           R"(**What happens to a request.** It takes the check time, calls the shared counter if a link of role *write* leads to one (a Redis, say), and
takes a token: of its key's bucket or window, of everybody's, or of the calling instance's. Without one it fails with *rate limited*, or waits within
queue limit and patience. With one it uses the other outgoing links. `pass` (the default) does all that; `check` stops after the token, for gateways that ask.

**Algorithms.** *token_bucket*: limit / window a second, at most *burst* at once; the bucket is full at first. *sliding_window*: never more than the
limit in any window. *fixed_window*: counted from the start of the run; around the end of a window twice the limit can pass in a moment.
*concurrency*: a token comes back when the request has its answer.

**Keys.** The limit for each key needs request classes with a key space: each key is a client. Their popularity decides who is limited: with a
Zipf exponent of 1 the busiest of 10,000 clients makes a tenth of the requests.

**Modelled.** Every token, to the nanosecond. It runs inside the gateway or proxy before it and is not billed.

**Not modelled.** Counters that lag behind in a distributed limiter: with a shared store the count is exact.)",
       .vendorNames = {"API Gateway throttling", "WAF rate rules", "Envoy ratelimit", "Bucket4j",
                       "Redis-cell"},
       .operations = {"pass", "check"}},
      limiterSchema(), lowerLimiter, [](const LimiterParams&, const Load&) { return std::vector<Usage>(); },
      [](const LimiterParams& params) {
        Deployable deployable{.kind = Deployable::Kind::Proxy, .image = "traefik:v3.7"};
        deployable.instanceClass = "c7g.large";
        deployable.ports = {80};
        deployable.command = {"--ping=true", "--entrypoints.web.address=:80"};
        deployable.healthCheck = {"traefik", "healthcheck", "--ping"};
        deployable.settings["rate_limit_rps"] =
            formatNumber(static_cast<double>(params.limit.value()) / params.window.inSeconds());
        deployable.settings["burst"] = format(params.burst);
        return deployable;
      },
      [](const LimiterParams&) {
        Traits traits;
        traits.limitsRate = true;
        traits.hasHealthCheck = true;
        traits.isReplicated = true;  // in every instance of what it protects
        traits.mtbf = 87600_h;       // fails with its host only: judgement
        traits.mttr = 5_min;
        return traits;
      });
}

}  // namespace cantilever::catalog::blocks

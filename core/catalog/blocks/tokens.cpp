#include <algorithm>
#include <iterator>

#include "core/base/text.h"
#include "core/catalog/schema.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

constexpr std::int64_t kNoWaitingLimit = 1'000'000'000;

struct TokensParams {
  Count size{10};
  Choice refill{"on_release"};
  Rate rate = perSecond(100);
  Duration window = 1_s;
  Choice scope{"all"};
  Choice whenShort{"wait"};
  Count queueLimit{kNoWaitingLimit};
  Law patience = Law::constant(0_s);
  Choice order{"fifo"};
  Count reserve{0};
  bool isAdaptive = false;
  Duration target = 100_ms;
  Count least{1};
  Count most{1000};
  Ratio backoff = ratio(0.9);
};

constexpr const char* kTokensDocumentation =
    R"(A number of tokens that requests take before they go on: limiters, bulkheads, connection pools, locks.

A request that arrives takes one token, uses the links that leave this block as a synchronous caller, and answers. The
operation *check* takes a token and answers at once, as a limiter does that others ask.

**Refill**, how tokens come back:

- *on_release*: when the answer is there. A bulkhead, a connection pool, a semaphore; with *scope* key and size 1 a lock of
  each key. A station behind *c* tokens serves at most *c* requests at a time, and those that wait wait here;
- *continuous*: at the **rate**, up to the **size**: the token bucket. The bucket is full at first. With size 1 and
  *wait* it is the leaky bucket, which lets requests through one by one at equal spacings;
- *fixed_window*: all of them at the end of each **window**, counted from the start of the run. Around the end of a window
  twice the size can pass in a moment;
- *sliding_window*: each one a window after it was taken: never more than the size in any window.

**Scope**, who shares them: *all*; the requests of each calling instance by itself (*caller*), as pools and limits in a
client library have it; the requests for each *key*. A killed caller's tokens are free again, and what waited for
them fails.

**When short**: *refuse* fails the request with *rate limited*; *wait* lets it wait, in the **order** of arrival (*fifo*)
or by the priority of the request class, first come first served among equals. Nobody overtakes the first in line.
Beyond the **queue limit** (per bucket) requests fail with *queue full*; after the **patience** they leave with *queue timeout*.

**Reserve**: a request of priority *p* is only let through if *p* times so many tokens are left, so that less important
requests are turned away first (with the reason *shed*, or they wait).

**Adaptive** lets the number of tokens (of *on_release*) find itself, by additive increase and multiplicative
decrease: a token that comes back later than the target, or from a failure, multiplies the size by the **backoff**
(rounded down, never below *least*); one that comes back in time while at least half of the size is in use adds one
(never above *most*).

Exact: order of waiting, times of refills (to the nanosecond), what is held. A modelling choice: taking and giving take no time;
a check on another machine is a call to this block over a link with latency.)";

constexpr const char* kRefills[] = {"on_release", "continuous", "fixed_window",
                                    "sliding_window"};  // as in the plan

plan::Refill refillOf(const Choice& choice) {
  const auto at = std::find(std::begin(kRefills), std::end(kRefills), choice.value);
  return at == std::end(kRefills) ? plan::Refill::OnGive
                                  : static_cast<plan::Refill>(at - std::begin(kRefills));
}

plan::TokenScope scopeOf(const Choice& choice) {
  if (choice.value == "caller") {
    return plan::TokenScope::Caller;
  }
  return choice.value == "key" ? plan::TokenScope::Key : plan::TokenScope::All;
}

std::uint32_t numberOf(Count count) {
  return static_cast<std::uint32_t>(count.value());
}

plan::Tokens tokensOf(const TokensParams& params) {
  plan::Tokens tokens;
  tokens.size = numberOf(params.size);
  tokens.refill = refillOf(params.refill);
  tokens.rate = params.rate;
  tokens.window = params.window;
  tokens.scope = scopeOf(params.scope);
  tokens.waits = params.whenShort.value == "wait";
  tokens.queueLimit =
      params.queueLimit.value() >= kNoWaitingLimit ? plan::Tokens::kUnlimited : numberOf(params.queueLimit);
  if (!params.patience.isZero()) {
    tokens.patience = params.patience;
  }
  tokens.isByPriority = params.order.value == "priority";
  tokens.reserve = numberOf(params.reserve);
  if (params.isAdaptive && tokens.refill == plan::Refill::OnGive) {
    const std::uint32_t least = numberOf(params.least);
    tokens.adaptive = plan::AdaptiveLimit{params.target, least, std::max(least, numberOf(params.most)),
                                          params.backoff.raw()};
  }
  return tokens;
}

void warnOfLimits(const TokensParams& params, plan::Lowering& lowering) {
  if (params.isAdaptive && params.refill.value != "on_release") {
    lowering.warn("tokens.adapts_in_vain",
                  "The number of tokens adapts only if they come back on release: it stays what it is.",
                  "adaptive");
  } else if (params.isAdaptive && params.least > params.most) {
    lowering.warn("tokens.least_beyond_most",
                  "The least number of tokens (" + formatNumber(numberOf(params.least)) +
                      ") is above the most (" + formatNumber(numberOf(params.most)) +
                      "): it stays at the least.",
                  "least");
  }
}

void lowerTokens(const TokensParams& params, plan::Lowering& lowering) {
  warnOfLimits(params, lowering);
  const plan::Index tokens = lowering.addTokens(tokensOf(params));
  lowering.addOperation("pass", plan::kNone, [&](plan::ProgramBuilder& program) {
    program.take(tokens).useAll(lowering.links());
  });
  lowering.addOperation("check", plan::kNone, [&](plan::ProgramBuilder& program) { program.take(tokens); });
}

Schema<TokensParams> tokensSchema() {
  return Schema<TokensParams>()
      .field("size", &TokensParams::size)
      .label("Tokens")
      .group("Size")
      .range(1, 1'000'000)
      .logarithmic()
      .help("How many there are; of a bucket its depth, of windows how many pass in one.")
      .source(Source::Grade::Known,
              "HikariCP: maximumPoolSize is 10 by default; https://github.com/brettwooldridge/HikariCP")
      .field("refill", &TokensParams::refill)
      .label("Refill")
      .group("Behaviour")
      .choices({"on_release", "continuous", "fixed_window", "sliding_window"})
      .help("How tokens come back.")
      .source(Source::Grade::Judgement, "The plain semaphore.")
      .field("rate", &TokensParams::rate)
      .label("Rate")
      .group("Behaviour")
      .range(perSecond(0.001), perSecond(1e8))
      .logarithmic()
      .help("Of the continuous refill.")
      .source(Source::Grade::Judgement, "A round figure to start from.")
      .field("window", &TokensParams::window)
      .label("Window")
      .group("Behaviour")
      .range(Duration::milliseconds(1), Duration::hours(24 * 31))
      .help("Of the fixed and the sliding window.")
      .source(Source::Grade::Judgement, "Limits are mostly said per second.")
      .field("scope", &TokensParams::scope)
      .label("Shared by")
      .group("Behaviour")
      .choices({"all", "caller", "key"})
      .choiceLabels({{"caller", "Each caller"}, {"key", "Each key"}})
      .help("Everybody, the requests of each calling instance, or the requests for each key.")
      .source(Source::Grade::Judgement, "The simplest: all.")
      .field("when_short", &TokensParams::whenShort)
      .label("When there are none")
      .group("Behaviour")
      .choices({"wait", "refuse"})
      .help("Whether a request waits for a token or fails at once.")
      .source(Source::Grade::Judgement, "Connection pools wait; limiters refuse.")
      .field("queue_limit", &TokensParams::queueLimit)
      .label("Queue limit")
      .group("Behaviour")
      .range(0, static_cast<double>(kNoWaitingLimit))
      .logarithmic()
      .help("So many may wait, for the tokens of each caller or key; 1,000,000,000: any number.")
      .source(Source::Grade::Judgement, "No limit.")
      .field("patience", &TokensParams::patience)
      .label("Patience")
      .group("Behaviour")
      .range(Duration(), Duration::hours(24))
      .help("After that a waiting request fails with queue timeout; 0: it waits for ever.")
      .source(Source::Grade::Judgement, "Textbook requests are patient.")
      .field("order", &TokensParams::order)
      .label("Order")
      .group("Behaviour")
      .choices({"fifo", "priority"})
      .choiceLabels({{"fifo", "First come, first served"}, {"priority", "By priority"}})
      .help("Who gets the next token.")
      .source(Source::Grade::Judgement, "First come, first served.")
      .field("reserve", &TokensParams::reserve)
      .label("Reserve")
      .group("Behaviour")
      .range(0, 1'000'000)
      .help("Tokens kept from requests of priority 1; twice as many from priority 2, and so on.")
      .source(Source::Grade::Judgement, "All are equal.")
      .field("adaptive", &TokensParams::isAdaptive)
      .label("Adaptive")
      .group("Scaling")
      .help("The number of tokens (of on_release) finds itself: it grows while they come back in time.")
      .source(Source::Grade::Judgement, "Fixed.")
      .field("target", &TokensParams::target)
      .label("Target")
      .group("Scaling")
      .range(Duration::milliseconds(0.001), Duration::hours(1))
      .help("Tokens that come back later than this shrink the size.")
      .source(Source::Grade::Judgement, "A multiple of what a request takes when all is well.")
      .field("least", &TokensParams::least)
      .label("Least")
      .group("Scaling")
      .range(1, 1'000'000)
      .help("It shrinks no further.")
      .source(Source::Grade::Judgement, "One request still tells whether it got better.")
      .field("most", &TokensParams::most)
      .label("Most")
      .group("Scaling")
      .range(1, 1'000'000)
      .help("It grows no further.")
      .source(Source::Grade::Known,
              "Netflix concurrency-limits: AIMDLimit, at most 200 by default; more room here")
      .field("backoff", &TokensParams::backoff)
      .label("Backoff")
      .group("Scaling")
      .range(0.1, 0.99)
      .help("The factor by which it shrinks.")
      .source(Source::Grade::Known, "Netflix concurrency-limits: AIMDLimit backs off by 0.9 by default");
}

}  // namespace

BlockType tokens() {
  return makeBlock<TokensParams>(
      {.key = "tokens",
       .label = "Tokens",
       .category = Category::Primitives,
       .purpose = "What requests take and give back: rate limiters, bulkheads, connection pools, locks.",
       .documentation = kTokensDocumentation,
       .operations = {"pass", "check"}},
      tokensSchema(), lowerTokens, [](const TokensParams&, const Load&) { return std::vector<Usage>(); },
      [](const TokensParams&) { return Deployable(); },
      [](const TokensParams&) { return Traits{.isPrimitive = true}; });
}

}  // namespace cantilever::catalog::blocks

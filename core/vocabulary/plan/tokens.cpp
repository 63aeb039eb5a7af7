#include "core/vocabulary/plan/tokens.h"

#include "core/vocabulary/plan/faults.h"

namespace cantilever::plan {

namespace {

constexpr double kMostRate = 1e9;

void checkRefill(const Tokens& tokens, FaultSink& sink) {
  const auto says = [&](const char* text) {
    return [&tokens, text] { return named("tokens", tokens.key) + text; };
  };
  const bool isByWindow = tokens.refill == Refill::FixedWindow || tokens.refill == Refill::SlidingWindow;
  sink.require(
      tokens.refill != Refill::Continuous || (tokens.rate.raw() > 0 && tokens.rate.raw() <= kMostRate),
      says(" come back at a rate outside 0 to 1,000,000,000 per second"));
  sink.require(!isByWindow || (tokens.window > Duration() && tokens.window <= kLongestDuration),
               says(" have a window outside 0 to 100 years"));
  sink.require(tokens.refill != Refill::SlidingWindow || tokens.size <= Tokens::kMostInSlidingWindow,
               says(" are more than 1,000,000 in a sliding window, of which each is remembered"));
}

void checkAdaptiveLimit(const Tokens& tokens, FaultSink& sink) {
  const auto says = [&](const char* text) {
    return [&tokens, text] { return named("tokens", tokens.key) + text; };
  };
  const AdaptiveLimit& limit = *tokens.adaptive;
  sink.require(tokens.refill == Refill::OnGive,
               says(" adapt their number although they come back with time"));
  sink.require(limit.target > Duration() && limit.target <= kLongestDuration,
               says(" aim at a time outside 0 to 100 years"));
  sink.require(limit.least >= 1 && limit.least <= limit.most && limit.most <= Tokens::kMostSize,
               says(" have limits of their number that do not fit: 1 <= least <= most"));
  sink.require(limit.backoff > 0 && limit.backoff < 1, says(" shrink by a factor outside 0 to 1"));
}

}  // namespace

void checkTokens(const Plan& plan, FaultSink& sink) {
  for (const Tokens& tokens : plan.tokens) {
    const auto says = [&](const std::string& text) {
      return [&tokens, text] { return named("tokens", tokens.key) + text; };
    };
    sink.require(tokens.size >= 1 && tokens.size <= Tokens::kMostSize,
                 says(" are fewer than one or more than 1,000,000,000"));
    sink.require(tokens.reserve <= Tokens::kMostSize, says(" have a reserve of more than 1,000,000,000"));
    checkRefill(tokens, sink);
    if (tokens.patience) {
      const std::string fault = faultIn(*tokens.patience);
      sink.require(fault.empty(), says(": the patience is not valid: " + fault));
    }
    if (tokens.adaptive) {
      checkAdaptiveLimit(tokens, sink);
    }
  }
}

}  // namespace cantilever::plan

#include <cmath>

#include "core/vocabulary/plan/faults.h"

namespace cantilever::plan {

namespace {

// An engine keeps a class in one byte (engine-model.md, 4.1).
constexpr std::size_t kMaxClasses = 255;
// Beyond one arrival in a nanosecond simulated time cannot tell arrivals apart.
constexpr double kMaxRate = 1e9;

}  // namespace

void checkClasses(const Plan& plan, FaultSink& sink) {
  sink.require(plan.classes.size() <= kMaxClasses,
               [] { return std::string("more than 255 request classes"); });
  for (const KeySpace& keys : plan.keySpaces) {
    sink.require(keys.count >= 1 && keys.count <= KeySpace::kMaxCount,
                 [&] { return named("key space", keys.key) + " has not between 1 and 1,000,000,000 keys"; });
    sink.require(keys.exponent >= 0 && keys.exponent <= KeySpace::kMaxExponent,
                 [&] { return named("key space", keys.key) + " has an exponent outside 0 to 10"; });
  }
  for (const RequestClass& each : plan.classes) {
    sink.require(each.keySpace == kNone || each.keySpace < plan.keySpaces.size(),
                 [&] { return named("request class", each.key) + " has an unknown key space"; });
    sink.require(each.deadline >= Duration() && each.deadline <= kLongestDuration,
                 [&] { return named("request class", each.key) + " has a deadline outside 0 to 100 years"; });
  }
}

void checkSources(const Plan& plan, FaultSink& sink) {
  for (const Source& source : plan.sources) {
    const auto says = [&](const char* text) {
      return [&, text] { return named("source", source.key) + text; };
    };
    sink.require(source.requestClass < plan.classes.size(), says(" offers an unknown request class"));
    const double rate = source.rate.raw();
    sink.require(rate >= 0 && rate <= kMaxRate, says(" has a rate outside 0 to 1e9 per second"));
    sink.require(source.program < plan.programs.size(), says(" runs an unknown program"));
    sink.require(sink.hasFailed() || plan.programs[source.program].pool == kNone,
                 says(" runs a program that sits in a pool"));
  }
}

}  // namespace cantilever::plan

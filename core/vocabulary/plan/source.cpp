#include <algorithm>
#include <cmath>
#include <limits>

#include "core/base/text.h"
#include "core/vocabulary/plan/faults.h"

namespace cantilever::plan {

namespace {

// An engine keeps a class in one byte (core/sim/frames.h).
constexpr std::size_t kMaxClasses = 255;
// Beyond one arrival in a nanosecond simulated time cannot tell arrivals apart.
constexpr double kMaxRate = 1e9;

void checkOpen(const Source& source, FaultSink& sink) {
  const auto says = [&](const std::string& text) {
    return [&, text] { return named("source", source.key) + text; };
  };
  if (source.spacing) {
    const std::string fault = faultIn(*source.spacing);
    sink.require(fault.empty(), says(" has a spacing that is not valid: " + fault));
    sink.require(!source.spacing->isZero(), says(" has spacings of zero"));
  }
  const std::string faultInBatch = faultIn(source.batch);
  sink.require(faultInBatch.empty(), says(": its batches are not valid: " + faultInBatch));
  sink.require(!faultInBatch.empty() || momentsOf(source.batch).mean <= Source::kMostInBatch,
               says(" has batches of more than 100,000 requests"));
  if (source.bursts) {
    const Bursts& bursts = *source.bursts;
    sink.require(
        bursts.share >= 0 && bursts.share < 1 && bursts.level >= 0 && bursts.level * bursts.share <= 1,
        says(" has bursts that bring more than all requests"));
    sink.require(bursts.length > Duration() && bursts.length <= kLongestDuration,
                 says(" has bursts of a length outside 0 to 100 years"));
  }
  const std::string fault = faultIn(source.curve);
  sink.require(fault.empty(), says(" has a curve that is not valid: " + fault));
}

void checkClosedAndTrace(const Source& source, FaultSink& sink) {
  const std::string fault = faultIn(source.think);
  sink.require(fault.empty(),
               [&] { return named("source", source.key) + " has a think time that is not valid: " + fault; });
  sink.require(
      source.repeat >= Duration() && source.repeat <= kLongestDuration &&
          (source.repeat == Duration() || source.times.empty() || source.times.back() < source.repeat),
      [&] { return named("source", source.key) + " repeats itself before it has ended"; });
  const bool areOrdered = std::is_sorted(source.times.begin(), source.times.end());
  sink.require(areOrdered && (source.times.empty() || (source.times.front() >= Duration() &&
                                                       source.times.back() <= kLongestDuration)),
               [&] { return named("source", source.key) + " has times that are not in order"; });
}

}  // namespace

double KeySpace::shareOfOthers() const {
  double left = 1;
  for (const double share : hot) {
    left -= share;
  }
  return std::max(0.0, left);
}

namespace {

void checkHotKeys(const KeySpace& keys, FaultSink& sink) {
  constexpr double kRounding = 1e-9;
  const auto says = [&keys](const char* text) {
    return [&keys, text] { return named("key space", keys.key) + text; };
  };
  double sum = 0;
  bool areShares = keys.hot.size() <= KeySpace::kMostHot;
  for (const double share : keys.hot) {
    areShares = areShares && share > 0 && share <= 1;
    sum += share;
  }
  sink.require(areShares, says(" has hot keys whose shares are not between 0 and 1, or more than 10,000"));
  sink.require(sum <= 1 + kRounding, says(" has hot keys whose shares add up to more than 1"));
  sink.require(keys.hot.size() <= keys.count, says(" has more hot keys than keys"));
  sink.require(keys.hot.size() < keys.count || sum >= 1 - kRounding,
               says(" has hot keys alone, and their shares do not add up to 1"));
  sink.require(keys.drift >= Duration() && keys.drift <= kLongestDuration,
               says(" changes its hot keys after a time outside 0 to 100 years"));
}

}  // namespace

void checkClasses(const Plan& plan, FaultSink& sink) {
  sink.require(plan.classes.size() <= kMaxClasses,
               [] { return std::string("more than 255 request classes"); });
  for (const KeySpace& keys : plan.keySpaces) {
    sink.require(keys.count >= 1 && keys.count <= KeySpace::kMaxCount,
                 [&] { return named("key space", keys.key) + " has not between 1 and 1,000,000,000 keys"; });
    sink.require(keys.exponent >= 0 && keys.exponent <= KeySpace::kMaxExponent,
                 [&] { return named("key space", keys.key) + " has an exponent outside 0 to 10"; });
    checkHotKeys(keys, sink);
  }
  for (const RequestClass& each : plan.classes) {
    sink.require(each.keySpace == kNone || each.keySpace < plan.keySpaces.size(),
                 [&] { return named("request class", each.key) + " has an unknown key space"; });
    sink.require(each.requestBytes <= RequestClass::kMostBytes && each.replyBytes <= RequestClass::kMostBytes,
                 [&] { return named("request class", each.key) + " has a size of more than 1e15 bytes"; });
    sink.require(each.deadline >= Duration() && each.deadline <= kLongestDuration,
                 [&] { return named("request class", each.key) + " has a deadline outside 0 to 100 years"; });
  }
}

double meanRate(const Plan& plan, const Source& source) {
  const double rate = source.rate.raw();
  if (source.kind != SourceKind::Sessions || source.slots == 0) {
    return rate;
  }
  const double places = static_cast<double>(source.slots) * plan.pools[source.holder].instances;
  double sessions = 0;
  for (const Source& each : plan.sources) {
    const bool sharesPlaces = each.kind == SourceKind::Sessions && each.holder == source.holder;
    sessions += sharesPlaces ? each.users : 0;
  }
  return sessions > places ? rate * places / sessions : rate;
}

double mostLoadFactor(const Plan& plan) {
  double users = 0;
  for (const Source& source : plan.sources) {
    users += source.kind == SourceKind::Closed ? source.users : 0;
  }
  return users > 0 ? Source::kMaxUsers / users : std::numeric_limits<double>::infinity();
}

void checkSources(const Plan& plan, FaultSink& sink) {
  std::uint64_t users = 0;
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
    if (source.kind == SourceKind::Sessions) {
      sink.require(source.holder < plan.pools.size(), says(" has sessions that no pool holds"));
      const std::string wrong = faultIn(source.reconnect);
      sink.require(wrong.empty(), [&] {
        return named("source", source.key) + " has a time to reconnect that is not valid: " + wrong;
      });
      sink.require(source.reconnect.mean >= Duration::milliseconds(1),
                   says(" reconnects within a millisecond"));
      sink.require(source.greeting == kNone || (source.greeting < plan.links.size() &&
                                                plan.links[source.greeting].pool == source.holder &&
                                                plan.links[source.greeting].balancing == Balancing::All),
                   says(" has its sessions greeted elsewhere than at their holder"));
    }
    sink.require(source.kind <= SourceKind::Sessions, says(" is of an unknown kind"));
    checkOpen(source, sink);
    checkClosedAndTrace(source, sink);
    users += source.users;
  }
  sink.require(users <= Source::kMaxUsers, [users] {
    return formatNumber(static_cast<double>(users)) + " users or sessions, of 4,000,000 that are possible";
  });
}

}  // namespace cantilever::plan

#pragma once

#include <string>

#include "core/base/quantities.h"
#include "core/vocabulary/lowering.h"
#include "core/vocabulary/traits.h"
#include "core/vocabulary/usage.h"

/// What block types have in common that a provider runs: capacity out of one customer's reach, and bills by
/// what is used.
namespace cantilever::catalog::hosted {

/// Nobody queues here: the provider adds machines as load grows.
plan::Pool boundless();
/// A pool of machines that each have a queue of their own.
plan::Pool machines(Count instances, int serversEach);

Traits traits(Duration mtbf, Duration mttr);

/// How a block finds out which instances its links may call, as defaults of these (Traits::linkDefaults).
Params checks(Duration interval, Duration timeout, Count downAfter, Count upAfter);

/// Requests of a month at the mean rate.
double monthly(const Load& load);
/// The same of calls that others answer whom it covers.
double monthlyCovered(const Load& load);
double gigabytes(Bytes bytes);
/// So many units the whole month.
Usage allMonth(Usage::Kind kind, std::string item, double units, const std::string& what,
               std::string purchase = "ondemand");
/// `share` of the month's requests.
Usage perRequest(std::string item, const Load& load, double share, std::string what);
/// GB-months of what is kept.
Usage kept(std::string item, Bytes bytes);

/// A token bucket of `rate` that holds `burst` and refuses what it has no token for.
plan::Tokens throttle(Rate rate, double burst, plan::TokenScope scope = plan::TokenScope::All);

/// Warns of requests that go to each of several plain links in turn, where one of them was meant.
void warnIfEveryLinkIsCalled(plan::Lowering& lowering, const std::string& what);

/// A count as plans hold it.
inline std::uint32_t small(Count count) {
  return static_cast<std::uint32_t>(count.value());
}

}  // namespace cantilever::catalog::hosted

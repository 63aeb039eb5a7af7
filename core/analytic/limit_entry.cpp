#include "core/analytic/limit_entry.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numeric>

#include "core/analytic/birth_death.h"

namespace cantilever::analytic {

namespace {

constexpr double kMostWaiting = 1e5;
constexpr double kNegligible = 1e-18;
constexpr double kLarge = 1e200;

/// Of all who wait before so many places.
struct Outside {
  double all = 0;      // probability of 0, 1, ... that wait while all places are taken
  double waiting = 0;  // of each times how many
  double full = 0;     // of as many as there is room for
};

/// From the probability that all places are taken and nobody waits, unscaled as those in `p` are. Whoever is
/// beyond `room` is not told apart from those that are negligible.
Outside outsideOf(const LimitLoad& limit, double arrivals, double most, double room, std::vector<double>& p) {
  const double places = p.back();
  if (std::isinf(room) && limit.patience <= 0) {  // geometric
    const double ratio = arrivals / most;
    return {places / (1 - ratio), places * ratio / ((1 - ratio) * (1 - ratio)), 0};
  }
  Outside sum{places, 0, places};
  for (double n = 1; n <= std::min(room, kMostWaiting); ++n) {
    const double ratio = arrivals / (most + (limit.patience > 0 ? n / limit.patience : 0.0));
    sum.full *= ratio;
    sum.all += sum.full;
    sum.waiting += n * sum.full;
    if (ratio < 1 && sum.full < kNegligible * sum.all) {
      sum.full = 0;
      break;
    }
    if (sum.all > kLarge) {
      const auto scaled = [](double& each) { each /= kLarge; };
      std::for_each(p.begin(), p.end(), scaled);
      scaled(sum.all);
      scaled(sum.waiting);
      scaled(sum.full);
    }
  }
  return sum;
}

}  // namespace

LimitEntry entryOf(const LimitLoad& limit, const ClosedChain& network, double arrivals) {
  const auto places = static_cast<std::size_t>(limit.places);
  LimitEntry entry;
  entry.most = network.throughput(places);
  const double room = limit.waits ? limit.room : 0;
  const bool isEndless = std::isinf(room) && limit.patience <= 0;
  entry.isStable = !isEndless || arrivals < entry.most * (1 - 1e-9);
  if (!entry.isStable) {
    return entry;
  }
  std::vector<double> p = stationary(
      places + 1, [&](double) { return arrivals; },
      [&](double n) { return network.throughput(static_cast<std::size_t>(n)); });
  p.resize(places + 1, 0.0);
  const Outside outside = outsideOf(limit, arrivals, entry.most, room, p);
  const double below = std::accumulate(p.begin(), p.end() - 1, 0.0);
  const double all = below + outside.all;
  const double full = std::isfinite(room) ? outside.full / all : 0.0;
  entry.probability = std::max(0.0, outside.all / all - full) / (1 - full);
  entry.outside = outside.waiting / all;
  entry.lost = full + (limit.patience > 0 ? entry.outside / limit.patience / arrivals : 0.0);
  p.back() = outside.all;
  std::transform(p.begin(), p.end(), std::back_inserter(entry.inside),
                 [all](double each) { return each / all; });
  return entry;
}

}  // namespace cantilever::analytic

#include "core/analytic/limit_entry.h"

#include <algorithm>
#include <cmath>

#include "core/analytic/birth_death.h"

namespace cantilever::analytic {

namespace {

constexpr double kMostWaiting = 1e5;

}  // namespace

LimitEntry entryOf(const LimitLoad& limit, const ClosedChain& network, double arrivals) {
  const auto places = static_cast<std::size_t>(limit.places);
  const auto through = [&](double n) {
    return network.throughput(std::min(static_cast<std::size_t>(n), places));
  };
  LimitEntry entry;
  entry.most = through(limit.places);
  const double room = limit.waits ? limit.room : 0;
  const bool isEndless = std::isinf(room) && limit.patience <= 0;
  entry.isStable = !isEndless || arrivals < entry.most * (1 - 1e-9);
  if (!entry.isStable) {
    return entry;
  }
  const double beyond = isEndless ? 0 : std::min(room, kMostWaiting);
  std::vector<double> p = stationary(
      places + static_cast<std::size_t>(beyond) + 1, [&](double) { return arrivals; },
      [&](double n) {
        return through(n) + (limit.patience > 0 ? std::max(0.0, n - limit.places) / limit.patience : 0.0);
      });
  p.resize(std::max(p.size(), places + 1), 0.0);
  if (isEndless) {  // from there on it is geometric
    const double ratio = arrivals / entry.most;
    const double all = 1 + p[places] * ratio / (1 - ratio);
    for (double& each : p) {
      each /= all;
    }
    entry.probability = p[places] / (1 - ratio);
    entry.outside = p[places] * ratio / ((1 - ratio) * (1 - ratio));
  } else {
    const double full = std::isinf(limit.room) && limit.waits ? 0.0 : p.back();
    for (std::size_t n = places; n < p.size(); ++n) {
      entry.probability += p[n];
      entry.outside += static_cast<double>(n - places) * p[n];
    }
    entry.probability = std::max(0.0, entry.probability - full) / (1 - full);
    entry.lost = full + (limit.patience > 0 ? entry.outside / limit.patience / arrivals : 0.0);
  }
  entry.inside.assign(p.begin(), p.begin() + static_cast<std::ptrdiff_t>(places));
  double below = 0;
  for (const double each : entry.inside) {
    below += each;
  }
  entry.inside.push_back(std::max(0.0, 1 - below));
  return entry;
}

}  // namespace cantilever::analytic

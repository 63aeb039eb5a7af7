#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "core/analytic/working_state.h"

/// Internal to the solver: the stations that limits are held over. Times are seconds, rates per second.
namespace cantilever::analytic {

/// Of what is neither a theorem nor known better, beside simulations of poolers and thread pools.
inline constexpr double kLimitBand = 0.15;

/// What comes to stations through limits, what limits leave of their queues, and what that makes of them.
/// Changes the stations of `state`, which it must not outlive.
class HeldStations {
 public:
  HeldStations(const Structure& structure, WorkingState& state);

  /// That much of a limit's time per second goes to its parts.
  void addThrough(const HeldParts& parts, double rate);
  /// Whether all that comes to a pool comes through limits.
  bool isOnlyThrough(Index pool) const;
  /// What has been found: a mean number there, of so many pieces of work per second.
  void addFound(Index pool, double number, double rate);
  /// What that is worth.
  void judge(Index pool, bool isExact, double band);
  /// Makes the station what has been found; with `scale`, that of the rates, where users think.
  void apply(Index pool, std::optional<double> scale);

  bool isDelay(Index pool) const;
  double meanSpeed(Index pool) const;
  /// Queues that the instances of a pool have: those whose calls look for the shortest are taken to have one.
  double queuesAt(Index pool) const;
  /// Work per second with n requests at one of its queues, less what others work there.
  std::function<double(double)> speedAt(Index pool, double queues) const;
  /// How little is known because of others at the same stations.
  double bandOfOthers(const HeldParts& parts) const;
  /// By how much waits at the parts are longer than those of exponential service.
  double variation(const HeldParts& parts) const;

 private:
  /// What limits leave of a station.
  struct AtPool {
    double load = 0;    ///< erlangs that come through limits, at speed 1
    double visits = 0;  ///< pieces per second of these
    double number = 0;  ///< mean, of those that come through what has been solved
    double solved = 0;  ///< pieces per second of these
    bool isExact = false;
    double band = 0;
  };

  double exponentialWait(Index pool) const;
  static void shorten(StationWait& wait, double ratio, const AtPool& at, double unstretched);
  void applyClosed(Index pool, double wait, double service, double scale);

  const Structure& m_structure;
  const plan::Plan& m_plan;
  WorkingState& m_state;
  std::vector<AtPool> m_at;  ///< [pool]
};

}  // namespace cantilever::analytic

#pragma once

#include <map>
#include <tuple>
#include <utility>
#include <vector>

#include "core/vocabulary/cache_contents.h"
#include "core/vocabulary/plan.h"

/// Internal to visits: caches that are asked for what others have missed, or have had.
namespace cantilever::plan {

/// Finds the hit ratios of all caches of a plan from the look-ups that come to each, and by which way: what a
/// request has hit and missed before says which keys it is likely to be about, and how long ago the cache
/// that has missed it asked for the same. In rounds: a round reads what the one before has found of the
/// caches.
///
/// Each cache is as cache_contents.h says; whoever misses puts the entry into all caches on its way.
class CacheLevels {
 public:
  /// `fetches`: [cache] how long they take; empty: no time.
  explicit CacheLevels(const Plan& plan, std::vector<Fetch> fetches = {});

  /// A way begins where nothing has been looked up yet.
  static constexpr Index kBegin = 0;
  /// The way that goes on so.
  Index after(Index way, Index cache, bool wasHit);
  /// As the last round found it.
  double hitRatio(Index cache, Index requestClass, Index way) const;
  void add(Index cache, Index requestClass, Index way, double perSecond);
  /// What else happens to entries, per second.
  void addChanges(Index cache, Index requestClass, double refreshed, double dropped);
  /// Look-ups that were added of the class in this round.
  void forget(Index requestClass);
  /// By cache, from what was added since the last round.
  std::vector<double> endRound();
  /// [cache] of the last round: share of the hits of those that wait for another one's fetch; seconds after
  /// which entries go, 0: they do not.
  const std::vector<double>& coalesced() const { return m_coalesced; }
  std::vector<double> stay() const;

 private:
  /// Keys of one space that are asked for about equally often.
  struct Band {
    Index space = 0;
    double keys = 0;
    double share = 0;  ///< of the requests about its space, each of them
  };
  struct Passed {
    Index cache = 0;
    bool wasHit = false;
  };
  struct Way {
    Index from = kBegin;
    Passed last;
  };
  /// What a cache has of the keys of a band.
  struct Held {
    double found = 0;  ///< of what is asked for
    Stay stay;
  };
  /// Look-ups of a class that come the same way.
  struct Stream {
    Index requestClass = 0;
    Index way = kBegin;
    double perSecond = 0;
  };
  /// Of one space and way.
  LookUps lookUpsOf(Index cache, Index space, Index way, double perSecond) const;
  using Rates = std::map<std::pair<Index, Index>, double>;  ///< by space and way
  struct ChangeRates {
    double refreshed = 0;
    double dropped = 0;
    bool operator==(const ChangeRates&) const = default;
  };
  using ChangesOf = std::map<Index, ChangeRates>;  ///< by space
  void solve(Index cache, const std::vector<double>& keys, const Rates& rates, const ChangesOf& changes,
             std::vector<Held>& held);
  Changes changesOf(Index cache, const ChangesOf& changes) const;
  Index spaceOf(Index requestClass) const;
  bool hasPassed(Index way, Index cache) const;
  /// By which factor the way favours the keys of a band.
  double favourOf(Index way, std::size_t band) const;
  double instancesOf(Index cache) const;

  const Plan& m_plan;
  std::vector<Band> m_bands;
  std::vector<Way> m_ways;
  std::map<std::tuple<Index, Index, bool>, Index> m_wayAfter;
  std::vector<bool> m_isKeyed;                        ///< [cache] each key has an instance of its own
  std::vector<std::vector<Held>> m_held;              ///< [cache][band]
  std::vector<std::vector<Stream>> m_streams;         ///< [cache] of the present round
  std::vector<ChangesOf> m_changes, m_changesBefore;  ///< [cache] of the present round, and the last
  std::vector<Fetch> m_fetches;                       ///< [cache] empty: no time
  std::vector<double> m_hitRatio;                     ///< [cache]
  std::vector<double> m_coalesced;                    ///< [cache]
  std::vector<double> m_time;                         ///< [cache] characteristic, of the last round; 0: none
  std::vector<Rates> m_rates;                         ///< [cache] of the last round
  std::vector<bool> m_hasChanged;                     ///< [cache] in the last round
  std::map<std::tuple<Index, Index, Index>, double> m_hitRatioOf;  ///< (cache, space, way)
};

}  // namespace cantilever::plan

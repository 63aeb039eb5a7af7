#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/fluid/forecast.h"
#include "core/fluid/network.h"
#include "core/fluid/responses.h"
#include "core/fluid/steady.h"
#include "core/vocabulary/hit_ratio.h"
#include "core/vocabulary/scaling.h"
#include "core/vocabulary/visits.h"

/// Internal to the forecast: what changes the system while requests flow.
namespace cantilever::fluid {

/// Two moments nearer than this are one, in seconds.
inline constexpr double kSameMoment = 1e-9;

/// Contents of a cache, as the share of look-ups that hit.
class CacheState {
 public:
  CacheState(const plan::Plan& plan, Index cache, const plan::Visits& visits, bool startsCold);

  /// At this many times the designed load.
  double hitRatio(double load);
  void lookedUp(double lookups);
  void flush();
  /// Of the instances that hold contents one by one: this many joined, or went.
  void joined(double instances);
  void left(double instances, double before);
  bool isWarming() const { return m_isWarming; }
  /// How many look-ups may pass before the ratio is reckoned anew.
  double patience() const;

 private:
  struct Cohort {
    double instances = 1;
    double lookups = 0;  ///< of each of them, since it was empty; infinite: for ever
    double atLeast = 0;  ///< what it began with
  };
  double equilibriumAt(double load);
  double coldRatio(double lookups);

  const plan::Plan& m_plan;
  Index m_cache;
  std::vector<plan::KeyLoad> m_loads;                   // of an instance, at the designed load
  double m_perSecond = 0;                               // of an instance
  bool m_isByLoad = false;                              // the equilibrium depends on the load
  std::vector<std::pair<double, double>> m_equilibria;  // by load
  std::vector<std::pair<double, double>> m_cold;        // by logarithm of the look-ups
  std::vector<Cohort> m_cohorts;
  bool m_isWarming = false;
};

class World {
 public:
  World(const plan::Plan& plan, const Options& options, const Steady& steady, const plan::Visits& visits,
        Network& network);

  /// Does all that is due, and tells the network.
  void actAt(double now);
  /// After which time something is due, but for looks of scalers.
  double nextEvent() const;
  /// When a scaler looks next.
  double nextLook();
  /// While nothing waits scalers look in the middle of pieces: how much of this one passes until one of them
  /// wants other instances.
  double untilScaled(double start, double seconds);
  /// The longest piece that contents of caches allow.
  double longestPiece() const;
  /// A piece has passed.
  void passed(double start, double seconds);
  /// For the load in the middle of a piece: hit ratios, instances on demand.
  void beginPiece(double load, double now);

  double loadFactor() const { return m_loadFactor; }
  const std::vector<PoolState>& pools() const { return m_states; }
  double up(Index pool) const { return m_fleets[pool].up; }
  double capacity(Index pool) const { return m_fleets[pool].capacity; }
  double booting(Index pool) const { return m_fleets[pool].booting; }
  double hitRatio(Index cache) const { return m_hitRatio[cache]; }
  std::vector<Event>& events() { return m_events; }
  const std::vector<double>& lost() const {
    return m_lost;
  }  ///< [class] requests that died with their instance
  double scaledUp(Index pool) const { return m_fleets[pool].ordered; }
  double scaledDown(Index pool) const { return m_fleets[pool].takenAway; }

 private:
  struct Instance {
    enum class Life : std::uint8_t { Absent, Booting, Up, Down };
    Life life = Life::Absent;
    bool isPaused = false;
    bool isHeldDown = false;  ///< its zone is out
    double speed = 1;
    double since = -1e300;  ///< up since
    std::uint32_t epoch = 0;
  };
  struct Fleet {
    std::vector<Instance> instances;
    double up = 0, booting = 0, capacity = 0, speed = 1;
    double warm = 0;                  ///< prepared instances that stand by
    double warmUntil = 0;             ///< until when some are cold
    double neededAt = 0, needed = 0;  ///< on demand
    double ordered = 0, takenAway = 0;
  };
  struct Scaler {
    const plan::Scaler* of = nullptr;
    plan::PoolFigures sums = {};  ///< areas since the last look
    double load = -1;
    double addedAt = -1e300, tookAt = -1e300;
    double neededAt = -1e300;  ///< when it last did not want fewer
    double looksAt = 0;
    std::uint64_t order = 0;  ///< of the look among what is due at the same time
    double gatheredAt = 0;    ///< until then the areas reach
  };
  /// What a scaler makes of its period.
  struct Verdict {
    enum class Change : std::uint8_t { None, Add, Take } change = Change::None;
    double wanted = 0;
    double neededAt = 0;
    double load = -1;
  };
  struct Due {
    enum class What : std::uint8_t { Action, Boot, WarmReady, Control, Recover, Cold };
    double at = 0;
    What what = What::Action;
    Index index = 0;  ///< action, pool, control
    Index instance = 0;
    std::uint32_t epoch = 0;
    bool operator<(const Due& other) const {
      return at > other.at || (at == other.at && order > other.order);
    }
    std::uint64_t order = 0;
  };

  void due(Due event);
  // Actions (actions.cpp).
  void act(const plan::Action& action, double now, const char* by);
  void actOnInstances(const plan::Action& action, double now, const char* by);
  void actOnZone(const plan::Action& action, double now, const char* by);
  void drain(const plan::Action& action, double now, const char* by);
  bool kill(Index pool, Index instance, double now);
  void rise(Index pool, Index instance, double now);
  void failOver(Index pool, Index i, double now);
  void fire(Index control, double now);

  void setInstances(Index pool, double wanted, double now, const char* by);
  void endBoot(Index pool, Index instance, double now);
  // Scalers (scalers.cpp).
  void gather(Scaler& scaler, double start, double until) const;
  Verdict verdictOf(const Scaler& scaler, double now) const;
  void endPeriod(Scaler& scaler, const Verdict& verdict, double now);
  void lookAt(Scaler& scaler, double time);
  Scaler* nextScaler();
  void look(Scaler& scaler, double now);

  // Limits (limits.cpp).
  void reckon(Index pool, double now);
  void setLimits(Index pool);
  void setGroupLimits();
  void setTokenLimits();
  void setRoutes();
  double perInstance(Index pool) const;
  double coldFactor(Index pool, const Instance& instance, double now) const;

  void tell(Event::Kind kind, double at, const std::string& element, double count, const char* by);
  void setFactor(Factor::Kind kind, Index element, double value);

  const plan::Plan& m_plan;
  const Steady& m_steady;
  Network& m_network;
  std::vector<Fleet> m_fleets;
  std::vector<PoolState> m_states;
  std::vector<Scaler> m_scalers;
  std::vector<CacheState> m_caches;
  std::vector<double> m_hitRatio;
  std::vector<Index> m_lookups;    // factors of hits and misses
  std::vector<Index> m_choices;    // factors by who is up
  std::vector<double> m_meanNeed;  // [resource]
  std::vector<double> m_groupUp0;  // [group] instances that its capacity is of
  std::vector<plan::Action> m_actions;
  std::vector<bool> m_isStopped;  // [control]
  std::vector<Due> m_due;         // a heap
  std::uint64_t m_order = 0;
  std::vector<Event> m_events;
  std::vector<double> m_lost;
  double m_loadFactor = 1;
};

}  // namespace cantilever::fluid

#pragma once

#include <cstdint>
#include <vector>

#include "core/base/random.h"
#include "core/sim/agenda.h"
#include "core/sim/meters.h"
#include "core/vocabulary/plan.h"

namespace cantilever::sim {

/// The number of a zone of the plan; one past the last one: nowhere.
using ZoneNumber = std::uint16_t;

/// The ways between zones, and what is wrong with them: partitions and added latencies. Without zones it is
/// empty, and nobody asks.
class Network {
 public:
  Network(const plan::Plan& plan, Agenda& agenda);

  bool hasZones() const { return m_zones != nullptr; }
  ZoneNumber nowhere() const { return m_nowhere; }
  ZoneNumber numberOf(plan::Index zone) const {
    return zone == plan::kNone ? m_nowhere : static_cast<ZoneNumber>(zone);
  }
  bool liesIn(ZoneNumber zone, plan::Index top) const {
    return zone != m_nowhere && plan::liesIn(*m_zones, zone, top);
  }

  /// A latency times a factor.
  static TimeNs scaled(TimeNs way, double factor);

  /// One way from zone to zone.
  struct Way {
    TimeNs time = kUnknown;           ///< if both are somewhere; of a way that varies the mean
    std::uint32_t law = plan::kNone;  ///< of a way that varies
    LaneId lane = 0;                  ///< of that time, if it is above zero
    TimeNs added = 0;
    double factor = 1;       ///< of the latency, whoever's it is
    std::uint32_t cuts = 0;  ///< partitions that are in it

    static constexpr TimeNs kUnknown = -1;
    bool isKnown() const { return time != kUnknown; }
  };
  /// Of a way that is known.
  TimeNs timeOf(const Way& way, RandomStream& stream) const {
    return way.law == plan::kNone ? way.time : m_laws[way.law].drawNs(stream);
  }
  const Way& way(ZoneNumber from, ZoneNumber to) const { return m_ways[from * m_side + to]; }

  /// Some way is cut, or takes longer than it should.
  bool isDisturbed() const { return !m_partitions.empty() || !m_additions.empty() || !m_factors.empty(); }
  /// Between the zone and the other one, or with kNone all that lies outside of it; for each pair the last
  /// word counts. False if that changes nothing.
  bool setCut(plan::Index zone, plan::Index other, bool isCut);
  bool setAdded(plan::Index zone, plan::Index other, TimeNs added);
  bool setFactor(plan::Index zone, plan::Index other, double factor);

 private:
  struct Pair {
    plan::Index zone = plan::kNone;
    plan::Index other = plan::kNone;
    TimeNs added = 0;
    double factor = 1;
    bool isOf(plan::Index a, plan::Index b) const {
      return (zone == a && other == b) || (b != plan::kNone && zone == b && other == a);
    }
  };
  /// Calls change(way) for each way that leads from one side to the other.
  template <class Change>
  void forEachBetween(plan::Index zone, plan::Index other, const Change& change);

  const std::vector<plan::Zone>* m_zones = nullptr;
  ZoneNumber m_nowhere = 0;
  std::size_t m_side = 0;
  std::vector<Way> m_ways;  // [from][to]
  std::vector<Sampler> m_laws;
  std::vector<Pair> m_partitions;
  std::vector<Pair> m_additions;
  std::vector<Pair> m_factors;
};

/// A zone as a failure domain.
struct ZoneState {
  bool isDown = false;
  std::uint32_t epoch = 0;  ///< bumped when it goes down or comes up; guards events
  std::uint64_t outages = 0;
  Level down;                  ///< 0 or 1
  Level crews;                 ///< at work
  Level waiting;               ///< instances that wait for a crew: of the zone, or of their pool
  std::uint64_t repaired = 0;  ///< instances

  void openWindow(TimeNs now) {
    down.openWindow(now);
    crews.openWindow(now);
    waiting.openWindow(now);
  }
  bool failsAtRandom = false;
  bool failsSilently = false;
  Sampler toFailure;
  Sampler toRepair;
  RandomStream failures;
  RandomStream repairs;
};

}  // namespace cantilever::sim

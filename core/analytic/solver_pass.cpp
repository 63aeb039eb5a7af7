#include "core/analytic/solver_pass.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <utility>

#include "core/analytic/acceleration.h"

namespace cantilever::analytic {

namespace {

constexpr int kMostPasses = 120;
constexpr int kMostInVain = 40;   // passes none of which changes less than those before
constexpr double kIsLess = 0.98;  // of the least change so far
constexpr double kSettled = 1e-8;
// From here on what does not contract is mixed with what was before, in case it swings.
constexpr int kDampedFrom = 12;

// Where the iteration contracts and is so near its end it is accelerated: from farther away that might leap
// to another fixed point than the one that it runs to.
constexpr double kNear = 0.1;
constexpr double kContracts = 0.9;  // of the change two passes ago
constexpr double kSwinging = 1e-3;  // of shares and numbers of calls, from one pass to the next
constexpr int kMostLeaps = 3;       // that went wrong

/// What is handed from one pass to the next is of these kinds.
enum class Handed : std::uint8_t {
  Share,   ///< 0 .. 1, measured as it is
  Count,   ///< from 0, measured as it is below 1, by itself above
  Amount,  ///< from 0, measured by itself
  Number,  ///< from 1, measured by itself
  Square,  ///< from 0, measured by itself, roughly
};

/// Visits every value that a pass reads of the one before it, but for the responses and waits from which mean
/// value analysis of closed classes begins: these follow from the others.
template <class State, class Visit>
void eachHanded(const Structure& structure, State& state, const Visit& visit) {
  const auto each = [&visit](auto&& values, Handed kind) {
    for (auto& value : values) {
      visit(value, kind);
    }
  };
  const auto holding = [&visit](auto& of) {
    visit(of.mean, Handed::Amount);
    visit(of.second, Handed::Square);
  };
  auto& beliefs = state.beliefs;
  each(beliefs.success.values(), Handed::Share);
  each(beliefs.attempts.values(), Handed::Count);
  each(beliefs.arrive.values(), Handed::Share);
  each(beliefs.workLost.values(), Handed::Share);
  each(beliefs.tokensRefused.values(), Handed::Share);
  each(beliefs.batch, Handed::Number);
  each(beliefs.callBatch, Handed::Number);
  each(state.tokenHolding, Handed::Amount);
  const plan::Plan& plan = structure.plan();
  for (Index program = 0; program < plan.programs.size(); ++program) {
    const Index pool = plan.programs[program].pool;
    if (pool != kNone && plan.pools[pool].seats > 0 && !structure.holdsSeatsOnlyToWork(pool)) {
      for (auto& of : state.holding[program]) {
        holding(of);
      }
    }
    if (structure.isCalledBack(program)) {
      for (auto& of : state.programMoments[program]) {
        holding(of);
      }
      each(state.programSuccess[program], Handed::Share);
    }
  }
  for (std::size_t i = 0; i < plan.groups.size(); ++i) {
    if (structure.isWaitedFor(plan.groups[i].log)) {
      visit(state.groups[i].wait, Handed::Amount);
      visit(state.groups[i].waitSecond, Handed::Square);
      visit(state.groups[i].waitProbability, Handed::Share);
      visit(state.groups[i].longer, Handed::Amount);
    }
  }
  for (std::size_t i = 0; i < plan.sources.size(); ++i) {
    if (plan.sources[i].kind == plan::SourceKind::Closed) {
      visit(state.sourceRates[i], Handed::Amount);
    }
  }
}

std::vector<double> handedBy(const Structure& structure, const WorkingState& state) {
  std::vector<double> values;
  eachHanded(structure, state, [&](double value, Handed) { values.push_back(value); });
  return values;
}

/// Values that cannot be, as leaps come to, become the nearest that can.
void handOver(const Structure& structure, std::vector<double>& values, WorkingState& state) {
  std::size_t i = 0;
  eachHanded(structure, state, [&](double& value, Handed kind) {
    double& given = values[i++];
    given = kind == Handed::Share    ? std::clamp(given, 0.0, 1.0)
            : kind == Handed::Number ? std::max(1.0, given)
                                     : std::max(0.0, given);
    value = given;
  });
}

double scaleOf(double now, double before, Handed kind) {
  switch (kind) {
    case Handed::Share:
    case Handed::Count:
      return std::max(1.0, std::abs(before));
    case Handed::Square:
      return 100 * std::max({now, before, 1e-12});
    case Handed::Amount:
    case Handed::Number:
      break;
  }
  return std::max({now, before, 1e-12});
}

}  // namespace

plan::Fetch FetchTime::fetch() const {
  const double mean = rate > 0 ? time / rate : 0.0;
  return {mean, mean > 0 ? std::max(0.0, square / rate / (mean * mean) - 1) : 0.0};
}

plan::ExpectedBatch batchOf(const plan::Plan& plan, const WorkingState& state, Index batching) {
  return plan::expectedBatch(plan.batchings[batching],
                             totalOf(state.traffic.batched[batching]) / state.callers[batching]);
}

namespace {

class Settler {
 public:
  Settler(const Structure& structure, double loadFactor)
      : m_structure(structure), m_plan(structure.plan()), m_settled(structure), m_loadFactor(loadFactor) {}

  Result<Settled> settle(const Caching& caching, const std::vector<Unrepresented>& unrepresented,
                         FirstBelief first, const std::vector<double>* start) {
    WorkingState& state = m_settled.state;
    state.beliefs.hitRatio = caching.visits.hitRatio;
    state.coalesced = caching.visits.coalesced;
    state.fetches = caching.fetches;
    // As many keys come up however events are put together on their way, and nearly as many if some get lost.
    ByClass outcomes(m_plan.windows.size(), m_plan.classes.size());
    for (std::size_t window = 0; window < m_plan.windows.size(); ++window) {
      const auto& rates = caching.visits.windowOutcomes[window];
      std::copy(rates.begin(), rates.end(), outcomes[window].begin());
    }
    begin(unrepresented, first);
    m_handed = start != nullptr ? *start : handedBy(m_structure, state);
    handOver(m_structure, m_handed, state);
    for (int pass = 0; pass < kMostPasses && pass - m_leastAt <= kMostInVain; ++pass) {
      Result<Traffic> traffic = trafficOf(m_structure, state.beliefs, {state.sourceRates, outcomes});
      if (!traffic) {
        return traffic.error();
      }
      state.trafficBefore = std::exchange(state.traffic, *std::move(traffic));
      solveElements(m_structure, state);
      const ClosedNote closed = solveUsers(m_structure, m_settled, m_loadFactor);
      m_settled.isClosedExact = closed.isExact;
      m_settled.closedBand = closed.band;
      respondAll();
      measure();
      if (std::min(m_change, m_expected) < kSettled && !state.isLimitNew) {
        m_settled.hasConverged = true;
        m_settled.handed = std::move(m_handed);
        break;
      }
      if (m_change < kIsLess * m_least) {
        m_least = m_change;
        m_leastAt = pass;
      }
      if (pass + 1 < kMostPasses) {
        goOn(pass);
      }
    }
    m_settled.unsettled = m_settled.hasConverged ? 0.0 : m_change;
    m_settled.swings.assign(m_plan.classes.size(), false);
    for (std::size_t k = 0; !m_settled.hasConverged && k < m_plan.classes.size(); ++k) {
      m_settled.swings[k] = swings(k);
    }
    for (std::size_t i = 0; i < m_plan.groups.size(); ++i) {
      const double before = state.beliefsBefore.batch[i];
      m_settled.isBatchUnsettled.push_back(!m_settled.hasConverged &&
                                           std::abs(state.beliefs.batch[i] - before) > kSwinging * before);
    }
    return std::move(m_settled);
  }

 private:
  bool swings(std::size_t k) const {
    const Beliefs& before = m_settled.state.beliefsBefore;
    const Beliefs& found = m_settled.state.beliefs;
    const std::pair<const ByClass*, const ByClass*> all[] = {{&before.success, &found.success},
                                                             {&before.attempts, &found.attempts},
                                                             {&before.arrive, &found.arrive},
                                                             {&before.workLost, &found.workLost},
                                                             {&before.tokensRefused, &found.tokensRefused}};
    for (const auto& [old, now] : all) {
      for (std::size_t i = 0; i < now->size(); ++i) {
        if (std::abs((*old)[i][k] - (*now)[i][k]) > kSwinging) {
          return true;
        }
      }
    }
    return false;
  }

  void begin(const std::vector<Unrepresented>& unrepresented, FirstBelief first) {
    WorkingState& state = m_settled.state;
    state.passages = passagesIn(m_structure);
    for (Index i = 0; i < m_plan.batchings.size(); ++i) {
      state.callers.push_back(plan::callersOf(m_plan, i));
    }
    for (std::size_t i = 0; i < m_plan.sources.size(); ++i) {
      const plan::Source& source = m_plan.sources[i];
      state.sourceRates[i] = plan::meanRate(m_plan, source) * m_loadFactor;
      if (source.kind == plan::SourceKind::Closed) {  // anything above zero, to begin with
        state.sourceRates[i] = source.users / std::max(1e-3, source.think.mean.inSeconds()) * 1e-3;
      }
    }
    for (const Unrepresented& each : unrepresented) {
      if (!each.isFatal) {
        continue;
      }
      const Fault fault = {std::string(nameOf(each.kind)) + " \"" + each.element + "\": " + each.what, false,
                           each.changesFlow};
      switch (each.kind) {
        case Unrepresented::Kind::Pool:
          state.poolFault[each.index] = fault;
          break;
        case Unrepresented::Kind::Link:
          state.linkFault[each.index] = fault;
          break;
        case Unrepresented::Kind::Tokens:
          state.tokenFault[each.index] = fault;
          break;
        case Unrepresented::Kind::Group:
          state.groupFault[each.index] = fault;
          break;
        default:
          break;
      }
    }
    if (first == FirstBelief::AllFail) {
      for (std::size_t link = 0; link < m_plan.links.size(); ++link) {
        if (m_plan.links[link].retries.isOn()) {
          std::fill(state.beliefs.attempts[link].begin(), state.beliefs.attempts[link].end(),
                    m_plan.links[link].retries.reckoned());
        }
      }
    }
  }

  /// Responses of all classes, and what follows from them for the next pass.
  void respondAll() {
    WorkingState& state = m_settled.state;
    Beliefs next = state.beliefs;
    std::fill(state.groupService.begin(), state.groupService.end(), Holding{});
    std::fill(state.groupPerMessage.begin(), state.groupPerMessage.end(), 0.0);
    std::fill(state.tokenHolding.begin(), state.tokenHolding.end(), 0.0);
    std::fill(state.fetched.begin(), state.fetched.end(), FetchTime{});
    m_settled.responses.clear();
    state.callFaults.clear();
    std::fill(state.retryDoubt.begin(), state.retryDoubt.end(), 0.0);
    for (HeldLimit& each : state.limits) {
      each.parts.clear();
    }
    for (Index each = 0; each < m_plan.classes.size(); ++each) {
      m_settled.responses.push_back(respond(m_structure, state, each, next));
    }
    if (state.isLimited) {
      findRests(m_structure, state);
    }
    for (Index i = 0; i < state.groups.size(); ++i) {
      state.groups[i] = consumptionOf(m_structure, state, i);
      next.batch[i] = std::max(1.0, state.groups[i].batch);
    }
    for (Index i = 0; i < m_plan.batchings.size(); ++i) {
      next.callBatch[i] = batchOf(m_plan, state, i).size;
    }
    state.beliefsBefore = std::exchange(state.beliefs, std::move(next));
  }

  /// By how much the pass has changed what it was handed, and by how much another would change what this one
  /// has found: if it was handed what was found before, each value by as much less as it has changed less.
  void measure() {
    m_found.resize(m_handed.size());
    m_scale.resize(m_handed.size());
    m_lastChange.resize(m_handed.size(), 1.0);
    m_changes[1] = m_changes[0];
    m_changes[0] = m_change;
    m_change = m_expected = 0;
    std::size_t i = 0;
    eachHanded(m_structure, std::as_const(m_settled.state), [&](double now, Handed kind) {
      const double before = m_handed[i];
      const double scale = scaleOf(now, before, kind);
      m_found[i] = now;
      m_scale[i] = scale;
      const double change = std::abs(now - before) / scale;
      m_change = std::max(m_change, change);
      const bool isLess = m_isPlain && change < m_lastChange[i];
      m_expected = std::max(m_expected, isLess ? change * change / m_lastChange[i] : change);
      m_lastChange[i] = change;
      ++i;
    });
  }

  /// What the next pass is handed.
  void goOn(int pass) {
    const bool contracts = m_change < kContracts * m_changes[1];
    if (m_isLeaping && m_change > m_changes[0]) {  // the leap led away
      m_acceleration.forget();
      m_isLeaping = false;
      ++m_wrongLeaps;
    }
    m_isLeaping = m_wrongLeaps < kMostLeaps && m_change < kNear && (m_isLeaping || contracts);
    std::vector<double> next = m_found;
    m_isPlain = !m_isLeaping || !m_acceleration.isUnderWay();
    if (m_isLeaping) {
      next = m_acceleration.next(m_handed, m_found, m_scale);
    } else if (pass >= kDampedFrom && !contracts) {
      // Ever less of what is new: where no state agrees with itself, because more would be too much and less
      // is none, the border between the two is what it comes to.
      const double share = 1 / (2.0 + (pass - kDampedFrom) / 4);
      m_isPlain = false;
      for (std::size_t i = 0; i < next.size(); ++i) {
        next[i] = m_handed[i] + share * (m_found[i] - m_handed[i]);
      }
    }
    handOver(m_structure, next, m_settled.state);
    m_handed = std::move(next);
  }

  const Structure& m_structure;
  const plan::Plan& m_plan;
  Settled m_settled;
  double m_loadFactor;
  std::vector<double> m_handed, m_found, m_scale, m_lastChange;
  double m_change = 1;
  double m_expected = 1;  // of the next pass
  double m_least = 2;     // of all passes
  int m_leastAt = 0;
  bool m_isPlain = false;                    // the pass was handed just what the one before it had found
  std::array<double, 2> m_changes = {1, 1};  // of the passes before
  Acceleration m_acceleration;
  bool m_isLeaping = false;
  int m_wrongLeaps = 0;
};

}  // namespace

Result<Settled> settle(const Structure& structure, const Caching& caching, double loadFactor,
                       const std::vector<Unrepresented>& unrepresented, FirstBelief first,
                       const std::vector<double>* start) {
  return Settler(structure, loadFactor).settle(caching, unrepresented, first, start);
}

}  // namespace cantilever::analytic

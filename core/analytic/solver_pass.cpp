#include "core/analytic/solver_pass.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace cantilever::analytic {

namespace {

constexpr int kMostPasses = 120;
constexpr double kSettled = 1e-10;
// From here on the beliefs are mixed with the old ones, in case they swing.
constexpr int kDampedFrom = 12;

double largestChange(const ByClass& a, const ByClass& b) {
  double most = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (std::size_t k = 0; k < a[i].size(); ++k) {
      most = std::max(most, std::abs(a[i][k] - b[i][k]) / std::max(1.0, std::abs(b[i][k])));
    }
  }
  return most;
}

void mixIn(ByClass& to, const ByClass& from, double share) {
  for (std::size_t i = 0; i < to.size(); ++i) {
    for (std::size_t k = 0; k < to[i].size(); ++k) {
      to[i][k] += share * (from[i][k] - to[i][k]);
    }
  }
}

}  // namespace

plan::ExpectedBatch batchOf(const plan::Plan& plan, const WorkingState& state, Index batching) {
  return plan::expectedBatch(
      plan.batchings[batching],
      state.traffic.totalOf(state.traffic.batched[batching]) / state.callers[batching]);
}

namespace {

class Settler {
 public:
  Settler(const Structure& structure, double loadFactor)
      : m_structure(structure), m_plan(structure.plan()), m_settled(m_plan), m_loadFactor(loadFactor) {}

  Result<Settled> settle(const std::vector<double>& hitRatio, const std::vector<Unrepresented>& unrepresented,
                         FirstBelief first) {
    WorkingState& state = m_settled.state;
    state.beliefs.hitRatio = hitRatio;
    begin(unrepresented, first);
    for (int pass = 0; pass < kMostPasses; ++pass) {
      Result<Traffic> traffic = trafficOf(m_structure, state.beliefs, state.sourceRates);
      if (!traffic) {
        return traffic.error();
      }
      state.trafficBefore = std::exchange(state.traffic, *std::move(traffic));
      solveElements(m_structure, state);
      const std::vector<double> ratesBefore = state.sourceRates;
      const ClosedNote closed = solveUsers(m_structure, m_settled, m_loadFactor);
      m_settled.isClosedExact = closed.isExact;
      m_settled.closedBand = closed.band;
      const double change = respondAll(pass) + changeOfRates(ratesBefore);
      if (pass > 0 && change < kSettled) {
        m_settled.hasConverged = true;
        break;
      }
    }
    return std::move(m_settled);
  }

 private:
  void begin(const std::vector<Unrepresented>& unrepresented, FirstBelief first) {
    WorkingState& state = m_settled.state;
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
      const Fault fault = {std::string(nameOf(each.kind)) + " \"" + each.element + "\": " + each.what};
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
        if (m_plan.links[link].retries.attempts > 1) {
          std::fill(state.beliefs.attempts[link].begin(), state.beliefs.attempts[link].end(),
                    m_plan.links[link].retries.attempts);
        }
      }
    }
  }

  double changeOfRates(const std::vector<double>& before) const {
    double most = 0;
    for (std::size_t i = 0; i < before.size(); ++i) {
      const double now = m_settled.state.sourceRates[i];
      most = std::max(most, std::abs(now - before[i]) / std::max(now, 1e-300));
    }
    return most;
  }

  /// Responses of all classes; returns how much the beliefs have changed by them.
  double respondAll(int pass) {
    WorkingState& state = m_settled.state;
    Beliefs next = state.beliefs;
    const std::vector<Holding> serviceBefore = state.groupService;
    const std::vector<double> holdingBefore = state.tokenHolding;
    const auto seatsBefore = state.holding;
    const auto momentsBefore = state.programMoments;
    std::fill(state.groupService.begin(), state.groupService.end(), Holding{});
    std::fill(state.tokenHolding.begin(), state.tokenHolding.end(), 0.0);
    m_settled.responses.clear();
    for (Index each = 0; each < m_plan.classes.size(); ++each) {
      m_settled.responses.push_back(respond(m_structure, state, each, next));
    }
    for (std::size_t i = 0; i < state.groups.size(); ++i) {
      next.batch[i] = std::max(1.0, state.groups[i].batch);
    }
    for (Index i = 0; i < m_plan.batchings.size(); ++i) {
      next.callBatch[i] = batchOf(m_plan, state, i).size;
    }
    double change = std::max({largestChange(next.success, state.beliefs.success),
                              largestChange(next.attempts, state.beliefs.attempts),
                              largestChange(next.arrive, state.beliefs.arrive),
                              largestChange(next.workLost, state.beliefs.workLost),
                              largestChange(next.tokensRefused, state.beliefs.tokensRefused)});
    const auto relative = [](double now, double before) {
      return std::abs(now - before) / std::max({now, before, 1e-12});
    };
    for (std::size_t i = 0; i < next.batch.size(); ++i) {
      change = std::max({change, relative(next.batch[i], state.beliefs.batch[i]),
                         relative(state.groupService[i].mean, serviceBefore[i].mean)});
    }
    for (std::size_t i = 0; i < next.callBatch.size(); ++i) {
      change = std::max(change, relative(next.callBatch[i], state.beliefs.callBatch[i]));
    }
    for (std::size_t i = 0; i < holdingBefore.size(); ++i) {
      change = std::max(change, relative(state.tokenHolding[i], holdingBefore[i]));
    }
    for (std::size_t program = 0; program < seatsBefore.size(); ++program) {
      for (std::size_t k = 0; k < m_plan.classes.size(); ++k) {
        change = std::max(
            {change, relative(state.holding[program][k].mean, seatsBefore[program][k].mean),
             relative(state.programMoments[program][k].mean, momentsBefore[program][k].mean),
             relative(state.programMoments[program][k].second, momentsBefore[program][k].second) * 0.01});
      }
    }
    const double share = pass < kDampedFrom ? 1.0 : 0.5;
    mixIn(state.beliefs.success, next.success, share);
    mixIn(state.beliefs.attempts, next.attempts, share);
    mixIn(state.beliefs.arrive, next.arrive, share);
    mixIn(state.beliefs.workLost, next.workLost, share);
    mixIn(state.beliefs.tokensRefused, next.tokensRefused, share);
    state.beliefs.batch = next.batch;
    state.beliefs.callBatch = next.callBatch;
    return change;
  }

  const Structure& m_structure;
  const plan::Plan& m_plan;
  Settled m_settled;
  double m_loadFactor;
};

}  // namespace

Result<Settled> settle(const Structure& structure, const std::vector<double>& hitRatio, double loadFactor,
                       const std::vector<Unrepresented>& unrepresented, FirstBelief first) {
  return Settler(structure, loadFactor).settle(hitRatio, unrepresented, first);
}

}  // namespace cantilever::analytic

// Calls that are made again, given up, or made at the same time: which shares of what comes back their
// callers go on with.
#include <algorithm>
#include <cmath>

#include "core/fluid/network.h"

namespace cantilever::fluid {

namespace {

/// Factors that change by less, relative, have settled.
constexpr double kSettled = 1e-9;

}  // namespace

/// Whether attempts come too late, and how often they are made for that or because they fail: each attempt
/// fails like those that come back now. True if anything has changed.
bool Network::updateCalls() {
  bool hasChanged = false;
  for (Index i = 0; i < m_graph.timed.size(); ++i) {
    const TimedCall& timed = m_graph.timed[i];
    const plan::Link& link = *timed.of;
    if (m_guardOf[i] != kNone && m_guards[m_guardOf[i]].state == Guard::State::Open) {
      continue;
    }
    const bool isLate = link.timeout > Duration() && this->isLate(timed, link.timeout.inSeconds());
    const bool isSlow = link.hedge > Duration() && this->isLate(timed, link.hedge.inSeconds());
    const double second = isSlow ? 1 : timed.hedged;
    const double good = isLate ? 0 : into(timed.answers).rate;
    const double bad = into(timed.failures).rate + (isLate ? into(timed.answers).rate : 0.0);
    const double alone = bad > 0 ? bad / (good + bad) : 0.0;
    const double failing = alone * (1 - second * (1 - alone));  // with the second one beside it
    const double calls = into(timed.entry).rate / m_graph.factors[timed.factors].now;
    const double most = link.retries.reckoned();
    double attempts = failing < 1 ? (1 - std::pow(failing, most)) / (1 - failing) : most;
    if (link.retries.budgetShare >= 0) {
      const double paid =
          link.retries.budgetShare + (calls > 0 ? link.retries.budgetFloor.raw() / calls : 0.0);
      attempts = std::min(attempts, 1 + paid);
    }
    // Of the successes and of the failures, those with which a call ends: one of them each.
    const double success = attempts * (1 - failing);
    attempts *= 1 + second;
    const double first = alone < 1 ? std::min(1.0, success / (attempts * (1 - alone))) : 1.0;
    const double last = alone > 0 ? std::clamp((1 - success) / (alone * attempts), 0.0, 1.0) : 1.0;
    const double wanted[] = {attempts, isLate ? 0.0 : first, isLate ? 0.0 : last, isLate ? 1.0 : 0.0};
    m_hasBeenLate = m_hasBeenLate || isLate;
    for (Index f = 0; f < 4; ++f) {
      hasChanged = follow(timed.factors + f, wanted[f]) || hasChanged;
    }
  }
  return hasChanged;
}

double Network::waitedFor(const TimedCall& timed) const {
  double waited = 0;
  for (const TimedCall::Visit& visit : timed.visits) {
    waited += visit.times * m_resources[visit.resource].age;
  }
  return waited;
}

/// Those answered now took longer than that.
bool Network::isLate(const TimedCall& timed, double within) const {
  const double waited = waitedFor(timed);
  return waited > 0 && timed.atLeast + waited > within;
}

/// True if it makes a difference.
bool Network::follow(Index factor, double value) {
  const double now = m_graph.factors[factor].now;
  const bool hasChanged = std::abs(now - value) > kSettled * std::max(now, value);
  if (hasChanged) {
    setFactor(factor, value);
  }
  return hasChanged;
}

/// The caller goes on with the branch that decides: of n calls of which k are needed the k-th quickest.
bool Network::updateJoins() {
  bool hasChanged = false;
  for (Join& join : m_graph.joins) {
    double branches = 0;
    for (const Join::Branch& branch : join.branches) {
      branches += branch.calls;
    }
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < join.branches.size(); ++i) {
      order.push_back(i);
    }
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return join.branches[a].open / join.branches[a].calls < join.branches[b].open / join.branches[b].calls;
    });
    double before = 0;
    std::size_t deciding = order.front();
    for (const std::size_t i : order) {
      deciding = i;
      before += join.branches[i].calls;
      if (before >= join.needed - 1e-9) {
        break;
      }
    }
    // Exact for independent branches that are alike; else by the deciding one.
    const bool needsAll = join.needed >= branches - 1e-9;
    double success = 1;
    double own = 1;
    for (std::size_t i = 0; i < join.branches.size(); ++i) {
      const Join::Branch& branch = join.branches[i];
      const double good = into(branch.answers).rate;
      const double bad = into(branch.failures).rate;
      const double share = good + bad > 0 ? good / (good + bad) : 1;
      success *= needsAll ? std::pow(share, branch.calls) : 1;
      own = i == deciding ? share : own;
    }
    success = needsAll ? success : own;
    for (std::size_t i = 0; i < join.branches.size(); ++i) {
      const Join::Branch& branch = join.branches[i];
      const bool decides = i == deciding;
      const double joined = own > 0 ? success / own : 0;
      const double wanted[] = {decides && own > 0 ? joined / branch.calls : 0.0,
                               decides && own > 0 ? (1 - joined) / branch.calls : 0.0,
                               decides ? 1 / branch.calls : 0.0};
      for (std::size_t f = 0; f < 3; ++f) {
        hasChanged = follow(branch.factors + static_cast<Index>(f), wanted[f]) || hasChanged;
      }
    }
  }
  return hasChanged;
}

}  // namespace cantilever::fluid

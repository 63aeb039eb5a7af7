#include "core/fluid/network.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <utility>

#include "core/analytic/acceleration.h"

namespace cantilever::fluid {

namespace {

using Regime = ResourceState::Regime;

/// Rates that differ by less, relative, are the same.
constexpr double kSame = 1e-10;
constexpr int kMostPasses = 20;
constexpr int kMostRounds = 30;
constexpr int kMostChanges = 4;  // of a regime while flows settle; even
constexpr std::size_t kMostMarks = 8192;
constexpr double kPiecesOfPatience = 50;

/// The first t > 0 at which start + rate t + slope t^2 / 2 comes to zero, from whichever side.
double firstZero(double start, double rate, double slope) {
  const double a = slope / 2;
  if (a == 0) {
    const double t = rate == 0 ? kNever : -start / rate;
    return t > 0 ? t : kNever;
  }
  const double discriminant = rate * rate - 4 * a * start;
  if (discriminant < 0) {
    return kNever;
  }
  const double q = -(rate + std::copysign(std::sqrt(discriminant), rate)) / 2;
  double first = kNever;
  for (const double root : {q / a, q != 0 ? start / q : kNever}) {
    if (root > 0 && root < first) {
      first = root;
    }
  }
  return first;
}

bool isMore(double a, double b) {
  return a > b + kSame * std::max(std::abs(a), std::abs(b));
}

}  // namespace

Network::Network(Graph graph)
    : m_graph(std::move(graph)),
      m_resources(m_graph.resources.size()),
      m_sources(m_graph.sourceNode.size()),
      m_newOffered(m_resources.size()) {
  const std::size_t nodes = m_graph.nodes.size();
  for (auto* each : {&m_rate, &m_slope, &m_outRate, &m_outSlope, &m_lostRate, &m_lostSlope, &m_waiting}) {
    each->assign(nodes, 0.0);
  }
  for (Index r = 0; r < m_resources.size(); ++r) {
    m_byPlace.push_back(r);
  }
  std::stable_sort(m_byPlace.begin(), m_byPlace.end(), [this](Index a, Index b) {
    const auto first = [this](Index r) {
      return m_graph.stages[r].empty() ? kNone : m_graph.stages[r].front();
    };
    return first(a) < first(b);
  });
  findGuards();
}

void Network::setSource(Index source, Flow flow) {
  // How calls turn out is not known where none are made.
  m_haveFactorsChanged = m_haveFactorsChanged || (flow.rate > 0) != (m_sources[source].rate > 0);
  m_sources[source] = flow;
}

void Network::setFactor(Index factor, double value) {
  double& now = m_graph.factors[factor].now;
  m_haveFactorsChanged = m_haveFactorsChanged || now != value;
  now = value;
}

Flow Network::of(const Taps& taps) const {
  if (m_isEven) {
    return m_units.of(taps, m_flowing);
  }
  Flow sum;
  for (const Tap& tap : taps.each) {
    sum.rate += tap.amount * m_rate[tap.node];
    sum.slope += tap.amount * m_slope[tap.node];
  }
  return sum;
}

Flow Network::outOf(Index node) const {
  return m_isEven ? into(node) : Flow{m_outRate[node], m_outSlope[node]};
}

double Network::waitingFor(Index resource) const {
  if (!m_resources[resource].isBusy()) {
    return 0;
  }
  double sum = 0;
  for (const Index node : m_graph.stages[resource]) {
    sum += m_waiting[node];
  }
  return sum;
}

/// One walk through the graph, with what was offered to busy resources in the last one.
void Network::flowOnce(double seconds) {
  std::fill(m_rate.begin(), m_rate.end(), 0.0);
  std::fill(m_slope.begin(), m_slope.end(), 0.0);
  std::fill(m_newOffered.begin(), m_newOffered.end(), Flow{});
  for (std::size_t i = 0; i < m_sources.size(); ++i) {
    m_rate[m_graph.sourceNode[i]] += m_sources[i].rate;
    m_slope[m_graph.sourceNode[i]] += m_sources[i].slope;
  }
  const std::size_t nodes = m_graph.nodes.size();
  for (std::size_t n = 0; n < nodes; ++n) {
    const FlowNode& node = m_graph.nodes[n];
    double rate = m_rate[n];
    double slope = m_slope[n];
    if (node.resource != kNone) {
      Flow& offered = m_newOffered[node.resource];
      offered.rate += node.need * rate;
      offered.slope += node.need * slope;
      const ResourceState& state = m_resources[node.resource];
      if (state.regime != Regime::Free) {
        const double come = state.offered.over(seconds);
        double outRate = 0;
        if (state.regime == Regime::Backlogged) {
          // As much as it can do, composed like what waits and comes.
          const double all = state.waiting + come;
          const double mine = m_waiting[n] + rate * seconds + slope * seconds * seconds / 2;
          outRate = all > 0 ? std::min(1.0, state.limits.capacity * seconds / all) * mine / seconds : rate;
          m_lostRate[n] = m_lostSlope[n] = 0;
        } else {
          const double share = come > 0 ? std::min(1.0, state.limits.capacity * seconds / come) : 1.0;
          outRate = share * (rate + slope * seconds / 2);
          m_lostRate[n] = rate - outRate;
          m_lostSlope[n] = slope;
          if (node.lostTo != kNone) {
            m_rate[node.lostTo] += m_lostRate[n];
            m_slope[node.lostTo] += m_lostSlope[n];
          }
        }
        rate = outRate;
        slope = 0;
      } else {
        m_lostRate[n] = m_lostSlope[n] = 0;
      }
    }
    m_outRate[n] = rate;
    m_outSlope[n] = slope;
    for (Index e = node.firstEdge; e < node.endEdge; ++e) {
      const FlowEdge& edge = m_graph.edges[e];
      const double share = edge.share * m_graph.factors[edge.factor].now;
      m_rate[edge.to] += share * rate;
      m_slope[edge.to] += share * slope;
    }
  }
}

/// Walks until what busy resources pass on is what they were asked for: fewer times where several are met
/// again and again, since each walk says how the next would turn out.
void Network::pass(double seconds) {
  analytic::Acceleration acceleration;
  for (int i = 0; i < kMostPasses; ++i) {
    flowOnce(seconds);
    bool isSettled = true;
    m_asked.clear();
    m_passed.clear();
    for (std::size_t r = 0; r < m_resources.size(); ++r) {
      ResourceState& state = m_resources[r];
      if (state.isBusy()) {
        const double before = state.offered.over(seconds);
        const double now = m_newOffered[r].over(seconds);
        isSettled = isSettled && std::abs(now - before) <= kSame * std::max(now, before);
        m_asked.push_back(before);
        m_passed.push_back(now);
      }
      state.offered = m_newOffered[r];
    }
    if (isSettled) {
      return;
    }
    if (i == 0) {  // from what was known of another piece
      continue;
    }
    m_scale.clear();
    std::transform(m_passed.begin(), m_passed.end(), std::back_inserter(m_scale),
                   [](double each) { return std::max(std::abs(each), 1e-300); });
    const std::vector<double> next = acceleration.next(m_asked, m_passed, m_scale);
    auto at = next.begin();
    for (ResourceState& state : m_resources) {
      if (state.isBusy()) {
        state.offered.rate = std::max(0.0, *at++ / seconds - state.offered.slope * seconds / 2);
      }
    }
  }
}

/// One resource at a time, the first on the way of requests: what it holds back may spare those behind it.
/// One that each of two regimes would send to the other stays in that in which it was.
bool Network::changeRegimes() {
  for (const Index r : m_byPlace) {
    ResourceState& state = m_resources[r];
    if (m_changes[r] >= kMostChanges) {
      continue;
    }
    const double most = state.limits.capacity;
    const double comes = state.offered.rate;
    const bool isMuch = isMore(comes, most) || (!isMore(most, comes) && state.offered.slope > 0);
    const Regime before = state.regime;
    const bool hasRoom = state.limits.room > 0;
    const bool isFilled = state.waiting >= state.limits.room * (1 - 1e-12);
    switch (state.regime) {
      case Regime::Free:
        if (isMuch && state.used >= state.limits.credit * (1 - 1e-12)) {
          state.regime = hasRoom && !isFilled ? Regime::Backlogged : Regime::Full;
        }
        break;
      case Regime::Backlogged:
        if (state.waiting <= 0 && !isMuch) {
          state.regime = Regime::Free;
        } else if (isMuch && isFilled) {
          state.regime = Regime::Full;
        }
        break;
      case Regime::Full:
        if (!isMuch || !isFilled) {
          state.regime = hasRoom && state.waiting > 0 ? Regime::Backlogged
                         : isMuch && hasRoom          ? Regime::Backlogged
                         : isMuch                     ? Regime::Full
                                                      : Regime::Free;
        }
        break;
    }
    if (state.regime != before) {
      ++m_changes[r];
      m_busy += (state.isBusy() ? 1 : 0) - (before != Regime::Free ? 1 : 0);
      return true;
    }
  }
  return false;
}

double Network::nextChange(double mostSeconds) const {
  double next = mostSeconds;
  const auto take = [&next](double t) { next = t > kShortest ? std::min(next, t) : next; };
  for (const ResourceState& state : m_resources) {
    const double net = state.offered.rate - state.limits.capacity;
    const double slope = state.offered.slope;
    if (slope != 0 && state.regime != Regime::Backlogged) {
      take(-net / slope);
    }
    if (state.regime == Regime::Free && state.limits.credit > 0) {
      take(firstZero(state.used - state.limits.credit, net, slope));
      take(state.used > 0 ? firstZero(state.used, net, slope) : kNever);
    }
    if (state.regime == Regime::Backlogged) {
      const double leaving = state.limits.patience > 0 ? state.waiting / state.limits.patience : 0;
      take(state.waiting > 0 ? firstZero(state.waiting, net - leaving, slope) : kNever);
      if (slope < 0 && state.waiting <= 0) {
        take(-2 * net / slope);
      }
      if (std::isfinite(state.limits.room)) {
        take(firstZero(state.waiting - state.limits.room, net - leaving, slope));
      }
      if (state.limits.patience > 0) {  // as long as what leaves stays about the same
        const double moves = std::abs(net - leaving) / std::max(std::abs(net) + leaving, 1e-300);
        take(state.limits.patience / kPiecesOfPatience / std::max(moves, 1 / kPiecesOfPatience));
      }
    }
  }
  return next;
}

/// Passes until regimes, attempts and joins fit the flows. While anything waits, attempts and joins follow
/// the flows from piece to piece.
void Network::settle(double seconds, bool withCalls) {
  pass(seconds);
  m_changes.assign(m_resources.size(), 0);
  const std::size_t mostChanges = 4 * m_resources.size() + 8;
  for (int i = 0; i <= kMostRounds; ++i) {
    for (std::size_t change = 0; change < mostChanges && changeRegimes(); ++change) {
      pass(seconds);
    }
    if (!withCalls || (i > 0 && m_busy > 0) || i == kMostRounds) {
      return;
    }
    const bool haveCallsChanged = updateCalls();
    const bool haveJoinsChanged = updateJoins();
    if (!haveCallsChanged && !haveJoinsChanged) {
      return;
    }
    pass(seconds);
  }
}

/// Whether flows may be taken from units from now on: nothing waits, no factor has changed since the last
/// piece, and none would with the rates of sources.
void Network::lookForUnits() {
  m_areUnitsReckoned = m_areUnitsReckoned && !m_haveFactorsChanged;
  if (m_areUnitsReckoned || m_haveFactorsChanged || m_busy > 0) {
    return;
  }
  m_areUnitsReckoned = true;
  m_units.reckon(m_graph);
  const bool isByRate =
      std::any_of(m_graph.timed.begin(), m_graph.timed.end(), [this](const TimedCall& timed) {
        const plan::Retries& retries = timed.of->retries;
        return retries.budgetShare >= 0 && retries.budgetFloor.raw() > 0 && m_units.at(timed.failures) > 0;
      });
  m_areUnitsKnown = !isByRate && areGuardsQuiet();
}

/// False if something begins to wait.
bool Network::flowEvenly() {
  m_isEven = true;
  m_flowing = m_sources;
  for (Index r = 0; r < m_resources.size(); ++r) {
    m_resources[r].offered = m_units.offered(r, m_flowing);
  }
  m_changes.assign(m_resources.size(), 0);
  return !changeRegimes();
}

double Network::prepare(double mostSeconds) {
  m_areUnitsKnown = m_areUnitsKnown && !m_haveFactorsChanged && m_busy == 0;
  if (m_areUnitsKnown && flowEvenly()) {
    return nextChange(mostSeconds);
  }
  const double seconds = prepareAnew(mostSeconds);
  lookForUnits();
  m_haveFactorsChanged = false;
  return seconds;
}

double Network::prepareAnew(double mostSeconds) {
  updateGuards();
  double seconds = std::min(mostSeconds, nextOfGuards());
  m_isEven = false;
  settle(seconds, true);
  // Breakers that have just closed or opened: by the flows that follow from that.
  if (const double looks = nextOfGuards(); looks < seconds) {
    seconds = looks;
    if (m_busy > 0) {  // what passes depends on the length
      settle(seconds, false);
    }
  }
  for (int i = 0; i < kMostRounds; ++i) {
    const double next = nextChange(seconds);
    if (next >= seconds * (1 - 1e-12)) {
      break;
    }
    seconds = next;
    if (m_busy == 0) {
      break;  // flows do not depend on the length
    }
    settle(seconds, false);
  }
  return seconds;
}

void Network::advance(double seconds, double endTime) {
  m_now = endTime;
  for (Join& join : m_graph.joins) {
    if (m_busy == 0) {
      break;  // as many end as begin
    }
    for (Join::Branch& branch : join.branches) {
      branch.open += into(branch.entry).over(seconds) - into(branch.answers).over(seconds) -
                     into(branch.failures).over(seconds);
    }
  }
  for (Index r = 0; r < m_resources.size(); ++r) {
    ResourceState& state = m_resources[r];
    const double come = state.offered.over(seconds);
    const double most = state.limits.capacity * seconds;
    if (state.regime == Regime::Free) {
      if (state.limits.credit > 0) {
        state.used = std::clamp(state.used + come - most, 0.0, state.limits.credit);
      }
      state.served += come;
      state.age = 0;
      state.marks.clear();
      continue;
    }
    if (state.regime == Regime::Full) {
      state.served += std::min(come, most);
      state.age = state.limits.capacity > 0 ? state.waiting / state.limits.capacity : state.age + seconds;
      const double done = state.served + state.left;
      state.marks = {{endTime - state.age, done}, {endTime, done + state.waiting}};
      continue;
    }
    if (state.marks.empty()) {
      state.marks.push_back({endTime - seconds, state.served + state.left});
    }
    const double gaveUp =
        state.limits.patience > 0 ? std::min(1.0, seconds / state.limits.patience) * state.waiting : 0.0;
    const double stayed = state.waiting > 0 ? 1 - gaveUp / state.waiting : 1.0;
    double waiting = 0;
    for (const Index node : m_graph.stages[r]) {
      const double came = into(node).over(seconds);
      m_waiting[node] = std::max(0.0, m_waiting[node] * stayed + came - m_outRate[node] * seconds);
      waiting += m_waiting[node] * m_graph.nodes[node].need;
    }
    // The last crumbs of a backlog that ends here are rounding.
    if (waiting < 1e-9 * (state.waiting + come) + 1e-15) {
      for (const Index node : m_graph.stages[r]) {
        m_waiting[node] = 0;
      }
      waiting = 0;
    }
    state.served += state.waiting + come - gaveUp - waiting;
    state.left += gaveUp;
    state.waiting = waiting;
    const double came = state.served + state.left + waiting;
    state.marks.push_back({endTime, came});
    const double done = state.served + state.left;
    while (state.marks.size() > 2 && state.marks[1].come <= done) {
      state.marks.pop_front();
    }
    const ResourceState::Mark& a = state.marks[0];
    const ResourceState::Mark& b = state.marks[1];
    const double share = b.come > a.come ? std::clamp((done - a.come) / (b.come - a.come), 0.0, 1.0) : 1.0;
    state.age = waiting > 0 ? endTime - (a.time + share * (b.time - a.time)) : 0.0;
    if (state.marks.size() > kMostMarks) {  // every other one will do
      std::deque<ResourceState::Mark> fewer;
      for (std::size_t i = 0; i < state.marks.size(); i += 2) {
        fewer.push_back(state.marks[i]);
      }
      if (state.marks.size() % 2 == 0) {
        fewer.push_back(state.marks.back());
      }
      state.marks.swap(fewer);
    }
  }
  m_isSteady = m_busy == 0 &&
               std::all_of(m_resources.begin(), m_resources.end(),
                           [](const ResourceState& state) { return state.used <= 0; }) &&
               std::all_of(m_guards.begin(), m_guards.end(),
                           [](const Guard& guard) { return guard.state == Guard::State::Closed; });
}

void Network::lose(Index resource, double share, std::vector<double>& byClass) {
  ResourceState& state = m_resources[resource];
  for (const Index node : m_graph.stages[resource]) {
    if (!m_graph.nodes[node].isDetached) {
      byClass[m_graph.nodes[node].requestClass] += m_waiting[node] * share;
    }
    m_waiting[node] *= 1 - share;
  }
  state.left += state.waiting * share;
  state.waiting *= 1 - share;
}

void Network::addWaiting(Index resource, Index requestClass, double requests) {
  std::vector<Index> mine;
  for (const Index node : m_graph.stages[resource]) {
    if (m_graph.nodes[node].requestClass == requestClass) {
      mine.push_back(node);
    }
  }
  ResourceState& state = m_resources[resource];
  for (const Index node : mine) {
    const double each = requests / static_cast<double>(mine.size());
    m_waiting[node] += each;
    state.waiting += each * m_graph.nodes[node].need;
  }
  if (state.waiting > 0 && state.regime == Regime::Free) {
    state.regime = Regime::Backlogged;
    ++m_busy;
  }
}

void Network::limitsChanged() {
  for (ResourceState& state : m_resources) {
    if (state.regime == Regime::Full && state.waiting < state.limits.room) {
      state.regime = Regime::Backlogged;
    }
  }
}

}  // namespace cantilever::fluid

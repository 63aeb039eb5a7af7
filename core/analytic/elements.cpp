#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/analytic/single_server.h"
#include "core/analytic/working_state.h"

namespace cantilever::analytic {

namespace {

using plan::Op;
using plan::Pool;

double sumOverClasses(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

class ElementSolver {
 public:
  ElementSolver(const Structure& structure, WorkingState& state)
      : m_structure(structure),
        m_plan(structure.plan()),
        m_state(state),
        // Users who think, and limits, change stations afterwards.
        m_isChanged(state.trafficBefore.work.empty() || state.isLimited ||
                    std::any_of(m_plan.sources.begin(), m_plan.sources.end(), [](const plan::Source& source) {
                      return source.kind == plan::SourceKind::Closed;
                    })) {}

  void solve() {
    for (Index pool = 0; pool < m_plan.pools.size(); ++pool) {
      solvePool(pool);
    }
    for (Index tokens = 0; tokens < m_plan.tokens.size(); ++tokens) {
      solveTokens(tokens);
    }
    solveLimits(m_structure, m_state);
    for (Index tokens = 0; m_state.isLimited && tokens < m_plan.tokens.size(); ++tokens) {
      m_state.tokens[tokens].isShort = isShort(tokens);
    }
  }

 private:
  void solvePool(Index pool) {
    const Pool& of = m_plan.pools[pool];
    StationLoad load;
    load.work = &m_state.traffic.work[pool];
    load.instances = of.instances;
    bool isPulled = false;
    double calls = 0;
    for (const Index link : m_structure.linksTo(pool)) {
      load.arrivals.push_back({link, sumOverClasses(m_state.traffic.arrivals[link])});
      calls += load.arrivals.back().rate;
    }
    double pulled = 0;
    for (Index group = 0; group < m_plan.groups.size(); ++group) {
      if (m_plan.links[m_plan.groups[group].link].pool == pool) {
        pulled += sumOverClasses(m_state.traffic.arrivals[m_plan.groups[group].link]);
        const double open = placesOf(m_plan, m_plan.groups[group]);
        isPulled = open <= static_cast<double>(of.servers) || of.servers == 0;
      }
    }
    load.arePulled = isPulled && pulled > 0 && pulled >= calls * (1 - 1e-9);
    const bool isPlainHolding = of.seats > 0 && m_structure.holdsSeatsOnlyToWork(pool);
    if (isPlainHolding) {
      load.seatsAsServers = of.seats;
      load.roomBeyond = of.servers > 0 && of.seats > of.servers ? of.seats - of.servers : 0;
    }
    load.onlySource = onlySourceOf(pool);
    load.instances = scaledInstances(pool, load);
    m_state.instances[pool] = load.instances;
    if (m_isChanged || !isAsBefore(pool)) {
      StationFigures figures = solveStation(m_plan, pool, load);
      breakDown(pool, figures);
      m_state.stations[pool] = std::move(figures);
    }
    m_state.seats[pool] = of.seats > 0 ? seatsOf(pool, calls, isPlainHolding, load.arePulled) : Admission{};
  }

  void solveTokens(Index tokens) {
    AskedOf asked{m_state.traffic.asks[tokens], m_state.tokenHolding[tokens], m_state.instances};
    if (m_state.isLimited || m_state.asked[tokens] != asked) {
      m_state.tokens[tokens] = admissionTo(m_structure, m_state, tokens);
      m_state.tokens[tokens].isShort = isShort(tokens);
      m_state.asked[tokens] = std::move(asked);
    }
  }

  bool isShort(Index tokens) const {
    const Admission& admission = m_state.tokens[tokens];
    double most = 1;
    for (const plan::Instruction& code : m_plan.code) {
      if (code.op == Op::Take && code.a == tokens && code.b != kNone) {
        most = std::max<double>(most, code.b);
      }
    }
    constexpr double kNearlyAll = 0.7;
    return !admission.isStable || admission.occupancy * most > kNearlyAll || admission.lost > 1e-3 ||
           admission.probability > 1e-2;
  }

  /// Whether the same comes to the pool as in the last pass: then its station is as it was.
  bool isAsBefore(Index pool) const {
    const auto& work = m_state.traffic.work[pool];
    const auto& before = m_state.trafficBefore.work[pool];
    const auto isSame = [](const Traffic::Work& a, const Traffic::Work& b) {
      return a.law == b.law && a.requestClass == b.requestClass && a.rate == b.rate && a.targets == b.targets;
    };
    return std::equal(work.begin(), work.end(), before.begin(), before.end(), isSame) &&
           std::all_of(m_structure.linksTo(pool).begin(), m_structure.linksTo(pool).end(), [&](Index link) {
             return m_state.traffic.arrivals[link] == m_state.trafficBefore.arrivals[link];
           });
  }

  Admission seatsOf(Index pool, double calls, bool isPlainHolding, bool arePulled) const {
    const Pool& of = m_plan.pools[pool];
    const double instances = m_state.instances[pool];
    const StationFigures& station = m_state.stations[pool];
    if (isPlainHolding || arePulled) {
      Admission result;
      // Who waits for a server waits in a seat as far as there are more seats than servers.
      const double beyond = of.servers > 0 && of.seats > of.servers ? of.seats - of.servers : 0;
      const double held = station.concurrency + std::min(station.queue, beyond * instances);
      result.held = std::min(held, of.seats * instances);
      result.occupancy = result.held / (of.seats * instances);
      return result;
    }
    double runs = 0;
    Holding hold;
    for (const Index program : m_structure.programsAt(pool)) {
      for (std::size_t k = 0; k < m_plan.classes.size(); ++k) {
        const double rate = m_state.traffic.runs[program][k];
        runs += rate;
        hold.mean += rate * m_state.holding[program][k].mean;
        hold.second += rate * m_state.holding[program][k].second;
      }
    }
    if (runs <= 0 || hold.mean <= 0) {
      return {};
    }
    hold.mean /= runs;
    hold.second /= runs;
    const double scv = std::max(0.0, hold.second / (hold.mean * hold.mean) - 1);
    const double queues = of.queue == plan::QueueScope::Shared ? 1 : instances;
    const double room =
        of.queueLimit == Pool::kUnlimited || of.overflow == plan::Overflow::Block ? 1e18 : of.queueLimit;
    Admission result = queueFor(std::max(runs, calls) / queues, of.seats * instances / queues, hold.mean,
                                std::min(scv, 10.0), room);
    result.held *= queues;
    result.queue *= queues;
    result.growth *= queues;
    if (of.patience && result.probability > 1e-6) {
      result.fault = {"pool \"" + of.key +
                          "\": its requests give up waiting for seats that others "
                          "hold while they call",
                      false, true};
    }
    result.patience = 0;
    return result;
  }

  /// The source that is all there is of a pool's work, straight from it: or null.
  const plan::Source* onlySourceOf(Index pool) const {
    const plan::Source* only = nullptr;
    for (std::size_t i = 0; i < m_plan.sources.size(); ++i) {
      const plan::Source& source = m_plan.sources[i];
      double work = 0;
      for (const Traffic::Work& each : m_state.traffic.work[pool]) {
        work += each.requestClass == source.requestClass ? each.rate : 0.0;
      }
      if (work <= 0) {
        continue;
      }
      if (only != nullptr || source.kind != plan::SourceKind::Open) {
        return nullptr;
      }
      // Once for each of its requests, and nothing before it that takes a time of its own.
      const bool isOnce = std::abs(work - m_state.sourceRates[i]) < 1e-9 * work;
      if (!isOnce || hasDelayBefore(source.requestClass, pool)) {
        return nullptr;
      }
      only = &source;
    }
    return only;
  }

  bool hasDelayBefore(Index requestClass, Index pool) const {
    for (const Index program : m_structure.order(requestClass)) {
      for (Index pc = m_plan.programs[program].begin; pc < m_structure.endOf(program); ++pc) {
        const plan::Instruction& code = m_plan.code[pc];
        const Index at = code.op != Op::Work ? kNone
                         : code.b == kNone   ? m_plan.programs[program].pool
                                             : code.b;
        const bool isElsewhere = code.op == Op::Work && at != pool;
        const bool isRandom = code.op == Op::Wait && m_plan.laws[code.a].kind != Law::Kind::Constant;
        const bool isCall =
            code.op == Op::Call || code.op == Op::Forward || code.op == Op::Send || code.op == Op::Branch;
        if (isElsewhere || isRandom || code.op == Op::Take || code.op == Op::Fan ||
            (isCall && m_plan.links[code.a].latency.kind != Law::Kind::Constant)) {
          return true;
        }
      }
    }
    return false;
  }

  /// Where an autoscaler with a steady state comes to rest, from the instances that it begins with.
  std::uint32_t scaledInstances(Index pool, const StationLoad& load) const {
    const Pool& of = m_plan.pools[pool];
    for (const plan::Scaler& scaler : m_plan.scalers) {
      if (scaler.pool != pool || scaler.target <= 0) {
        continue;
      }
      double figure = 0;
      if (scaler.on == plan::ScaleOn::Utilisation && of.servers > 0) {
        for (const Traffic::Work& work : *load.work) {
          figure += work.rate * m_plan.laws[work.law].mean.inSeconds() * work.targets;
        }
        figure /= of.servers;
      } else if (scaler.on == plan::ScaleOn::RequestRate) {
        for (const StationLoad::Arrivals& each : load.arrivals) {
          figure += each.rate;
        }
      } else {
        continue;
      }
      const double ratio = figure / of.instances / scaler.target;
      const bool isBeyondMeasure = scaler.on == plan::ScaleOn::Utilisation && figure > of.instances;
      if (std::abs(ratio - 1) < scaler.tolerance && !isBeyondMeasure) {
        return of.instances;
      }
      const double wanted = std::ceil(figure / scaler.target - 1e-9);
      return static_cast<std::uint32_t>(
          std::clamp<double>(wanted, std::max(1u, scaler.least), std::max(1u, scaler.most)));
    }
    return of.instances;
  }

  /// One server that stops while it is repaired (White and Christie 1958).
  void breakDown(Index pool, StationFigures& figures) const {
    const Pool& of = m_plan.pools[pool];
    for (const plan::RandomFault& fault : m_plan.randomFaults) {
      if (fault.pool != pool || of.instances != 1 || of.servers != 1 || !fault.keepsWork ||
          figures.work <= 0) {
        continue;
      }
      const bool isExponential = fault.timeToFailure.kind == Law::Kind::Exponential &&
                                 fault.timeToRepair.kind == Law::Kind::Exponential &&
                                 figures.model == "M/M/1";
      const double up = fault.timeToFailure.mean.inSeconds();
      const double down = fault.timeToRepair.mean.inSeconds();
      const double number = numberWithBreakdowns(figures.work, figures.service.first, up, down);
      if (std::isinf(number)) {
        figures.isStable = false;
        figures.growth = figures.work - up / (up + down) / figures.service.first;
        return;
      }
      const double wait = number / figures.work - figures.service.first;
      for (StationWait& each : figures.waits) {
        each.probability = 1 - (1 - figures.utilisation) * up / (up + down);
        each.rate = each.probability / wait;
        each.band = isExponential ? 0 : 0.4;
        each.isQueueOfOne = false;
      }
      figures.queue = figures.work * wait;
      figures.isProductForm = false;
      figures.isExact = isExponential;
      figures.band = isExponential ? 0 : 0.4;
      figures.model = "M/M/1 with breakdowns";
      // It holds somebody but for the time in which it is up and idle, or was idle when it stopped.
      const double load = figures.work * figures.service.first;
      const double available = up / (up + down);
      const double idle = (available - load) * (1 + (1 / up) / (figures.work + 1 / down));
      figures.utilisation = figures.concurrency = 1 - idle;
      figures.most = load / available;
    }
  }

  const Structure& m_structure;
  const plan::Plan& m_plan;
  WorkingState& m_state;
  bool m_isChanged;
};

}  // namespace

void solveElements(const Structure& structure, WorkingState& state) {
  ElementSolver(structure, state).solve();
}

}  // namespace cantilever::analytic

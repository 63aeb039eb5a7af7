#include "core/fluid/steady.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/analytic/limits.h"
#include "core/analytic/solve.h"
#include "core/analytic/working_state.h"
#include "core/vocabulary/plan/faults.h"

namespace cantilever::fluid {

namespace {

/// Where the design has no steady state, what is asked of the solver is asked at this share of its limit.
constexpr double kBelowLimit = 0.9;
constexpr int kMostTries = 3;

/// Whether nobody holds a seat of the pool for anything but its own work: then seats are servers.
bool holdsSeatsOnlyToWork(const plan::Plan& plan, Index pool, const std::vector<Index>& ends) {
  for (Index program = 0; program < plan.programs.size(); ++program) {
    if (plan.programs[program].pool != pool) {
      continue;
    }
    for (Index pc = plan.programs[program].begin; pc < ends[program]; ++pc) {
      if (analytic::waitsForOthers(plan.code[pc], pool)) {
        return false;
      }
    }
  }
  return true;
}

double sumOf(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) {
    sum += value;
  }
  return sum;
}

class SteadySolver {
 public:
  explicit SteadySolver(const plan::Plan& plan) : m_plan(plan), m_ends(plan::programEnds(plan)) {}

  Result<Steady> solve() {
    begin();
    const Result<plan::Visits> visits = plan::visits(m_plan);
    if (!visits) {
      return visits.error();
    }
    for (std::size_t window = 0; window < m_plan.windows.size(); ++window) {
      m_steady.figures.outcomes[window] = visits->outcomesOf(static_cast<Index>(window));
    }
    m_steady.figures.callBatches = visits->batches;
    if (needsSolution()) {
      read();
    }
    return std::move(m_steady);
  }

 private:
  void begin() {
    SteadyFigures& figures = m_steady.figures;
    figures.seatHold.assign(m_plan.pools.size(), 0);
    figures.tokenHold.assign(m_plan.tokens.size(), 0);
    figures.hedged.assign(m_plan.links.size(), 0);
    figures.batch.assign(m_plan.groups.size(), 1);
    figures.outcomes.assign(m_plan.windows.size(), 0);
    m_steady.groupCapacity.assign(m_plan.groups.size(), 0);
    for (const plan::Source& source : m_plan.sources) {
      m_steady.sourceRate.push_back(source.kind == plan::SourceKind::Closed ? 0
                                                                            : plan::meanRate(m_plan, source));
    }
    for (Index pool = 0; pool < m_plan.pools.size(); ++pool) {
      figures.arePulled.push_back(isPulled(pool));
      const bool isHeld = m_plan.pools[pool].seats > 0 && !figures.arePulled.back() &&
                          !holdsSeatsOnlyToWork(m_plan, pool, m_ends);
      m_holdsSeats.push_back(isHeld);
    }
  }

  /// Whether only consumers bring the pool work, and never more at a time than it has servers for.
  bool isPulled(Index pool) const {
    const plan::Pool& of = m_plan.pools[pool];
    bool isOfConsumers = false;
    for (Index link = 0; link < m_plan.links.size(); ++link) {
      if (m_plan.links[link].pool != pool) {
        continue;
      }
      bool isOfGroup = false;
      for (const plan::ConsumerGroup& group : m_plan.groups) {
        if (group.link == link) {
          isOfGroup = true;
          isOfConsumers = true;
          if (of.servers > 0 && analytic::placesOf(m_plan, group) > of.servers) {
            return false;
          }
        }
      }
      if (!isOfGroup) {
        return false;
      }
    }
    return isOfConsumers;
  }

  bool needsSolution() const {
    return !m_plan.groups.empty() ||
           std::any_of(m_plan.links.begin(), m_plan.links.end(),
                       [](const plan::Link& each) { return each.hedge > Duration(); }) ||
           std::find(m_holdsSeats.begin(), m_holdsSeats.end(), true) != m_holdsSeats.end() ||
           std::any_of(m_plan.tokens.begin(), m_plan.tokens.end(),
                       [](const plan::Tokens& each) { return each.refill == plan::Refill::OnGive; }) ||
           std::any_of(m_plan.sources.begin(), m_plan.sources.end(),
                       [](const plan::Source& each) { return each.kind == plan::SourceKind::Closed; });
  }

  Result<analytic::Solution> solutionAt(double load) const {
    plan::Plan plan = m_plan;
    plan.scalers.clear();  // as designed
    const Result<plan::Visits> visits = plan::visits(plan, load);
    analytic::SolveOptions options;
    options.loadFactor = load;
    options.withSensitivities = options.withOtherState = false;
    return visits ? analytic::solve(plan, *visits, options) : Result<analytic::Solution>(visits.error());
  }

  void read() {
    Result<analytic::Solution> solution = solutionAt(1);
    // What is refused before it gets to a bottleneck makes that seem farther away.
    for (int i = 0; i < kMostTries && solution && !solution->isStable && !solution->bottlenecks.empty();
         ++i) {
      const double limit = solution->loadFactor * solution->bottlenecks.front().saturatesAt.value;
      solution = solutionAt(kBelowLimit * std::min(solution->loadFactor, limit));
    }
    if (!solution) {
      return;
    }
    for (std::size_t pool = 0; pool < m_plan.pools.size(); ++pool) {
      const double runs = runsAt(static_cast<Index>(pool), *solution);
      const analytic::PoolSolution& of = solution->pools[pool];
      if (m_holdsSeats[pool] && runs > 0 && of.occupancy.isSolved()) {
        const double held = of.occupancy.value * m_plan.pools[pool].seats * of.instances / runs;
        // Who waits for a server in its seat is counted among those who wait.
        const double waits = of.wait.isSolved() ? of.wait.value * of.work.value / runs : 0.0;
        m_steady.figures.seatHold[pool] = std::max(held / 10, held - waits);
      }
    }
    for (std::size_t tokens = 0; tokens < m_plan.tokens.size(); ++tokens) {
      const analytic::TokensSolution& of = solution->tokens[tokens];
      if (of.held.isSolved() && of.asked.value > 0) {
        m_steady.figures.tokenHold[tokens] = of.held.value / of.asked.value / unitsOf(tokens);
      }
    }
    for (std::size_t link = 0; link < m_plan.links.size(); ++link) {
      m_steady.figures.hedged[link] = hedgedAt(link, *solution);
    }
    for (std::size_t i = 0; i < m_plan.groups.size(); ++i) {
      readGroup(i, *solution);
    }
    for (std::size_t i = 0; i < m_plan.sources.size(); ++i) {
      const plan::Source& source = m_plan.sources[i];
      if (source.kind == plan::SourceKind::Closed) {
        double others = 0;
        for (const plan::Source& other : m_plan.sources) {
          others += other.requestClass == source.requestClass && other.kind != plan::SourceKind::Closed
                        ? plan::meanRate(m_plan, other) * solution->loadFactor
                        : 0.0;
        }
        m_steady.sourceRate[i] = std::max(0.0, solution->classes[source.requestClass].offered.value - others);
      }
    }
  }

  /// Taken at a time: where the solver knows how long, all take as many.
  double unitsOf(std::size_t tokens) const {
    for (const plan::Instruction& code : m_plan.code) {
      if (code.op == plan::Op::Take && code.a == tokens && code.b != kNone) {
        return code.b;
      }
    }
    return 1;
  }

  /// Of the attempts over a link, those with a second one: what is beyond its retries, which are as many as
  /// the share of calls that fail with all of them asks for.
  double hedgedAt(std::size_t link, const analytic::Solution& solution) const {
    const plan::Link& of = m_plan.links[link];
    const double calls = sumOf(solution.links[link].calls);
    if (!(of.hedge > Duration()) || calls <= 0) {
      return 0;
    }
    const double most = of.retries.reckoned();
    const double failing = std::pow(solution.links[link].failed.value, 1 / most);
    const double again = analytic::attemptsOf(failing, most).mean;
    return std::clamp(solution.links[link].rate.value / calls / again - 1, 0.0, 1.0);
  }

  /// Calls per second that take a seat.
  double runsAt(Index pool, const analytic::Solution& solution) const {
    double runs = 0;
    for (std::size_t link = 0; link < m_plan.links.size(); ++link) {
      runs += m_plan.links[link].pool == pool ? solution.links[link].rate.value : 0.0;
    }
    return runs;
  }

  void readGroup(std::size_t i, const analytic::Solution& solution) {
    const plan::ConsumerGroup& group = m_plan.groups[i];
    const analytic::GroupSolution& of = solution.groups[i];
    const double calls = sumOf(solution.links[group.link].calls);
    if (calls > 0 && of.received.value > 0) {
      m_steady.figures.batch[i] = std::max(1.0, of.received.value / calls);
    }
    if (of.utilisation.isSolved() && of.utilisation.value > 0 && of.utilisation.value < 1) {
      m_steady.groupCapacity[i] = of.received.value / of.utilisation.value;
    }
  }

  const plan::Plan& m_plan;
  std::vector<Index> m_ends;
  std::vector<bool> m_holdsSeats;
  Steady m_steady;
};

}  // namespace

Result<Steady> steadyOf(const plan::Plan& plan) {
  return SteadySolver(plan).solve();
}

double parallelOf(const plan::Plan& plan, const plan::ConsumerGroup& group, double instances) {
  const double places = analytic::placesOf(plan, group) * instances;
  const bool isByPartition = group.delivery != plan::Delivery::Competing || group.isOrdered;
  const double partitions = plan.logs[group.log].partitions;
  if (group.delivery == plan::Delivery::Every) {
    return instances * std::min(analytic::placesOf(plan, group), partitions);
  }
  return isByPartition ? std::min(places, partitions) : places;
}

}  // namespace cantilever::fluid

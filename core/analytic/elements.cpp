#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <utility>

#include "core/analytic/instance_shares.h"
#include "core/analytic/lanes.h"
#include "core/analytic/passages.h"
#include "core/analytic/single_server.h"
#include "core/analytic/together.h"
#include "core/analytic/working_state.h"

namespace cantilever::analytic {

namespace {

using plan::Op;
using plan::Pool;

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
    m_burstsBefore = std::exchange(m_state.bursts, burstsOf(m_structure, m_state)).atPool;
    for (Index pool = 0; pool < m_plan.pools.size(); ++pool) {
      solvePool(pool);
    }
    for (Index tokens = 0; tokens < m_plan.tokens.size(); ++tokens) {
      solveTokens(tokens);
    }
    solveLimits(m_structure, m_state);
    for (Index tokens = 0; m_state.isLimited && tokens < m_plan.tokens.size(); ++tokens) {
      judge(tokens);
    }
    faultConsumers();
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
      load.arrivals.push_back({link, totalOf(m_state.traffic.arrivals[link])});
      calls += load.arrivals.back().rate;
    }
    shareWork(load);
    double pulled = 0;
    for (Index group = 0; group < m_plan.groups.size(); ++group) {
      if (m_plan.links[m_plan.groups[group].link].pool == pool) {
        pulled += totalOf(m_state.traffic.arrivals[m_plan.groups[group].link]);
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
    load.instances = scaledInstances(pool, load);
    load.streams = streamsTo(pool);
    m_state.instances[pool] = load.instances;
    const bool isAlwaysNew = !load.streams.empty();  // they depend on what is before them too
    if (m_isChanged || isAlwaysNew || !isAsBefore(pool)) {
      StationFigures figures = solveStation(m_structure, pool, load);
      breakDown(pool, figures);
      bindToSeats(of, load, figures);
      const Index link = mainLink(load);
      const Balancing balancing = link == kNone ? Balancing::Random : m_plan.links[link].balancing;
      const bool isSplitEvenly = balancing == Balancing::RoundRobin ||
                                 balancing == Balancing::LeastConnections ||
                                 balancing == Balancing::ShortestQueue;
      addLanes(m_plan, pool, load, figures);
      addTogether(m_plan, pool, load, isSplitEvenly, togetherAt(m_structure, m_state.traffic, pool), figures);
      addBursts(of, m_state.bursts.atPool[pool], load, figures);
      m_state.stations[pool] = std::move(figures);
    }
    m_state.seats[pool] = of.seats > 0 ? seatsOf(pool, calls, isPlainHolding, load.arePulled) : Admission{};
  }

  /// Who has a seat waits for a server of that instance: then it is not one queue for all of them.
  static void bindToSeats(const Pool& of, const StationLoad& load, StationFigures& figures) {
    constexpr double kBand = 0.5;
    constexpr double kIdle = 0.3;  // up to there next to nobody waits
    if (of.queue != plan::QueueScope::Shared || load.instances < 2 || load.roomBeyond <= 0 ||
        figures.utilisation < kIdle) {
      return;
    }
    figures.isExact = figures.isProductForm = false;
    figures.band = std::max(figures.band, kBand);
    for (StationWait& wait : figures.waits) {
      wait.band = std::max(wait.band, kBand);
    }
  }

  /// By the programs that links call; each of several to one program by its calls. Where those ask for
  /// nothing themselves, by the calls alone.
  void shareWork(StationLoad& load) const {
    std::map<Index, double> work;
    std::map<Index, double> calls;
    double all = 0;
    double allCalls = 0;
    for (const Traffic::Work& each : *load.work) {
      work[each.program] += each.rate * m_plan.laws[each.law].mean.inSeconds() * each.targets;
    }
    for (const StationLoad::Arrivals& each : load.arrivals) {
      calls[m_plan.links[each.link].program] += each.rate;
      allCalls += each.rate;
    }
    for (const auto& [program, rate] : calls) {
      all += rate > 0 ? work[program] : 0;
    }
    for (StationLoad::Arrivals& each : load.arrivals) {
      const Index program = m_plan.links[each.link].program;
      if (all > 0 && each.rate > 0) {
        each.share = work[program] / all * each.rate / calls[program];
      } else if (allCalls > 0) {
        each.share = each.rate / allCalls;
      }
    }
  }

  void solveTokens(Index tokens) {
    AskedOf asked{{}, m_state.tokenHolding[tokens], m_state.instances};
    for (Index ask = m_structure.firstAskOf(tokens); ask < m_structure.endOfAsks(tokens); ++ask) {
      const auto asks = m_state.traffic.asks[ask];
      asked.rate.insert(asked.rate.end(), asks.begin(), asks.end());
    }
    if (m_state.isLimited || m_state.asked[tokens] != asked) {
      m_state.tokens[tokens] = admissionTo(m_structure, m_state, tokens);
      judge(tokens);
      m_state.asked[tokens] = std::move(asked);
    }
  }

  bool isShort(Index tokens) const {
    const Admission& admission = m_state.tokens[tokens];
    constexpr double kNearlyAll = 0.7;
    return !admission.isStable || admission.occupancy > kNearlyAll || admission.lost > 1e-3 ||
           admission.probability > 1e-2 || areAskedForAtOnce(tokens);
  }

  /// By windows, so many that it matters.
  bool areAskedForAtOnce(Index tokens) const {
    constexpr double kMuch = 0.5;  // of those that are free
    const double all = m_plan.tokens[tokens].size * bucketsOf(m_structure, m_state, tokens);
    const double free = all * std::max(0.0, 1 - m_state.tokens[tokens].occupancy);
    return m_state.bursts.ofTokens[tokens] > kMuch * free;
  }

  void judge(Index tokens) const {
    Admission& admission = m_state.tokens[tokens];
    thinByStreams(tokens, admission);
    admission.isShort = isShort(tokens);
    if (areAskedForAtOnce(tokens) && admission.fault.empty() && admission.isStable) {
      admission.fault = {"tokens \"" + m_plan.tokens[tokens].key +
                             "\": windows ask for many at once, and how many they refuse, or keep "
                             "waiting, is not known for such",
                         false, true};
    }
  }

  /// Who comes in bursts, batches or at equal spacings is refused more or less often than is reckoned.
  void thinByStreams(Index tokens, Admission& admission) const {
    constexpr double kHardlyAsked = 0.1;
    constexpr double kEven = 0.05;
    for (const Index source : m_state.passages.sourcesOfTokens[tokens]) {
      const plan::Source& of = m_plan.sources[source];
      const double asked =
          askedBy(m_structure, m_state.traffic, tokens, of.requestClass) * shareOfClass(source);
      const double all = askedOf(m_structure, m_state.traffic, tokens);
      const bool isUneven =
          all > 0 && asked / all * std::abs(unevennessOf(of, m_state.sourceRates[source])) > kEven;
      const bool isFelt = admission.occupancy > kHardlyAsked || admission.lost > 1e-9;
      if (isUneven && isFelt && admission.fault.empty() && admission.isStable) {
        admission.fault = {"tokens \"" + m_plan.tokens[tokens].key + "\": the arrivals of workload \"" +
                               std::string(of.workload()) +
                               "\" are spaced, batched or bursty, and how many they refuse, or keep "
                               "waiting, is not known for such",
                           false, true};
      }
    }
  }

  /// The same of what consumers read.
  void faultConsumers() {
    constexpr double kEven = 0.05;
    for (Index group = 0; group < m_plan.groups.size(); ++group) {
      const Index log = m_plan.groups[group].log;
      const double all = totalOf(m_state.traffic.published[log]);
      for (const Traffic& window : m_state.traffic.ofWindows) {
        if (totalOf(window.published[log]) > kEven * all && m_state.groupFault[group].empty()) {
          m_state.groupFault[group] = {
              "consumers \"" + m_plan.groups[group].key +
                  "\": windows send on what they read all at once, and how long that "
                  "waits in a log is not known",
              false, false};
        }
      }
      for (const Index source : m_state.passages.sourcesOfLogs[log]) {
        const plan::Source& of = m_plan.sources[source];
        const double own = m_state.traffic.published[log][of.requestClass] * shareOfClass(source);
        const bool isUneven =
            all > 0 && own / all * std::abs(unevennessOf(of, m_state.sourceRates[source])) > kEven;
        if (isUneven && m_state.groupFault[group].empty()) {
          m_state.groupFault[group] = {"consumers \"" + m_plan.groups[group].key + "\": what workload \"" +
                                           std::string(of.workload()) +
                                           "\" sends is spaced, batched or bursty, and how long that waits "
                                           "in a log is not known",
                                       false, false};
        }
      }
    }
  }

  /// Whether the same comes to the pool as in the last pass: then its station is as it was.
  bool isAsBefore(Index pool) const {
    const auto& work = m_state.traffic.work[pool];
    const auto& before = m_state.trafficBefore.work[pool];
    const auto isSame = [](const Traffic::Work& a, const Traffic::Work& b) {
      return a.law == b.law && a.requestClass == b.requestClass && a.rate == b.rate && a.targets == b.targets;
    };
    return std::equal(work.begin(), work.end(), before.begin(), before.end(), isSame) &&
           m_burstsBefore[pool] == m_state.bursts.atPool[pool] &&
           std::all_of(m_structure.linksTo(pool).begin(), m_structure.linksTo(pool).end(), [&](Index link) {
             return std::ranges::equal(m_state.traffic.arrivals[link], m_state.trafficBefore.arrivals[link]);
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

  /// What comes from sources that are not Poisson.
  std::vector<StationLoad::Stream> streamsTo(Index pool) const {
    std::vector<StationLoad::Stream> streams;
    for (const Passage& passage : m_state.passages.toPools[pool]) {
      const plan::Source& source = m_plan.sources[passage.source];
      const double sent = m_state.sourceRates[passage.source];
      const double rate =
          workOf(source.requestClass, m_state.traffic.work[pool]) * shareOfClass(passage.source);
      if (!(rate > 0) || !(sent > 0)) {
        continue;
      }
      StationLoad::Stream stream;
      stream.source = &source;
      stream.rate = rate;
      stream.kept = rate / sent;
      stream.unevenness = stream.kept * unevennessOf(source, sent);
      stream.isModulated = isModulated(passage, pool);
      stream.isRetried = std::any_of(passage.links.begin(), passage.links.end(), [&](Index link) {
        return m_state.beliefs.attempts[link][source.requestClass] > 1 + 1e-6;
      });
      const bool isDelayed = passage.delay > 0 && !isShortBeside(source, passage.delay);
      const bool hasQueuedBefore =
          std::any_of(passage.pools.begin(), passage.pools.end(), [&](Index each) { return each != pool; });
      stream.isModulated = stream.isModulated && !(source.bursts && isDelayed);
      stream.isAsSent = stream.isModulated && passage.visits <= 1 && passage.delay <= 0 &&
                        !passage.isThinned && !hasQueuedBefore &&
                        (stream.kept <= 1 + 1e-9 || stream.isRetried);
      streams.push_back(stream);
    }
    return streams;
  }

  /// Delays that vary leave bursts as they are if these are much longer.
  static bool isShortBeside(const plan::Source& source, double delay) {
    constexpr double kMuchLonger = 20;
    const double lasts = source.bursts ? source.bursts->length.inSeconds() : 0;
    return delay * kMuchLonger < lasts * std::min(1.0, (1 - (source.bursts ? source.bursts->share : 0)) /
                                                           (source.bursts ? source.bursts->share : 1));
  }

  static double workOf(Index requestClass, const std::vector<Traffic::Work>& all) {
    double sum = 0;
    for (const Traffic::Work& each : all) {
      sum += each.requestClass == requestClass ? each.rate : 0.0;
    }
    return sum;
  }

  /// Of the requests of its class.
  double shareOfClass(Index source) const {
    double all = 0;
    for (std::size_t i = 0; i < m_plan.sources.size(); ++i) {
      all += m_plan.sources[i].requestClass == m_plan.sources[source].requestClass ? m_state.sourceRates[i]
                                                                                   : 0.0;
    }
    return all > 0 ? m_state.sourceRates[source] / all : 0;
  }

  /// Whether its requests come at the levels of its bursts, or as evenly as they were sent, and not as others
  /// were answered, or let through.
  bool isModulated(const Passage& passage, Index pool) const {
    constexpr double kNearlyFull = 0.9;
    const auto isHeldBack = [&](Index before) {
      const bool isSeatHeld = m_plan.pools[before].seats > 0 && m_state.seats[before].probability > 1e-3;
      return isSeatHeld || (before != pool && highestUse(before) > kNearlyFull);
    };
    return !passage.isTorn && std::none_of(passage.pools.begin(), passage.pools.end(), isHeldBack) &&
           std::none_of(passage.tokens.begin(), passage.tokens.end(),
                        [&](Index tokens) { return m_state.tokens[tokens].isShort; });
  }

  /// The utilisation of a pool in the bursts of all that come to it.
  double highestUse(Index pool) const {
    const StationFigures& station = m_state.stations[pool];
    const double servers = station.servers;
    if (servers <= 0) {
      return 0;
    }
    double most = 0;
    for (const Traffic::Work& each : m_state.traffic.work[pool]) {
      double level = 1;
      for (const Passage& passage : m_state.passages.toPools[pool]) {
        const plan::Source& source = m_plan.sources[passage.source];
        if (source.requestClass == each.requestClass && source.bursts) {
          level += (source.bursts->level - 1) * shareOfClass(passage.source);
        }
      }
      most += each.rate * level * m_plan.laws[each.law].mean.inSeconds() * each.targets;
    }
    return most / servers;
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
      if (figures.isUneven) {
        figures.unsolvable = "it fails at times, and arrivals are not Poisson";
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
  std::vector<std::vector<Burst>> m_burstsBefore;  // [pool]
};

}  // namespace

void solveElements(const Structure& structure, WorkingState& state) {
  ElementSolver(structure, state).solve();
}

}  // namespace cantilever::analytic

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>

#include "core/analytic/birth_death.h"
#include "core/analytic/erlang.h"
#include "core/analytic/limits.h"
#include "core/analytic/many_servers.h"
#include "core/analytic/special.h"
#include "core/analytic/working_state.h"

namespace cantilever::analytic {

namespace {

using plan::Op;
using plan::Pool;

// Keys that are looked at one by one.
constexpr double kMostKeys = 2000;

double sumOver(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

/// A wait for one of `places`, each held for a time of this mean; `room`: how many may wait.
Admission queueFor(double arrivals, double places, double hold, double scv, double room) {
  Admission result;
  const double load = arrivals * hold;
  if (load <= 0 || places <= 0) {
    return result;
  }
  const bool isLimited = room < 1e9;
  if (load < places) {
    const Figure mean = waitOfMGc(arrivals, hold, scv, places);
    const double waits = erlangC(load, places);
    const bool isFelt = mean.value > 1e-12 * hold;
    result.probability = isFelt ? std::max(waits, 1e-12) : 0;
    result.rate = isFelt ? result.probability / mean.value : 1;
    result.band = mean.band + 0.1;
    result.occupancy = load / places;
    result.held = load;
    result.queue = arrivals * mean.value;
    const double decay = std::log(load / places) * 2 / (1 + std::max(0.0, scv));
    if (!isLimited || waits * std::exp(decay * room) < 1e-12) {
      return result;
    }
  } else if (!isLimited) {
    result.isStable = false;
    result.growth = arrivals - places / hold;
    result.occupancy = 1;
    result.held = places;
    return result;
  }
  const QueueFigures figures = finiteQueue(arrivals, hold, places, places + std::min(room, 1e5));
  result.probability = figures.waits;
  result.rate = figures.meanWait > 0 ? figures.waits / figures.meanWait : 1;
  result.lost = figures.lost;
  result.occupancy = figures.utilisation;
  result.held = figures.utilisation * places;
  result.queue = figures.meanWait * figures.throughput;
  result.band = scv == 1 ? 0.1 : 0.3;
  return result;
}

class ElementSolver {
 public:
  ElementSolver(const Structure& structure, WorkingState& state)
      : m_structure(structure), m_plan(structure.plan()), m_state(state) {}

  void solve() {
    for (Index pool = 0; pool < m_plan.pools.size(); ++pool) {
      solvePool(pool);
    }
    for (Index tokens = 0; tokens < m_plan.tokens.size(); ++tokens) {
      m_state.tokens[tokens] = admit(tokens);
    }
    for (Index group = 0; group < m_plan.groups.size(); ++group) {
      m_state.groups[group] = consume(group);
    }
  }

 private:
  // Pools.

  void solvePool(Index pool) {
    const Pool& of = m_plan.pools[pool];
    StationLoad load;
    load.work = &m_state.traffic.work[pool];
    load.instances = of.instances;
    load.callsByLink.assign(m_plan.links.size(), 0.0);
    bool isPulled = false;
    double calls = 0;
    for (Index link = 0; link < m_plan.links.size(); ++link) {
      if (m_plan.links[link].pool == pool) {
        load.callsByLink[link] = sumOver(m_state.traffic.arrivals[link]);
        calls += load.callsByLink[link];
      }
    }
    double pulled = 0;
    for (Index group = 0; group < m_plan.groups.size(); ++group) {
      if (m_plan.links[m_plan.groups[group].link].pool == pool) {
        pulled += load.callsByLink[m_plan.groups[group].link];
        const double open = placesOf(m_plan.groups[group]);
        isPulled = open <= static_cast<double>(of.servers) || of.servers == 0;
      }
    }
    load.arePulled = isPulled && pulled > 0 && pulled >= calls * (1 - 1e-9);
    const bool isPlainHolding = of.seats > 0 && holdsSeatsOnlyToWork(pool);
    if (isPlainHolding) {
      load.seatsAsServers = of.seats;
      load.roomBeyond = of.servers > 0 && of.seats > of.servers ? of.seats - of.servers : 0;
    }
    load.onlySource = onlySourceOf(pool);
    load.instances = scaledInstances(pool, load);
    m_state.instances[pool] = load.instances;
    StationFigures figures = solveStation(m_plan, pool, load);
    breakDown(pool, figures);
    m_state.stations[pool] = std::move(figures);
    m_state.seats[pool] = of.seats > 0 ? seatsOf(pool, calls, isPlainHolding, load.arePulled) : Admission{};
  }

  /// Whether nobody holds a seat for anything but this pool's own work.
  bool holdsSeatsOnlyToWork(Index pool) const {
    for (Index program = 0; program < m_plan.programs.size(); ++program) {
      if (m_plan.programs[program].pool != pool) {
        continue;
      }
      for (Index pc = m_plan.programs[program].begin; pc < m_structure.endOf(program); ++pc) {
        const plan::Instruction& code = m_plan.code[pc];
        const bool isElsewhere = code.op == Op::Work && code.b != kNone && code.b != pool;
        if (isElsewhere || code.op == Op::Call || code.op == Op::Parallel || code.op == Op::Fan ||
            code.op == Op::Wait || code.op == Op::Take) {
          return false;
        }
      }
    }
    return true;
  }

  Admission seatsOf(Index pool, double calls, bool isPlainHolding, bool arePulled) const {
    const Pool& of = m_plan.pools[pool];
    const double instances = m_state.instances[pool];
    const StationFigures& station = m_state.stations[pool];
    if (isPlainHolding || arePulled) {
      Admission result;
      const double held = station.concurrency + station.queue;
      result.held = std::min(held, of.seats * instances);
      result.occupancy = result.held / (of.seats * instances);
      return result;
    }
    double runs = 0;
    Holding hold;
    for (Index program = 0; program < m_plan.programs.size(); ++program) {
      for (std::size_t k = 0; m_plan.programs[program].pool == pool && k < m_plan.classes.size(); ++k) {
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
                      "\": its requests give up waiting for seats that others hold while they call"};
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
        figure = sumOver(load.callsByLink);
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
      figures.utilisation = figures.work * figures.service.first;
    }
  }

  // Tokens.

  /// How many sets of the tokens there are that requests may be at.
  double bucketsOf(Index tokens) const {
    const plan::TokenScope scope = m_plan.tokens[tokens].scope;
    if (scope == plan::TokenScope::All) {
      return 1;
    }
    double buckets = 1;
    for (Index program = 0; program < m_plan.programs.size(); ++program) {
      for (Index pc = m_plan.programs[program].begin; pc < m_structure.endOf(program); ++pc) {
        if (m_plan.code[pc].op == Op::Take && m_plan.code[pc].a == tokens) {
          buckets = std::max(buckets, scope == plan::TokenScope::Instance
                                          ? instancesOf(m_plan.programs[program].pool)
                                          : callersOf(program, 0));
        }
      }
    }
    return buckets;
  }
  double instancesOf(Index pool) const { return pool == kNone ? 1.0 : m_state.instances[pool]; }

  /// Instances that call the program, through stations without resources as well.
  double callersOf(Index program, int depth) const {
    double callers = 1;
    for (Index caller = 0; caller < m_plan.programs.size() && depth < 8; ++caller) {
      for (Index pc = m_plan.programs[caller].begin; pc < m_structure.endOf(caller); ++pc) {
        const plan::Instruction& code = m_plan.code[pc];
        const bool isCall =
            code.op == Op::Call || code.op == Op::Forward || code.op == Op::Branch || code.op == Op::Send;
        if (isCall && m_plan.links[code.a].program == program && caller != program) {
          const Index pool = m_plan.programs[caller].pool;
          callers = std::max(callers, pool == kNone ? callersOf(caller, depth + 1) : instancesOf(pool));
        }
      }
    }
    return callers;
  }

  Admission admit(Index index) const {
    const plan::Tokens& tokens = m_plan.tokens[index];
    const double asked = sumOver(m_state.traffic.asks[index]);
    if (asked <= 0) {
      return {};
    }
    if (tokens.scope == plan::TokenScope::Key) {
      return byKey(index, asked);
    }
    const double buckets = bucketsOf(index);
    Admission result = admitTo(tokens, asked / buckets, m_state.tokenHolding[index]);
    result.held *= buckets;
    result.queue *= buckets;
    result.growth *= buckets;
    return result;
  }

  /// Every key has its own: the mean over the requests.
  Admission byKey(Index index, double asked) const {
    const plan::Tokens& tokens = m_plan.tokens[index];
    Admission result;
    double waits = 0;
    for (std::size_t k = 0; k < m_plan.classes.size(); ++k) {
      const Index space = m_plan.classes[k].keySpace;
      const plan::KeySpace keys = space == kNone ? plan::KeySpace{} : m_plan.keySpaces[space];
      const double rate = m_state.traffic.asks[index][k];
      const double looked = std::min<double>(keys.count, kMostKeys);
      double total = 0;
      for (double key = 1; key <= keys.count && key <= 1e6; ++key) {
        total += std::pow(key, -keys.exponent);
      }
      double left = 1;
      for (double key = 1; rate > 0 && key <= looked; ++key) {
        const double share = std::pow(key, -keys.exponent) / total;
        left -= share;
        add(result, waits, tokens, rate * share, rate * share / asked, index);
      }
      if (rate > 0 && keys.count > looked) {
        const double others = keys.count - looked;
        add(result, waits, tokens, rate * std::max(0.0, left) / others, rate * std::max(0.0, left) / asked,
            index);
      }
    }
    result.rate = waits > 0 ? result.probability / waits : 1;
    return result;
  }

  void add(Admission& sum, double& waits, const plan::Tokens& tokens, double arrivals, double share,
           Index index) const {
    const Admission one = admitTo(tokens, arrivals, m_state.tokenHolding[index]);
    sum.probability += share * one.probability;
    waits += share * one.meanWait();
    sum.lost += share * one.lost;
    sum.isStable = sum.isStable && one.isStable;
    sum.growth += one.growth;
    sum.band = std::max(sum.band, one.band);
    sum.occupancy = std::max(sum.occupancy, one.occupancy);
    sum.fault = sum.fault.empty() ? one.fault : sum.fault;
  }

  static Admission admitTo(const plan::Tokens& tokens, double arrivals, double hold) {
    const double size = tokens.size;
    Admission result;
    switch (tokens.refill) {
      case plan::Refill::OnGive:
        return borrowed(tokens, arrivals, hold);
      case plan::Refill::Continuous: {
        const double rate = tokens.rate.raw();
        result.occupancy = rate > 0 ? arrivals / rate : 1;
        return rate > 0 ? refilled(tokens, arrivals, rate, std::move(result)) : result;
      }
      case plan::Refill::FixedWindow: {
        // The mean of min(N, size) for a Poisson number N of each window.
        const double mean = arrivals * tokens.window.inSeconds();
        double granted = size;
        for (double n = 0; n < size; ++n) {
          granted -= (size - n) * std::exp(n * std::log(mean) - mean - logFactorial(n));
        }
        result.lost = std::max(0.0, 1 - granted / mean);
        result.occupancy = std::min(1.0, mean / size);
        return result;
      }
      case plan::Refill::SlidingWindow: {
        // Each grant occupies a token for the window: a loss system, whatever the law (Erlang B), or M/D/c.
        const double window = tokens.window.inSeconds();
        if (!tokens.waits) {
          result.lost = erlangB(arrivals * window, size);
          result.occupancy = arrivals * window * (1 - result.lost) / size;
          return result;
        }
        return queueFor(arrivals, size, window, 0,
                        tokens.queueLimit == plan::Tokens::kUnlimited ? 1e18 : tokens.queueLimit);
      }
    }
    return result;
  }

  static Admission borrowed(const plan::Tokens& tokens, double arrivals, double hold) {
    const double size = tokens.size;
    Admission result;
    if (!tokens.waits) {
      result.lost = erlangB(arrivals * hold, size);
      result.held = arrivals * hold * (1 - result.lost);
      result.occupancy = result.held / size;
      return result;
    }
    if (tokens.patience && hold > 0) {
      const QueueFigures figures =
          ErlangA(arrivals, hold, size, std::max(1e-9, tokens.patience->mean.inSeconds())).figures();
      result.probability = figures.waits;
      result.rate = figures.meanWait > 0 ? figures.waits / figures.meanWait : 1;
      result.lost = figures.lost;
      result.patience = tokens.patience->mean.inSeconds();
      result.held = figures.utilisation * size;
      result.occupancy = figures.utilisation;
      result.queue = figures.meanWait * arrivals;
      result.band = tokens.patience->kind == Law::Kind::Exponential ? 0.15 : 0.3;
      return result;
    }
    return queueFor(arrivals, size, hold, 1,
                    tokens.queueLimit == plan::Tokens::kUnlimited ? 1e18 : tokens.queueLimit);
  }

  static Admission refilled(const plan::Tokens& tokens, double arrivals, double rate, Admission result) {
    if (!tokens.waits) {
      result.lost = refusedByBucket(arrivals, rate, tokens.size);
      return result;
    }
    if (arrivals >= rate) {
      result.isStable = tokens.queueLimit != plan::Tokens::kUnlimited;
      result.growth = arrivals - rate;
      if (result.isStable) {  // the line is full but for moments
        result.lost = 1 - rate / arrivals;
        result.probability = 1;
        result.rate = rate / std::max(1.0, static_cast<double>(tokens.queueLimit));
        result.band = 0.3;
      }
      return result;
    }
    // What is missing from the bucket is the work of an M/D/1 queue; who comes when all is missing waits.
    const double missing = (tokens.size - 1.0) / rate;
    result.probability = waitAboveOfMD1(arrivals, 1 / rate, missing);
    const double later = waitAboveOfMD1(arrivals, 1 / rate, missing + 1 / rate);
    if (result.probability > 1e-15 && later > 0 && later < result.probability) {
      result.rate = std::log(result.probability / later) * rate;
    } else {
      result.probability = 0;
    }
    result.queue = arrivals * result.meanWait();
    result.band = 0.1;
    return result;
  }

  // Consumers.

  /// Batches that an instance works on at a time.
  double placesOf(const plan::ConsumerGroup& group) const {
    const Index pool = m_plan.links[group.link].pool;
    if (group.inFlight > 0 || pool == kNone) {
      return group.inFlight > 0 ? group.inFlight : std::numeric_limits<double>::infinity();
    }
    const Pool& of = m_plan.pools[pool];
    return of.seats > 0 ? of.seats : of.servers > 0 ? of.servers : std::numeric_limits<double>::infinity();
  }

  Consumption consume(Index index) const {
    const plan::ConsumerGroup& group = m_plan.groups[index];
    const plan::Log& log = m_plan.logs[group.log];
    Consumption result;
    for (std::size_t k = 0; k < m_plan.classes.size(); ++k) {
      if (group.classSet == kNone || m_plan.classSets[group.classSet][k]) {
        result.received += m_state.traffic.published[group.log][k];
      }
    }
    const Index pool = m_plan.links[group.link].pool;
    const double instances = instancesOf(pool);
    const double places = placesOf(group);
    const Holding& service = m_state.groupService[index];
    if (result.received <= 0 || service.mean <= 0) {
      return result;
    }
    const double scv = std::max(0.0, service.second / (service.mean * service.mean) - 1);
    if (group.delivery == plan::Delivery::Competing) {
      addReaders(result, {1, result.received, places * instances, group.isOrdered ? log.partitions : 0.0},
                 {service.mean, scv}, group.batch);
    } else if (group.delivery == plan::Delivery::Every) {
      addReaders(result, {1, result.received, places, static_cast<double>(log.partitions)},
                 {service.mean, scv}, group.batch);
      result.lag *= instances;
      result.received *= instances;
    } else {
      // Member m of M owns the partitions p with floor(p M / P) = m: as equal as can be.
      const double partitions = log.partitions;
      const double fewer = std::floor(partitions / instances);
      const double withMore = partitions - fewer * instances;
      const double each = result.received / partitions;
      if (withMore > 0) {
        addReaders(result,
                   {withMore * (fewer + 1) / partitions, each * (fewer + 1), places, fewer + 1, withMore},
                   {service.mean, scv}, group.batch);
      }
      if (fewer > 0) {
        addReaders(
            result,
            {(instances - withMore) * fewer / partitions, each * fewer, places, fewer, instances - withMore},
            {service.mean, scv}, group.batch);
      }
      const bool isSkewed =
          log.partitioning == plan::Log::Partitioning::Key && hottestKey(group) > 0.2 / partitions;
      result.band = std::max(result.band, isSkewed ? 0.5 : 0.0);
    }
    return result;
  }

  double hottestKey(const plan::ConsumerGroup& group) const {
    double most = 0;
    for (std::size_t k = 0; k < m_plan.classes.size(); ++k) {
      const Index space = m_plan.classes[k].keySpace;
      if (m_state.traffic.published[group.log][k] > 0) {
        const plan::KeySpace keys = space == kNone ? plan::KeySpace{} : m_plan.keySpaces[space];
        double sum = 0;
        for (double key = 1; key <= std::min<double>(keys.count, 1e5); ++key) {
          sum += std::pow(key, -keys.exponent);
        }
        most = std::max(most, 1 / sum);
      }
    }
    return most;
  }

  /// Readers that are alike.
  struct Readers {
    double share = 1;       ///< of all messages, all of them together
    double arrivals = 0;    ///< messages per second, at each
    double places = 1;      ///< batches at a time, of each
    double partitions = 0;  ///< that each reads one batch at a time of; 0: it does not matter where they are
    double count = 1;
  };
  struct BatchService {
    double mean = 0;
    double scv = 0;
  };

  static void addReaders(Consumption& sum, const Readers& readers, const BatchService& service, double most) {
    const double places =
        readers.partitions > 0 ? std::min(readers.places, readers.partitions) : readers.places;
    if (std::isinf(places)) {
      return;
    }
    const double capacity = places * most / service.mean;
    sum.utilisation = std::max(sum.utilisation, readers.arrivals / capacity);
    if (readers.arrivals >= capacity) {
      sum.isStable = false;
      sum.growth += readers.count * (readers.arrivals - capacity);
      sum.batch = most;
      return;
    }
    double wait = 0;
    if (most <= 1) {
      wait = waitForPlace(sum, readers, service, places) + waitBehindPartition(sum, readers, service, places);
    } else {
      wait = bulk(sum, readers.arrivals, places / service.mean, most) * (1 + std::min(service.scv, 1.0)) / 2;
      sum.band = std::max(sum.band, 0.5);
    }
    sum.wait += readers.share * wait;
    sum.lag += readers.count * readers.arrivals * wait;
  }

  static double waitForPlace(Consumption& sum, const Readers& readers, const BatchService& service,
                             double places) {
    if (readers.partitions > 1 && readers.places >= readers.partitions) {
      return 0;  // a place for each
    }
    const Figure figure = waitOfMGc(readers.arrivals, service.mean, service.scv, places);
    sum.band = std::max(sum.band, figure.band + (places > 1 ? 0.2 : 0.0));
    return figure.value;
  }

  /// For the message before it in the same partition, which somebody else works on. With one place that is
  /// the wait for the place; with as many as partitions it is all of the wait; between these the share of the
  /// others.
  static double waitBehindPartition(Consumption& sum, const Readers& readers, const BatchService& service,
                                    double places) {
    if (readers.partitions <= 1 || places <= 1) {
      return 0;
    }
    const double arrivals = readers.arrivals / readers.partitions;
    const double second = service.mean * service.mean * (1 + service.scv);
    const double wait = waitOfMG1(arrivals, {service.mean, second, 0});
    sum.band = std::max(sum.band, 0.3);
    return readers.places >= readers.partitions ? wait : wait * (1 - 1 / places);
  }

  /// M/M^[1,K]/1: whoever is free takes all that wait, up to K (Bailey 1954, Chaudhry and Templeton 1983).
  /// Returns the mean wait.
  static double bulk(Consumption& sum, double arrivals, double rate, double most) {
    const double r = rootOfIncreasing(1e-12, 1 - 1e-12, [&](double x) {
      return -(arrivals - (arrivals + rate) * x + rate * std::pow(x, most + 1)) / (1 - x);
    });
    const double a = 1 / (rate / arrivals + 1 / (1 - r));
    const double waiting = a * r / ((1 - r) * (1 - r));
    sum.batch = std::clamp(arrivals / (rate * a / (1 - r)), 1.0, most);
    return waiting / arrivals;
  }

  const Structure& m_structure;
  const plan::Plan& m_plan;
  WorkingState& m_state;
};

}  // namespace

void solveElements(const Structure& structure, WorkingState& state) {
  ElementSolver(structure, state).solve();
}

}  // namespace cantilever::analytic

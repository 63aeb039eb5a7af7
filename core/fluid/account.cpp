#include "core/fluid/account.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace cantilever::fluid {

namespace {

constexpr double kHour = 3600;
constexpr double kDayOfSeconds = 86'400;

/// The higher of two, where not to know is the highest.
double higher(double a, double b) {
  return std::isnan(a) || std::isnan(b) ? kUnknown : std::max(a, b);
}

}  // namespace

Account::Account(const plan::Plan& plan, const Options& options, const Network& network, World& world,
                 Responses& responses)
    : m_plan(plan),
      m_options(options),
      m_network(network),
      m_world(world),
      m_responses(responses),
      m_sourcesOf(plan.classes.size()),
      m_nextStep(options.step),
      m_open(network.resources().size(), -1),
      m_kept(plan.logs.size()),
      m_keptFrom(plan.logs.size(), 0),
      m_logBytes(plan.logs.size(), 0),
      m_stored(plan.logs.size(), 0),
      m_flows(plan.classes.size()),
      m_lostBefore(plan.classes.size(), 0),
      m_wasMixed(network.resources().size(), false) {
  m_forecast.span = options.span;
  m_forecast.step = options.step;
  m_forecast.slice = plan.slice;
  for (Index i = 0; i < plan.sources.size(); ++i) {
    m_sourcesOf[plan.sources[i].requestClass].push_back(i);
  }
  for (const plan::RequestClass& each : plan.classes) {
    m_forecast.classes.push_back({each.key});
  }
  for (std::size_t pool = 0; pool < plan.pools.size(); ++pool) {
    m_forecast.pools.push_back({plan.pools[pool].key, plan.poolOrigin[pool].block});
  }
  for (const plan::ConsumerGroup& each : plan.groups) {
    m_forecast.groups.push_back({each.key});
  }
  for (const plan::Log& each : plan.logs) {
    m_forecast.logs.push_back({each.key});
  }
  for (const plan::Meter& each : plan.meters) {
    m_forecast.meters.push_back({each.key, each.unit});
  }
  for (const Promise& each : options.promises) {
    m_forecast.promises.push_back({each});
    m_forecast.promises.back().worst = kUnknown;
  }
  for (Sample* each : {&m_first, &m_last}) {
    each->classes.resize(plan.classes.size());
    each->pools.resize(plan.pools.size());
    each->groups.resize(plan.groups.size());
    each->hitRatio.resize(plan.caches.size());
    each->stored.resize(plan.logs.size());
  }
}

void Account::beginHour(double start) {
  Hour hour;
  hour.start = hour.end = start;
  hour.classes.resize(m_plan.classes.size());
  hour.pools.resize(m_plan.pools.size());
  hour.groups.resize(m_plan.groups.size());
  hour.linkCalls.resize(m_plan.links.size());
  hour.hitRatio.resize(m_plan.caches.size());
  hour.stored.resize(m_plan.logs.size());
  m_forecast.hours.push_back(std::move(hour));
}

void Account::note(Moment& moment, double time, const std::vector<double>& levels) {
  if (m_options.withResponses) {
    moment.classes = m_responses.at(m_world.pools(), levels);
  } else if (moment.classes.empty()) {
    moment.classes.resize(m_plan.classes.size());
    for (SolvedClass& each : moment.classes) {
      each.why = "response times were not asked for";
    }
  }
  moment.time = time;
  moment.meanWait.assign(m_plan.classes.size(), 0.0);
  moment.tailWait.assign(m_plan.classes.size(), 0.0);
  if (!m_network.isAnyBusy()) {
    return;
  }
  constexpr double kSeldom = 0.01;  // fewer than one in a hundred have no part in the 99th percentile
  for (std::size_t k = 0; k < m_plan.classes.size(); ++k) {
    for (const TimedCall::Visit& visit : m_network.graph().classVisits[k]) {
      const double age = m_network.resources()[visit.resource].age;
      moment.meanWait[k] += visit.times * age;
      moment.tailWait[k] += visit.times >= kSeldom ? std::max(1.0, visit.times) * age : 0.0;
    }
  }
}

/// Of those that end now; what waits in a backlog comes on top of the steady state.
Account::ClassFlows Account::flowsOf(Index k) const {
  ClassFlows flows;
  auto& [offered, succeeded, failed] = flows;
  for (const Index source : m_sourcesOf[k]) {
    const Flow into = m_network.into(m_network.graph().sourceNode[source]);
    offered.rate += into.rate;
    offered.slope += into.slope;
  }
  succeeded = m_network.of(m_network.graph().answered[k]);
  failed = m_network.of(m_network.graph().failed[k]);
  // The solver knows of losses that flows do not: those by chance.
  const double share = succeeded.rate + failed.rate > 0 ? succeeded.rate / (succeeded.rate + failed.rate) : 1;
  if (m_network.isSteady() && k < m_before.classes.size() && m_before.classes[k].isSolved &&
      m_before.classes[k].success < share) {
    const double factor = share > 0 ? m_before.classes[k].success / share : 0;
    failed.rate += (1 - factor) * succeeded.rate;
    failed.slope += (1 - factor) * succeeded.slope;
    succeeded.rate *= factor;
    succeeded.slope *= factor;
  }
  if (const double late = lateShare(k); late > 0) {
    failed.rate += late * succeeded.rate;
    failed.slope += late * succeeded.slope;
    succeeded.rate *= 1 - late;
    succeeded.slope *= 1 - late;
  }
  return flows;
}

/// Of the piece, for how much of it requests are answered after their deadline, by what they take without
/// backlogs and wait in these.
double Account::lateShare(Index k) const {
  const double deadline = m_plan.classes[k].deadline.inSeconds();
  if (!(deadline > 0) || m_network.isSteady() || k >= m_before.classes.size()) {
    return 0;
  }
  const auto takenAt = [k](const Moment& moment) {
    return (moment.classes[k].isSolved ? moment.classes[k].mean : 0.0) + moment.meanWait[k];
  };
  const double first = takenAt(m_before);
  const double last = takenAt(m_after);
  if ((first > deadline) == (last > deadline)) {
    return first > deadline ? 1 : 0;
  }
  const double crossing = (deadline - first) / (last - first);
  return first > deadline ? crossing : 1 - crossing;
}

void Account::addClasses(double seconds) {
  Hour& hour = m_forecast.hours.back();
  double total = 0;
  double totalAfter = 0;
  for (Index k = 0; k < m_plan.classes.size(); ++k) {
    const auto& [offered, succeeded, failed] = m_flows[k];
    const double died = m_world.lost()[k] - m_lostBefore[k];
    m_lostBefore[k] = m_world.lost()[k];
    const double amounts[] = {offered.over(seconds), succeeded.over(seconds), failed.over(seconds) + died};
    Hour::OfClass& of = hour.classes[k];
    ClassCourse& course = m_forecast.classes[k];
    of.offered += amounts[0];
    of.succeeded += amounts[1];
    of.failed += amounts[2];
    course.offered += amounts[0];
    course.succeeded += amounts[1];
    course.failed += amounts[2];
    total += offered.rate;
    totalAfter += offered.at(seconds);
    course.offeredRate.take(offered.rate, m_before.time);
    course.offeredRate.take(offered.at(seconds), m_after.time);
    for (const Moment* moment : {&m_before, &m_after}) {
      const SolvedClass& solved = moment->classes[k];
      const bool isKnown = solved.isSolved;
      of.mean = higher(of.mean, isKnown ? solved.mean + moment->meanWait[k] : kUnknown);
      of.p95 = higher(of.p95, isKnown ? solved.p95 + moment->tailWait[k] : kUnknown);
      of.p99 = higher(of.p99, isKnown ? solved.p99 + moment->tailWait[k] : kUnknown);
      if (isKnown) {
        course.p95.take(solved.p95 + moment->tailWait[k], moment->time);
        course.p99.take(solved.p99 + moment->tailWait[k], moment->time);
        course.band = std::max(course.band, solved.band);
      } else if (offered.rate > 0) {
        course.trust = {analytic::Exactness::NotSolvable, solved.why};
      }
    }
  }
  m_forecast.load.take(total, m_before.time);
  m_forecast.load.take(totalAfter, m_after.time);
}

/// Of the servers that work.
double Account::utilisationOf(Index pool, double offset) const {
  const Index servers = m_network.graph().serversOf[pool];
  if (servers != kNone) {
    const ResourceState& state = m_network.resources()[servers];
    if (state.isBusy()) {
      return state.limits.capacity > 0 ? 1 : 0;
    }
    return state.limits.capacity > 0 ? std::max(0.0, state.offered.at(offset)) / state.limits.capacity : 0;
  }
  const double capacity = m_world.capacity(pool);
  const double work = m_network.of(m_network.graph().poolWork[pool]).at(offset);
  return capacity > 0 && std::isfinite(capacity) ? std::clamp(work / capacity, 0.0, 1.0) : 0;
}

double Account::waitingAt(Index pool) const {
  double waiting = 0;
  for (const Index resource : {m_network.graph().serversOf[pool], m_network.graph().seatsOf[pool]}) {
    waiting += resource != kNone ? m_network.waitingFor(resource) : 0.0;
  }
  return waiting;
}

double Account::ageAt(Index pool) const {
  double age = 0;
  for (const Index resource : {m_network.graph().serversOf[pool], m_network.graph().seatsOf[pool]}) {
    age += resource != kNone ? m_network.resources()[resource].age : 0.0;
  }
  return age;
}

void Account::addPools(double seconds) {
  Hour& hour = m_forecast.hours.back();
  const double end = m_after.time;
  for (Index pool = 0; pool < m_plan.pools.size(); ++pool) {
    Hour::OfPool& of = hour.pools[pool];
    PoolCourse& course = m_forecast.pools[pool];
    const double first = utilisationOf(pool, 0);
    const double last = utilisationOf(pool, seconds);
    of.utilisation += (first + last) / 2 * seconds;
    of.peakUtilisation = std::max({of.peakUtilisation, first, last});
    of.instances += m_world.up(pool) * seconds;
    course.utilisation.take(first, m_before.time);
    course.utilisation.take(last, end);
    course.instances.take(m_world.up(pool), m_before.time);
    course.instanceHours += (m_world.up(pool) + m_world.booting(pool)) * seconds / kHour;
    const Index servers = m_network.graph().serversOf[pool];
    const Index seats = m_network.graph().seatsOf[pool];
    const bool isBusy = (servers != kNone && m_network.resources()[servers].isBusy()) ||
                        (seats != kNone && m_network.resources()[seats].isBusy());
    if (isBusy) {
      const double waiting = waitingAt(pool);
      of.waiting = std::max(of.waiting, waiting);
      of.wait = std::max(of.wait, ageAt(pool));
      course.waiting.take(waiting, end);
      course.wait.take(ageAt(pool), end);
      course.saturatedSeconds += seconds;
    }
  }
  for (std::size_t link = 0; link < m_plan.links.size(); ++link) {
    hour.linkCalls[link] += m_network.of(m_network.graph().linkCalls[link]).over(seconds);
  }
  for (std::size_t cache = 0; cache < m_plan.caches.size(); ++cache) {
    hour.hitRatio[cache] += m_world.hitRatio(static_cast<Index>(cache)) * seconds;
  }
}

void Account::addGroups(double seconds) {
  Hour& hour = m_forecast.hours.back();
  for (Index group = 0; group < m_plan.groups.size(); ++group) {
    const Index resource = m_network.graph().consumersOf[group];
    const ResourceState& state = m_network.resources()[resource];
    Hour::OfGroup& of = hour.groups[group];
    GroupCourse& course = m_forecast.groups[group];
    const double received = state.offered.over(seconds);
    double consumed = 0;
    double dropped = 0;
    for (const Index node : m_network.graph().stages[resource]) {
      consumed += m_network.outOf(node).over(seconds);
      dropped += m_network.lostAt(node).over(seconds);
    }
    of.received += received;
    of.consumed += consumed;
    of.lag = std::max(of.lag, state.waiting);
    of.wait = std::max(of.wait, state.age);
    course.received += received;
    course.consumed += consumed;
    course.dropped += dropped;
    course.lag.take(state.waiting, m_after.time);
    course.wait.take(state.age, m_after.time);
  }
  for (Index meter = 0; meter < m_plan.meters.size(); ++meter) {
    const Flow flow = m_network.of(m_network.graph().meters[meter]);
    const double capacity = m_plan.meters[meter].capacity;
    const double mean = flow.over(seconds) / seconds;
    m_forecast.meters[meter].offered += mean * seconds;
    m_forecast.meters[meter].dropped += capacity > 0 ? std::max(0.0, mean - capacity) * seconds : 0.0;
  }
}

/// Logs that are read by partition keep what has been read, as long as they say; queues only what waits.
void Account::addLogs(double start, double seconds) {
  Hour& hour = m_forecast.hours.back();
  for (Index i = 0; i < m_plan.logs.size(); ++i) {
    const plan::Log& log = m_plan.logs[i];
    LogCourse& course = m_forecast.logs[i];
    const double messages = m_network.of(m_network.graph().published[i]).over(seconds);
    const double bytes = m_network.of(m_network.graph().logBytes[i]).over(seconds);
    course.appended += messages;
    course.bytes += bytes;
    bool isQueue = false;
    double waiting = 0;
    for (Index group = 0; group < m_plan.groups.size(); ++group) {
      if (m_plan.groups[group].log == i) {
        isQueue = m_plan.groups[group].delivery == plan::Delivery::Competing;
        waiting = std::max(waiting, m_network.resources()[m_network.graph().consumersOf[group]].waiting);
      }
    }
    const double before = m_stored[i];
    if (isQueue) {
      m_stored[i] = course.appended > 0 ? waiting * course.bytes / course.appended : 0;
    } else {
      m_stored[i] += bytes;
      const double keeps = log.retention.inSeconds();
      if (keeps > 0) {  // in stretches of a sixtieth of the time that they are kept
        std::vector<Kept>& kept = m_kept[i];
        if (kept.empty() || start > kept.back().until + keeps / 60 - seconds) {
          kept.push_back({start, 0});
        }
        kept.back().bytes += bytes;
        while (m_keptFrom[i] < kept.size() && kept[m_keptFrom[i]].until + keeps <= start) {
          m_stored[i] -= kept[m_keptFrom[i]++].bytes;
        }
      }
    }
    m_logBytes[i] += m_stored[i] - before;
    hour.stored[i] = course.storedAtEnd = m_stored[i];
  }
}

/// The sample at one end of a piece, so many seconds after its beginning.
void Account::fillSample(const Moment& moment, double offset, Sample& sample) const {
  for (Index k = 0; k < m_plan.classes.size(); ++k) {
    const auto& [offered, succeeded, failed] = m_flows[k];
    const SolvedClass& solved = moment.classes[k];
    sample.classes[k] = {offered.at(offset),
                         succeeded.at(offset),
                         failed.at(offset),
                         solved.isSolved ? solved.mean + moment.meanWait[k] : kUnknown,
                         solved.isSolved ? solved.p95 + moment.tailWait[k] : kUnknown,
                         solved.isSolved ? solved.p99 + moment.tailWait[k] : kUnknown};
  }
  for (Index pool = 0; pool < m_plan.pools.size(); ++pool) {
    sample.pools[pool] = {utilisationOf(pool, offset), waitingAt(pool), ageAt(pool), m_world.up(pool)};
  }
  for (Index group = 0; group < m_plan.groups.size(); ++group) {
    const ResourceState& state = m_network.resources()[m_network.graph().consumersOf[group]];
    double consumed = 0;
    for (const Index node : m_network.graph().stages[m_network.graph().consumersOf[group]]) {
      consumed += m_network.outOf(node).at(offset);
    }
    sample.groups[group] = {state.waiting, state.age, state.offered.at(offset), consumed};
  }
  for (Index cache = 0; cache < m_plan.caches.size(); ++cache) {
    sample.hitRatio[cache] = m_world.hitRatio(cache);
  }
  sample.stored = m_stored;
}

/// Straight between the ends of the piece.
void Account::sampleSteps(double start, double end) {
  if (!m_options.onStep || m_nextStep > end + 1e-9) {
    return;
  }
  fillSample(m_before, 0, m_first);
  fillSample(m_after, end - start, m_last);
  m_sample = m_first;
  for (; m_nextStep <= end + 1e-9; m_nextStep += m_options.step) {
    const double offset = std::clamp(m_nextStep - start, 0.0, end - start);
    const double share = end > start ? offset / (end - start) : 1.0;
    m_sample.time = m_nextStep;
    for (std::size_t k = 0; k < m_sample.classes.size(); ++k) {
      const Sample::OfClass& a = m_first.classes[k];
      const Sample::OfClass& b = m_last.classes[k];
      const auto at = [share](double from, double to) { return from + share * (to - from); };
      m_sample.classes[k] = {at(a.offered, b.offered), at(a.succeeded, b.succeeded),
                             at(a.failed, b.failed),   at(a.mean, b.mean),
                             at(a.p95, b.p95),         at(a.p99, b.p99)};
    }
    for (std::size_t pool = 0; pool < m_sample.pools.size(); ++pool) {
      const double from = m_first.pools[pool].utilisation;
      m_sample.pools[pool].utilisation = from + share * (m_last.pools[pool].utilisation - from);
    }
    for (std::size_t group = 0; group < m_sample.groups.size(); ++group) {
      const Sample::OfGroup& a = m_first.groups[group];
      const Sample::OfGroup& b = m_last.groups[group];
      m_sample.groups[group].received = a.received + share * (b.received - a.received);
      m_sample.groups[group].consumed = a.consumed + share * (b.consumed - a.consumed);
    }
    m_options.onStep(m_sample);
  }
}

void Account::piece(double start, double end, const std::vector<double>& before,
                    const std::vector<double>& after) {
  const double seconds = end - start;
  if (m_forecast.hours.empty() || start >= m_forecast.hours.back().start + kHour - 1e-6) {
    beginHour(start);
  }
  m_forecast.hours.back().end = end;
  note(m_before, start, before);
  note(m_after, end, after);
  for (Index k = 0; k < m_plan.classes.size(); ++k) {
    m_flows[k] = flowsOf(k);
  }
  judge(m_before, m_after, seconds);
  addClasses(seconds);
  addPools(seconds);
  addGroups(seconds);
  addLogs(start, seconds);
  followSaturations(start, end);
  sampleSteps(start, end);
  m_forecast.pieces += 1;
}

Forecast Account::finish() {
  for (Hour& hour : m_forecast.hours) {
    const double seconds = hour.end - hour.start;
    for (Hour::OfPool& of : hour.pools) {
      of.utilisation /= seconds;
      of.instances /= seconds;
    }
    for (double& ratio : hour.hitRatio) {
      ratio /= seconds;
    }
  }
  for (std::size_t n = 0; n < m_network.graph().nodes.size(); ++n) {
    const FlowNode& node = m_network.graph().nodes[n];
    if (!node.isDetached) {
      m_forecast.classes[node.requestClass].waitingAtEnd += m_network.waitingAt(static_cast<Index>(n));
    }
  }
  if (m_network.hasBeenLate()) {
    for (ClassCourse& of : m_forecast.classes) {
      of.waitingAtEnd = std::max(0.0, of.offered - of.succeeded - of.failed);
    }
  }
  for (Index pool = 0; pool < m_plan.pools.size(); ++pool) {
    m_forecast.pools[pool].scaledUp = m_world.scaledUp(pool);
    m_forecast.pools[pool].scaledDown = m_world.scaledDown(pool);
  }
  for (Index group = 0; group < m_plan.groups.size(); ++group) {
    m_forecast.groups[group].lagAtEnd = m_network.resources()[m_network.graph().consumersOf[group]].waiting;
  }
  const std::size_t hours = m_forecast.hours.size();
  for (std::size_t i = 0; i < m_forecast.logs.size() && hours > 0; ++i) {
    const std::size_t ago = hours > 24 ? hours - 25 : 0;
    const double begin = hours > 24 ? m_forecast.hours[ago].stored[i] : 0.0;
    const double seconds = m_forecast.span - (hours > 24 ? m_forecast.hours[ago].end : 0.0);
    m_forecast.logs[i].growthPerDay = (m_stored[i] - begin) / seconds * kDayOfSeconds;
  }
  m_forecast.events = std::move(m_world.events());
  judgeTrust();
  m_forecast.solved = m_responses.solved();
  return std::move(m_forecast);
}

}  // namespace cantilever::fluid

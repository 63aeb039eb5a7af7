// Calls: the way there, what is served, who reads a log, and the way back.
#include <algorithm>
#include <utility>

#include "core/analytic/responder.h"

namespace cantilever::analytic {

namespace {

// Of readers who get the same at the same moment, and who answers as well for messages that came together.
constexpr double kReadersBand = 0.1;

}  // namespace

Outcome Responder::calleeOf(Index program, Index caller) {
  if (caller == kNone || !m_structure.isBackward(m_class, caller, program)) {
    return m_outcomes[program] ? *m_outcomes[program] : Outcome{};
  }
  const Holding& known = m_state.programMoments[program][m_class];
  Outcome result;
  result.success = m_state.programSuccess[program][m_class];
  result.ok = result.bad = m_laws.momentsOnly(known.mean, known.second, 0);
  return result;
}

CallResult Responder::served(Index linkIndex, Index caller) {
  const plan::Link& link = m_plan.links[linkIndex];
  const Outcome callee = calleeOf(link.program, caller);
  CallResult result{callee.success, callee.ok, callee.bad};
  result.fullFor = callee.fullFor;
  result.fault = either(m_state.linkFault[linkIndex], callee.fault);
  if (link.pool == kNone || m_plan.pools[link.pool].seats == 0) {
    return result;
  }
  const Admission& seat = m_state.seats[link.pool];
  if (!seat.isStable) {
    result.fault = either(result.fault, {nameOfPool(link.pool) + " has too few seats: its backlog grows by " +
                                             formatRate(seat.growth),
                                         true});
  }
  result.fault = either(seat.fault, result.fault);
  result.isThinned = seat.fault.changesFlow;
  if (seat.probability > 0) {
    const Node wait = m_laws.wait(seat.probability, seat.rate, {seat.band, seat.isLawKnown});
    result.ok = m_laws.sum(wait, result.ok);
    result.bad = m_laws.sum(wait, result.bad);
  }
  if (seat.lost > 0) {
    const double failing = seat.lost + (1 - seat.lost) * (1 - result.success);
    result.fullFor = std::max(result.fullFor, m_laws.mean(result.ok));
    const Node lost = seat.patience > 0 ? m_laws.constant(seat.patience) : ResponseLaws::kZero;
    result.bad = m_laws.mix(seat.lost / failing, lost, result.bad);
    result.success *= 1 - seat.lost;
    result.arrive *= 1 - seat.lost;
  }
  return result;
}

Node Responder::wayOf(Index linkIndex, Index caller, Trip trip) {
  const plan::Link& link = m_plan.links[linkIndex];
  const Node way = latencyOf(linkIndex, caller, trip == Trip::There ? 1 : 2);
  if (link.bandwidth <= 0) {
    return way;
  }
  const plan::RequestClass& of = m_plan.classes[m_class];
  const double reply = trip == Trip::Answered ? static_cast<double>(of.replyBytes) : 0.0;
  return m_laws.sum(m_laws.constant((static_cast<double>(of.requestBytes) + reply) / link.bandwidth), way);
}

Node Responder::latencyOf(Index linkIndex, Index caller, int ways) {
  const plan::Link& link = m_plan.links[linkIndex];
  if (link.isByZones) {
    const auto [known, isNew] = m_state.waysOf.try_emplace({linkIndex, caller});
    if (isNew) {
      WorkingState::Ways found = waysBetween(linkIndex, caller);
      std::vector<WorkingState::Ways>& all = m_state.ways;
      known->second = static_cast<std::size_t>(std::find(all.begin(), all.end(), found) - all.begin());
      if (known->second == all.size()) {
        all.push_back(std::move(found));
      }
    }
    if (!m_state.ways[known->second].there.empty()) {
      return latencyOf(known->second, ways);
    }
  }
  const Node way = m_laws.law(link.latency);
  return ways == 1 ? way : m_laws.sum(way, way);
}

Node Responder::latencyOf(std::size_t between, int ways) {
  m_latencies.resize(m_state.ways.size(), {kNotYet, kNotYet});
  Node& latency = m_latencies[between][static_cast<std::size_t>(ways - 1)];
  if (latency != kNotYet) {
    return latency;
  }
  latency = ResponseLaws::kZero;
  double before = 0;
  const WorkingState::Ways& all = m_state.ways[between];
  for (const WorkingState::Way& each : ways == 1 ? all.there : all.both) {
    const Node first = m_laws.law(plan::lawOfWay(each.first, each.variation));
    const Node way = m_laws.sum(first, m_laws.law(plan::lawOfWay(each.second, each.variation)));
    latency = m_laws.mix(before / (before + each.count), latency, way);
    before += each.count;
  }
  return latency;
}

/// Every pair of instances as likely as another; those equally far apart together.
WorkingState::Ways Responder::waysBetween(Index linkIndex, Index caller) const {
  const plan::Link& link = m_plan.links[linkIndex];
  WorkingState::Ways ways;
  const auto add = [](std::vector<WorkingState::Way>& to, WorkingState::Way way) {
    if (way.variation == 0) {  // two constants are one
      way.first = way.first + std::exchange(way.second, Duration());
    }
    const auto same = std::find_if(to.begin(), to.end(), [&way](const WorkingState::Way& each) {
      return each.first == way.first && each.second == way.second && each.variation == way.variation;
    });
    same == to.end() ? to.push_back(way) : void(same->count += way.count);
  };
  const auto starts = caller == kNone ? placesOf(kNone, zoneOfLogBy(linkIndex))
                                      : placesOf(m_plan.programs[caller].pool, link.zone);
  const auto ends = placesOf(link.pool, m_plan.programs[link.program].zone);
  for (const auto& [begin, ofBegin] : starts) {
    for (const auto& [end, ofEnd] : ends) {
      const Duration there = plan::wayBetween(m_plan, begin, end);
      const double variation = plan::variationBetween(m_plan, begin, end);
      add(ways.there, {there, Duration(), variation, ofBegin * ofEnd});
      add(ways.both, {there, plan::wayBetween(m_plan, end, begin), variation, ofBegin * ofEnd});
    }
  }
  return ways;
}

std::vector<std::pair<Index, double>> Responder::placesOf(Index pool, Index otherwise) const {
  std::vector<std::pair<Index, double>> places;
  const auto add = [&places](Index zone) {
    const auto same =
        std::find_if(places.begin(), places.end(), [zone](const auto& each) { return each.first == zone; });
    if (same != places.end()) {
      ++same->second;
    } else if (zone != kNone) {
      places.emplace_back(zone, 1);
    }
  };
  if (pool == kNone) {
    add(otherwise);
  } else if (m_plan.pools[pool].places.empty()) {
    add(m_plan.pools[pool].zone);
  } else {
    std::for_each(m_plan.pools[pool].places.begin(), m_plan.pools[pool].places.end(), add);
  }
  return places;
}

Index Responder::zoneOfLogBy(Index link) const {
  const auto group = std::find_if(m_plan.groups.begin(), m_plan.groups.end(),
                                  [link](const plan::ConsumerGroup& each) { return each.link == link; });
  return group == m_plan.groups.end() ? kNone : m_plan.logs[group->log].zone;
}

CallResult Responder::delivered(Index group, Index caller) {
  const Index link = m_plan.groups[group].link;
  const Index program = m_plan.links[link].program;
  std::optional<CallResult>& known = m_calls[link];
  const bool isBackward = caller != kNone && m_structure.isBackward(m_class, caller, program);
  if (!known || isBackward) {
    known = served(link, caller);
    believe(link, *known);
  }
  return *known;
}

Responder::Acknowledgement Responder::acknowledged(Index group, Index program) {
  const Index link = m_plan.groups[group].link;
  const Consumption& reading = m_state.groups[group];
  const std::string name = "consumers \"" + m_plan.groups[group].key + "\"";
  CallResult done = delivered(group, program);
  if (!reading.isStable) {
    done.fault = {name + " read less than comes: who waits for them waits ever longer", true};
  } else if (1 - done.success > kNeverLate) {
    done.fault =
        either(done.fault, {name + " fail at times, and read again: who waits for that is not solved"});
  }
  Acknowledgement result;
  result.fault = either(m_state.groupFault[group], done.fault);
  result.done = m_laws.sum(wayOf(link, kNone, Trip::Answered), done.ok);
  result.wait = m_laws.waitOfMoments(reading.wait, reading.waitSecond, reading.waitProbability,
                                     {reading.band, false, false, placeOf(m_plan.links[link].pool)});
  result.copies = plan::copiesOf(m_plan, m_plan.groups[group]);
  if (reading.longer > 0) {
    const double longer = reading.longer;
    result.done = m_laws.sum(result.done, m_laws.momentsOnly(longer, 2 * longer * longer, reading.band));
  }
  // Whose queues get the same at the same moment differ by their service alone.
  const Node service = m_laws.sum(wayOf(link, kNone, Trip::There), done.ok);
  const double square = m_laws.mean(service) * m_laws.mean(service);
  result.common = square > 0 ? std::min(1.0, square / m_laws.second(service)) : 0.0;
  return result;
}

CallResult Responder::publish(const Instruction& code, Index program) {
  const Quorum quorum = quorumOf(m_plan, code, m_class);
  CallResult result;
  if (!quorum.isMet) {
    result.success = 0;
    return result;
  }
  if (quorum.needed <= 0) {
    return result;
  }
  if (quorum.needed > quorum.readers) {
    result.fault = {"log \"" + m_plan.logs[code.a].key + "\" has fewer readers than who publishes waits for",
                    true};
    return result;
  }
  std::vector<Acknowledgement> from;
  for (Index i = 0; i < m_plan.groups.size(); ++i) {
    const plan::ConsumerGroup& group = m_plan.groups[i];
    if (group.log == code.a && (group.classSet == kNone || m_plan.classSets[group.classSet][m_class])) {
      from.push_back(acknowledged(i, program));
      result.fault = either(result.fault, from.back().fault);
    }
  }
  result.ok = quorumTime(from, quorum);
  return result;
}

/// The k-th smallest of the readers' times. Two M/M/1 queues that get the same have a longest response
/// between that of independent ones and that of ones with the same wait, a quarter of the way (Flatto and
/// Hahn 1984); queues whose service does not vary have the same wait: in between it is taken to be the square
/// of the correlation of what comes. Of the first of all the law is that of independent ones, stretched.
Node Responder::quorumTime(const std::vector<Acknowledgement>& from, const Quorum& quorum) {
  std::vector<ResponseLaws::Branches> independent;
  for (const Acknowledgement& each : from) {
    independent.push_back({m_laws.sum(each.wait, each.done), each.copies});
  }
  if (quorum.readers == 1) {
    return independent.front().node;
  }
  const Node apart =
      m_laws.orderOf(independent, quorum.needed, queueing(independent) < 2 ? 0.0 : kReadersBand);
  if (from.size() > 1 || from.front().wait == ResponseLaws::kZero) {
    return apart;
  }
  const Node together =
      m_laws.sum(from.front().wait, m_laws.orderOf({{from.front().done, quorum.readers}}, quorum.needed, 0));
  const double share = from.front().common * from.front().common;
  if (quorum.needed > 1) {
    return m_laws.mix(share, together, apart);
  }
  const double mean = share * m_laws.mean(together) + (1 - share) * m_laws.mean(apart);
  return m_laws.scaled(apart, mean / m_laws.mean(apart), 0);
}

CallResult Responder::forwarded(Index linkIndex, Index caller) {
  CallResult result = served(linkIndex, caller);
  const Node there = wayOf(linkIndex, caller, Trip::There);
  result.ok = m_laws.sum(there, result.ok);
  result.bad = m_laws.sum(there, result.bad);
  believe(linkIndex, result);
  rememberFault(linkIndex, result);
  return result;
}

CallResult Responder::call(Index linkIndex, Index caller) {
  std::optional<CallResult>& known = m_calls[linkIndex];
  const bool isBackward = m_structure.isBackward(m_class, caller, m_plan.links[linkIndex].program);
  if (!known || isBackward) {
    CallResult result = attempt(linkIndex, caller);
    hedge(m_plan.links[linkIndex], result);
    const double failing = 1 - result.success;  // of attempts
    eject(m_plan.links[linkIndex], linkIndex, failing, result);
    retry(m_plan.links[linkIndex], linkIndex, result);
    guard(m_plan.links[linkIndex], linkIndex, failing, result);
    believe(linkIndex, result);
    rememberFault(linkIndex, result);
    known = result;
  }
  return *known;
}

/// Nobody waits for an answer, or sends it again.
void Responder::send(Index linkIndex, Index caller) {
  if (!m_calls[linkIndex] &&
      !m_isSent[linkIndex]) {  // of a link that is called as well, what is said of calls
    const CallResult result = attempt(linkIndex, caller, false);
    m_isSent[linkIndex] = true;
    believe(linkIndex, result);
    rememberFault(linkIndex, result);
  }
}

CallResult Responder::attempt(Index linkIndex, Index caller, bool isWaitedFor) {
  const plan::Link& link = m_plan.links[linkIndex];
  CallResult result = served(linkIndex, caller);
  const Node answered = wayOf(linkIndex, caller, Trip::Answered);
  const Node failed = link.bandwidth > 0 ? wayOf(linkIndex, caller, Trip::Failed) : answered;
  result.ok = m_laws.sum(answered, result.ok);
  result.bad = m_laws.sum(failed, result.bad);
  const double reaches = (1 - link.lossShare) * (1 - link.errorShare);
  if (link.errorShare > 0) {
    const double failing = link.errorShare + (1 - link.errorShare) * (1 - result.success);
    result.bad = m_laws.mix(link.errorShare / failing, failed, result.bad);
    result.success *= 1 - link.errorShare;
  }
  result.arrive *= reaches;
  if (!isWaitedFor) {
    result.success *= 1 - link.lossShare;
  } else if (link.timeout > Duration()) {
    timeOut(link, result);
  }
  return result;
}

void Responder::believe(Index link, const CallResult& result) {
  m_next.success[link][m_class] = result.success;
  m_next.attempts[link][m_class] = result.attempts;
  m_next.arrive[link][m_class] = result.arrive;
}

void Responder::rememberFault(Index link, const CallResult& result) {
  if (result.fault.changesFlow || result.fault.isOverload) {
    m_state.callFaults[{link, m_class}] = {result.fault.why, result.isThinned};
  }
}

}  // namespace cantilever::analytic

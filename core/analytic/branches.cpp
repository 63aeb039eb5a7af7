// Calls made together, and what of them is waited for.
#include <algorithm>
#include <cmath>
#include <utility>

#include "core/analytic/fork_join.h"
#include "core/analytic/responder.h"

namespace cantilever::analytic {

namespace {

// Parallel calls to stations with queues come at the same moment: their waits are not independent.
constexpr double kForkBand = 0.2;
constexpr double kFanBand = 0.3;
constexpr double kGroupFrom = 1.5;   // calls at a queue at once: more are a group
constexpr double kGroupBand = 0.15;  // of what they meet there
// Of a fan-out with a window, beside drawing it many times; and for each by which the variation exceeds one.
constexpr double kWindowBand = 0.15;
constexpr double kWindowBandOfVariation = 0.07;

}  // namespace

CallResult Responder::parallel(Index pc, Index program) {
  const Instruction& group = m_plan.code[pc];
  std::vector<ResponseLaws::Branches> branches;
  std::vector<double> success;
  CallResult result;
  double worst = 0;
  Node slowest = ResponseLaws::kZero;
  for (Index branch = pc + 1; branch <= pc + group.a; ++branch) {
    const CallResult each = call(m_plan.code[branch].a, program);
    branches.push_back({each.ok, 1, each.success});
    success.push_back(each.success);
    result.fault = either(result.fault, each.fault);
    if (m_laws.mean(each.bad) >= worst) {
      worst = m_laws.mean(each.bad);
      slowest = each.bad;
    }
  }
  const Figure joined = forkJoin(pc);
  result.success = chanceOfSome(group.b, success);
  const double queues = queueing(branches);
  result.ok = group.b == 0
                  ? ResponseLaws::kZero
                  : m_laws.orderOf(branches, group.b, joined.value > 0 || queues < 2 ? 0.0 : kForkBand);
  const Index first = m_plan.code[pc + 1].a;
  const bool areAlike = std::all_of(m_plan.code.begin() + pc + 1, m_plan.code.begin() + pc + 1 + group.a,
                                    [&](const Instruction& branch) {
                                      return m_plan.links[branch.a].program == m_plan.links[first].program;
                                    });
  if (areAlike && group.b > 0) {
    result.ok =
        answersTogether(first, program, call(first, program), group.a, group.b, 0).value_or(result.ok);
  }
  if (joined.value > 0) {
    result.ok = m_laws.scaled(result.ok, joined.value / m_laws.mean(result.ok), joined.band);
  }
  result.bad = slowest;
  return result;
}

double Responder::queueing(const std::vector<ResponseLaws::Branches>& branches) const {
  double sum = 0;
  for (const ResponseLaws::Branches& each : branches) {
    sum += m_laws.hasWaits(each.node) ? each.times : 0.0;
  }
  return sum;
}

Figure Responder::forkJoin(Index pc) const {
  const Instruction& group = m_plan.code[pc];
  if (group.a < 2 || group.b != group.a) {
    return {};
  }
  std::optional<std::pair<double, double>> alike;
  std::vector<Index> pools;
  for (Index branch = pc + 1; branch <= pc + group.a; ++branch) {
    const plan::Link& link = m_plan.links[m_plan.code[branch].a];
    const Index begin = m_plan.programs[link.program].begin;
    const bool isOneWork = m_plan.code[begin].op == Op::Work && m_plan.code[begin + 1].op == Op::End;
    if (!isOneWork || link.pool == kNone || !link.latency.isZero() || m_plan.pools[link.pool].seats != 0) {
      return {};
    }
    const bool isAgain = std::find(pools.begin(), pools.end(), link.pool) != pools.end();
    pools.push_back(link.pool);
    const StationFigures& station = m_state.stations[link.pool];
    const double calls = totalOf(m_state.traffic.calls[m_plan.code[branch].a]);
    const std::pair<double, double> is{station.work, station.service.first};
    if (station.model != "M/M/1" || station.servers != 1 ||
        std::abs(calls - station.work) > 1e-9 * station.work || (alike && *alike != is) || isAgain) {
      return {};
    }
    alike = is;
  }
  return responseOfForkJoin(alike->first, alike->second, group.a);
}

CallResult Responder::fan(Index index, Index program) {
  const plan::Fan& fan = m_plan.fans[index];
  const CallResult each = call(fan.link, program);
  const plan::FanSize& size = m_structure.fanSize(index);
  if (fan.isSent || size.calls <= 0) {
    return {};
  }
  CallResult result = each;
  const double needed = fan.needed == 0 ? size.calls : std::min<double>(fan.needed, size.calls);
  const bool isDrawn = fan.count != kNone;
  const bool isSpread = m_plan.links[fan.link].balancing == Balancing::All;
  const double band = (m_laws.hasWaits(each.ok) ? kFanBand : 0.0) +
                      (isDrawn && size.calls != std::round(size.calls) ? 0.3 : 0.0);
  const bool isVaried = isDrawn && m_plan.countLaws[fan.count].kind != CountLaw::Kind::Fixed;
  const std::optional<Node> together =
      fan.window == 0 || fan.window >= size.calls
          ? answersTogether(fan.link, program, each, size.calls, needed, isVaried ? kFanBand : 0.0)
          : std::nullopt;
  result.ok = isSpread   ? slowestInstance(fan, each, needed, band)
              : together ? *together
                         : answersOf(each, size.calls, fan.window, needed, band);
  result.success =
      needed >= size.calls
          ? std::pow(each.success, size.calls)
          : chanceOfSome(static_cast<std::size_t>(needed),
                         std::vector<double>(static_cast<std::size_t>(size.calls + 0.5), each.success));
  return result;
}

/// The answers of calls that come at the same moment to one queue, where they do nothing but work: the first
/// of them waits for those who are there, and then they are served as from a stock of their own.
std::optional<Node> Responder::answersTogether(Index linkIndex, Index program, const CallResult& each,
                                               double calls, double needed, double band) {
  const plan::Link& link = m_plan.links[linkIndex];
  if (link.pool == kNone || each.success < 1 - kFewAttempts || link.hedge > Duration() || calls <= 1) {
    return {};
  }
  const plan::Pool& pool = m_plan.pools[link.pool];
  const StationFigures& station = m_state.stations[link.pool];
  const StationWait& wait = station.waits.at(m_class);
  const Index begin = m_plan.programs[link.program].begin;
  const bool isOneWork = m_plan.code[begin].op == Op::Work && m_plan.code[begin + 1].op == Op::End;
  const bool isOneQueue = pool.queue == plan::QueueScope::Shared || m_state.instances[link.pool] == 1;
  if (!(wait.together > kGroupFrom) || !isOneWork || !isOneQueue || pool.seats > 0 || station.servers == 0) {
    return {};
  }
  CallResult service;
  service.ok = m_laws.law(plan::workLaw(m_plan, m_plan.code[begin], m_class));
  const double probability = std::clamp(wait.first > 0 ? wait.probability : 0.0, 0.0, 1.0);
  const ResponseLaws::Worth worth{kGroupBand + band, false, false, placeOf(link.pool)};
  const Node first = probability <= 0 ? ResponseLaws::kZero
                     : wait.law ? m_laws.waitOfLaw(wait.first, wait.second, probability, *wait.law, worth)
                                : m_laws.wait(probability, probability / wait.first, worth);
  const Node served = answersOf(service, calls, station.servers, needed, kGroupBand + band);
  return m_laws.sum(wayOf(linkIndex, program, Trip::Answered), m_laws.sum(first, served));
}

/// The `needed`-th answer of calls of which at most `window` are open; 0: all. The next is begun when one has
/// ended, so answers come as from so many renewal processes until the last ones are begun. Exact where each
/// is exponential, a sum of stages, and where each is constant, rounds; in between by how much it varies.
Node Responder::answersOf(const CallResult& call, double calls, double window, double needed, double band) {
  const Node each = call.ok;
  const double all = std::max(1.0, std::round(calls));
  const double wanted = std::clamp(std::round(needed), 1.0, all);
  const double open = window == 0 ? all : std::min(window, all);
  const double before = std::min(wanted - 1, all - open);
  if (before <= 0) {
    return m_laws.orderOf({{each, open, call.success}}, wanted, band);
  }
  const double mean = m_laws.mean(each);
  const double scv = std::max(0.0, m_laws.second(each) / (mean * mean) - 1);
  const bool isKnown = m_laws.isMemoryless(each) || scv == 0;
  const double rough = isKnown ? 0.0 : kWindowBand + kWindowBandOfVariation * std::max(0.0, scv - 1);
  const Node last = m_laws.orderOf({{each, open}}, wanted - before, band + rough);
  if (m_laws.isMemoryless(each)) {
    const Duration stages = Duration::seconds(mean * before / open);
    return m_laws.sum(m_laws.law(Law::erlang(stages, static_cast<int>(before))), last);
  }
  const double varied = std::min(1.0, scv);
  const bool areMoreBegun = wanted <= all - open + 1;  // all the time, so that there is no last of them
  const double ended = areMoreBegun ? wanted : before;
  const double rounds = std::ceil(wanted / open) - (areMoreBegun ? 0 : 1);
  const double first = mean * (varied * ended / open + (1 - varied) * rounds);
  const double variance = ended * varied * mean * mean / (open * open);
  const Node begun = m_laws.momentsOnly(first, first * first + variance, band + rough);
  return areMoreBegun ? begun : m_laws.sum(begun, last);
}

Node Responder::slowestInstance(const plan::Fan& fan, const CallResult& each, double needed, double band) {
  const plan::Link& link = m_plan.links[fan.link];
  const plan::Pool& pool = m_plan.pools[link.pool];
  const Index begin = m_plan.programs[link.program].begin;
  const bool isOneWork = m_plan.code[begin].op == Op::Work && m_plan.code[begin + 1].op == Op::End;
  const StationWait& wait = m_state.stations[link.pool].waits.at(m_class);
  if (pool.speeds.empty() || !isOneWork || wait.mean() > 1e-9 * m_laws.mean(each.ok) ||
      !link.latency.isZero()) {
    return m_laws.orderOf({{each.ok, static_cast<double>(m_state.instances[link.pool]), each.success}},
                          needed, band + (pool.speeds.empty() ? 0.0 : 0.5));
  }
  std::vector<ResponseLaws::Branches> branches;
  const Law& law = plan::workLaw(m_plan, m_plan.code[begin], m_class);
  for (Index i = 0; i < m_state.instances[link.pool]; ++i) {
    const Node node = m_laws.law(law.scaled(1 / pool.speedOf(i)));
    const auto same =
        std::find_if(branches.begin(), branches.end(), [&](const auto& b) { return b.node == node; });
    same == branches.end() ? branches.push_back({node, 1, each.success}) : void(++same->times);
  }
  return m_laws.orderOf(branches, needed, 0);
}

}  // namespace cantilever::analytic

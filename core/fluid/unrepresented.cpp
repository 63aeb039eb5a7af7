#include <algorithm>

#include "core/fluid/forecast.h"

namespace cantilever::fluid {

namespace {

using analytic::Unrepresented;
using Kind = Unrepresented::Kind;
using plan::Index;
using plan::kNone;

class Listing {
 public:
  explicit Listing(const plan::Plan& plan) : m_plan(plan) {}

  std::vector<Unrepresented> list() {
    sources();
    for (Index i = 0; i < m_plan.classes.size(); ++i) {
      note(m_plan.classes[i].deadline > Duration(), Kind::Class, i, m_plan.classes[i].key,
           "Its requests fail past their deadline, but what they have begun goes on.");
      const Index keys = m_plan.classes[i].keySpace;
      note(keys != kNone && m_plan.keySpaces[keys].drift > Duration(), Kind::Class, i, m_plan.classes[i].key,
           "Which of its keys are hot changes with time: hit ratios are those of keys that stay what they "
           "are.");
    }
    pools();
    links();
    for (Index i = 0; i < m_plan.caches.size(); ++i) {
      const plan::Cache& cache = m_plan.caches[i];
      note(cache.isSingleFlight, Kind::Cache, i, cache.key,
           "While it is cold, requests that wait for another's fetch are counted as misses.");
      note(cache.writeBack != kNone, Kind::Cache, i, cache.key,
           "Every write is taken to go on: none is absorbed by the one before.");
    }
    tokensAndLogs();
    for (const plan::Window& window : m_plan.windows) {
      note(true, Kind::Link, window.link, m_plan.links[window.link].key,
           "What windows send on is spread evenly over time, at the share of the designed load.");
    }
    happenings();
    return std::move(m_found);
  }

 private:
  void note(bool isThere, Kind kind, Index index, const std::string& key, const char* what) {
    if (isThere) {
      m_found.push_back({kind, index, key, what, false});
    }
  }

  void sources() {
    for (Index i = 0; i < m_plan.sources.size(); ++i) {
      const plan::Source& source = m_plan.sources[i];
      note(source.kind == plan::SourceKind::Closed, Kind::Source, i, source.key,
           "Its users are taken to ask at the rate of the steady state, however long they wait.");
      note(source.kind == plan::SourceKind::Trace, Kind::Source, i, source.key,
           "The times of its trace are taken together as rates of short stretches.");
      note(source.kind == plan::SourceKind::Sessions, Kind::Source, i, source.key,
           "Its sessions are taken to be connected all the time.");
    }
  }

  void pools() {
    for (Index i = 0; i < m_plan.pools.size(); ++i) {
      const plan::Pool& pool = m_plan.pools[i];
      const bool isOrdered =
          pool.order == plan::ServiceOrder::Priority || pool.order == plan::ServiceOrder::Preemptive;
      note(isOrdered && m_plan.classes.size() > 1, Kind::Pool, i, pool.key,
           "Requests in its backlog are served as they came, not by priority.");
      note(pool.overflow == plan::Overflow::Block && pool.queueLimit != plan::Pool::kUnlimited, Kind::Pool, i,
           pool.key, "Callers that are held back are counted as waiting here.");
      note(pool.isOnDemand(), Kind::Pool, i, pool.key,
           "The wait for cold starts is left out; instances are counted by the load.");
      note(pool.wakesUp && !pool.isOnDemand(), Kind::Pool, i, pool.key,
           "A request that finds no instance does not order one.");
      note(pool.host != kNone && !pool.isPart, Kind::Pool, i, pool.key,
           "Its instances do not go with their hosts.");
    }
    for (const plan::RandomFault& fault : m_plan.randomFaults) {
      note(true, Kind::Pool, fault.pool, m_plan.pools[fault.pool].key,
           "Its failures by chance are left out: see its availability in the solution.");
    }
    for (const plan::ZoneFault& fault : m_plan.zoneFaults) {
      note(true, Kind::Zone, fault.zone, m_plan.zones[fault.zone].key,
           "Its failures by chance are left out: see the availability in the solution.");
    }
    for (const plan::Store& store : m_plan.stores) {
      note(store.failsOver && store.coverage < 1, Kind::Pool, store.pool, m_plan.pools[store.pool].key,
           "A death of its primary is always noticed.");
    }
  }

  void links() {
    for (Index i = 0; i < m_plan.links.size(); ++i) {
      const plan::Link& link = m_plan.links[i];
      const bool isUneven = link.balancing == Balancing::ConsistentHash ||
                            link.balancing == Balancing::Owner || link.balancing == Balancing::Sticky ||
                            link.balancing == Balancing::Weighted || link.balancing == Balancing::Holder;
      const bool hasSeveral = link.pool != kNone && m_plan.pools[link.pool].instances > 1;
      note(isUneven && hasSeveral, Kind::Link, i, link.key,
           "Its calls are taken to be spread evenly over the instances: the fullest is full earlier.");
      note(link.breaker.isOn(), Kind::Link, i, link.key,
           isJoined(i)
               ? "Its circuit breaker never opens."
               : "Its circuit breaker opens for all callers at once, after as many attempts as on average.");
      note(link.cancels, Kind::Link, i, link.key, "What it stops goes on.");
      note(link.retries.isOn() && link.retries.reasons != plan::Retries::kAllReasons, Kind::Link, i, link.key,
           "It tries every failure again.");
      note(link.retries.attempts == plan::Retries::kUnlimited, Kind::Link, i, link.key,
           "It gives up after 255 attempts.");
      note(link.health.isOn() && killsInstances(), Kind::Link, i, link.key,
           "Its health checks know at once who is up.");
      note(link.hedge > Duration(), Kind::Link, i, link.key,
           isJoined(i)
               ? "Its second attempts bring no load."
               : "Its second attempts are as many as at the designed load, or all while it takes longer.");
      const bool isBatched = std::any_of(m_plan.batchings.begin(), m_plan.batchings.end(),
                                         [i](const plan::Batching& each) { return each.link == i; });
      note(isBatched, Kind::Link, i, link.key, "Its batches of calls are as full as at the designed load.");
      note(link.bandwidth > 0 && plan::mayStandForSeveral(m_plan, i), Kind::Link, i, link.key,
           "The time that its bytes take is that of one request for each call.");
    }
  }

  /// Whether calls over it are made together with others, or in batches.
  bool isJoined(Index link) const {
    return std::any_of(m_plan.code.begin(), m_plan.code.end(),
                       [link](const plan::Instruction& code) {
                         return code.op == plan::Op::Branch && code.a == link;
                       }) ||
           std::any_of(m_plan.fans.begin(), m_plan.fans.end(),
                       [link](const plan::Fan& each) { return each.link == link; }) ||
           std::any_of(m_plan.batchings.begin(), m_plan.batchings.end(),
                       [link](const plan::Batching& each) { return each.link == link; });
  }

  /// By script or by control; failures by chance are left out.
  bool killsInstances() const {
    const auto kills = [](const plan::Action& action) {
      return action.change == Change::KillInstances || action.change == Change::KillSilently ||
             action.change == Change::ZoneOutage || action.change == Change::ZoneSilentOutage;
    };
    return std::any_of(m_plan.actions.begin(), m_plan.actions.end(), kills) ||
           std::any_of(m_plan.controls.begin(), m_plan.controls.end(), [&](const plan::Control& control) {
             return std::any_of(control.actions.begin(), control.actions.end(), kills);
           });
  }

  void tokensAndLogs() {
    for (Index i = 0; i < m_plan.tokens.size(); ++i) {
      const plan::Tokens& tokens = m_plan.tokens[i];
      const bool isOne = tokens.scope == plan::TokenScope::All || tokens.scope == plan::TokenScope::Instance;
      note(!isOne, Kind::Tokens, i, tokens.key, "Those of each caller or key are taken never to run out.");
      note(tokens.adaptive.has_value(), Kind::Tokens, i, tokens.key, "Its size does not adapt.");
      note(tokens.reserve > 0 || tokens.isByPriority, Kind::Tokens, i, tokens.key,
           "Requests of all priorities are alike to it.");
    }
    for (Index i = 0; i < m_plan.logs.size(); ++i) {
      const plan::Log& log = m_plan.logs[i];
      note(log.overflow == plan::Log::Overflow::Block && log.limit != plan::Log::kUnlimited, Kind::Log, i,
           log.key, "Writers that wait for room are counted as messages.");
      note(log.overflow == plan::Log::Overflow::Refuse && log.limit != plan::Log::kUnlimited, Kind::Log, i,
           log.key, "Messages that find no room are dropped; their writers do not fail.");
    }
    for (Index i = 0; i < m_plan.groups.size(); ++i) {
      const plan::ConsumerGroup& group = m_plan.groups[i];
      note(group.visibility > Duration() || group.maxReceives > 0, Kind::Group, i, group.key,
           "Nothing is delivered a second time.");
      note(group.rebalancePause > Duration() || group.commitPause > Duration(), Kind::Group, i, group.key,
           "Its pauses are left out.");
    }
    for (const plan::Instruction& code : m_plan.code) {
      if (code.op == plan::Op::Publish && code.b != kNone) {
        note(true, Kind::Log, code.a, m_plan.logs[code.a].key,
             "Who waits for acknowledgements waits no longer than in the steady state, whatever has not been "
             "read.");
      }
    }
  }

  void action(const plan::Action& action, const std::string& of) {
    const char* what = nullptr;
    switch (action.change) {
      case Change::KillSilently:
      case Change::ZoneSilentOutage:
        what = "An instance that dies silently is left out at once.";
        break;
      case Change::AddLatency:
      case Change::AddZoneLatency:
        what = "Latency that is added is left out.";
        break;
      case Change::Partition:
      case Change::Heal:
        what = "Partitions between zones are left out.";
        break;
      case Change::RollOut:
        what = "Rollouts of another version are left out.";
        break;
      case Change::ScaleLatency:
      case Change::ScaleZoneLatency:
        what = "Latency that is scaled is left out.";
        break;
      case Change::Promote:
        what = "Copies that are promoted by order are left out.";
        break;
      case Change::InstanceWeight:
      case Change::RouteWeight:
        what = "Weights that change are left out.";
        break;
      case Change::SetSize:
      case Change::SetRate:
        what = "Limits that change are left out.";
        break;
      case Change::SeekGroup:
        what = "Consumers that are set back are left out.";
        break;
      default:
        return;
    }
    const bool isKnown = std::any_of(m_found.begin(), m_found.end(), [&](const Unrepresented& each) {
      return each.kind == Kind::Scenario && each.element == of && each.what == what;
    });
    note(!isKnown, Kind::Scenario, kNone, of, what);
  }

  void happenings() {
    for (const plan::Action& each : m_plan.actions) {
      action(each, "scenario");
    }
    for (Index i = 0; i < m_plan.controls.size(); ++i) {
      const plan::Control& control = m_plan.controls[i];
      const bool isTimed = control.trigger.kind == plan::Trigger::Kind::At ||
                           control.trigger.kind == plan::Trigger::Kind::Every;
      note(!isTimed && !control.actions.empty(), Kind::Scenario, i, control.key,
           control.trigger.kind == plan::Trigger::Kind::Random
               ? "It fires by chance: it is left out."
               : "It fires by what is measured: it is left out.");
      for (const plan::Action& each : control.actions) {
        action(each, control.key);
      }
    }
  }

  const plan::Plan& m_plan;
  std::vector<Unrepresented> m_found;
};

}  // namespace

std::vector<analytic::Unrepresented> unrepresentedIn(const plan::Plan& plan) {
  return Listing(plan).list();
}

}  // namespace cantilever::fluid

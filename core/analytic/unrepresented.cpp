#include "core/analytic/unrepresented.h"

#include <algorithm>
#include <utility>

#include "core/vocabulary/plan/batching.h"
#include "core/vocabulary/plan/faults.h"

namespace cantilever::analytic {

namespace {

using Kind = Unrepresented::Kind;
using plan::Index;
using plan::kNone;
using plan::Plan;

class Finder {
 public:
  explicit Finder(const Plan& plan) : m_plan(plan) {}

  std::vector<Unrepresented> find() {
    for (Index i = 0; i < m_plan.sources.size(); ++i) {
      source(i, m_plan.sources[i]);
    }
    for (Index i = 0; i < m_plan.classes.size(); ++i) {
      note(m_plan.classes[i].deadline > Duration(), Kind::Class, i, m_plan.classes[i].key,
           "Its deadline is taken to be met; where it would not be, its figures are not given.");
      const Index keys = m_plan.classes[i].keySpace;
      note(keys != kNone && m_plan.keySpaces[keys].drift > Duration(), Kind::Class, i, m_plan.classes[i].key,
           "Which of its keys are hot changes with time: hit ratios are those of keys that stay what they "
           "are.");
    }
    for (Index i = 0; i < m_plan.pools.size(); ++i) {
      pool(i, m_plan.pools[i]);
    }
    for (Index i = 0; i < m_plan.links.size(); ++i) {
      link(i, m_plan.links[i]);
    }
    for (Index i = 0; i < m_plan.caches.size(); ++i) {
      note(m_plan.caches[i].isSingleFlight, Kind::Cache, i, m_plan.caches[i].key,
           "Requests that wait for another's fetch are counted as misses that fetch themselves.");
    }
    for (Index i = 0; i < m_plan.tokens.size(); ++i) {
      tokens(i, m_plan.tokens[i]);
    }
    for (Index i = 0; i < m_plan.logs.size(); ++i) {
      log(i, m_plan.logs[i]);
    }
    for (Index i = 0; i < m_plan.groups.size(); ++i) {
      group(i, m_plan.groups[i]);
    }
    routes();
    for (Index i = 0; i < m_plan.zones.size(); ++i) {
      note(m_plan.zones[i].crews > 0 && !m_plan.randomFaults.empty(), Kind::Zone, i, m_plan.zones[i].key,
           "Its repair crews are reckoned for each block as if the others never needed them.");
    }
    transfers();
    for (const plan::Window& window : m_plan.windows) {
      note(true, Kind::Link, window.link, m_plan.links[window.link].key,
           "Nothing is taken to come too late for its window.");
    }
    for (const plan::Cache& cache : m_plan.caches) {
      note(cache.writeBack != kNone, Kind::Cache, static_cast<Index>(&cache - m_plan.caches.data()),
           cache.key, "Every write is taken to go on: none is absorbed by the one before.");
    }
    controls();
    return std::move(m_found);
  }

 private:
  void note(bool isThere, Kind kind, Index index, const std::string& key, const char* what) {
    if (isThere) {
      m_found.push_back({kind, index, key, what, false});
    }
  }
  void refuse(bool isThere, Kind kind, Index index, const std::string& key, const char* what) {
    if (isThere) {
      m_found.push_back({kind, index, key, what, true});
    }
  }
  /// Of what does not let everything through.
  void refuseFlow(bool isThere, Kind kind, Index index, const std::string& key, const char* what) {
    if (isThere) {
      m_found.push_back({kind, index, key, what, true, true});
    }
  }

  void source(Index i, const plan::Source& source) {
    note(!source.curve.points.empty(), Kind::Source, i, source.key,
         "Its rate changes over time: solved is the rate at level 1, held for ever.");
    note(source.kind == plan::SourceKind::Trace, Kind::Source, i, source.key,
         "It is a trace: solved are Poisson arrivals of its stated rate.");
    note(source.kind == plan::SourceKind::Sessions, Kind::Source, i, source.key,
         "Its sessions are taken to be connected all the time, as far as there are places.");
  }

  void pool(Index i, const plan::Pool& pool) {
    note(pool.overflow == plan::Overflow::Block && pool.queueLimit != plan::Pool::kUnlimited, Kind::Pool, i,
         pool.key, "Callers that are held back are counted as waiting here.");
    note(pool.order == plan::ServiceOrder::Preemptive && pool.servers > 1, Kind::Pool, i, pool.key,
         "With several servers, interrupted work is reckoned like work that is finished first.");
    refuse(pool.isOnDemand(), Kind::Pool, i, pool.key, "Its instances come with the requests.");
    note(pool.wakesUp && !pool.isOnDemand(), Kind::Pool, i, pool.key,
         "It is taken never to be without an instance.");
    note(pool.host != kNone && !pool.isPart, Kind::Pool, i, pool.key, "Its hosts are taken to be up.");
  }

  void link(Index i, const plan::Link& link) {
    note(link.retries.isOn() && link.retries.reasons != plan::Retries::kAllReasons, Kind::Link, i, link.key,
         "Its retries are reckoned as if it tried every failure again.");
    note(link.retries.isOn() && link.retries.growth == plan::Retries::Growth::Drawn, Kind::Link, i, link.key,
         "Its pauses are drawn without regard to the longest that it allows.");
    note(link.retries.attempts == plan::Retries::kUnlimited, Kind::Link, i, link.key,
         "It tries without limit: reckoned are 255 attempts.");
    note(link.breaker.hasWindow(), Kind::Link, i, link.key,
         "Its breaker looks at a window of attempts: it is taken to be closed, where it would seldom open.");
    note(link.propagates, Kind::Link, i, link.key, "Deadlines that it passes on are not looked at.");
    note(link.cancels && (link.timeout > Duration() || link.hedge > Duration()), Kind::Link, i, link.key,
         "What it stops is counted as going on: the load behind it is overestimated by that much.");
    note(link.health.isOn() && !(m_plan.randomFaults.empty() && m_plan.zoneFaults.empty()), Kind::Link, i,
         link.key, "Its health checks see no instance fail.");
    note(link.isByZones, Kind::Link, i, link.key,
         "Its ways are taken to be those between the zones of the two blocks, not of their instances.");
    note(link.locality == Locality::Local, Kind::Link, i, link.key,
         "That its calls stay in their zone is ignored.");
    refuseFlow(link.locality == Locality::StrictLocal, Kind::Link, i, link.key,
               "Its calls fail where their zone has no instance: how many is not solved.");
    note(link.isPerCaller, Kind::Link, i, link.key,
         "What each caller knows for itself is reckoned as if all knew it.");
    refuse(link.bandwidth > 0 && plan::mayStandForSeveral(m_plan, i), Kind::Link, i, link.key,
           "Its ways take time by the sizes of requests, of which a call may carry several.");
    refuse(link.lossShare > 0 && !(link.timeout > Duration()), Kind::Link, i, link.key,
           "It loses calls and has no timeout: their callers wait for ever.");
  }

  void tokens(Index i, const plan::Tokens& tokens) {
    refuseFlow(tokens.adaptive.has_value(), Kind::Tokens, i, tokens.key,
               "Its size adapts to response times.");
    note(tokens.isByPriority, Kind::Tokens, i, tokens.key,
         "Whoever waits for it is taken in order of arrival, not of priority.");
    refuseFlow(tokens.reserve > 0, Kind::Tokens, i, tokens.key, "It keeps some for more important requests.");
    refuse(tokens.waits && tokens.refill == plan::Refill::FixedWindow, Kind::Tokens, i, tokens.key,
           "Requests wait for the next of its fixed windows.");
    const bool isOfBucket = tokens.refill == plan::Refill::Continuous && tokens.patience &&
                            tokens.patience->kind == Law::Kind::Constant;
    refuseFlow(tokens.waits && tokens.patience && tokens.refill != plan::Refill::OnGive && !isOfBucket,
               Kind::Tokens, i, tokens.key,
               tokens.refill == plan::Refill::Continuous
                   ? "Requests wait for its refill with a patience that varies."
                   : "Requests wait for its windows with a limited patience.");
    const bool isSimpleBucket = tokens.refill == plan::Refill::Continuous && !tokens.waits;
    refuseFlow(!isSimpleBucket && !areTakenAlike(i), Kind::Tokens, i, tokens.key,
               "Some requests take more of them at a time than others.");
  }

  bool areTakenAlike(Index tokens) const {
    Index units = 0;
    for (const plan::Instruction& code : m_plan.code) {
      if (code.op == plan::Op::Take && code.a == tokens) {
        const Index taken = code.b == kNone ? 1 : code.b;
        if (units != 0 && units != taken) {
          return false;
        }
        units = taken;
      }
    }
    return true;
  }

  void log(Index i, const plan::Log& log) {
    note(log.retention > Duration(), Kind::Log, i, log.key,
         "Nothing is taken to wait longer than it is kept.");
    note(log.limit != plan::Log::kUnlimited, Kind::Log, i, log.key,
         "Its partitions are taken never to be full.");
  }

  void group(Index i, const plan::ConsumerGroup& group) {
    note(group.isOrdered, Kind::Group, i, group.key,
         "That it works on one batch of a partition at a time is ignored.");
    note(group.visibility > Duration(), Kind::Group, i, group.key,
         "All messages are taken to be done before they become visible again.");
    note(
        group.maxReceives > 0, Kind::Group, i, group.key,
        "Messages whose work fails are not delivered again: neither that load nor dead letters are counted.");
  }

  void routes() {
    for (const plan::Route& route : m_plan.routes) {
      const Index link = route.ways.front().link;
      note(!route.isBlind, Kind::Link, link, m_plan.links[link].key,
           "It is one of several routes: solved is what they do while all can be called.");
    }
  }

  /// Work whose time is by bytes.
  void transfers() {
    const std::vector<Index> ends = plan::programEnds(m_plan);
    for (Index program = 0; program < m_plan.programs.size(); ++program) {
      for (Index pc = m_plan.programs[program].begin; pc < ends[program]; ++pc) {
        const plan::Instruction& code = m_plan.code[pc];
        const Index pool = code.b == kNone ? m_plan.programs[program].pool : code.b;
        const bool isByBytes = code.op == plan::Op::Work && code.c != kNone &&
                               code.c > static_cast<Index>(plan::WorkScale::Targets);
        if (isByBytes) {
          refuse(true, Kind::Pool, pool, m_plan.pools[pool].key,
                 "Its work takes time by the sizes of requests.");
        }
      }
    }
  }

  void controls() {
    for (const plan::Scaler& scaler : m_plan.scalers) {
      const bool isKnown = scaler.on == plan::ScaleOn::Utilisation || scaler.on == plan::ScaleOn::RequestRate;
      note(!isKnown, Kind::Pool, scaler.pool, m_plan.pools[scaler.pool].key,
           "What it scales on has no steady state here: solved are the instances that it begins with.");
    }
    for (const plan::RandomFault& fault : m_plan.randomFaults) {
      const plan::Pool& of = m_plan.pools[fault.pool];
      const bool isKnown = of.instances == 1 && of.servers == 1 && fault.keepsWork;
      note(!isKnown, Kind::Pool, fault.pool, of.key,
           "Its instances fail at random: that is in the availability; all other figures are for all of them "
           "up.");
    }
    for (const plan::ZoneFault& fault : m_plan.zoneFaults) {
      note(true, Kind::Zone, fault.zone, m_plan.zones[fault.zone].key,
           "It fails at random: that is in the availability of the pools in it; all other figures are for it "
           "up.");
    }
    const bool doesAnything = std::any_of(m_plan.controls.begin(), m_plan.controls.end(),
                                          [](const plan::Control& each) { return !each.actions.empty(); });
    if (doesAnything) {
      m_found.push_back({Kind::Scenario, kNone, "controls", "What controls do is left out.", false});
    }
    if (!m_plan.actions.empty()) {
      m_found.push_back(
          {Kind::Scenario, kNone, "scenario", "The actions of the scenario are left out.", false});
    }
  }

  const Plan& m_plan;
  std::vector<Unrepresented> m_found;
};

}  // namespace

const char* nameOf(Unrepresented::Kind kind) {
  static const char* const kNames[] = {"source", "class", "pool",  "link", "cache",
                                       "tokens", "log",   "group", "zone", "scenario"};
  return kNames[static_cast<int>(kind)];
}

std::vector<Unrepresented> unrepresentedIn(const plan::Plan& plan) {
  return Finder(plan).find();
}

}  // namespace cantilever::analytic

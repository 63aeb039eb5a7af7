#include "tests/core/sim/oracle.h"

#include <algorithm>

namespace cantilever::sim::test {

using plan::Reason;

struct Oracle::Call {
  CallPtr caller;
  plan::Index link = plan::kNone;
  plan::Index requestClass = 0;
  plan::Index pc = 0;
  plan::Index pool = plan::kNone;
  std::uint32_t instance = 0;
  Time sentAt = 0;
  Time workSince = 0;
  bool isRoot = false;
  bool isAnswered = false;  ///< or given up by its caller
  // While it waits for calls of its own.
  std::uint32_t open = 0;
  std::uint32_t needed = 0;
  std::vector<std::weak_ptr<Call>> callees;  // which keep their caller
};

Oracle::Oracle(const plan::Plan& plan, const RunConfig& config)
    : m_plan(plan), m_config(config), m_end((config.warmup + config.duration).ns()) {
  for (const plan::Pool& of : plan.pools) {
    Pool& pool = m_pools.emplace_back();
    pool.instances.resize(of.instances);
    pool.service = stream(of.key, "service");
  }
  for (const plan::Link& of : plan.links) {
    m_links.push_back(
        {drawOf(of.latency), stream(of.key, "there"), stream(of.key, "back"), stream(of.key, "pick"), 0});
  }
  for (const Law& law : plan.laws) {
    m_laws.push_back(drawOf(law));
  }
  m_programOf.resize(plan.code.size());
  for (plan::Index pc = 0; pc < plan.code.size(); ++pc) {
    for (plan::Index program = 0; program < plan.programs.size(); ++program) {
      const plan::Index begin = plan.programs[program].begin;
      const plan::Index known = m_programOf[pc];
      if (begin <= pc && begin >= plan.programs[known].begin) {
        m_programOf[pc] = program;
      }
      if (plan.programs[m_programOf[pc]].begin > pc) {
        m_programOf[pc] = program;
      }
    }
  }
  for (const plan::Program& of : plan.programs) {
    m_chance.push_back(stream(of.key, "chance"));
    m_wait.push_back(stream(of.key, "wait"));
  }
  m_result.classes.resize(plan.classes.size());
  m_result.pools.resize(plan.pools.size());
  m_result.links.resize(plan.links.size());
}

Oracle::Draw Oracle::drawOf(const Law& law) const {
  const bool isConstant = law.kind == Law::Kind::Constant || law.isZero();
  return {Sampler(law), isConstant ? law.mean.ns() : -1};
}

RandomStream Oracle::stream(const std::string& key, const char* purpose) const {
  return RandomStream::named(m_config.seed, m_config.replication, key, purpose);
}

void Oracle::at(Time time, std::function<void()> action) {
  m_events.push({time, m_number++, std::move(action)});
}

void Oracle::after(Time delay, std::function<void()> action) {
  if (delay == 0) {
    m_soon.push_back(std::move(action));
  } else {
    at(m_now + delay, std::move(action));
  }
}

OracleResult Oracle::run() {
  for (const plan::Source& source : m_plan.sources) {
    for (const Duration time : source.times) {
      at(time.ns(), [this, &source] { arrive(source); });
    }
  }
  while (!m_events.empty() && m_events.top().time <= m_end) {
    const Event event = m_events.top();
    m_events.pop();
    m_now = event.time;
    event.action();
    while (!m_soon.empty()) {
      const std::function<void()> action = std::move(m_soon.front());
      m_soon.pop_front();
      action();
    }
  }
  m_now = m_end;
  for (const std::weak_ptr<Call>& each : m_atWork) {
    if (const CallPtr call = each.lock(); call && call->workSince >= 0) {
      m_result.pools[call->pool].busyNs += static_cast<std::uint64_t>(m_end - call->workSince);
      call->workSince = -1;  // it may be listed for an earlier piece of work, too
    }
  }
  return m_result;
}

void Oracle::arrive(const plan::Source& source) {
  const auto call = std::make_shared<Call>();
  call->isRoot = true;
  call->requestClass = source.requestClass;
  call->sentAt = m_now;
  call->workSince = -1;
  call->pc = m_plan.programs[source.program].begin;
  ++m_result.classes[source.requestClass].offered;
  go(call);
}

void Oracle::go(const CallPtr& call) {
  using plan::Op;
  while (true) {
    const plan::Instruction& code = m_plan.code[call->pc];
    switch (code.op) {
      case Op::Work:
        return work(call);
      case Op::Wait:
        return after(m_laws[code.a].next(m_wait[m_programOf[call->pc]]), [this, call] {
          ++call->pc;
          go(call);
        });
      case Op::Call:
        call->open = call->needed = 1;
        return send(call, code.a, false);
      case Op::Send:
        ++call->pc;
        send(call, code.a, true);
        break;
      case Op::Parallel:
        call->open = code.a;
        call->needed = code.b;
        for (plan::Index branch = 1; branch <= code.a; ++branch) {
          send(call, m_plan.code[call->pc + branch].a, false);
        }
        return;
      case Op::IfChance:
        call->pc = m_chance[m_programOf[call->pc]].chance(code.p) ? code.a : call->pc + 1;
        break;
      case Op::Jump:
        call->pc = code.a;
        break;
      case Op::Fail:
        return finish(call, static_cast<Reason>(code.a));
      default:
        return finish(call, Reason::None);
    }
  }
}

std::uint32_t Oracle::pick(Link& link, plan::Index which, const std::vector<std::uint32_t>& among) {
  if (m_plan.links[which].balancing == Balancing::RoundRobin) {
    const auto next = std::lower_bound(among.begin(), among.end(), link.nextInTurn);
    const std::uint32_t chosen = next == among.end() ? among.front() : *next;
    link.nextInTurn = chosen + 1;
    return chosen;
  }
  return among[among.size() == 1 ? 0 : link.pick.below(static_cast<std::uint32_t>(among.size()))];
}

void Oracle::send(const CallPtr& caller, plan::Index which, bool isDetached) {
  const plan::Link& of = m_plan.links[which];
  Link& link = m_links[which];
  const auto call = std::make_shared<Call>();
  call->caller = isDetached ? nullptr : caller;
  call->link = which;
  call->requestClass = caller->requestClass;
  call->pool = of.pool;
  call->sentAt = m_now;
  call->workSince = -1;
  call->pc = m_plan.programs[of.program].begin;
  if (!isDetached) {
    caller->callees.push_back(call);
  }
  ++m_result.links[which].calls;
  if (!isDetached && of.timeout > Duration()) {
    at(m_now + of.timeout.ns(), [this, call] {
      if (!call->isAnswered) {
        answer(call, Reason::TimedOut, true);
      }
    });
  }
  if (of.pool != plan::kNone && m_plan.pools[of.pool].queue == plan::QueueScope::PerInstance) {
    std::vector<std::uint32_t> all;
    for (std::uint32_t i = 0; i < m_pools[of.pool].instances.size(); ++i) {
      all.push_back(i);
    }
    call->instance = pick(link, which, all);
  }
  after(link.latency.next(link.there), [this, call] { go(call); });
}

void Oracle::work(const CallPtr& call) {
  const plan::Pool& of = m_plan.pools[call->pool];
  Pool& pool = m_pools[call->pool];
  const bool isShared = of.queue == plan::QueueScope::Shared;
  std::vector<std::uint32_t> free;
  for (std::uint32_t i = 0; i < pool.instances.size(); ++i) {
    if ((isShared || i == call->instance) && (of.servers == 0 || pool.instances[i].busy < of.servers)) {
      free.push_back(i);
    }
  }
  if (!free.empty()) {
    const std::uint32_t chosen = isShared ? pick(m_links[call->link], call->link, free) : free.front();
    ++pool.instances[chosen].busy;
    return serve(call, chosen);
  }
  std::deque<CallPtr>& queue = isShared ? pool.queue : pool.instances[call->instance].queue;
  if (queue.size() >= of.queueLimit) {
    ++m_result.pools[call->pool].refused;
    return finish(call, Reason::QueueFull);
  }
  queue.push_back(call);
}

void Oracle::serve(const CallPtr& call, std::uint32_t instance) {
  call->instance = instance;
  call->workSince = m_now;
  m_atWork.push_back(call);
  const plan::Instruction& code = m_plan.code[call->pc];
  after(m_laws[code.a].next(m_pools[call->pool].service), [this, call] { endWork(call); });
}

/// The next is served before this one goes on.
void Oracle::endWork(const CallPtr& call) {
  Pool& pool = m_pools[call->pool];
  ++m_result.pools[call->pool].served;
  m_result.pools[call->pool].busyNs += static_cast<std::uint64_t>(m_now - call->workSince);
  call->workSince = -1;
  const bool isShared = m_plan.pools[call->pool].queue == plan::QueueScope::Shared;
  Instance& at = pool.instances[call->instance];
  std::deque<CallPtr>& queue = isShared ? pool.queue : at.queue;
  if (queue.empty()) {
    --at.busy;
  } else {
    const CallPtr next = queue.front();
    queue.pop_front();
    serve(next, call->instance);
  }
  ++call->pc;
  go(call);
}

void Oracle::finish(const CallPtr& call, Reason reason) {
  if (call->isRoot) {
    OracleResult::OfClass& of = m_result.classes[call->requestClass];
    if (reason == Reason::None) {
      ++of.succeeded;
      of.latencySum += m_now - call->sentAt;
      of.latencyMax = std::max(of.latencyMax, m_now - call->sentAt);
    } else {
      ++of.failed[static_cast<std::size_t>(reason)];
    }
    return;
  }
  if (call->caller == nullptr) {  // sent
    m_result.links[call->link].failed += reason == Reason::None ? 0u : 1u;
    return;
  }
  if (call->isAnswered) {
    return;  // its caller has gone
  }
  Link& link = m_links[call->link];
  after(link.latency.next(link.back), [this, call, reason] {
    if (!call->isAnswered) {
      answer(call, reason, false);
    }
  });
}

void Oracle::answer(const CallPtr& call, Reason reason, bool isTimeout) {
  call->isAnswered = true;
  const CallPtr caller = call->caller;
  m_result.links[call->link].failed += reason == Reason::None ? 0u : 1u;
  m_result.links[call->link].timedOut += isTimeout ? 1u : 0u;
  --caller->open;
  caller->needed -= reason == Reason::None ? 1u : 0u;
  const bool hasEnough = caller->needed == 0;
  if (!hasEnough && caller->open >= caller->needed) {
    return;
  }
  for (const std::weak_ptr<Call>& each : caller->callees) {
    if (const CallPtr other = each.lock()) {
      other->isAnswered = true;  // nobody waits for it any more
    }
  }
  caller->callees.clear();
  const plan::Instruction& code = m_plan.code[caller->pc];
  const plan::Index onFailure = code.op == plan::Op::Call ? code.b : code.c;
  if (!hasEnough && onFailure == plan::kNone) {
    return finish(caller, reason);
  }
  caller->pc = hasEnough ? caller->pc + 1 + (code.op == plan::Op::Parallel ? code.a : 0) : onFailure;
  go(caller);
}

}  // namespace cantilever::sim::test

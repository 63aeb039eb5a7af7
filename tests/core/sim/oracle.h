#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <queue>
#include <vector>

#include "core/base/random.h"
#include "core/sim/simulation.h"
#include "core/vocabulary/plan.h"

/// A second engine, as a textbook has it: a priority queue of closures, a heap object for each call, nothing
/// for speed. It shares no code with core/sim but the random streams and their names, so that where it can
/// run a plan it must come to the same outcomes, request by request.
namespace cantilever::sim::test {

struct OracleResult {
  struct OfClass {
    std::uint64_t offered = 0;
    std::uint64_t succeeded = 0;
    std::array<std::uint64_t, plan::kReasonCount> failed{};
    std::int64_t latencySum = 0;
    std::int64_t latencyMax = 0;
  };
  struct OfPool {
    std::uint64_t served = 0;
    std::uint64_t refused = 0;
    std::uint64_t busyNs = 0;
  };
  struct OfLink {
    std::uint64_t calls = 0;
    std::uint64_t failed = 0;
    std::uint64_t timedOut = 0;
  };
  std::vector<OfClass> classes;
  std::vector<OfPool> pools;
  std::vector<OfLink> links;
};

/// Of what plans can say it knows: trace sources; pools without seats, first come, first served, with shared
/// queues or one for each instance, and waiting rooms that refuse; links with latency, timeout, random and
/// round robin balancing; and the instructions Work at the own pool, Wait, Call, Send, Parallel, IfChance,
/// Jump, Fail and End.
class Oracle {
 public:
  Oracle(const plan::Plan& plan, const RunConfig& config);
  OracleResult run();

 private:
  using Time = std::int64_t;
  struct Call;
  using CallPtr = std::shared_ptr<Call>;
  struct Event {
    Time time = 0;
    std::uint64_t number = 0;
    std::function<void()> action;
    bool operator<(const Event& other) const {
      return time > other.time || (time == other.time && number > other.number);
    }
  };
  struct Draw {
    Sampler sampler;
    Time constant = -1;
    Time next(RandomStream& random) const { return constant >= 0 ? constant : sampler.drawNs(random); }
  };
  struct Instance {
    std::uint32_t busy = 0;
    std::deque<CallPtr> queue;
  };
  struct Pool {
    std::vector<Instance> instances;
    std::deque<CallPtr> queue;  // if shared
    RandomStream service;
  };
  struct Link {
    Draw latency;
    RandomStream there, back, pick;
    std::uint32_t nextInTurn = 0;
  };

  Draw drawOf(const Law& law) const;
  RandomStream stream(const std::string& key, const char* purpose) const;
  void at(Time time, std::function<void()> action);
  void after(Time delay, std::function<void()> action);
  void arrive(const plan::Source& source);
  void go(const CallPtr& call);
  void send(const CallPtr& caller, plan::Index link, bool isDetached);
  void reach(const CallPtr& call);
  void work(const CallPtr& call);
  void serve(const CallPtr& call, std::uint32_t instance);
  void endWork(const CallPtr& call);
  void finish(const CallPtr& call, plan::Reason reason);
  void answer(const CallPtr& call, plan::Reason reason, bool isTimeout);
  std::uint32_t pick(Link& link, plan::Index which, const std::vector<std::uint32_t>& among);

  const plan::Plan& m_plan;
  RunConfig m_config;
  Time m_now = 0;
  Time m_end = 0;
  std::uint64_t m_number = 0;
  std::priority_queue<Event> m_events;
  std::deque<std::function<void()>> m_soon;
  std::vector<Pool> m_pools;
  std::vector<Link> m_links;
  std::vector<Draw> m_laws;
  std::vector<RandomStream> m_chance, m_wait;  // by program
  std::vector<plan::Index> m_programOf;        // by pc
  std::vector<std::weak_ptr<Call>> m_atWork;
  OracleResult m_result;
};

}  // namespace cantilever::sim::test

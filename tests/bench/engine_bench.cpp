// Requests per second of the discrete-event engine on the workloads W1 to W5, beside a textbook engine
// (std::priority_queue of std::function) that runs the same models in the same process, interleaved. Usage:
// engine_bench [ROUNDS [SCALE]]. CPU time, medians over the rounds; quote the ratios.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <deque>
#include <functional>
#include <queue>
#include <string>
#include <vector>

#include "core/base/random.h"
#include "core/sim/simulation.h"
#include "tests/core/sim/plan_builder.h"

namespace {

using namespace cantilever;
using namespace cantilever::literals;
using cantilever::sim::test::PlanBuilder;
using cantilever::sim::test::ProgramWriter;
using cantilever::sim::test::servers;

double cpuSeconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

struct Station {
  std::uint32_t servers = 1;
  double mean = 1;
  bool isLognormal = false;
};

enum class Shape { Tandem, CacheAside, ForkJoin };

struct Workload {
  std::string name;
  double rate = 1;
  std::vector<Station> stations;
  Shape shape = Shape::Tandem;
  double requests = 1e6;
  double meanLatency = 0;  // for comparison, from theory
};

double erlangC(double load, std::uint32_t servers) {
  double blocking = 1;
  for (std::uint32_t k = 1; k <= servers; ++k) {
    blocking = load * blocking / (k + load * blocking);
  }
  return blocking / (1 - load / servers * (1 - blocking));
}

double meanResponse(double rate, const Station& of) {
  const double load = rate * of.mean;
  return of.mean + erlangC(load, of.servers) * of.mean / (of.servers - load);
}

std::vector<Workload> workloads() {
  std::vector<Workload> all{
      {"W1 M/M/1 at 0.8", 0.8, {{1, 1, false}}, Shape::Tandem, 2e6, 0},
      {"W2 M/M/16 at 0.9", 14.4, {{16, 1, false}}, Shape::Tandem, 2e6, 0},
      {"W3 LB, app, 20 % DB",
       1,
       {{4, 2.8, false}, {64, 44.8, true}, {32, 112, false}},
       Shape::CacheAside,
       1e6,
       0},
      {"W4 fan-out of 10", 1, std::vector<Station>(10, {4, 2.8, false}), Shape::ForkJoin, 2e5, 0},
      {"W5 ten hops, 10,300 in flight", 1e5, std::vector<Station>(10, {1429, 0.01, false}), Shape::Tandem,
       3e5, 0},
  };
  for (Workload& of : all) {
    if (of.shape == Shape::Tandem) {
      for (const Station& station : of.stations) {
        of.meanLatency += meanResponse(of.rate, station);
      }
    } else if (of.shape == Shape::CacheAside) {
      of.meanLatency = meanResponse(1, of.stations[0]) + meanResponse(1, of.stations[1]) +
                       0.2 * meanResponse(0.2, of.stations[2]);
    }
  }
  return all;
}

struct Measured {
  double requestsPerSecond = 0;
  double meanLatency = 0;
};

struct LogSamplers {
  static double exponential(RandomStream& random) { return -std::log(1 - random.uniform()); }
  static double normal(RandomStream& random) {
    return std::sqrt(2 * exponential(random)) * std::cos(6.283185307179586 * random.uniform());
  }
};
struct OwnSamplers {
  static double exponential(RandomStream& random) { return random.exponential(); }
  static double normal(RandomStream& random) { return random.normal(); }
};

template <class Samplers>
class Textbook {
 public:
  explicit Textbook(const Workload& workload) : m_workload(workload), m_stations(workload.stations.size()) {
    m_histogram.resize(4096);
  }

  Measured run() {
    const double start = cpuSeconds();
    schedule(Samplers::exponential(m_random) / m_workload.rate, [this] { arrive(); });
    while (!m_events.empty()) {
      Event event = std::move(const_cast<Event&>(m_events.top()));
      m_events.pop();
      m_now = event.time;
      event.action();
    }
    const double spent = cpuSeconds() - start;
    const auto done = static_cast<double>(m_done);
    return {done / spent, m_sum / done};
  }

 private:
  struct Event {
    double time;
    std::uint64_t sequence;
    std::function<void()> action;
    bool operator<(const Event& other) const {
      return time > other.time || (time == other.time && sequence > other.sequence);
    }
  };
  struct Job {
    double arrived = 0;
    std::uint32_t parent = 0;
    int open = 0;
  };
  struct State {
    std::uint32_t busy = 0;
    std::deque<std::uint32_t> queue;
  };

  void schedule(double delay, std::function<void()> action) {
    m_events.push({m_now + delay, m_sequence++, std::move(action)});
  }
  std::uint32_t newJob() {
    if (m_freeJobs.empty()) {
      m_jobs.emplace_back();
      return static_cast<std::uint32_t>(m_jobs.size() - 1);
    }
    const std::uint32_t job = m_freeJobs.back();
    m_freeJobs.pop_back();
    return job;
  }
  void arrive() {
    if (++m_made < static_cast<std::uint64_t>(m_workload.requests)) {
      schedule(Samplers::exponential(m_random) / m_workload.rate, [this] { arrive(); });
    }
    const std::uint32_t job = newJob();
    m_jobs[job].arrived = m_now;
    if (m_workload.shape != Shape::ForkJoin) {
      enter(0, job);
      return;
    }
    m_jobs[job].open = static_cast<int>(m_stations.size());
    for (std::size_t station = 0; station < m_stations.size(); ++station) {
      const std::uint32_t branch = newJob();
      m_jobs[branch].parent = job;
      enter(station, branch);
    }
  }
  void enter(std::size_t station, std::uint32_t job) {
    State& at = m_stations[station];
    if (at.busy < m_workload.stations[station].servers) {
      ++at.busy;
      serve(station, job);
    } else {
      at.queue.push_back(job);
    }
  }
  void serve(std::size_t station, std::uint32_t job) {
    const Station& of = m_workload.stations[station];
    constexpr double kSigma = 0.8325546111576977;  // cv 1
    const double time = of.isLognormal
                            ? of.mean * std::exp(kSigma * Samplers::normal(m_random) - kSigma * kSigma / 2)
                            : of.mean * Samplers::exponential(m_random);
    schedule(time, [this, station, job] { leave(station, job); });
  }
  void leave(std::size_t station, std::uint32_t job) {
    State& at = m_stations[station];
    if (at.queue.empty()) {
      --at.busy;
    } else {
      const std::uint32_t next = at.queue.front();
      at.queue.pop_front();
      serve(station, next);
    }
    const bool isCacheHit = m_workload.shape == Shape::CacheAside && station == 1 && m_random.chance(0.8);
    if (m_workload.shape == Shape::ForkJoin) {
      const std::uint32_t parent = m_jobs[job].parent;
      m_freeJobs.push_back(job);
      if (--m_jobs[parent].open == 0) {
        finish(parent);
      }
    } else if (isCacheHit || station + 1 == m_stations.size()) {
      finish(job);
    } else {
      enter(station + 1, job);
    }
  }
  void finish(std::uint32_t job) {
    const double latency = m_now - m_jobs[job].arrived;
    m_sum += latency;
    ++m_histogram[static_cast<std::size_t>(std::clamp(200 * (std::log2(latency + 1e-9) + 10), 0.0, 4095.0))];
    ++m_done;
    m_freeJobs.push_back(job);
  }

  const Workload& m_workload;
  RandomStream m_random{1};
  std::priority_queue<Event> m_events;
  std::vector<State> m_stations;
  std::vector<Job> m_jobs;
  std::vector<std::uint32_t> m_freeJobs;
  std::vector<std::uint64_t> m_histogram;
  double m_now = 0;
  double m_sum = 0;
  std::uint64_t m_sequence = 0;
  std::uint64_t m_made = 0;
  std::uint64_t m_done = 0;
};

enum class Style { Forwarding, Calling };

/// Each station passes the request on (as the textbook engine does), or calls the next and waits.
std::shared_ptr<const plan::Plan> planOf(const Workload& workload, Style style) {
  PlanBuilder builder;
  std::vector<plan::Index> links;
  for (std::size_t i = workload.stations.size(); i-- > 0;) {
    const Station& of = workload.stations[i];
    const Duration mean = Duration::seconds(of.mean);
    const Law law = of.isLognormal ? Law::lognormal(mean, 1) : Law::exponential(mean);
    const std::string key = "s" + std::to_string(i);
    const bool isLast = links.empty() || workload.shape == Shape::ForkJoin;
    const plan::Index pool = builder.pool(key, servers(of.servers));
    const auto onward = [&](ProgramWriter& p) {
      style == Style::Forwarding ? p.forward(links.back()) : p.call(links.back());
    };
    const plan::Index program = builder.program(key, pool, [&](ProgramWriter& p) {
      p.work(law);
      if (!isLast && workload.shape == Shape::CacheAside && i == 1) {
        p.ifChance(0.2, onward);
      } else if (!isLast) {
        onward(p);
      }
    });
    links.push_back(builder.link("to-" + key, program));
  }
  builder.source("users", perSecond(workload.rate), [&](ProgramWriter& p) {
    if (workload.shape == Shape::ForkJoin) {
      p.parallel(links, links.size());
    } else {
      style == Style::Forwarding ? p.forward(links.back()) : p.call(links.back());
    }
  });
  return builder.build();
}

Measured runEngine(const Workload& workload, Style style) {
  sim::RunConfig config;
  config.warmup = Duration();
  config.duration = Duration::seconds(workload.requests / workload.rate);
  const auto plan = planOf(workload, style);
  const double start = cpuSeconds();
  const Result<sim::RunResult> result = sim::simulate(plan, config);
  const double spent = cpuSeconds() - start;
  if (!result) {
    std::printf("%s\n", result.error().message.c_str());
    return {};
  }
  return {static_cast<double>(result->classes[0].offered) / spent, result->latency.meanNs() * 1e-9};
}

Measured median(std::vector<Measured> rounds) {
  std::sort(rounds.begin(), rounds.end(),
            [](const Measured& a, const Measured& b) { return a.requestsPerSecond < b.requestsPerSecond; });
  return rounds[rounds.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::max(1, std::atoi(argv[1])) : 3;
  const double scale = argc > 2 ? std::atof(argv[2]) : 1.0;
  std::printf("%-30s %10s %10s %10s %10s | %7s %7s | mean latency: theory, engine, textbook\n",
              "M requests/s", "engine", "calls", "textbook", "same draws", "ratio", "same");
  for (Workload workload : workloads()) {
    workload.requests *= scale;
    std::array<std::vector<Measured>, 4> all;
    for (int round = 0; round < rounds; ++round) {
      all[0].push_back(runEngine(workload, Style::Forwarding));
      all[1].push_back(runEngine(workload, Style::Calling));
      all[2].push_back(Textbook<LogSamplers>(workload).run());
      all[3].push_back(Textbook<OwnSamplers>(workload).run());
    }
    std::array<Measured, 4> of;
    std::transform(all.begin(), all.end(), of.begin(), median);
    std::printf("%-30s %10.2f %10.2f %10.2f %10.2f | %6.2fx %6.2fx | %.4g %.4g %.4g\n", workload.name.c_str(),
                of[0].requestsPerSecond * 1e-6, of[1].requestsPerSecond * 1e-6,
                of[2].requestsPerSecond * 1e-6, of[3].requestsPerSecond * 1e-6,
                of[0].requestsPerSecond / of[2].requestsPerSecond,
                of[0].requestsPerSecond / of[3].requestsPerSecond, workload.meanLatency, of[0].meanLatency,
                of[2].meanLatency);
    std::fflush(stdout);
  }
  return 0;
}

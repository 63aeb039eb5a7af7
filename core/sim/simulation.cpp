#include "core/sim/simulation.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/base/text.h"
#include "core/sim/engine.h"

namespace cantilever::sim {

namespace {

constexpr std::uint32_t kMostFrames = 8'000'000;  // with their timers well below the event list's 2^24

/// After the last step of a scenario. What takes longer to recover says so in its description.
constexpr Duration kAfterScenario = Duration::seconds(30);

/// A sentence for the first thing wrong, or empty.
std::string faultInConfig(const RunConfig& config) {
  if (config.duration <= Duration()) {
    return "The duration of a run must be more than zero, such as \"60 s\".";
  }
  if (config.warmup < Duration() || config.leadIn < Duration()) {
    return "Warm-up and lead-in must not be negative; \"0 s\" means none.";
  }
  Duration whole;
  for (const Duration part : {config.leadIn, config.warmup, config.duration}) {
    whole = part > plan::kLongestDuration ? part : whole + part;
    if (whole > plan::kLongestDuration) {
      return "Lead-in, warm-up and duration together must not be longer than 100 years.";
    }
  }
  if (!std::isfinite(config.loadFactor) || config.loadFactor < 0) {
    return "The load factor must be a number from zero up, such as 1.5.";
  }
  if (config.sampleInterval <= Duration()) {
    return "The sampling interval must be more than zero, such as \"100 ms\".";
  }
  if (config.maxFrames == 0 || config.maxFrames > kMostFrames) {
    return "The limit on calls in flight must be between 1 and 8,000,000.";
  }
  return {};
}

std::string faultForEngine(const plan::Plan& plan) {
  if (std::string fault = plan::faultIn(plan); !fault.empty()) {
    return fault;
  }
  if (plan.links.size() >= kNoLink) {
    return "more than 65,534 links";
  }
  return {};
}

/// With all that the scenario and controls make of the load.
std::string faultInLoad(const plan::Plan& plan, const RunConfig& config) {
  double factor = 1;
  const auto look = [&factor](const plan::Action& action) {
    factor = action.change == Change::LoadFactor ? std::max(factor, action.value) : factor;
  };
  std::for_each(plan.actions.begin(), plan.actions.end(), look);
  for (const plan::Control& control : plan.controls) {
    std::for_each(control.actions.begin(), control.actions.end(), look);
  }
  const double most = plan::mostLoadFactor(plan);
  if (factor * config.loadFactor <= most) {
    return {};
  }
  return "At " + formatNumber(factor * config.loadFactor) +
         " times the load the closed workloads have more than the 4,000,000 users that are possible: take at "
         "most " +
         formatNumber(most, 3) + " times the load.";
}

}  // namespace

Duration durationCovering(const Scenario& scenario, const RunConfig& config) {
  Duration longest = config.duration;
  for (const Perturbation& event : scenario.events) {
    // Steps are counted from the end of the lead-in: the warm-up is part of the way to them.
    longest = std::max(longest, event.at + kAfterScenario - config.warmup);
  }
  return longest;
}

struct Simulation::Impl {
  Engine engine;
};

Result<Simulation> Simulation::create(std::shared_ptr<const plan::Plan> plan, const RunConfig& config) {
  if (plan == nullptr) {
    return Error{"sim.plan", "There is no plan to simulate.", ""};
  }
  if (const std::string fault = faultForEngine(*plan); !fault.empty()) {
    return Error{"sim.plan", "The plan cannot be simulated: " + fault, ""};
  }
  if (std::string fault = faultInConfig(config); !fault.empty()) {
    return Error{"sim.config", std::move(fault), ""};
  }
  if (std::string fault = faultInLoad(*plan, config); !fault.empty()) {
    return Error{"sim.config", std::move(fault), ""};
  }
  return Simulation(std::unique_ptr<Impl>(new Impl{Engine(std::move(plan), config)}));
}

Simulation::Simulation(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
Simulation::Simulation(Simulation&&) noexcept = default;
Simulation& Simulation::operator=(Simulation&&) noexcept = default;
Simulation::~Simulation() = default;

Duration Simulation::now() const {
  return Duration::nanoseconds(m_impl->engine.now());
}

Duration Simulation::end() const {
  return Duration::nanoseconds(m_impl->engine.end());
}

bool Simulation::isFinished() const {
  return m_impl->engine.isFinished();
}

void Simulation::advanceTo(Duration until, std::stop_token stop) {
  m_impl->engine.advanceTo(until.ns(), stop);
}

Stepped Simulation::advanceUntil(const Until& what, Duration until, std::stop_token stop) {
  return m_impl->engine.advanceUntil(what, until.ns(), stop);
}

plan::Action Simulation::post(plan::Action action) {
  return m_impl->engine.post(action);
}

std::vector<Sample> Simulation::takeSamples() {
  return m_impl->engine.takeSamples();
}

std::vector<Happening> Simulation::takeHappenings() {
  return m_impl->engine.takeHappenings();
}

void Simulation::follow(RunResult& result, const std::stop_token& stop) {
  const Duration longest = std::min(end(), plan::kLongestDuration - end());
  m_impl->engine.follow(longest.ns(), stop);
  const DetachedResult atEnd = result.detached;
  result.classes.clear();
  result.latency = {};
  result.detached = {};
  m_impl->engine.addClasses(result);
  result.detached = atEnd;
}

RunResult Simulation::result() const {
  return m_impl->engine.result();
}

namespace {

/// The run to its end, if there is no error, and its result.
RunResult runToEnd(Simulation& simulation, const std::stop_token& stop) {
  simulation.advanceTo(simulation.end(), stop);
  RunResult result = simulation.result();
  if (!simulation.isFinished()) {
    result.stopReason = "The run was stopped on request.";
  }
  return result;
}

}  // namespace

Result<RunResult> simulate(std::shared_ptr<const plan::Plan> plan, const RunConfig& config,
                           std::stop_token stop) {
  Result<Simulation> created = Simulation::create(std::move(plan), config);
  return created ? Result<RunResult>(runToEnd(*created, stop)) : created.error();
}

Result<RunResult> simulateAndFollow(std::shared_ptr<const plan::Plan> plan, const RunConfig& config,
                                    std::stop_token stop) {
  Result<Simulation> created = Simulation::create(std::move(plan), config);
  if (!created) {
    return created.error();
  }
  RunResult result = runToEnd(*created, stop);
  if (result.isComplete) {
    created->follow(result, stop);
  }
  return result;
}

}  // namespace cantilever::sim

#include "app/gui/worker/run_worker.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "app/gui/worker/no_plan.h"
#include "app/gui/worker/pace.h"

namespace cantilever::app {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

/// One step of the simulation should take about this long, so that wishes are answered soon.
constexpr auto kStepTarget = 15ms;
constexpr Duration kShortestStep = Duration::milliseconds(0.05);
constexpr Duration kLongestStep = Duration::milliseconds(200);
/// A partial result is made at most once a second, and never takes more than a twentieth of the time.
constexpr auto kResultInterval = 1000ms;
constexpr int kResultShare = 20;
/// Unread samples beyond which the run waits for its reader.
constexpr std::size_t kMailboxLimit = 256;

double secondsBetween(Clock::time_point from, Clock::time_point to) {
  return std::chrono::duration<double>(to - from).count();
}

/// Chooses how much simulated time one step covers, from how long the last one took.
Duration nextStep(Duration step, Clock::duration took) {
  if (took > kStepTarget) {
    return std::max(kShortestStep, step * 0.5);
  }
  return took < kStepTarget / 3 ? std::min(kLongestStep, step * 2.0) : step;
}

/// Measures simulated seconds per wall second over about half a second.
class SpeedMeter {
 public:
  void restart(Clock::time_point wall, Duration simulated) {
    m_wall = wall;
    m_simulated = simulated;
  }
  double update(Clock::time_point wall, Duration simulated) {
    const double passed = secondsBetween(m_wall, wall);
    if (passed >= 0.5) {
      m_speed = (simulated - m_simulated).inSeconds() / passed;
      restart(wall, simulated);
    }
    return m_speed;
  }

 private:
  Clock::time_point m_wall;
  Duration m_simulated;
  double m_speed = 0;
};

}  // namespace

RunWorker::RunWorker(Request request)
    : m_wishes(firstWishes(request)),
      m_thread([this, request = std::move(request)](const std::stop_token& stop) { run(stop, request); }) {}

RunWorker::~RunWorker() = default;

RunWorker::Wishes RunWorker::firstWishes(const Request& request) {
  Wishes wishes;
  wishes.step = request.step;
  return wishes;
}

void RunWorker::setPaused(bool isPaused) {
  const std::lock_guard lock(m_mutex);
  m_wishes.isPaused = isPaused;
  m_wishes.step.reset();
  m_wished.notify_all();
}

void RunWorker::stepTo(const sim::Until& what) {
  const std::lock_guard lock(m_mutex);
  m_wishes.isPaused = false;
  m_wishes.step = what;
  m_wished.notify_all();
}

void RunWorker::setSpeed(std::optional<double> speed) {
  const std::lock_guard lock(m_mutex);
  m_wishes.speed = speed;
  m_wishes.hasNewSpeed = true;
  m_wished.notify_all();
}

void RunWorker::post(const plan::Action& action) {
  const std::lock_guard lock(m_mutex);
  if (action.change == Change::LoadFactor) {
    std::erase_if(m_wishes.actions,
                  [](const plan::Action& waiting) { return waiting.change == Change::LoadFactor; });
  }
  m_wishes.actions.push_back(action);
  m_wished.notify_all();
}

void RunWorker::stop() {
  m_thread.request_stop();
}

RunUpdate RunWorker::take() {
  const std::lock_guard lock(m_mutex);
  m_taken.notify_all();
  return std::exchange(m_mailbox, {});
}

void RunWorker::run(const std::stop_token& stop, const Request& request) {
  auto compiled = std::make_shared<const compile::Compiled>(
      compile::compile(*request.design, *request.catalog, {request.scenario}));
  std::optional<Error> failure;
  if (compiled->hasErrors()) {
    failure = Error{"run.design", whyNoPlan(*request.design, request.scenario, *compiled), {}};
  } else if (Result<sim::Simulation> simulation = sim::Simulation::create(compiled->plan, request.config);
             !simulation) {
    failure = simulation.error();
  } else {
    {
      const std::lock_guard lock(m_mutex);
      m_mailbox.started = compiled;
    }
    simulate(stop, *compiled->plan, *simulation, request.speed);
    return;
  }
  const std::lock_guard lock(m_mutex);
  m_mailbox.failure = std::move(failure);
  m_mailbox.isOver = true;
}

void RunWorker::simulate(const std::stop_token& stop, const plan::Plan& plan, sim::Simulation& simulation,
                         std::optional<double> speed) {
  Pace pace;
  pace.setSpeed(speed, Clock::now(), simulation.now());
  SpeedMeter meter;
  meter.restart(Clock::now(), simulation.now());
  Duration step = Duration::milliseconds(10);
  Clock::time_point nextResult = Clock::now() + kResultInterval;

  while (!stop.stop_requested() && !simulation.isFinished()) {
    const Wishes wishes = takeWishes();
    for (const plan::Action& action : wishes.actions) {
      simulation.post(action);
    }
    if (wishes.hasNewSpeed) {
      pace.setSpeed(wishes.speed, Clock::now(), simulation.now());
    }
    if (wishes.isPaused) {
      deliver(simulation, 0);
      waitForWish(stop);
      pace.restart(Clock::now(), simulation.now());
      meter.restart(Clock::now(), simulation.now());
      continue;
    }
    const Clock::time_point before = Clock::now();
    if (wishes.step) {
      const sim::Stepped stepped =
          simulation.advanceUntil(*wishes.step, std::min(simulation.now() + step, simulation.end()), stop);
      step = nextStep(step, Clock::now() - before);
      if (stepped.isReached) {
        noteStep(stepped, std::make_shared<const sim::RunResult>(simulation.result()));
      }
      deliver(simulation, 0);
      waitForReader(stop);
      pace.restart(Clock::now(), simulation.now());
      meter.restart(Clock::now(), simulation.now());
      continue;
    }
    const std::optional<Duration> target = pace.target(before, simulation.now());
    if (target && !pace.isWorthAStep(*target, simulation.now())) {
      waitFor(stop, 4ms);
      continue;
    }
    const Duration farthest = std::min(simulation.now() + step, simulation.end());
    simulation.advanceTo(target ? std::min(*target, farthest) : farthest, stop);
    const Clock::time_point after = Clock::now();
    step = nextStep(step, after - before);
    deliver(simulation, meter.update(after, simulation.now()));
    if (after >= nextResult) {
      auto result = std::make_shared<const sim::RunResult>(simulation.result());
      const Clock::duration took = Clock::now() - after;
      nextResult = after + std::max<Clock::duration>(kResultInterval, took * kResultShare);
      const std::lock_guard lock(m_mutex);
      m_mailbox.result = std::move(result);
    }
    waitForReader(stop);
  }

  deliver(simulation, 0);
  auto result = std::make_shared<const sim::RunResult>(simulation.result());
  experiment::RunStability stability = experiment::stabilityOf(plan, *result);
  const std::lock_guard lock(m_mutex);
  m_mailbox.result = std::move(result);
  m_mailbox.stability = std::move(stability);
  m_mailbox.isOver = true;
}

RunWorker::Wishes RunWorker::takeWishes() {
  const std::lock_guard lock(m_mutex);
  Wishes wishes = m_wishes;
  m_wishes.actions.clear();
  m_wishes.hasNewSpeed = false;
  return wishes;
}

void RunWorker::waitForWish(const std::stop_token& stop) {
  std::unique_lock lock(m_mutex);
  m_wished.wait(lock, stop,
                [this] { return !m_wishes.isPaused || !m_wishes.actions.empty() || m_wishes.hasNewSpeed; });
}

void RunWorker::waitFor(const std::stop_token& stop, std::chrono::milliseconds longest) {
  std::unique_lock lock(m_mutex);
  m_wished.wait_for(lock, stop, longest, [this] { return m_wishes.isPaused || !m_wishes.actions.empty(); });
}

void RunWorker::waitForReader(const std::stop_token& stop) {
  std::unique_lock lock(m_mutex);
  m_taken.wait(lock, stop, [this] { return m_mailbox.samples.size() < kMailboxLimit; });
}

/// Unless something else has been asked for meanwhile.
void RunWorker::noteStep(const sim::Stepped& step, std::shared_ptr<const sim::RunResult> result) {
  const std::lock_guard lock(m_mutex);
  if (m_wishes.step) {
    m_wishes.step.reset();
    m_wishes.isPaused = true;
    m_mailbox.stepped = step;
    m_mailbox.result = std::move(result);
  }
}

void RunWorker::deliver(sim::Simulation& simulation, double simulatedPerWallSecond) {
  std::vector<sim::Sample> samples = simulation.takeSamples();
  std::vector<sim::Happening> happenings = simulation.takeHappenings();
  const RunProgress progress{simulation.now(), simulation.end(), simulatedPerWallSecond};
  const std::lock_guard lock(m_mutex);
  m_mailbox.progress = progress;
  std::move(samples.begin(), samples.end(), std::back_inserter(m_mailbox.samples));
  m_mailbox.happenings.insert(m_mailbox.happenings.end(), happenings.begin(), happenings.end());
}

}  // namespace cantilever::app

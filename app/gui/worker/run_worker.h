#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "core/base/result.h"
#include "core/catalog/block_type.h"
#include "core/compile/compile.h"
#include "core/experiment/run_stability.h"
#include "core/model/design.h"
#include "core/sim/simulation.h"

namespace cantilever::app {

struct RunProgress {
  Duration now;
  Duration end;
  double simulatedPerWallSecond = 0;  ///< as achieved lately
};

/// What a run has to tell since it was last asked. Values only.
struct RunUpdate {
  std::shared_ptr<const compile::Compiled> started;  ///< the plan, once
  std::vector<sim::Sample> samples;
  std::vector<sim::Happening> happenings;  ///< what changed the system, by time
  std::optional<RunProgress> progress;
  std::shared_ptr<const sim::RunResult> result;  ///< the newest; partial while the run goes on
  /// Whether it has a steady state: with the last result.
  std::optional<experiment::RunStability> stability;
  std::optional<sim::Stepped> stepped;  ///< a step is done, and the run holds
  std::optional<Error> failure;         ///< the run could not begin
  bool isOver = false;                  ///< nothing more will come
};

/// One run on a thread of its own: compiles the design, advances a simulation in step with wall time, takes
/// wishes and fills a mailbox. Made when the run begins; destroying it ends the run at the next event and
/// joins the thread. All public functions belong to the owner's thread and do not block for longer than a
/// copy of values.
class RunWorker {
 public:
  struct Request {
    DesignPtr design;
    const catalog::Catalog* catalog = nullptr;
    ScenarioId scenario = {};  ///< of the design, to be played; empty: none
    sim::RunConfig config;
    std::optional<double> speed = 1.0;  ///< simulated seconds per wall second; nothing: flat out
    std::optional<sim::Until> step;     ///< goes on until that has come, from the first event on, and holds
  };

  explicit RunWorker(Request request);
  ~RunWorker();
  RunWorker(const RunWorker&) = delete;
  RunWorker& operator=(const RunWorker&) = delete;

  void setPaused(bool isPaused);
  /// Goes on, flat out, until that has come, then holds; setPaused ends it before.
  void stepTo(const sim::Until& what);
  void setSpeed(std::optional<double> speed);
  /// Applied at the next event boundary; of several load factors that wait only the newest counts.
  void post(const plan::Action& action);
  /// Ends the run early; the mailbox gets the result of what was run.
  void stop();
  /// Everything since the last call.
  RunUpdate take();

 private:
  struct Wishes {
    bool isPaused = false;
    std::optional<sim::Until> step;
    std::optional<double> speed;
    bool hasNewSpeed = false;
    std::vector<plan::Action> actions;
  };

  static Wishes firstWishes(const Request& request);
  void run(const std::stop_token& stop, const Request& request);
  void simulate(const std::stop_token& stop, const plan::Plan& plan, sim::Simulation& simulation,
                std::optional<double> speed);
  Wishes takeWishes();
  void waitForWish(const std::stop_token& stop);
  void waitFor(const std::stop_token& stop, std::chrono::milliseconds longest);
  void waitForReader(const std::stop_token& stop);
  void noteStep(const sim::Stepped& step, std::shared_ptr<const sim::RunResult> result);
  void deliver(sim::Simulation& simulation, double simulatedPerWallSecond);

  std::mutex m_mutex;
  std::condition_variable_any m_wished;
  std::condition_variable_any m_taken;
  Wishes m_wishes;        // guarded by m_mutex
  RunUpdate m_mailbox;    // guarded by m_mutex
  std::jthread m_thread;  // last: stops and joins before the rest goes
};

}  // namespace cantilever::app

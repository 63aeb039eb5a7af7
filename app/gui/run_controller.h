#pragma once

#include <QObject>
#include <QTimer>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "app/gui/document.h"
#include "app/gui/run_overlay.h"
#include "app/gui/worker/run_worker.h"
#include "core/sim/result.h"
#include "widgets/panels/happening_text.h"

namespace cantilever::app {

enum class RunState { Idle, Starting, Running, Paused, Finished };

/// Runs the document's design, one run at a time, and hands out what the run tells. The run keeps the design
/// it began with: editing meanwhile is legal and makes it outdated. GUI thread.
class RunController : public QObject {
  Q_OBJECT

 public:
  explicit RunController(Document& document, QObject* parent = nullptr);
  ~RunController() override;

  RunState state() const { return m_state; }
  bool isActive() const;
  /// The design changed in a way that matters since the run started.
  bool isOutdated() const { return m_isOutdated; }
  double loadFactor() const { return m_loadFactor; }
  /// Of the run that is or was shown; null before the first.
  DesignPtr runDesign() const { return m_runDesign; }
  std::shared_ptr<const plan::Plan> plan() const { return m_plan; }
  /// The newest figures; partial while the run goes on.
  std::shared_ptr<const sim::RunResult> result() const { return m_result; }
  /// Whether the run has a steady state; null until it is over.
  const experiment::RunStability* stability() const { return m_stability ? &*m_stability : nullptr; }
  /// The last figures if they are of the document's present design and final, else null.
  std::shared_ptr<const sim::RunResult> resultOfDesign() const;

  /// Of the document's design, for the next run; empty: none.
  const ScenarioId& scenario() const { return m_scenario; }
  /// What the run that is or was shown plays, as it is called; empty: nothing.
  const QString& playedScenario() const { return m_played; }

  bool canKillInstance(const BlockId& block) const;
  bool canRestoreInstance(const BlockId& block) const;

  void start();
  void setPaused(bool isPaused);
  /// Goes on until that has come, then holds; starts the run if there is none.
  void stepTo(const sim::Until& what);
  void stop();
  /// Ends the run and forgets it: another document is shown.
  void reset();
  void setLoadFactor(double factor);
  /// Simulated seconds per wall second; nothing: flat out.
  void setSpeed(std::optional<double> speed);
  /// A run that plays a scenario goes on longer if it has to, to see its end.
  void setDuration(Duration duration) { m_duration = duration; }
  /// For the next run; remembered with the document as long as the program runs.
  void setScenario(const ScenarioId& scenario);
  void killInstance(const BlockId& block);
  void restoreInstance(const BlockId& block);

 Q_SIGNALS:
  void stateChanged();
  /// The plan is known, samples will follow.
  void started();
  void sampled(const std::vector<cantilever::sim::Sample>& samples);
  /// What has changed the system, by time.
  void happened(const std::vector<cantilever::widgets::Moment>& moments);
  void overlayChanged(const cantilever::widgets::CanvasOverlay& overlay);
  void progressed(const cantilever::app::RunProgress& progress);
  void resultChanged();
  void outdatedChanged();
  void scenarioChanged();
  void failed(const QString& reason);
  /// Short feedback: "killed one instance of app".
  void acted(const QString& what);

 private:
  void begin(const std::optional<sim::Until>& step);
  void drain();
  void setState(RunState state);
  void checkOutdated();
  void recallScenario();
  void rememberScenario();
  void checkScenario();
  void tell(const std::vector<sim::Happening>& happenings);
  void change(const BlockId& block, Change change, const QString& text);
  QString describe(const sim::Stepped& step) const;
  std::optional<plan::Index> poolOf(const BlockId& block) const;

  Document& m_document;
  QTimer m_timer;
  std::unique_ptr<RunWorker> m_worker;
  RunState m_state = RunState::Idle;
  bool m_isOutdated = false;
  DesignPtr m_runDesign;
  std::shared_ptr<const plan::Plan> m_plan;
  std::optional<RunOverlay> m_overlay;
  std::vector<std::uint32_t> m_instancesUp;  // parallel to m_plan->pools
  std::shared_ptr<const sim::RunResult> m_result;
  std::optional<experiment::RunStability> m_stability;
  double m_loadFactor = 1;
  double m_firstLoadFactor = 1;  // when the run began
  std::optional<double> m_speed = 1;
  Duration m_duration = sim::RunConfig().duration;
  ScenarioId m_scenario;
  std::map<QString, ScenarioId> m_scenarioOf;  // by the document's file, or its name if it has none
  QString m_played;
};

}  // namespace cantilever::app

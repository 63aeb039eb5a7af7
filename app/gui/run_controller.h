#pragma once

#include <QObject>
#include <QTimer>
#include <memory>
#include <optional>
#include <vector>

#include "app/gui/document.h"
#include "app/gui/run_overlay.h"
#include "app/gui/worker/run_worker.h"
#include "core/sim/result.h"

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
  void setDuration(Duration duration) { m_duration = duration; }
  void killInstance(const BlockId& block);
  void restoreInstance(const BlockId& block);

 Q_SIGNALS:
  void stateChanged();
  /// The plan is known, samples will follow.
  void started();
  void sampled(const std::vector<cantilever::sim::Sample>& samples);
  void overlayChanged(const cantilever::widgets::CanvasOverlay& overlay);
  void progressed(const cantilever::app::RunProgress& progress);
  void resultChanged();
  void outdatedChanged();
  void failed(const QString& reason);
  /// Short feedback: "killed one instance of app".
  void acted(const QString& what);

 private:
  void begin(const std::optional<sim::Until>& step);
  void drain();
  void setState(RunState state);
  void checkOutdated();
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
  Duration m_duration = Duration::seconds(60);
};

}  // namespace cantilever::app

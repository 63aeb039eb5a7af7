#pragma once

#include <QWidget>
#include <optional>

#include "app/gui/run_controller.h"

class QComboBox;
class QLabel;
class QProgressBar;
class QSlider;

namespace cantilever::widgets {
class ScenarioChoice;
}

namespace cantilever::app {

/// Scenario, speed, length and load of a run, its clock and progress: sits in the tool bar.
class RunBar : public QWidget {
  Q_OBJECT

 public:
  explicit RunBar(QWidget* parent = nullptr);

  void showState(RunState state);
  /// Those of the design, and the one that the next run plays.
  void showScenarios(const Design& design, const ScenarioId& chosen);
  /// The list of scenarios, for the keyboard.
  void openScenarios();
  void showProgress(const RunProgress& progress);
  /// Moves the slider without a wish.
  void showLoadFactor(double factor);

 Q_SIGNALS:
  void loadFactorRequested(double factor);
  void speedRequested(std::optional<double> speed);
  void durationRequested(cantilever::Duration duration);
  void scenarioRequested(const cantilever::ScenarioId& scenario);

 private:
  void showLoadText(double factor);

  widgets::ScenarioChoice* m_scenario;
  QComboBox* m_speed;
  QComboBox* m_duration;
  QSlider* m_load;
  QLabel* m_loadText;
  QLabel* m_clock;
  QProgressBar* m_progress;
};

}  // namespace cantilever::app

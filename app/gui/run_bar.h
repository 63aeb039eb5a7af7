#pragma once

#include <QWidget>
#include <optional>

#include "app/gui/run_controller.h"

class QComboBox;
class QLabel;
class QProgressBar;
class QSlider;

namespace cantilever::app {

/// Speed, length and load of a run, its clock and progress: sits in the tool bar.
class RunBar : public QWidget {
  Q_OBJECT

 public:
  explicit RunBar(QWidget* parent = nullptr);

  void showState(RunState state);
  void showProgress(const RunProgress& progress);
  /// Moves the slider without a wish.
  void showLoadFactor(double factor);

 Q_SIGNALS:
  void loadFactorRequested(double factor);
  void speedRequested(std::optional<double> speed);
  void durationRequested(cantilever::Duration duration);

 private:
  void showLoadText(double factor);

  QComboBox* m_speed;
  QComboBox* m_duration;
  QSlider* m_load;
  QLabel* m_loadText;
  QLabel* m_clock;
  QProgressBar* m_progress;
};

}  // namespace cantilever::app

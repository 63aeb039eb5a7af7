#pragma once

#include <QString>
#include <QWidget>
#include <vector>

#include "app/gui/run_controller.h"
#include "core/advice/checklist.h"

class QHBoxLayout;
class QLabel;

namespace cantilever::app {

/// The status bar's right side: each objective met or missed with its figure, the cost of a month and the
/// state of the run. States are said in a word and a sign, colour comes on top.
class VerdictLine : public QWidget {
  Q_OBJECT

 public:
  explicit VerdictLine(QWidget* parent = nullptr);

  /// `areExpected`: by formulas, not measured in a run.
  void showVerdicts(const Design& design, const std::vector<advice::Verdict>& verdicts, bool areExpected);
  /// What is full first when the load grows, and at what multiple of it; empty: nothing known.
  void showHeadroom(const QString& text, const QString& explanation);
  /// Empty: not known.
  void showCost(const QString& perMonth, const QString& explanation);
  void showRun(RunState state, bool isOutdated);

 protected:
  void resizeEvent(QResizeEvent* event) override;

 private:
  /// A verdict in its parts: where there is little room the words are shortened, the figure never.
  struct Entry {
    QLabel* label = nullptr;
    QString sign;
    QString subject;
    QString figure;
  };
  Entry entryOf(const Objective* objective, const advice::Verdict& verdict, bool isExpected);
  void fit();

  std::vector<Entry> m_entries;
  QHBoxLayout* m_verdicts;
  QLabel* m_headroom;
  QLabel* m_cost;
  QLabel* m_run;
};

}  // namespace cantilever::app

#pragma once

#include <QString>
#include <QWidget>
#include <vector>

#include "app/gui/run_controller.h"
#include "core/advice/checklist.h"

class QHBoxLayout;
class QLabel;

namespace cantilever::app {

/// The status bar: each objective met or missed with its figure, what is full first, the cost of a month and
/// the state of the run; while there is a message, that in place of the verdicts. States are said in a word
/// and a sign, colour comes on top.
class VerdictLine : public QWidget {
  Q_OBJECT

 public:
  explicit VerdictLine(QWidget* parent = nullptr);

  /// `areExpected`: by formulas, not measured in a run.
  void showVerdicts(const std::vector<advice::Verdict>& verdicts, bool areExpected);
  /// What is full first when the load grows, and at what multiple of it; empty: nothing known.
  void showHeadroom(const QString& text, const QString& explanation);
  /// Empty: not known.
  void showCost(const QString& perMonth, const QString& explanation);
  /// `scenario`: what it plays; empty: nothing.
  void showRun(RunState state, bool isOutdated, const QString& scenario);
  /// Until it is empty.
  void showMessage(const QString& text);

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
  Entry entryOf(const advice::Verdict& verdict, bool isExpected);
  void fit();

  QString m_text;  ///< the message
  std::vector<Entry> m_entries;
  QLabel* m_message;
  QHBoxLayout* m_verdicts;
  QLabel* m_headroom;
  QLabel* m_cost;
  QLabel* m_run;
};

}  // namespace cantilever::app

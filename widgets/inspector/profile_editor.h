#pragma once

#include <QWidget>

#include "core/model/workload.h"
#include "core/vocabulary/plan/curve.h"

class QComboBox;
class QTableWidget;
class QToolButton;

namespace cantilever::widgets {

class CommitLineEdit;
class CurveGraph;
class ParamField;
class ToneLabel;

/// The load profile of a workload: its shape, a graph of it, a table of its points as exact as one types
/// them, and the text that files hold. All show the same curve; each change is a wish for a whole new text.
class ProfileEditor : public QWidget {
  Q_OBJECT

 public:
  explicit ProfileEditor(QWidget* parent);

  void show(const Workload& workload, bool keepsTyping);

 Q_SIGNALS:
  /// Of the parameter `curve`; no value: always the peak.
  void edited(const std::optional<cantilever::ParamValue>& value);

 private:
  void buildShape();
  void buildTable();
  void takeShape(int row);
  void takeCell(int row, int column);
  void takePeriod(const QString& text);
  void take(const plan::WrittenCurve& curve);
  void showTable();
  void showError(const QString& message);

  plan::WrittenCurve m_curve;
  Rate m_peak;
  QComboBox* m_shape;
  CommitLineEdit* m_period;
  ToneLabel* m_periodLabel;
  CurveGraph* m_graph;
  QTableWidget* m_table;
  QToolButton* m_add;
  QToolButton* m_remove;
  ToneLabel* m_error;
  ParamField* m_text;
};

}  // namespace cantilever::widgets

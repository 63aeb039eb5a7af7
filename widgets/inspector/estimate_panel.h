#pragma once

#include <QWidget>
#include <string>
#include <vector>

#include "core/estimate/sheet_lines.h"
#include "core/model/design.h"

class QPushButton;
class QScrollArea;
class QToolButton;

namespace cantilever::widgets {

class CommitLineEdit;
class ToneLabel;

/// The back-of-envelope sheet of the design: every line with its value, which may be typed in any unit, its
/// working, and a way back to the formula. Shows what it is given; wishes go out as signals.
class EstimatePanel : public QWidget {
  Q_OBJECT

 public:
  explicit EstimatePanel(QWidget* parent = nullptr);

  /// Half-typed texts stay.
  void show(const DesignPtr& design);
  /// The design is another one: half-typed texts go.
  void showAnother(const DesignPtr& design);
  /// For the keyboard: the first line.
  void focusFirst();

 Q_SIGNALS:
  void sheetEdited(const cantilever::Sheet& sheet);
  void applyRequested();

 private:
  struct Row {
    const estimate::LineSpec* spec = nullptr;
    CommitLineEdit* line = nullptr;
    ToneLabel* working = nullptr;
    ToneLabel* error = nullptr;
    QToolButton* reset = nullptr;
  };
  void build();
  Row makeRow(const estimate::LineSpec& spec, QWidget* parent);
  void commit(Row& row, const QString& text);
  void takeBack(Row& row);
  void showError(Row& row, const QString& message);
  void showRow(Row& row, const estimate::Lines& lines, std::size_t index);
  void showWhatApplyDoes(const estimate::Lines& lines);

  DesignPtr m_design;
  std::vector<Row> m_rows;  ///< parallel to the lines
  QScrollArea* m_scroll = nullptr;
  ToneLabel* m_effect = nullptr;
  QPushButton* m_apply = nullptr;
};

}  // namespace cantilever::widgets

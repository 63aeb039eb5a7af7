#pragma once

#include <QWidget>
#include <vector>

#include "core/model/design.h"
#include "core/model/diagnostic.h"
#include "widgets/canvas/canvas_view.h"

class QLabel;
class QTreeWidget;

namespace cantilever::app {

/// The list of diagnostics: severity in sign and word, where, and what. Choosing one selects its element.
class ProblemsPanel : public QWidget {
  Q_OBJECT

 public:
  explicit ProblemsPanel(QWidget* parent = nullptr);

  void show(const Design& design, const std::vector<Diagnostic>& diagnostics);

 Q_SIGNALS:
  void elementChosen(const cantilever::widgets::Selection& element);

 private:
  void choose(int row);

  QTreeWidget* m_list;
  QLabel* m_empty;
  std::vector<Diagnostic> m_diagnostics;
};

}  // namespace cantilever::app

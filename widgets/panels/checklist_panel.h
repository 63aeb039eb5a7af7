#pragma once

#include <QWidget>
#include <memory>
#include <vector>

#include "core/advice/checklist.h"

namespace cantilever::widgets {

/// A checklist answered from the design and the last run: state (icon, word and colour), title, evidence,
/// remedy.
class ChecklistPanel : public QWidget {
  Q_OBJECT

 public:
  explicit ChecklistPanel(QWidget* parent = nullptr);
  ~ChecklistPanel() override;
  void show(const std::vector<advice::AnsweredItem>& items);

 Q_SIGNALS:
  void blocksChosen(const std::vector<cantilever::BlockId>& blocks);
  void exportRequested();

 protected:
  void changeEvent(QEvent* event) override;

 private:
  struct Impl;
  std::unique_ptr<Impl> m_impl;
};

}  // namespace cantilever::widgets

#pragma once

#include <QUndoCommand>
#include <chrono>
#include <functional>

#include "core/model/design.h"

namespace cantilever::app {

/// The only undo command of the program: the design before and after one edit. Undo and redo hand one of them
/// to `show`. Commands with the same non-empty merge key that follow each other within a second become one
/// step (typing, scrubbing, nudging); a merged step that changes nothing removes itself.
class EditCommand : public QUndoCommand {
 public:
  using Show = std::function<void(const DesignPtr&)>;
  EditCommand(DesignPtr before, DesignPtr after, const QString& text, QString mergeKey, Show show);

  void undo() override;
  void redo() override;
  int id() const override;
  bool mergeWith(const QUndoCommand* other) override;

 private:
  DesignPtr m_before;
  DesignPtr m_after;
  QString m_mergeKey;
  Show m_show;
  std::chrono::steady_clock::time_point m_lastChange;
};

}  // namespace cantilever::app

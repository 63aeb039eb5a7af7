#include "app/gui/edit_command.h"

#include <utility>

namespace cantilever::app {
namespace {

constexpr int kEditCommandId = 1;
constexpr std::chrono::milliseconds kMergeWindow{1000};

}  // namespace

EditCommand::EditCommand(DesignPtr before, DesignPtr after, const QString& text, QString mergeKey, Show show)
    : QUndoCommand(text),
      m_before(std::move(before)),
      m_after(std::move(after)),
      m_mergeKey(std::move(mergeKey)),
      m_show(std::move(show)),
      m_lastChange(std::chrono::steady_clock::now()) {}

void EditCommand::undo() {
  m_show(m_before);
}

void EditCommand::redo() {
  m_show(m_after);
}

int EditCommand::id() const {
  return kEditCommandId;
}

bool EditCommand::mergeWith(const QUndoCommand* other) {
  // Every command of the stack is an EditCommand: there is no other class.
  const auto* next = static_cast<const EditCommand*>(other);
  if (m_mergeKey.isEmpty() || m_mergeKey != next->m_mergeKey ||
      next->m_lastChange - m_lastChange > kMergeWindow) {
    return false;
  }
  m_after = next->m_after;
  m_lastChange = next->m_lastChange;
  setObsolete(*m_before == *m_after);
  return true;
}

}  // namespace cantilever::app

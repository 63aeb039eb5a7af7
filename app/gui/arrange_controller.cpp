#include "app/gui/arrange_controller.h"

#include <algorithm>
#include <memory>

#include "core/layout/layout.h"
#include "widgets/style/text.h"

namespace cantilever::app {

ArrangeController::ArrangeController(Document& document, widgets::CanvasView& canvas, QObject* parent)
    : QObject(parent), m_document(document), m_canvas(canvas) {}

std::size_t ArrangeController::selectedBlocks() const {
  return m_canvas.selection().blocks.size();
}

void ArrangeController::align(layout::Alignment alignment) {
  place(tr("Align blocks"), layout::aligned(*m_document.design(), m_canvas.selection().blocks, alignment));
}

void ArrangeController::distribute(layout::Direction direction) {
  place(tr("Distribute blocks"),
        layout::distributed(*m_document.design(), m_canvas.selection().blocks, direction));
}

void ArrangeController::togglePins() {
  const std::vector<Block> blocks = app::selectedBlocks(*m_document.design(), m_canvas.selection());
  if (blocks.empty()) {
    return;
  }
  const bool areAllPinned =
      std::all_of(blocks.begin(), blocks.end(), [](const Block& block) { return block.isPinned; });
  auto batch = std::make_shared<edit::Batch>();
  batch->text = widgets::toUtf8(areAllPinned ? tr("Unpin blocks") : tr("Pin blocks"));
  for (Block block : blocks) {
    block.isPinned = !areAllPinned;
    batch->edits.emplace_back(edit::SetBlock{std::move(block)});
  }
  m_document.request(std::shared_ptr<const edit::Batch>(std::move(batch)));
}

bool ArrangeController::canRestack() const {
  const widgets::Selection selection = m_canvas.selection();
  return !selection.blocks.empty() || !selection.notes.empty();
}

void ArrangeController::bringToFront() {
  restack(tr("Bring to front"), Restack::ToFront);
}

void ArrangeController::bringForward() {
  restack(tr("Bring forward"), Restack::Forward);
}

void ArrangeController::sendBackward() {
  restack(tr("Send backward"), Restack::Backward);
}

void ArrangeController::sendToBack() {
  restack(tr("Send to back"), Restack::ToBack);
}

void ArrangeController::restack(const QString& text, Restack how) {
  m_document.request(restackEdit(*m_document.design(), m_canvas.selection(), how, widgets::toUtf8(text)));
}

void ArrangeController::layOutAll() {
  place(tr("Lay out"), layout::arrange(*m_document.design()));
  m_canvas.fitAll();
}

void ArrangeController::layOutSelection() {
  const std::vector<BlockId> blocks = m_canvas.selection().blocks;
  if (!blocks.empty()) {
    place(tr("Lay out the selection"),
          layout::arrange(*m_document.design(), {std::set<BlockId>(blocks.begin(), blocks.end())}));
  }
}

void ArrangeController::place(const QString& text, const Placement& placement) {
  if (!placement.isEmpty()) {
    m_canvas.glideWithNextChange();
    if (!m_document.request(placeEdit(*m_document.design(), widgets::toUtf8(text), placement))) {
      m_canvas.glideWithNextChange(false);  // all is where it was
    }
  }
}

}  // namespace cantilever::app

#include <QDragEnterEvent>
#include <QDragMoveEvent>
#include <QDropEvent>
#include <QMimeData>

#include "widgets/canvas/canvas_style.h"
#include "widgets/canvas/tools.h"
#include "widgets/palette/palette_panel.h"
#include "widgets/style/text.h"

namespace cantilever::widgets {

namespace {

constexpr double kGhostOpacity = 0.75;

QString draggedTypeOf(const QMimeData& data) {
  return QString::fromUtf8(data.data(QLatin1String(kBlockTypeMime)));
}

}  // namespace

DropTool::DropTool(ToolContext context) : m_context(context) {}

DropTool::~DropTool() = default;

Point DropTool::positionFor(QPointF viewPosition) const {
  // The block's middle is where the mouse is.
  const Point at = toPoint(m_context.view.mapToScene(viewPosition.toPoint()));
  return snapped(at - Point{kBlockSize.width / 2, kBlockSize.height / 2});
}

void DropTool::enter(QDragEnterEvent& event) {
  const QString key = draggedTypeOf(*event.mimeData());
  const catalog::BlockType* type = m_context.catalog.find(toUtf8(key));
  if (type == nullptr) {
    event.ignore();
    return;
  }
  Block block;
  block.type = type->key;
  block.name = type->label;
  m_ghost = std::make_unique<BlockItem>(BlockId());
  m_ghost->setFlag(QGraphicsItem::ItemIsSelectable, false);
  m_ghost->setFace(m_context.scene.faceOf(block));
  m_ghost->setOpacity(kGhostOpacity);
  m_ghost->setParentItem(m_context.scene.gestureLayer());
  aimAt(event.position());
  event.setDropAction(Qt::CopyAction);
  event.accept();
}

void DropTool::move(QDragMoveEvent& event) {
  if (!m_ghost) {
    event.ignore();
    return;
  }
  aimAt(event.position());
  event.setDropAction(Qt::CopyAction);
  event.accept();
}

/// The link under the mouse shows that the block would go in between; not under a block.
void DropTool::aimAt(QPointF viewPosition) {
  const Point corner = positionFor(viewPosition);
  m_ghost->setPos(toQPointF(corner));
  m_context.scene.setDropTarget(zoneAt(m_context.scene.design(), centreOf(areaOfBlockAt(corner))));
  const QPointF at = m_context.view.mapToScene(viewPosition.toPoint());
  const auto* item = qgraphicsitem_cast<LinkItem*>(m_context.scene.itemOfDesignAt(at));
  const bool isOne = item != nullptr && !m_context.scene.folds().bundles.contains(item->id());
  const LinkId link = isOne ? item->id() : LinkId();
  if (link != m_link) {
    m_context.scene.setDropTarget(link);
    m_link = link;
  }
}

void DropTool::leave() {
  m_ghost.reset();
  m_context.scene.setDropTarget(LinkId());
  m_context.scene.setDropTarget(ZoneId());
  m_link = {};
}

void DropTool::drop(QDropEvent& event) {
  const LinkId link = m_link;
  leave();
  const QString key = draggedTypeOf(*event.mimeData());
  if (m_context.catalog.find(toUtf8(key)) == nullptr) {
    event.ignore();
    return;
  }
  event.setDropAction(Qt::CopyAction);
  event.accept();
  if (link.isEmpty()) {
    Q_EMIT m_context.view.addBlockRequested(key, positionFor(event.position()));
  } else {
    Q_EMIT m_context.view.insertRequested(key, positionFor(event.position()), link);
  }
}

}  // namespace cantilever::widgets

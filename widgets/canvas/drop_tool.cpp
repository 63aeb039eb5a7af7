#include <QDragEnterEvent>
#include <QDragMoveEvent>
#include <QDropEvent>
#include <QGraphicsItem>
#include <QMimeData>
#include <QPainter>

#include "widgets/canvas/canvas_style.h"
#include "widgets/canvas/tools.h"
#include "widgets/palette/palette_panel.h"
#include "widgets/style/icons.h"
#include "widgets/style/text.h"
#include "widgets/style/theme.h"

namespace cantilever::widgets {

namespace {

QString draggedTypeOf(const QMimeData& data) {
  return QString::fromUtf8(data.data(QLatin1String(kBlockTypeMime)));
}

}  // namespace

class DropTool::Ghost : public QGraphicsItem {
 public:
  Ghost(QString label, QString iconName) : m_label(std::move(label)), m_iconName(std::move(iconName)) {
    setZValue(kGestureLayer);
    setOpacity(0.85);
  }
  QRectF boundingRect() const override {
    return QRectF(0, 0, kBlockSize.width, kBlockSize.height).adjusted(-2, -2, 2, 2);
  }
  void paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) override {
    const Theme& theme = currentTheme();
    const QRectF body(0, 0, kBlockSize.width, kBlockSize.height);
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(QPen(theme.accent, 1.5, Qt::DashLine));
    painter->setBrush(theme.blockFill);
    painter->drawRoundedRect(body, 8, 8);
    painter->drawPixmap(QPointF(16, 24), iconPixmap(m_iconName, 24, theme.text, theme.accentSoft,
                                                    painter->device()->devicePixelRatioF()));
    painter->setFont(canvasFont(13, QFont::DemiBold));
    painter->setPen(theme.text);
    painter->drawText(body.adjusted(56, 0, -12, 0), static_cast<int>(Qt::AlignVCenter | Qt::AlignLeft),
                      painter->fontMetrics().elidedText(m_label, Qt::ElideRight, 108));
  }

 private:
  QString m_label;
  QString m_iconName;
};

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
  m_ghost =
      std::make_unique<Ghost>(toQString(type->label), toQString(type->icon.empty() ? type->key : type->icon));
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
  m_ghost->setPos(toQPointF(positionFor(viewPosition)));
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
  m_context.scene.setDropTarget({});
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

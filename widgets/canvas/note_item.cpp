#include "widgets/canvas/note_item.h"

#include <QAbstractTextDocumentLayout>
#include <QPainter>
#include <QStyleOptionGraphicsItem>
#include <QTextDocument>

#include "widgets/canvas/canvas_style.h"
#include "widgets/style/text.h"
#include "widgets/style/theme.h"

namespace cantilever::widgets {

namespace {

constexpr double kNotePadding = 10;
constexpr int kPixels = 13;

void write(QTextDocument& document, const QString& markdown, double width, int pixels) {
  document.setDefaultFont(canvasFont(pixels));
  // No pictures or HTML from files: a note is text.
  document.setMarkdown(markdown, QTextDocument::MarkdownNoHTML);
  document.setTextWidth(width);
}

/// Lines that do not break, as those of code, may be too long.
bool fits(const QTextDocument& document, QSizeF room) {
  return document.size().height() <= room.height() && document.idealWidth() <= room.width();
}

}  // namespace

NoteItem::NoteItem(NoteId id)
    : m_id(std::move(id)),
      m_document(std::make_unique<QTextDocument>()),
      m_reduced(std::make_unique<QTextDocument>()) {
  setFlag(ItemIsSelectable);
  setZValue(kNoteLayer);
  m_document->setDocumentMargin(0);
  m_reduced->setDocumentMargin(0);
}

NoteItem::~NoteItem() = default;

void NoteItem::setFace(const QString& markdown, QSizeF size) {
  if (markdown == m_markdown && size == m_size) {
    return;
  }
  prepareGeometryChange();
  m_markdown = markdown;
  m_size = size;
  const QSizeF room(size.width() - 2 * kNotePadding, size.height() - 2 * kNotePadding);
  write(*m_document, markdown, room.width(), kPixels);
  for (const int pixels : {18, 16, 14, kPixels}) {
    write(*m_reduced, markdown, room.width(), pixels);
    if (fits(*m_reduced, room)) {
      break;
    }
  }
  setToolTip(fits(*m_document, room) ? QString() : plainToolTip(m_document->toPlainText()));
  update();
}

QString NoteItem::describe() const {
  return QStringLiteral("note %1 at %2,%3 size %4x%5 selected %6 layer %7 shown %8 | %9")
      .arg(toQString(m_id.text()))
      .arg(pos().x())
      .arg(pos().y())
      .arg(m_size.width())
      .arg(m_size.height())
      .arg(isSelected())
      .arg(zValue())
      .arg(isVisible())
      .arg(m_markdown);
}

int NoteItem::pixelsAt(Detail detail) const {
  return (detail == Detail::Reduced ? m_reduced : m_document)->defaultFont().pixelSize();
}

QRectF NoteItem::boundingRect() const {
  return QRectF(QPointF(), m_size).adjusted(-14, -14, 14, 14);
}

QPainterPath NoteItem::shape() const {
  QPainterPath path;
  path.addRect(QRectF(QPointF(), m_size));
  return path;
}

void NoteItem::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) {
  const Theme& theme = currentTheme();
  const double scale = QStyleOptionGraphicsItem::levelOfDetailFromTransform(painter->worldTransform());
  const QRectF area(QPointF(), m_size);
  painter->setRenderHint(QPainter::Antialiasing, scale >= 0.25);
  painter->setPen(QPen(isSelected() ? theme.accent : theme.noteBorder, isSelected() ? 2 : 1));
  painter->setBrush(theme.noteFill);
  painter->drawRoundedRect(area, 6, 6);
  if (isSelected()) {
    paintGrips(*painter, area, scale);
  }
  const Detail detail = detailAt(scale);
  if (detail == Detail::Box) {
    return;
  }
  painter->save();
  painter->setClipRect(area.adjusted(kNotePadding, kNotePadding, -kNotePadding, -kNotePadding),
                       Qt::IntersectClip);
  painter->translate(kNotePadding, kNotePadding);
  QAbstractTextDocumentLayout::PaintContext context;
  context.palette.setColor(QPalette::Text, theme.text);
  (detail == Detail::Reduced ? m_reduced : m_document)->documentLayout()->draw(painter, context);
  painter->restore();
}

}  // namespace cantilever::widgets

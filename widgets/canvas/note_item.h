#pragma once

#include <QGraphicsItem>
#include <QString>
#include <memory>

#include "core/base/ids.h"
#include "widgets/canvas/canvas_style.h"

class QTextDocument;

namespace cantilever::widgets {

/// A note on the canvas: Markdown in a coloured box. Text that does not fit is cut off at the lower edge and
/// read in the tool tip. Seen from afar it is as large as the box allows, as the names of blocks are.
class NoteItem : public QGraphicsItem {
 public:
  enum { Type = UserType + 4 };
  explicit NoteItem(NoteId id);
  ~NoteItem() override;

  const NoteId& id() const { return m_id; }
  void setFace(const QString& markdown, QSizeF size);
  QString describe() const;
  /// Height of its type in pixels of the scene.
  int pixelsAt(Detail detail) const;

  int type() const override { return Type; }
  QRectF boundingRect() const override;
  QPainterPath shape() const override;
  void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

 private:
  NoteId m_id;
  QString m_markdown;
  QSizeF m_size;
  std::unique_ptr<QTextDocument> m_document;
  std::unique_ptr<QTextDocument> m_reduced;
};

}  // namespace cantilever::widgets

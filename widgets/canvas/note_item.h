#pragma once

#include <QGraphicsItem>
#include <QString>
#include <memory>

#include "core/base/ids.h"

class QTextDocument;

namespace cantilever::widgets {

/// A note on the canvas: Markdown in a coloured box. Text that does not fit is cut off at the lower edge and
/// read in the tool tip.
class NoteItem : public QGraphicsItem {
 public:
  enum { Type = UserType + 4 };
  explicit NoteItem(NoteId id);
  ~NoteItem() override;

  const NoteId& id() const { return m_id; }
  void setFace(const QString& markdown, QSizeF size);
  QString describe() const;

  int type() const override { return Type; }
  QRectF boundingRect() const override;
  QPainterPath shape() const override;
  void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

 private:
  NoteId m_id;
  QString m_markdown;
  QSizeF m_size;
  std::unique_ptr<QTextDocument> m_document;
};

}  // namespace cantilever::widgets

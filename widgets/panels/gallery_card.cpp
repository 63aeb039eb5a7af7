#include "widgets/panels/gallery_card.h"

#include <QKeyEvent>
#include <QPainter>
#include <QPainterPath>
#include <QTextLayout>
#include <algorithm>

#include "widgets/style/icons.h"
#include "widgets/style/theme.h"

namespace cantilever::widgets {

namespace {

constexpr QSize kCardSize{344, 292};
constexpr int kPictureHeight = 196;
constexpr QSize kActionSize{344, 72};
constexpr double kCardRadius = 8;

/// As many lines as asked for, the last one elided.
void drawLines(QPainter& painter, const QRectF& area, const QString& text, int lineCount) {
  QTextLayout layout(text, painter.font());
  layout.beginLayout();
  double y = area.top();
  for (int number = 1; number <= lineCount; ++number) {
    QTextLine line = layout.createLine();
    if (!line.isValid()) {
      break;
    }
    line.setLineWidth(area.width());
    const int end = line.textStart() + line.textLength();
    const QPointF baseline(area.left(), y + line.ascent());
    if (number == lineCount && end < text.size()) {
      painter.drawText(baseline, painter.fontMetrics().elidedText(text.mid(line.textStart()), Qt::ElideRight,
                                                                  static_cast<int>(area.width())));
    } else {
      painter.drawText(baseline, text.mid(line.textStart(), line.textLength()));
    }
    y += line.height();
  }
  layout.endLayout();
}

void paintCardFrame(QPainter& painter, const QAbstractButton& card) {
  const Theme& theme = currentTheme();
  const bool isLit = card.underMouse() || card.isDown();
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(QPen(card.hasFocus() || isLit ? theme.focus : theme.border, card.hasFocus() ? 2 : 1));
  painter.setBrush(isLit ? theme.accentSoft : theme.raised);
  painter.drawRoundedRect(QRectF(card.rect()).adjusted(1, 1, -1, -1), kCardRadius, kCardRadius);
}

bool isEnterKey(const QKeyEvent& event) {
  return event.key() == Qt::Key_Return || event.key() == Qt::Key_Enter;
}

bool isArrowKey(const QKeyEvent& event) {
  return event.key() == Qt::Key_Left || event.key() == Qt::Key_Right || event.key() == Qt::Key_Up ||
         event.key() == Qt::Key_Down;
}

}  // namespace

GalleryCard::GalleryCard(const QString& title, const QString& summary, Picture picture, QWidget* parent)
    : QAbstractButton(parent), m_summary(summary), m_picture(std::move(picture)) {
  setText(title);
  setAccessibleName(title);
  setAccessibleDescription(summary);
  setToolTip(summary);
  setFocusPolicy(Qt::StrongFocus);
  setCursor(Qt::PointingHandCursor);
  setAttribute(Qt::WA_Hover);
  setFixedSize(kCardSize);
}

QSize GalleryCard::sizeHint() const {
  return kCardSize;
}

void GalleryCard::paintEvent(QPaintEvent*) {
  const Theme& theme = currentTheme();
  QPainter painter(this);
  paintCardFrame(painter, *this);

  const QRectF picture(2, 2, width() - 4, kPictureHeight);
  if (m_drawn.isNull()) {
    m_drawn = m_picture(picture.size().toSize(), devicePixelRatioF());
  }
  QPainterPath top;
  top.setFillRule(Qt::WindingFill);
  top.addRoundedRect(picture, kCardRadius - 1, kCardRadius - 1);
  top.addRect(picture.adjusted(0, kCardRadius, 0, 0));
  painter.save();
  painter.setClipPath(top);
  painter.drawPixmap(picture.topLeft(), m_drawn);
  painter.restore();
  painter.setPen(theme.border);
  painter.drawLine(picture.bottomLeft(), picture.bottomRight());

  const QRectF words(16, picture.bottom() + 12, width() - 32, height() - picture.bottom() - 20);
  QFont font = bodyFont();
  font.setWeight(QFont::DemiBold);
  painter.setFont(font);
  painter.setPen(theme.text);
  const double titleHeight = painter.fontMetrics().height();
  painter.drawText(QRectF(words.left(), words.top(), words.width(), titleHeight),
                   static_cast<int>(Qt::AlignLeft | Qt::AlignVCenter),
                   painter.fontMetrics().elidedText(text(), Qt::ElideRight, static_cast<int>(words.width())));
  painter.setFont(captionFont());
  painter.setPen(theme.textMuted);
  drawLines(painter, words.adjusted(0, titleHeight + 4, 0, 0), m_summary, 3);
}

void GalleryCard::keyPressEvent(QKeyEvent* event) {
  if (isEnterKey(*event)) {
    click();
  } else if (isArrowKey(*event)) {
    Q_EMIT neighbourRequested(event->key());
  } else {
    QAbstractButton::keyPressEvent(event);
  }
}

void GalleryCard::changeEvent(QEvent* event) {
  if (event->type() == QEvent::PaletteChange) {
    m_drawn = {};
    update();
  }
  QAbstractButton::changeEvent(event);
}

GalleryAction::GalleryAction(const QString& iconName, const QString& title, const QString& summary,
                             QWidget* parent)
    : QAbstractButton(parent), m_iconName(iconName), m_summary(summary) {
  setText(title);
  setAccessibleName(title);
  setAccessibleDescription(summary);
  setFocusPolicy(Qt::StrongFocus);
  setCursor(Qt::PointingHandCursor);
  setAttribute(Qt::WA_Hover);
  setFixedSize(kActionSize);
}

QSize GalleryAction::sizeHint() const {
  return kActionSize;
}

void GalleryAction::paintEvent(QPaintEvent*) {
  const Theme& theme = currentTheme();
  QPainter painter(this);
  paintCardFrame(painter, *this);
  const QRectF tile(16, (height() - 40) / 2.0, 40, 40);
  painter.setPen(Qt::NoPen);
  painter.setBrush(theme.accentSoft);
  painter.drawRoundedRect(tile, 6, 6);
  painter.drawPixmap(tile.topLeft() + QPointF(8, 8),
                     iconPixmap(m_iconName, 24, theme.accent, theme.accentSoft, devicePixelRatioF()));
  const QRectF words(72, 0, width() - 88, height());
  QFont font = bodyFont();
  font.setWeight(QFont::DemiBold);
  painter.setFont(font);
  painter.setPen(theme.text);
  painter.drawText(words.adjusted(0, 16, 0, -height() / 2.0 + 2),
                   static_cast<int>(Qt::AlignLeft | Qt::AlignVCenter), text());
  painter.setFont(captionFont());
  painter.setPen(theme.textMuted);
  painter.drawText(
      words.adjusted(0, height() / 2.0, 0, -14), static_cast<int>(Qt::AlignLeft | Qt::AlignVCenter),
      painter.fontMetrics().elidedText(m_summary, Qt::ElideRight, static_cast<int>(words.width())));
}

void GalleryAction::keyPressEvent(QKeyEvent* event) {
  if (isEnterKey(*event)) {
    click();
  } else if (isArrowKey(*event)) {
    Q_EMIT neighbourRequested(event->key());
  } else {
    QAbstractButton::keyPressEvent(event);
  }
}

}  // namespace cantilever::widgets

#include "widgets/panels/labels.h"

#include <QFrame>
#include <QPainter>
#include <QStyle>
#include <QToolButton>

#include "widgets/style/icons.h"
#include "widgets/style/theme.h"

namespace cantilever::widgets {
namespace {

/// The role by which the style sheet colours a label.
QString roleOfTone(Tone tone) {
  switch (tone) {
    case Tone::Normal:
      return {};
    case Tone::Muted:
      return QStringLiteral("muted");
    case Tone::Good:
      return QStringLiteral("good");
    case Tone::Warning:
      return QStringLiteral("warning");
    case Tone::Critical:
      return QStringLiteral("critical");
  }
  return {};
}

ToneLabel* makeLabel(const QString& text, Tone tone, const QFont& font, bool wraps, QWidget* parent) {
  auto* label = new ToneLabel(text, tone, parent);
  label->setFont(font);
  label->setWordWrap(wraps);
  label->setTextFormat(Qt::PlainText);
  return label;
}

/// A hairline in the theme's border colour. QFrame::HLine takes its colours from the bevel roles instead.
class Divider : public QWidget {
 public:
  explicit Divider(QWidget* parent) : QWidget(parent) { setFixedHeight(1); }

 protected:
  void paintEvent(QPaintEvent*) override { QPainter(this).fillRect(rect(), currentTheme().border); }
};

}  // namespace

ToneLabel::ToneLabel(const QString& text, Tone tone, QWidget* parent) : QLabel(text, parent) {
  setTone(tone);
}

void ToneLabel::setTone(Tone tone) {
  const QString role = roleOfTone(tone);
  if (property("role").toString() == role) {
    return;
  }
  setProperty("role", role);
  // Style sheets look at properties only when a widget is polished.
  style()->unpolish(this);
  style()->polish(this);
}

ToneLabel* makeCaption(const QString& text, QWidget* parent) {
  return makeLabel(text, Tone::Muted, captionFont(), true, parent);
}

ToneLabel* makeBody(const QString& text, QWidget* parent) {
  return makeLabel(text, Tone::Normal, bodyFont(), true, parent);
}

ToneLabel* makeTitle(const QString& text, QWidget* parent) {
  return makeLabel(text, Tone::Normal, titleFont(), true, parent);
}

ToneLabel* makeHeading(const QString& text, QWidget* parent) {
  QFont font = bodyFont();
  font.setWeight(QFont::DemiBold);
  return makeLabel(text, Tone::Normal, font, false, parent);
}

QToolButton* makeSmallButton(const QString& iconName, QWidget* parent) {
  auto* button = new QToolButton(parent);
  button->setAutoRaise(true);
  button->setFixedSize(28, 24);
  button->setIcon(icon(iconName));
  button->setIconSize({14, 14});
  return button;
}

QFrame* makeCard(QWidget* parent) {
  auto* card = new QFrame(parent);
  card->setProperty("card", true);
  return card;
}

QWidget* makeDivider(QWidget* parent) {
  return new Divider(parent);
}

}  // namespace cantilever::widgets

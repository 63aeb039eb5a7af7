#include "widgets/panels/labels.h"

#include <QEvent>
#include <QFrame>

#include "widgets/style/theme.h"

namespace cantilever::widgets {
namespace {

QColor colourOfTone(Tone tone) {
  const Theme& theme = currentTheme();
  switch (tone) {
    case Tone::Normal:
      return theme.text;
    case Tone::Muted:
      return theme.textMuted;
    case Tone::Good:
      return theme.good;
    case Tone::Warning:
      return theme.warning;
    case Tone::Critical:
      return theme.critical;
  }
  return theme.text;
}

ToneLabel* makeLabel(const QString& text, Tone tone, const QFont& font, bool wraps, QWidget* parent) {
  auto* label = new ToneLabel(text, tone, parent);
  label->setFont(font);
  label->setWordWrap(wraps);
  label->setTextFormat(Qt::PlainText);
  return label;
}

/// A hairline in the theme's border colour. QFrame::HLine takes its colours from the bevel roles instead.
class Divider : public QFrame {
 public:
  explicit Divider(QWidget* parent) : QFrame(parent) {
    setFixedHeight(1);
    setAutoFillBackground(true);
    applyColour();
  }

 protected:
  void changeEvent(QEvent* event) override {
    QFrame::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) {
      applyColour();
    }
  }

 private:
  void applyColour() {
    QPalette wanted = palette();
    wanted.setColor(QPalette::Window, currentTheme().border);
    if (wanted.color(QPalette::Window) != palette().color(QPalette::Window)) {
      setPalette(wanted);
    }
  }
};

}  // namespace

ToneLabel::ToneLabel(const QString& text, Tone tone, QWidget* parent) : QLabel(text, parent), m_tone(tone) {
  applyTone();
}

void ToneLabel::setTone(Tone tone) {
  m_tone = tone;
  applyTone();
}

void ToneLabel::changeEvent(QEvent* event) {
  QLabel::changeEvent(event);
  if (event->type() == QEvent::PaletteChange) {
    applyTone();
  }
}

void ToneLabel::applyTone() {
  const QColor colour = colourOfTone(m_tone);
  // Setting a palette sends PaletteChange again: stop when there is nothing to change.
  if (palette().color(QPalette::WindowText) == colour) {
    return;
  }
  QPalette wanted = palette();
  wanted.setColor(QPalette::WindowText, colour);
  setPalette(wanted);
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

QWidget* makeDivider(QWidget* parent) {
  return new Divider(parent);
}

}  // namespace cantilever::widgets

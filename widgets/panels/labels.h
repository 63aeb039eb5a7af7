#pragma once

#include <QLabel>

class QFrame;
class QToolButton;

namespace cantilever::widgets {

/// What a text is about, as a colour of the theme. Never the only signal.
enum class Tone { Normal, Muted, Good, Warning, Critical };

/// A label in a tone; the style sheet gives the colour.
class ToneLabel : public QLabel {
 public:
  explicit ToneLabel(const QString& text = {}, Tone tone = Tone::Normal, QWidget* parent = nullptr);
  void setTone(Tone tone);
};

/// 8.5 pt, muted, wrapping.
ToneLabel* makeCaption(const QString& text, QWidget* parent = nullptr);
/// 10 pt, wrapping.
ToneLabel* makeBody(const QString& text, QWidget* parent = nullptr);
/// 12 pt semibold.
ToneLabel* makeTitle(const QString& text, QWidget* parent = nullptr);
/// 10 pt semibold: the heading of a group inside a panel.
ToneLabel* makeHeading(const QString& text, QWidget* parent = nullptr);

/// An icon beside a caption that does something with what the caption names.
QToolButton* makeSmallButton(const QString& iconName, QWidget* parent = nullptr);

/// A framed group of fields or lines.
QFrame* makeCard(QWidget* parent = nullptr);
/// The line between two groups.
QWidget* makeDivider(QWidget* parent = nullptr);

}  // namespace cantilever::widgets

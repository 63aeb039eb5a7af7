#pragma once

#include <QColor>
#include <QFont>
#include <QString>

class QApplication;

namespace cantilever::widgets {

/// Every colour the program paints with, by role; nothing else names a colour. Text on its background has a
/// contrast of at least 4.5:1 (tested).
struct Theme {
  enum class Kind { Light, Dark };
  Kind kind = Kind::Light;

  QColor window, panel, raised, border, borderStrong;
  QColor text, textMuted, textOnAccent;
  QColor accent, accentSoft, focus, selection;
  QColor canvas, canvasGrid, blockFill, blockBorder, zoneFill, zoneBorder, noteFill, noteBorder;
  QColor linkCall, linkSend, linkRead, linkWrite, linkLookup, linkReplication;
  QColor good, warning, critical, neutral;  ///< states; never the only signal
  /// For series in charts, distinguishable also by people who see colours differently.
  QColor series[8];

  static Theme light();
  static Theme dark();

  /// Utilisation as a colour: neutral, good to 70 %, warning to 90 %, critical above.
  QColor utilisation(double ratio) const;
};

/// Fusion style, palette, font and style sheet from the theme, for the whole application. Widgets that paint
/// themselves listen to QEvent::PaletteChange and read `currentTheme()`.
void applyTheme(QApplication& application, Theme::Kind kind);
const Theme& currentTheme();

/// Another current theme while it lives: for pictures that are not in the window's colours. Nothing of the
/// window may be painted meanwhile.
class ThemeScope {
 public:
  explicit ThemeScope(Theme::Kind kind);
  ~ThemeScope();
  ThemeScope(const ThemeScope&) = delete;
  ThemeScope& operator=(const ThemeScope&) = delete;

 private:
  Theme m_before;
};

/// Type scale in one place.
QFont captionFont();  ///< 8.5 pt
QFont bodyFont();     ///< 10 pt
QFont titleFont();    ///< 12 pt semibold
QFont numberFont();   ///< 10 pt, tabular figures

}  // namespace cantilever::widgets

#include "widgets/style/theme.h"

#include <QApplication>
#include <QPalette>
#include <QStyle>
#include <QStyleFactory>

#include "widgets/style/style_sheet.h"

namespace cantilever::widgets {

namespace {

constexpr const char* kIsStyled = "isStyled";

Theme& activeTheme() {
  static Theme theme = Theme::light();
  return theme;
}

QColor rgb(unsigned value) {
  return QColor(static_cast<QRgb>(0xff000000U | value));
}

QPalette paletteOf(const Theme& theme) {
  QPalette palette;
  palette.setColor(QPalette::Window, theme.window);
  palette.setColor(QPalette::WindowText, theme.text);
  palette.setColor(QPalette::Base, theme.panel);
  palette.setColor(QPalette::AlternateBase, theme.window);
  palette.setColor(QPalette::Text, theme.text);
  palette.setColor(QPalette::Button, theme.raised);
  palette.setColor(QPalette::ButtonText, theme.text);
  palette.setColor(QPalette::BrightText, theme.critical);
  palette.setColor(QPalette::ToolTipBase, theme.raised);
  palette.setColor(QPalette::ToolTipText, theme.text);
  palette.setColor(QPalette::PlaceholderText, theme.textMuted);
  palette.setColor(QPalette::Highlight, theme.accent);
  palette.setColor(QPalette::HighlightedText, theme.textOnAccent);
  palette.setColor(QPalette::Link, theme.accent);
  palette.setColor(QPalette::LinkVisited, theme.accent);
  palette.setColor(QPalette::Light, theme.raised);
  palette.setColor(QPalette::Midlight, theme.border);
  palette.setColor(QPalette::Mid, theme.borderStrong);
  palette.setColor(QPalette::Dark, theme.borderStrong);
  QColor disabled = theme.textMuted;
  disabled.setAlpha(150);
  for (const QPalette::ColorRole role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText}) {
    palette.setColor(QPalette::Disabled, role, disabled);
  }
  return palette;
}

QFont sizedFont(double points, QFont::Weight weight) {
  QFont font = QApplication::font();
  font.setPointSizeF(points);
  font.setWeight(weight);
  return font;
}

}  // namespace

Theme Theme::light() {
  Theme theme;
  theme.kind = Kind::Light;
  theme.window = rgb(0xf3f4f7);
  theme.panel = rgb(0xffffff);
  theme.raised = rgb(0xffffff);
  theme.border = rgb(0xdfe3e9);
  theme.borderStrong = rgb(0xb6bec9);
  theme.text = rgb(0x1a2029);
  theme.textMuted = rgb(0x566272);
  theme.textOnAccent = rgb(0xffffff);
  theme.accent = rgb(0x3a57c9);
  theme.accentSoft = rgb(0xe6ebfb);
  theme.focus = rgb(0x6f88e6);
  theme.selection = rgb(0xdce4fb);
  theme.canvas = rgb(0xf8f9fb);
  theme.canvasGrid = rgb(0xdde1e8);
  theme.blockFill = rgb(0xffffff);
  theme.blockBorder = rgb(0xc5ccd6);
  theme.zoneFill = rgb(0xf0f2f7);
  theme.zoneBorder = rgb(0xc9d0dc);
  theme.noteFill = rgb(0xfff8e2);
  theme.noteBorder = rgb(0xe6d6a2);
  theme.linkCall = rgb(0x515d6d);
  theme.linkSend = rgb(0x7a4bb8);
  theme.linkRead = rgb(0x2563b8);
  theme.linkWrite = rgb(0xa8500f);
  theme.linkLookup = rgb(0x0b7069);
  theme.linkReplication = rgb(0xa03a7c);
  theme.good = rgb(0x1c7a43);
  theme.warning = rgb(0x96600a);
  theme.critical = rgb(0xc22f2f);
  theme.neutral = rgb(0x66717f);
  // After Okabe and Ito (2008), darkened until each stands out on white.
  const unsigned series[] = {0x2f63c4, 0xc86a00, 0x0b8a68, 0xb04a8c, 0x2f93c6, 0xa08600, 0x6b55b5, 0x7c5a45};
  for (int i = 0; i < 8; ++i) {
    theme.series[i] = rgb(series[i]);
  }
  return theme;
}

Theme Theme::dark() {
  Theme theme;
  theme.kind = Kind::Dark;
  theme.window = rgb(0x14171d);
  theme.panel = rgb(0x1a1e26);
  theme.raised = rgb(0x242a34);
  theme.border = rgb(0x2e3541);
  theme.borderStrong = rgb(0x4b5666);
  theme.text = rgb(0xe4e8ef);
  theme.textMuted = rgb(0x9ca8b8);
  theme.textOnAccent = rgb(0x0d1326);
  theme.accent = rgb(0x86a0ff);
  theme.accentSoft = rgb(0x252f4d);
  theme.focus = rgb(0x6d89ec);
  theme.selection = rgb(0x2b3760);
  theme.canvas = rgb(0x101318);
  theme.canvasGrid = rgb(0x272d37);
  theme.blockFill = rgb(0x1e232c);
  theme.blockBorder = rgb(0x3b4452);
  theme.zoneFill = rgb(0x161a21);
  theme.zoneBorder = rgb(0x343d4b);
  theme.noteFill = rgb(0x2a2618);
  theme.noteBorder = rgb(0x544a2a);
  theme.linkCall = rgb(0x9aa6b6);
  theme.linkSend = rgb(0xb795ec);
  theme.linkRead = rgb(0x78aef5);
  theme.linkWrite = rgb(0xe8a262);
  theme.linkLookup = rgb(0x4fc4b8);
  theme.linkReplication = rgb(0xe18cc0);
  theme.good = rgb(0x58c585);
  theme.warning = rgb(0xe3aa45);
  theme.critical = rgb(0xf5807c);
  theme.neutral = rgb(0x93a0b0);
  const unsigned series[] = {0x7da6ff, 0xf0a04b, 0x3fc79b, 0xe58cc6, 0x6cc8f2, 0xd9c04a, 0xb09cf2, 0xc9a38a};
  for (int i = 0; i < 8; ++i) {
    theme.series[i] = rgb(series[i]);
  }
  return theme;
}

QColor Theme::utilisation(double ratio) const {
  if (!(ratio >= 0)) {
    return neutral;
  }
  if (ratio <= 0.7) {
    return good;
  }
  return ratio <= 0.9 ? warning : critical;
}

void applyTheme(QApplication& application, Theme::Kind kind) {
  activeTheme() = kind == Theme::Kind::Dark ? Theme::dark() : Theme::light();
  const Theme& theme = activeTheme();
  // Each of these visits every widget: what does not change with the theme is set once.
  if (application.property(kIsStyled).isNull()) {
    application.setProperty(kIsStyled, true);
    QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    // The family stays the desktop's own; the scale is ours.
    QApplication::setFont(bodyFont());
  }
  QApplication::setPalette(paletteOf(theme));
  application.setStyleSheet(styleSheetOf(theme));
}

const Theme& currentTheme() {
  return activeTheme();
}

ThemeScope::ThemeScope(Theme::Kind kind) : m_before(activeTheme()) {
  activeTheme() = kind == Theme::Kind::Dark ? Theme::dark() : Theme::light();
}

ThemeScope::~ThemeScope() {
  activeTheme() = m_before;
}

QFont captionFont() {
  return sizedFont(8.5, QFont::Normal);
}

QFont bodyFont() {
  return sizedFont(10, QFont::Normal);
}

QFont titleFont() {
  return sizedFont(12, QFont::DemiBold);
}

QFont numberFont() {
  // Qt 6.4 cannot switch on tabular figures; the fonts that Debian installs have them by default, and without
  // kerning no pair of digits moves.
  QFont font = sizedFont(10, QFont::Normal);
  font.setKerning(false);
  return font;
}

}  // namespace cantilever::widgets

#include "widgets/style/style_sheet.h"

#include <utility>

namespace cantilever::widgets {

namespace {

// {role} stands for a colour of the theme. Spacing is in steps of 4 px, corners have 6 px (4 px inside
// another rounded thing).
constexpr char kWindowRules[] = R"(
QMainWindow, QDialog { background: {window}; }
QMainWindow::separator { background: {window}; width: 6px; height: 6px; }
QMainWindow::separator:hover { background: {focus}; }
QDockWidget { color: {textMuted}; titlebar-close-icon: url(:/theme/cross.svg); }
QDockWidget::title { background: {panel}; padding: 8px 12px; border-bottom: 1px solid {border}; text-align: left; }
QDockWidget::close-button, QDockWidget::float-button { border: none; border-radius: 4px; padding: 2px; }
QDockWidget::close-button:hover, QDockWidget::float-button:hover { background: {accentSoft}; }
QDockWidget > QWidget { background: {panel}; }
QToolBar { background: {panel}; border: none; border-bottom: 1px solid {border}; padding: 4px 8px; spacing: 4px; }
QToolBar::separator { background: {border}; width: 1px; margin: 6px 4px; }
QStatusBar { background: {panel}; border-top: 1px solid {border}; color: {textMuted}; }
QStatusBar::item { border: none; }
QSplitter::handle { background: {border}; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QSplitter::handle:hover { background: {focus}; }
QMenuBar { background: {panel}; border-bottom: 1px solid {border}; padding: 2px 4px; }
QMenuBar::item { background: transparent; padding: 4px 8px; border-radius: 4px; color: {text}; }
QMenuBar::item:selected { background: {accentSoft}; }
QMenu { background: {raised}; border: 1px solid {borderStrong}; padding: 4px; }
QMenu::item { padding: 6px 24px 6px 8px; border-radius: 4px; color: {text}; }
QMenu::icon { padding-left: 8px; }
QMenu::item:selected { background: {selection}; }
QMenu::item:disabled { color: {disabled}; }
QMenu::separator { height: 1px; background: {border}; margin: 4px 8px; }
QMenu::right-arrow { image: url(:/theme/arrow-right.svg); width: 12px; height: 12px; }
QToolTip { background: {raised}; color: {text}; border: 1px solid {borderStrong}; padding: 6px 8px; }
QScrollArea { background: transparent; border: none; }
QScrollBar:vertical { background: transparent; width: 12px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 0; }
QScrollBar::handle { background: {borderStrong}; border-radius: 4px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::handle:hover { background: {neutral}; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QAbstractScrollArea::corner { background: transparent; border: none; }
)";

constexpr char kTabRules[] = R"(
QTabWidget::pane { border: none; border-top: 1px solid {border}; background: {panel}; top: -1px; }
QTabBar { qproperty-drawBase: 0; background: transparent; }
QTabBar::tab { color: {textMuted}; background: transparent; padding: 8px 12px; border: none; border-bottom: 2px solid transparent; }
QTabBar::tab:hover { color: {text}; }
QTabBar::tab:selected { color: {text}; border-bottom-color: {accent}; }
QTabBar::tab:focus { background: {accentSoft}; }
QTabBar::close-button { image: url(:/theme/cross.svg); }
)";

constexpr char kButtonRules[] = R"(
QPushButton { background: {raised}; color: {text}; border: 1px solid {borderStrong}; border-radius: 6px; padding: 5px 14px; min-height: 18px; }
QPushButton:hover { background: {accentSoft}; border-color: {focus}; }
QPushButton:pressed { background: {selection}; }
QPushButton:focus { border: 2px solid {focus}; padding: 4px 13px; }
QPushButton:disabled { color: {disabled}; background: {window}; border-color: {border}; }
QPushButton[primary="true"], QPushButton:default { background: {accent}; color: {textOnAccent}; border-color: {accent}; }
QPushButton[primary="true"]:hover, QPushButton:default:hover { background: {accentHover}; border-color: {accentHover}; }
QPushButton[primary="true"]:disabled { background: {border}; color: {disabled}; border-color: {border}; }
QPushButton:flat { background: transparent; border: 1px solid transparent; }
QPushButton:flat:hover { background: {accentSoft}; }
QToolButton { background: transparent; color: {text}; border: 1px solid transparent; border-radius: 6px; padding: 4px 6px; }
QToolButton:hover { background: {accentSoft}; }
QToolButton:pressed { background: {selection}; }
QToolButton:checked { background: {selection}; border-color: {focus}; }
QToolButton:focus { border-color: {focus}; }
QToolButton:disabled { color: {disabled}; }
QToolButton[popupMode="1"] { padding-right: 20px; }
QToolButton[popupMode="2"] { padding-right: 16px; }
QToolButton::menu-button { border: none; border-radius: 6px; width: 16px; }
QToolButton::menu-arrow { image: url(:/theme/arrow-down.svg); width: 10px; height: 10px; }
QToolButton::menu-indicator { image: url(:/theme/arrow-down.svg); width: 10px; height: 10px; subcontrol-origin: padding; subcontrol-position: center right; right: 4px; }
)";

constexpr char kInputRules[] = R"(
QLineEdit, QPlainTextEdit, QTextEdit, QComboBox, QAbstractSpinBox {
  background: {panel}; color: {text}; border: 1px solid {borderStrong}; border-radius: 6px; padding: 4px 8px;
  selection-background-color: {accent}; selection-color: {textOnAccent}; }
QLineEdit, QComboBox, QAbstractSpinBox { min-height: 18px; }
QLineEdit:hover, QComboBox:hover, QAbstractSpinBox:hover { border-color: {neutral}; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QComboBox:focus, QAbstractSpinBox:focus { border: 2px solid {focus}; padding: 3px 7px; }
QLineEdit:disabled, QComboBox:disabled, QAbstractSpinBox:disabled { background: {window}; color: {disabled}; border-color: {border}; }
QLineEdit[invalid="true"] { border-color: {critical}; }
QComboBox { combobox-popup: 0; }
QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }
QComboBox::drop-down { border: none; width: 20px; }
QComboBox::down-arrow { image: url(:/theme/arrow-down.svg); width: 12px; height: 12px; }
QComboBox QAbstractItemView { background: {raised}; border: 1px solid {borderStrong}; padding: 4px; selection-background-color: {selection}; selection-color: {text}; outline: 0; }
QComboBox QAbstractItemView::item { padding: 4px 8px; border-radius: 4px; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { border: none; width: 18px; background: transparent; }
QAbstractSpinBox::up-button:hover, QAbstractSpinBox::down-button:hover { background: {accentSoft}; }
QAbstractSpinBox::up-arrow { image: url(:/theme/arrow-up.svg); width: 10px; height: 10px; }
QAbstractSpinBox::down-arrow { image: url(:/theme/arrow-down.svg); width: 10px; height: 10px; }
QSlider::groove:horizontal { height: 4px; border-radius: 2px; background: {border}; }
QSlider::sub-page:horizontal { height: 4px; border-radius: 2px; background: {accent}; }
QSlider::handle:horizontal { width: 14px; height: 14px; margin: -6px 0; border-radius: 8px; background: {raised}; border: 1px solid {borderStrong}; }
QSlider::handle:horizontal:hover, QSlider::handle:horizontal:focus { border-color: {accent}; background: {accentSoft}; }
QCheckBox { spacing: 8px; }
QCheckBox::indicator, QAbstractItemView::indicator { width: 14px; height: 14px; border: 1px solid {borderStrong}; border-radius: 4px; background: {panel}; }
QCheckBox::indicator:hover, QCheckBox::indicator:focus, QAbstractItemView::indicator:hover { border-color: {focus}; }
QCheckBox::indicator:checked, QAbstractItemView::indicator:checked { border-color: {accent}; image: url(:/theme/tick.svg); }
QCheckBox::indicator:indeterminate, QAbstractItemView::indicator:indeterminate { border-color: {accent}; image: url(:/theme/dash.svg); }
QProgressBar { background: {border}; border: none; border-radius: 3px; height: 6px; text-align: center; color: transparent; }
QProgressBar::chunk { background: {accent}; border-radius: 3px; }
)";

constexpr char kViewRules[] = R"(
QAbstractItemView { background: {panel}; alternate-background-color: {window}; color: {text}; border: none; outline: 0;
  selection-background-color: {selection}; selection-color: {text}; }
QTableView { gridline-color: {border}; }
QTableView::item, QTreeView::item { padding: 4px 8px; border: none; }
QListView::item:hover, QTreeView::item:hover, QTableView::item:hover { background: {accentSoft}; }
QListView::item:selected, QTreeView::item:selected, QTableView::item:selected { background: {selection}; color: {text}; }
QTreeView::branch:closed:has-children { image: url(:/theme/arrow-right.svg); }
QTreeView::branch:open:has-children { image: url(:/theme/arrow-down.svg); }
QHeaderView { background: {panel}; }
QTableView::item:focus, QTreeView::item:focus { background: {accentSoft}; }
QHeaderView::down-arrow { image: url(:/theme/arrow-down.svg); width: 10px; height: 10px; subcontrol-origin: border; subcontrol-position: top center; }
QHeaderView::up-arrow { image: url(:/theme/arrow-up.svg); width: 10px; height: 10px; subcontrol-origin: border; subcontrol-position: top center; }
QHeaderView::section { background: {panel}; color: {textMuted}; border: none; border-bottom: 1px solid {border}; padding: 6px 8px; }
QGroupBox { border: 1px solid {border}; border-radius: 6px; margin-top: 20px; padding: 8px; }
QGroupBox::title { subcontrol-origin: margin; left: 0; color: {textMuted}; padding: 0 0 4px 0; }
QFrame[card="true"] { background: {raised}; border: 1px solid {border}; border-radius: 6px; }
QLabel { background: transparent; }
QLabel[role="title"] { font-size: 12pt; font-weight: 600; }
QLabel[role="heading"] { color: {textMuted}; font-size: 8.5pt; font-weight: 600; }
QLabel[role="caption"] { color: {textMuted}; font-size: 8.5pt; }
QLabel[role="muted"] { color: {textMuted}; }
QLabel[role="good"] { color: {good}; }
QLabel[role="warning"] { color: {warning}; }
QLabel[role="critical"] { color: {critical}; }
)";

}  // namespace

QString styleSheetOf(const Theme& theme) {
  QString sheet = QString::fromLatin1(kWindowRules) + QString::fromLatin1(kTabRules) +
                  QString::fromLatin1(kButtonRules) + QString::fromLatin1(kInputRules) +
                  QString::fromLatin1(kViewRules);
  QColor disabled = theme.textMuted;
  disabled.setAlpha(150);
  const bool isLight = theme.kind == Theme::Kind::Light;
  const std::pair<const char*, QColor> roles[] = {
      {"{window}", theme.window},
      {"{panel}", theme.panel},
      {"{raised}", theme.raised},
      {"{border}", theme.border},
      {"{borderStrong}", theme.borderStrong},
      {"{text}", theme.text},
      {"{textMuted}", theme.textMuted},
      {"{textOnAccent}", theme.textOnAccent},
      {"{accent}", theme.accent},
      {"{accentHover}", isLight ? theme.accent.darker(112) : theme.accent.lighter(108)},
      {"{accentSoft}", theme.accentSoft},
      {"{focus}", theme.focus},
      {"{selection}", theme.selection},
      {"{good}", theme.good},
      {"{warning}", theme.warning},
      {"{critical}", theme.critical},
      {"{neutral}", theme.neutral},
      {"{disabled}", disabled},
  };
  for (const auto& [role, colour] : roles) {
    const QString value = colour.alpha() == 255 ? colour.name()
                                                : QStringLiteral("rgba(%1, %2, %3, %4)")
                                                      .arg(colour.red())
                                                      .arg(colour.green())
                                                      .arg(colour.blue())
                                                      .arg(colour.alpha());
    sheet.replace(QLatin1String(role), value);
  }
  return sheet;
}

}  // namespace cantilever::widgets

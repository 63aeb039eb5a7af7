#include "widgets/style/theme.h"

#include <gtest/gtest.h>

#include <QAbstractItemView>
#include <QApplication>
#include <QComboBox>
#include <QFile>
#include <QPalette>
#include <QRegularExpression>
#include <cmath>
#include <utility>
#include <vector>

#include "widgets/style/choice_box.h"
#include "widgets/style/style_sheet.h"

namespace cantilever::widgets {
namespace {

// WCAG 2.1: relative luminance L of linearised sRGB; contrast = (L1 + 0.05) / (L2 + 0.05), L1 the lighter.
double linearChannel(double c) {
  return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
}
double luminance(const QColor& colour) {
  return 0.2126 * linearChannel(colour.redF()) + 0.7152 * linearChannel(colour.greenF()) +
         0.0722 * linearChannel(colour.blueF());
}
double contrast(const QColor& a, const QColor& b) {
  const double x = luminance(a);
  const double y = luminance(b);
  return (std::max(x, y) + 0.05) / (std::min(x, y) + 0.05);
}

class EachTheme : public testing::TestWithParam<Theme::Kind> {
 protected:
  Theme theme() const { return GetParam() == Theme::Kind::Light ? Theme::light() : Theme::dark(); }
};

TEST_P(EachTheme, TextStandsOutOnEveryGroundItIsDrawnOn) {
  const Theme t = theme();
  const std::pair<const char*, QColor> grounds[] = {
      {"window", t.window}, {"panel", t.panel},     {"raised", t.raised},
      {"canvas", t.canvas}, {"block", t.blockFill}, {"zone", t.zoneFill},
      {"note", t.noteFill}, {"soft", t.accentSoft}, {"selection", t.selection},
  };
  for (const auto& [name, ground] : grounds) {
    EXPECT_GE(contrast(t.text, ground), 7.0) << "text on " << name;
    EXPECT_GE(contrast(t.textMuted, ground), 4.5) << "muted text on " << name;
  }
  EXPECT_GE(contrast(t.textOnAccent, t.accent), 4.5);
  EXPECT_GE(contrast(t.accent, t.panel), 4.5) << "links in text";
}

TEST_P(EachTheme, StatesAndLinkLabelsAreReadableAsText) {
  const Theme t = theme();
  for (const QColor& state : {t.good, t.warning, t.critical, t.neutral}) {
    EXPECT_GE(contrast(state, t.panel), 4.5) << state.name().toStdString();
    EXPECT_GE(contrast(state, t.blockFill), 4.5) << state.name().toStdString();
    EXPECT_GE(contrast(state, t.raised), 4.5) << state.name().toStdString();
  }
  for (const QColor& link :
       {t.linkCall, t.linkSend, t.linkRead, t.linkWrite, t.linkLookup, t.linkReplication}) {
    EXPECT_GE(contrast(link, t.canvas), 4.5) << link.name().toStdString();
    EXPECT_GE(contrast(link, t.zoneFill), 4.5) << link.name().toStdString();
  }
}

TEST_P(EachTheme, LinesAndSeriesStandOutAtLeastThreeToOne) {
  const Theme t = theme();
  EXPECT_GE(contrast(t.focus, t.panel), 3.0);
  for (const QColor& series : t.series) {
    EXPECT_GE(contrast(series, t.panel), 3.0) << series.name().toStdString();
  }
  QFile mark(QStringLiteral(":/theme/arrow-down.svg"));
  ASSERT_TRUE(mark.open(QIODevice::ReadOnly));
  const auto stroke = QRegularExpression(QStringLiteral("stroke=\"(#[0-9a-f]{6})\""))
                          .match(QString::fromUtf8(mark.readAll()));
  ASSERT_TRUE(stroke.hasMatch());
  EXPECT_GE(contrast(QColor(stroke.captured(1)), t.panel), 3.0);
}

TEST_P(EachTheme, StyleSheetLeavesNoRoleUnfilled) {
  const QString sheet = styleSheetOf(theme());
  EXPECT_FALSE(sheet.contains(QRegularExpression(QStringLiteral("\\{[A-Za-z]+\\}"))));
  EXPECT_TRUE(sheet.contains(theme().accent.name()));
}

TEST_P(EachTheme, UtilisationColoursChangeAtSeventyAndNinetyPercent) {
  const Theme t = theme();
  EXPECT_EQ(t.utilisation(-1), t.neutral);
  EXPECT_EQ(t.utilisation(0.70), t.good);
  EXPECT_EQ(t.utilisation(0.71), t.warning);
  EXPECT_EQ(t.utilisation(0.90), t.warning);
  EXPECT_EQ(t.utilisation(0.91), t.critical);
}

INSTANTIATE_TEST_SUITE_P(LightAndDark, EachTheme, testing::Values(Theme::Kind::Light, Theme::Kind::Dark),
                         [](const auto& which) {
                           return which.param == Theme::Kind::Light ? "Light" : "Dark";
                         });

TEST(ApplyTheme, ChangesPaletteAndSheetOfTheWholeApplication) {
  applyTheme(*qApp, Theme::Kind::Dark);
  EXPECT_EQ(QApplication::palette().color(QPalette::Window), Theme::dark().window);
  EXPECT_EQ(currentTheme().kind, Theme::Kind::Dark);
  applyTheme(*qApp, Theme::Kind::Light);
  EXPECT_EQ(QApplication::palette().color(QPalette::Window), Theme::light().window);
  EXPECT_EQ(qApp->styleSheet(), styleSheetOf(Theme::light()));
}

TEST_P(EachTheme, AChoiceShowsAllItsValuesBelowIt) {
  applyTheme(*qApp, GetParam());
  ChoiceBox choice;
  for (int i = 1; i <= 8; ++i) {
    choice.addItem(QStringLiteral("Value %1").arg(i));
  }
  choice.setCurrentIndex(4);
  choice.move(100, 100);
  choice.show();
  choice.showPopup();
  const QAbstractItemView* list = choice.view();
  const QRect last = list->visualRect(list->model()->index(7, 0));
  EXPECT_TRUE(list->viewport()->rect().contains(last)) << "a value is cut";
  EXPECT_GE(list->window()->y(), choice.mapToGlobal(choice.rect().bottomLeft()).y()) << "over the choice";
  choice.hidePopup();
  applyTheme(*qApp, Theme::Kind::Light);
}

}  // namespace
}  // namespace cantilever::widgets

#include "widgets/inspector/profile_editor.h"

#include <gtest/gtest.h>

#include <QApplication>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QTableWidget>
#include <QTest>
#include <QToolButton>

#include "tests/widgets/accessible_names.h"
#include "widgets/inspector/curve_graph.h"
#include "widgets/inspector/param_form.h"
#include "widgets/style/text.h"

namespace cantilever::widgets {
namespace {

using namespace literals;

/// The editor in a window, whose wishes come back as the next thing to show, as in the studio.
class ProfileEditorTest : public testing::Test {
 protected:
  ProfileEditorTest() : editor(&window) {
    workload.peak = 1000_rps;
    QObject::connect(&editor, &ProfileEditor::edited, &editor,
                     [this](const std::optional<ParamValue>& value) {
                       workload.params = withParam(workload.params, "curve", value);
                       ++wishes;
                       editor.show(workload, true);
                     });
    window.resize(330, 520);
    editor.resize(330, 520);
    window.show();
    EXPECT_TRUE(QTest::qWaitForWindowActive(&window));
  }
  void begin(const char* curve) {
    workload.params = withParam({}, "curve", std::optional(ParamValue(std::string(curve))));
    editor.show(workload, false);
    QCoreApplication::sendPostedEvents();
    QApplication::processEvents();
  }
  std::string curve() const {
    const auto at = workload.params.find("curve");
    return at == workload.params.end() ? std::string() : std::get<std::string>(at->second);
  }
  CurveGraph& graph() { return *editor.findChild<CurveGraph*>(); }
  QTableWidget& table() { return *editor.findChild<QTableWidget*>(); }
  QString error() {
    auto* label = editor.findChild<QLabel*>(QStringLiteral("profileError"));
    return label->isVisible() ? label->text() : QString();
  }

  Workload workload;
  QWidget window;
  ProfileEditor editor;
  int wishes = 0;
};

TEST_F(ProfileEditorTest, DragsAPointAsOneWish) {
  begin("lines 0 s: 50 %, 5 min: 100 %, 10 min: 20 %");
  const QPoint from = graph().placeOf(1).toPoint();
  const QPoint to = graph().placeOf(240_s, 0.6).toPoint();
  QTest::mousePress(&graph(), Qt::LeftButton, {}, from);
  QTest::mouseMove(&graph(), (from + to) / 2);
  QTest::mouseMove(&graph(), to);
  EXPECT_EQ(wishes, 0);
  QTest::mouseRelease(&graph(), Qt::LeftButton, {}, to);
  EXPECT_EQ(wishes, 1);
  const Result<plan::WrittenCurve> now = plan::readCurve(curve());
  ASSERT_TRUE(now.ok()) << curve();
  EXPECT_NEAR(now->points[1].at.inSeconds(), 240, 5);
  EXPECT_NEAR(now->points[1].level, 0.6, 0.02);
  EXPECT_EQ(now->points[0], (plan::RateCurve::Point{0_s, 0.5}));
  EXPECT_EQ(now->points[2], (plan::RateCurve::Point{600_s, 0.2}));
}

TEST_F(ProfileEditorTest, APointStaysBetweenItsNeighboursAndTheFirstAtZero) {
  begin("lines 0 s: 50 %, 5 min: 100 %, 10 min: 20 %");
  for (const int point : {0, 1}) {
    const QPoint from = graph().placeOf(point).toPoint();
    QTest::mousePress(&graph(), Qt::LeftButton, {}, from);
    QTest::mouseMove(&graph(), QPoint(graph().width() - 1, from.y()));
    QTest::mouseRelease(&graph(), Qt::LeftButton, {}, QPoint(graph().width() - 1, from.y()));
  }
  const Result<plan::WrittenCurve> now = plan::readCurve(curve());
  ASSERT_TRUE(now.ok()) << curve();
  EXPECT_EQ(now->points[0].at, 0_s);
  EXPECT_EQ(now->points[1].at, 600_s);
}

TEST_F(ProfileEditorTest, EscapeCancelsADrag) {
  begin("lines 0 s: 50 %, 5 min: 100 %");
  const QPoint from = graph().placeOf(1).toPoint();
  QTest::mousePress(&graph(), Qt::LeftButton, {}, from);
  QTest::mouseMove(&graph(), from + QPoint(-40, 30));
  QTest::keyClick(&graph(), Qt::Key_Escape);
  QTest::mouseRelease(&graph(), Qt::LeftButton, {}, from + QPoint(-40, 30));
  EXPECT_EQ(wishes, 0);
  EXPECT_EQ(graph().placeOf(1).toPoint(), from);
}

TEST_F(ProfileEditorTest, ADoubleClickAddsAPointAndDeleteRemovesIt) {
  begin("lines 0 s: 50 %, 10 min: 100 %");
  QTest::mouseDClick(&graph(), Qt::LeftButton, {}, graph().placeOf(120_s, 0.2).toPoint());
  EXPECT_EQ(table().rowCount(), 3);
  EXPECT_EQ(graph().chosen(), 1);
  graph().setFocus();
  QTest::keyClick(&graph(), Qt::Key_Delete);
  EXPECT_EQ(curve(), "lines 0 s: 50 %, 10 min: 100 %");
}

TEST_F(ProfileEditorTest, IsEditedByKeyboardAlone) {
  begin("steps 0 s: 50 %, 10 min: 100 %");
  graph().setFocus(Qt::TabFocusReason);
  EXPECT_EQ(graph().chosen(), 0);
  QTest::keyClick(&graph(), Qt::Key_Down);
  EXPECT_EQ(curve(), "steps 0 s: 49 %, 10 min: 100 %");
  QTest::keyClick(&graph(), Qt::Key_Right);
  QTest::keyClick(&graph(), Qt::Key_Up, Qt::ShiftModifier);
  EXPECT_EQ(curve(), "steps 0 s: 49 %, 10 min: 110 %");
  QTest::keyClick(&graph(), Qt::Key_Insert);  // behind the last
  EXPECT_EQ(table().rowCount(), 3);
  QTest::keyClick(&graph(), Qt::Key_Delete);
  QTest::keyClick(&graph(), Qt::Key_Left, Qt::ControlModifier);
  const Result<plan::WrittenCurve> now = plan::readCurve(curve());
  ASSERT_TRUE(now.ok()) << curve();
  ASSERT_EQ(now->points.size(), 2u);
  EXPECT_LT(now->points[1].at, 600_s);
  EXPECT_TRUE(graph().accessibleDescription().startsWith(QStringLiteral("Point 2 of 2")))
      << toUtf8(graph().accessibleDescription());
}

TEST_F(ProfileEditorTest, ShapesKeepWhatTheyCan) {
  begin("steps 0 s: 50 %, 10 min: 100 %");
  auto* shape = editor.findChild<QComboBox*>(QStringLiteral("profileShape"));
  shape->setFocus();
  QTest::keyClick(shape, Qt::Key_Down);
  EXPECT_EQ(curve(), "lines 0 s: 50 %, 10 min: 100 %");
  QTest::keyClick(shape, Qt::Key_Down);
  EXPECT_EQ(curve(), "sine 1 d from 50 %");
  QTest::keyClick(shape, Qt::Key_Up);
  EXPECT_EQ(table().rowCount(), 12);
  QTest::keyClick(shape, Qt::Key_Home);
  EXPECT_EQ(curve(), "");
  EXPECT_FALSE(workload.params.contains("curve"));
}

TEST_F(ProfileEditorTest, ThePeriodIsTypedAndChecked) {
  begin("lines 0 s: 50 %, 10 min: 100 %");
  auto* period = editor.findChild<QLineEdit*>(QStringLiteral("profilePeriod"));
  period->setFocus();
  QTest::keyClicks(period, QStringLiteral("5 min"));
  QTest::keyClick(period, Qt::Key_Return);
  EXPECT_TRUE(error().contains(QStringLiteral("period"))) << toUtf8(error());
  period->selectAll();
  QTest::keyClicks(period, QStringLiteral("1 h"));
  QTest::keyClick(period, Qt::Key_Return);
  EXPECT_EQ(curve(), "lines 0 s: 50 %, 10 min: 100 % every 1 h");
  EXPECT_EQ(error(), QString());
}

TEST_F(ProfileEditorTest, HasANameForEverything) {
  begin("lines 0 s: 50 %, 10 min: 100 %");
  EXPECT_EQ(test::focusableWithoutName(window), QStringList());
}

}  // namespace
}  // namespace cantilever::widgets

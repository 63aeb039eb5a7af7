#include "widgets/panels/gallery.h"

#include <gtest/gtest.h>

#include <QAbstractButton>
#include <QApplication>
#include <QLabel>
#include <QLineEdit>
#include <QTest>

#include "widgets/style/theme.h"

namespace cantilever::widgets {
namespace {

DesignPtr someDesign() {
  Design design;
  Block block;
  block.id = BlockId("cdn");
  block.type = "cdn";
  design.blocks.put(block);
  return std::make_shared<const Design>(design);
}

class GalleryTest : public testing::Test {
 protected:
  void SetUp() override {
    m_gallery.resize(1440, 900);
    m_gallery.setTemplates(
        {{QStringLiteral("web"), QStringLiteral("Web"), QStringLiteral("A web site"), someDesign()},
         {QStringLiteral("shop"), QStringLiteral("Shop"), QStringLiteral("A shop"), someDesign()}});
    m_gallery.setRecentFiles(
        {{QStringLiteral("/tmp/a.cantilever"), QStringLiteral("a"), QString(), nullptr}});
    m_gallery.show();
    QObject::connect(&m_gallery, &Gallery::templateChosen, &m_gallery,
                     [this](const QString& key) { m_chosen << key; });
    QObject::connect(&m_gallery, &Gallery::fileChosen, &m_gallery,
                     [this](const QString& path) { m_chosen << path; });
    QObject::connect(&m_gallery, &Gallery::emptyDesignChosen, &m_gallery,
                     [this] { m_chosen << QStringLiteral("empty"); });
    QObject::connect(&m_gallery, &Gallery::openChosen, &m_gallery,
                     [this] { m_chosen << QStringLiteral("open"); });
    QCoreApplication::processEvents();  // lay out
  }
  QAbstractButton* button(const char* name) {
    for (auto* each : m_gallery.findChildren<QAbstractButton*>()) {
      if (each->text() == QLatin1String(name)) {
        return each;
      }
    }
    return nullptr;
  }

  Gallery m_gallery{catalog::Catalog::builtIn()};
  QStringList m_chosen;
};

TEST_F(GalleryTest, EveryCardIsChosenByAClick) {
  for (const char* name : {"Empty design", "Open...", "Web", "a"}) {
    ASSERT_NE(button(name), nullptr) << name;
    QTest::mouseClick(button(name), Qt::LeftButton);
  }
  EXPECT_EQ(m_chosen, (QStringList{QStringLiteral("empty"), QStringLiteral("open"), QStringLiteral("web"),
                                   QStringLiteral("/tmp/a.cantilever")}));
}

TEST_F(GalleryTest, IsUsedByKeyboardAlone) {
  m_gallery.activateWindow();
  button("Empty design")->setFocus();
  QTest::keyClick(button("Empty design"), Qt::Key_Down);
  ASSERT_EQ(m_gallery.focusWidget(), button("Web"));
  QTest::keyClick(button("Web"), Qt::Key_Right);
  ASSERT_EQ(m_gallery.focusWidget(), button("Shop"));
  QTest::keyClick(button("Shop"), Qt::Key_Return);
  QTest::keyClick(button("Shop"), Qt::Key_Space);
  EXPECT_EQ(m_chosen, (QStringList{QStringLiteral("shop"), QStringLiteral("shop")}));
}

TEST_F(GalleryTest, CardsReflowWithTheWidth) {
  EXPECT_EQ(button("Web")->y(), button("Shop")->y());
  m_gallery.resize(500, 900);
  QCoreApplication::processEvents();
  EXPECT_GT(button("Shop")->y(), button("Web")->y());
}

TEST_F(GalleryTest, TemplatesOfACategoryStandUnderItsHeading) {
  m_gallery.setTemplates(
      {{QStringLiteral("a"), QStringLiteral("First"), {}, nullptr, QStringLiteral("Path")},
       {QStringLiteral("b"), QStringLiteral("Other"), {}, nullptr, QStringLiteral("Cases")},
       {QStringLiteral("c"), QStringLiteral("Second"), {}, nullptr, QStringLiteral("Path")}});
  QCoreApplication::processEvents();
  const auto placeOf = [&](const QWidget& widget) { return widget.mapTo(&m_gallery, QPoint(0, 0)); };
  EXPECT_EQ(placeOf(*button("First")).y(), placeOf(*button("Second")).y());
  EXPECT_GT(placeOf(*button("Other")).y(), placeOf(*button("First")).y());
  for (const auto& [heading, card] : {std::pair("Path", "First"), std::pair("Cases", "Other")}) {
    bool isAbove = false;
    for (const auto* label : m_gallery.findChildren<QLabel*>()) {
      isAbove = isAbove || (label->isVisible() && label->text() == QLatin1String(heading) &&
                            placeOf(*label).y() < placeOf(*button(card)).y());
    }
    EXPECT_TRUE(isAbove) << heading;
  }
}

TEST_F(GalleryTest, TypingLeavesWhatHasAllWords) {
  auto* search = m_gallery.findChild<QLineEdit*>();
  ASSERT_NE(search, nullptr);
  QTest::keyClicks(search, QStringLiteral("a SHOP"));
  EXPECT_TRUE(button("Shop")->isVisible());
  EXPECT_FALSE(button("Web")->isVisible());
  EXPECT_TRUE(button("Empty design")->isVisible());
  QTest::keyClicks(search, QStringLiteral(" floor"));
  EXPECT_FALSE(button("Shop")->isVisible());
  search->clear();
  EXPECT_TRUE(button("Web")->isVisible());
  EXPECT_TRUE(button("Shop")->isVisible());
}

TEST_F(GalleryTest, NewEntriesReplaceTheOldOnes) {
  m_gallery.setTemplates({{QStringLiteral("bank"), QStringLiteral("Bank"), QString(), nullptr}});
  QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
  EXPECT_EQ(button("Web"), nullptr);
  EXPECT_NE(button("Bank"), nullptr);
}

TEST_F(GalleryTest, CardsHaveNamesAndSummariesForScreenReaders) {
  EXPECT_EQ(button("Web")->accessibleName(), QStringLiteral("Web"));
  EXPECT_EQ(button("Web")->accessibleDescription(), QStringLiteral("A web site"));
}

TEST_F(GalleryTest, ThumbnailsFollowTheTheme) {
  const QImage light = button("Web")->grab().toImage();
  applyTheme(*qApp, Theme::Kind::Dark);
  EXPECT_NE(button("Web")->grab().toImage(), light);
  applyTheme(*qApp, Theme::Kind::Light);
  EXPECT_EQ(button("Web")->grab().toImage(), light);
}

}  // namespace
}  // namespace cantilever::widgets

#include "widgets/palette/palette_panel.h"

#include <gtest/gtest.h>

#include <QLineEdit>
#include <QListView>
#include <QMimeData>
#include <QTest>
#include <memory>

#include "widgets/palette/palette_list.h"
#include "widgets/palette/palette_search.h"
#include "widgets/style/text.h"

namespace cantilever::widgets {
namespace {

catalog::BlockType typeOf(const char* key, const char* label, catalog::Category category, const char* purpose,
                          std::vector<std::string> vendors = {}) {
  catalog::BlockType type;
  type.key = key;
  type.label = label;
  type.category = category;
  type.purpose = purpose;
  type.vendorNames = std::move(vendors);
  return type;
}

catalog::Catalog smallCatalog() {
  return catalog::Catalog({
      typeOf("redis_cluster", "Redis cluster", catalog::Category::Cache, "Keeps answers in memory",
             {"ElastiCache"}),
      typeOf("app_server", "Application servers", catalog::Category::Compute, "Runs the code"),
      typeOf("worker", "Workers", catalog::Category::Compute, "Does jobs from a queue, like a server"),
      typeOf("cdn", "CDN", catalog::Category::Edge, "A cache near the users", {"CloudFront"}),
  });
}

QStringList keysOf(const std::vector<const catalog::BlockType*>& types) {
  QStringList keys;
  for (const catalog::BlockType* type : types) {
    keys << toQString(type->key);
  }
  return keys;
}

TEST(PaletteSearch, RanksLabelsBeforeVendorsBeforePurpose) {
  const catalog::Catalog catalog = smallCatalog();
  EXPECT_EQ(keysOf(searchTypes(catalog, QStringLiteral("server"))),
            (QStringList{QStringLiteral("app_server"), QStringLiteral("worker")}));
  EXPECT_EQ(keysOf(searchTypes(catalog, QStringLiteral("cloudfront"))), QStringList{QStringLiteral("cdn")});
  EXPECT_EQ(keysOf(searchTypes(catalog, QStringLiteral("cache"))).front(), QStringLiteral("cdn"));
  EXPECT_EQ(keysOf(searchTypes(catalog, QStringLiteral("redis"))),
            QStringList{QStringLiteral("redis_cluster")});
}

TEST(PaletteSearch, NeedsEveryWord) {
  const catalog::Catalog catalog = smallCatalog();
  EXPECT_EQ(keysOf(searchTypes(catalog, QStringLiteral("cache memory"))),
            QStringList{QStringLiteral("redis_cluster")});
  EXPECT_TRUE(searchTypes(catalog, QStringLiteral("cache zebra")).empty());
  EXPECT_EQ(searchTypes(catalog, QString()).size(), 4U);
}

class PalettePanelTest : public testing::Test {
 protected:
  void SetUp() override {
    m_panel.resize(260, 600);
    m_panel.show();
    QObject::connect(&m_panel, &PalettePanel::activated, &m_panel,
                     [this](const QString& key) { m_activated << key; });
  }
  QLineEdit* search() { return m_panel.findChild<QLineEdit*>(); }
  QListView* list() { return m_panel.findChild<QListView*>(); }
  QStringList rows() {
    QStringList rows;
    for (int row = 0; row < list()->model()->rowCount(); ++row) {
      rows << list()->model()->index(row, 0).data().toString();
    }
    return rows;
  }
  QModelIndex rowNamed(const QString& label) {
    return list()->model()->index(static_cast<int>(rows().indexOf(label)), 0);
  }

  catalog::Catalog m_catalog = smallCatalog();
  PalettePanel m_panel{m_catalog};
  QStringList m_activated;
};

TEST_F(PalettePanelTest, ShowsTypesUnderTheirCategories) {
  EXPECT_EQ(rows(), (QStringList{QStringLiteral("Edge"), QStringLiteral("CDN"), QStringLiteral("Compute"),
                                 QStringLiteral("Application servers"), QStringLiteral("Workers"),
                                 QStringLiteral("Cache"), QStringLiteral("Redis cluster")}));
}

TEST_F(PalettePanelTest, TypingAndEnterInsertsTheBestMatch) {
  m_panel.focusSearch();
  QTest::keyClicks(search(), QStringLiteral("elasti"));
  EXPECT_EQ(rows(), QStringList{QStringLiteral("Redis cluster")});
  QTest::keyClick(search(), Qt::Key_Return);
  EXPECT_EQ(m_activated, QStringList{QStringLiteral("redis_cluster")});
  QTest::keyClick(search(), Qt::Key_Escape);
  EXPECT_EQ(rows().size(), 7);
}

TEST_F(PalettePanelTest, IsWalkedByKeyboardPastTheHeadings) {
  QTest::keyClick(search(), Qt::Key_Down);
  EXPECT_EQ(list()->currentIndex().data().toString(), QStringLiteral("CDN"));
  QTest::keyClick(list(), Qt::Key_Down);
  EXPECT_EQ(list()->currentIndex().data().toString(), QStringLiteral("Application servers"));
  QTest::keyClick(list(), Qt::Key_Return);
  EXPECT_EQ(m_activated, QStringList{QStringLiteral("app_server")});
}

TEST_F(PalettePanelTest, DoubleClickInsertsAndHeadingsDoNot) {
  const auto doubleClick = [this](const QString& label) {
    QTest::mouseDClick(list()->viewport(), Qt::LeftButton, {}, list()->visualRect(rowNamed(label)).center());
  };
  doubleClick(QStringLiteral("Compute"));
  EXPECT_TRUE(m_activated.isEmpty());
  doubleClick(QStringLiteral("Workers"));
  EXPECT_EQ(m_activated, QStringList{QStringLiteral("worker")});
}

TEST_F(PalettePanelTest, DragsCarryTheKeyOfTheType) {
  const std::unique_ptr<QMimeData> data(list()->model()->mimeData({rowNamed(QStringLiteral("CDN"))}));
  ASSERT_TRUE(data);
  EXPECT_EQ(data->data(QLatin1String(kBlockTypeMime)), QByteArray("cdn"));
  EXPECT_EQ(list()->model()->mimeData({rowNamed(QStringLiteral("Edge"))}), nullptr);
}

TEST(PaletteModel, TellsWhatATypeDoesInItsToolTip) {
  catalog::BlockType type = typeOf("cdn", "CDN", catalog::Category::Edge, "A cache near the users");
  type.documentation = "**What happens.** It answers, or asks the origin.\n\n**Not modelled.** Purges.";
  PaletteModel model;
  model.show({&type}, PaletteModel::Headings::Shown);
  EXPECT_FALSE(model.index(0, 0).data(Qt::ToolTipRole).isValid()) << "a heading";
  const QString tip = model.index(1, 0).data(Qt::ToolTipRole).toString();
  EXPECT_TRUE(tip.contains(QStringLiteral("A cache near the users")));
  EXPECT_TRUE(tip.contains(QStringLiteral("asks the origin")));
  EXPECT_FALSE(tip.contains(QStringLiteral("**")));
  EXPECT_FALSE(tip.contains(QStringLiteral("Purges"))) << "is in the inspector";
}

TEST_F(PalettePanelTest, SaysWhenNothingMatches) {
  QTest::keyClicks(search(), QStringLiteral("zebra"));
  EXPECT_FALSE(list()->isVisible());
  QTest::keyClick(search(), Qt::Key_Return);
  EXPECT_TRUE(m_activated.isEmpty());
}

TEST_F(PalettePanelTest, EveryControlHasAName) {
  EXPECT_FALSE(search()->accessibleName().isEmpty());
  EXPECT_FALSE(list()->accessibleName().isEmpty());
  EXPECT_EQ(rowNamed(QStringLiteral("CDN")).data(Qt::AccessibleTextRole).toString(),
            QStringLiteral("CDN: A cache near the users"));
}

}  // namespace
}  // namespace cantilever::widgets

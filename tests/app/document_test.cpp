#include "app/gui/document.h"

#include <gtest/gtest.h>

#include <QTemporaryDir>

#include "core/exchange/file_set.h"
#include "widgets/style/text.h"

namespace cantilever::app {
namespace {

struct DocumentTest : ::testing::Test {
  QTemporaryDir folder;
  Document document{catalog::Catalog::builtIn()};
  DesignPtr design() const { return document.design(); }
};

edit::AddBlock addServer(const char* id) {
  Block block;
  block.id = BlockId(id);
  block.type = "app_server";
  block.name = id;
  return {block};
}

TEST_F(DocumentTest, RefusesAnEditThatCannotBeAndSaysWhy) {
  QString reason;
  QObject::connect(&document, &Document::refused, &document, [&](const QString& why) { reason = why; });
  EXPECT_FALSE(document.request(edit::SetBlockName{BlockId("nobody"), "x"}).has_value());
  EXPECT_FALSE(reason.isEmpty());
  EXPECT_EQ(document.undoStack().count(), 0);
}

TEST_F(DocumentTest, MergesStepsWithTheSameKeyAndNoOthers) {
  document.request(addServer("app"));
  document.request(edit::MoveBlocks{{BlockId("app")}, {8, 0}}, QStringLiteral("move app"));
  document.request(edit::MoveBlocks{{BlockId("app")}, {8, 0}}, QStringLiteral("move app"));
  EXPECT_EQ(document.undoStack().count(), 2);
  document.request(edit::MoveBlocks{{BlockId("app")}, {0, 8}});
  EXPECT_EQ(document.undoStack().count(), 3);
}

TEST_F(DocumentTest, DropsAMergedStepThatChangesNothing) {
  document.request(addServer("app"));
  document.request(edit::MoveBlocks{{BlockId("app")}, {8, 0}}, QStringLiteral("move app"));
  document.request(edit::MoveBlocks{{BlockId("app")}, {-8, 0}}, QStringLiteral("move app"));
  EXPECT_EQ(document.undoStack().count(), 1);
}

TEST_F(DocumentTest, KeepsStepsApartAcrossASave) {
  document.request(addServer("app"));
  document.request(edit::MoveBlocks{{BlockId("app")}, {8, 0}}, QStringLiteral("move app"));
  ASSERT_TRUE(document.save(folder.filePath(QStringLiteral("a.cantilever.json"))).ok());
  EXPECT_FALSE(document.isDirty());
  document.request(edit::MoveBlocks{{BlockId("app")}, {8, 0}}, QStringLiteral("move app"));
  EXPECT_TRUE(document.isDirty());
  EXPECT_EQ(document.undoStack().count(), 3);
}

TEST_F(DocumentTest, ANewDocumentFromATemplateHasNoFile) {
  ASSERT_TRUE(document.startFromTemplate(QStringLiteral("high_traffic_web")).ok());
  EXPECT_TRUE(document.path().isEmpty());
  EXPECT_FALSE(document.isDirty());
  EXPECT_FALSE(design()->blocks.isEmpty());
}

TEST_F(DocumentTest, StaysDirtyAndAsItWasWhenSavingFails) {
  document.request(addServer("app"));
  const QString blocked = folder.filePath(QStringLiteral("file"));
  ASSERT_TRUE(exchange::writeFile(widgets::toUtf8(blocked), "in the way").ok());
  const Result<void> saved = document.save(blocked + QStringLiteral("/a.cantilever"));
  ASSERT_FALSE(saved.ok());
  EXPECT_TRUE(document.isDirty());
  EXPECT_TRUE(document.path().isEmpty());
}

TEST_F(DocumentTest, KeepsTheOpenDesignWhenAFileIsMalformed) {
  document.request(addServer("app"));
  const DesignPtr before = design();
  const QString bad = folder.filePath(QStringLiteral("bad.cantilever.json"));
  ASSERT_TRUE(exchange::writeFile(widgets::toUtf8(bad), "{ \"schema\": ").ok());
  EXPECT_FALSE(document.open(bad).ok());
  EXPECT_EQ(design(), before);
  EXPECT_TRUE(document.isDirty());
  EXPECT_TRUE(document.undoStack().canUndo());
}

}  // namespace
}  // namespace cantilever::app

#include "core/storage/document_file.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "core/exchange/file_set.h"
#include "core/exchange/templates.h"
#include "core/storage/migrations.h"
#include "tests/core/exchange/golden.h"
#include "tests/core/exchange/sample_design.h"
#include "tests/core/exchange/temporary_folder.h"

namespace cantilever::storage {
namespace {

namespace fs = std::filesystem;
using testing::DesignMaker;
using ::testing::HasSubstr;
using testing::sampleCatalog;
using testing::TemporaryFolder;

Design sampleDesign() {
  return DesignMaker(11).make(4);
}

std::string bytesOf(const std::string& path) {
  const Result<std::string> bytes = exchange::readFile(path);
  return bytes ? *bytes : "unreadable: " + bytes.error().message;
}

Error errorOpening(const std::string& path) {
  const auto loaded = openDesign(path, sampleCatalog());
  return loaded ? Error{"opened", {}, {}} : loaded.error();
}

/// Runs SQL on a file, as another program would.
void execute(const std::string& path, const std::string& sql) {
  SQLite::Database database(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  database.exec(sql);
}

TEST(DocumentFile, OpensWhatItSaved) {
  const TemporaryFolder folder;
  for (const char* name : {"a.cantilever", "a.cantilever.json", "a.json"}) {
    const std::string path = folder.path(name);
    ASSERT_TRUE(saveDesign(path, sampleDesign()).ok());
    const auto loaded = openDesign(path, sampleCatalog());
    ASSERT_TRUE(loaded.ok()) << loaded.error().message;
    EXPECT_EQ(loaded->design, sampleDesign()) << name;
  }
  EXPECT_EQ(testing::filesBelow(folder.path()).size(), 3U) << "something was left behind";
}

TEST(DocumentFile, TheContentDecidesHowAFileIsRead) {
  const TemporaryFolder folder;
  ASSERT_TRUE(saveDesign(folder.path("a.cantilever"), sampleDesign()).ok());
  fs::rename(folder.path("a.cantilever"), folder.path("a.json"));
  EXPECT_TRUE(openDesign(folder.path("a.json"), sampleCatalog()).ok());
}

TEST(DocumentFile, IsMarkedAsOurs) {
  const TemporaryFolder folder;
  const std::string path = folder.path("a.cantilever");
  ASSERT_TRUE(saveDesign(path, sampleDesign()).ok());
  SQLite::Database database(path);
  EXPECT_EQ(database.execAndGet("PRAGMA application_id").getInt(), kApplicationId);
  EXPECT_EQ(bytesOf(path).substr(68, 4), "CANT");  // where file(1) looks
  EXPECT_EQ(database.execAndGet("PRAGMA user_version").getInt(), schemaVersion());
  EXPECT_EQ(database.execAndGet("SELECT count(*) FROM design_revision").getInt(), 1);
}

TEST(DocumentFile, OpeningLeavesTheFileAsItIs) {
  const TemporaryFolder folder;
  const std::string path = folder.path("a.cantilever");
  ASSERT_TRUE(saveDesign(path, sampleDesign()).ok());
  const std::string before = bytesOf(path);
  ASSERT_TRUE(openDesign(path, sampleCatalog()).ok());
  EXPECT_EQ(bytesOf(path), before);
  EXPECT_EQ(testing::filesBelow(folder.path()).size(), 1U);
}

TEST(DocumentFile, TheNewestRevisionIsTheDesign) {
  const TemporaryFolder folder;
  const std::string path = folder.path("a.cantilever");
  ASSERT_TRUE(saveDesign(path, sampleDesign()).ok());
  execute(
      path,
      R"(INSERT INTO design_revision (json) VALUES ('{"schema": "cantilever.design/1", "name": "newer"}'))");
  const auto loaded = openDesign(path, sampleCatalog());
  ASSERT_TRUE(loaded.ok());
  EXPECT_EQ(loaded->design.name, "newer");
}

/// Files as each schema made them: user_version n has the tables of the first n migrations.
TEST(DocumentFile, BringsFilesOfEverySchemaUpToDateWithoutTouchingThem) {
  const TemporaryFolder folder;
  for (int version = 1; version <= schemaVersion(); ++version) {
    const std::string path = folder.path("v" + std::to_string(version) + ".cantilever");
    fs::copy_file(fs::path(CANTILEVER_SOURCE_DIR) / "tests/core/storage/files" / fs::path(path).filename(),
                  path);
    const std::string before = bytesOf(path);
    const auto loaded = openDesign(path, sampleCatalog());
    ASSERT_TRUE(loaded.ok()) << loaded.error().message;
    EXPECT_EQ(loaded->design.name, "Kept from schema " + std::to_string(version));
    EXPECT_EQ(bytesOf(path), before);
  }
}

TEST(DocumentFile, RefusesTheDatabaseOfAnotherProgramAndDoesNotReplaceIt) {
  const TemporaryFolder folder;
  const std::string path = folder.path("places.cantilever");
  execute(path, "CREATE TABLE visit (url TEXT)");
  const std::string before = bytesOf(path);
  EXPECT_EQ(errorOpening(path).code, "storage.foreign_file");
  const Result<void> saved = saveDesign(path, sampleDesign());
  ASSERT_FALSE(saved.ok());
  EXPECT_EQ(saved.error().code, "storage.foreign_file");
  EXPECT_EQ(bytesOf(path), before);
}

TEST(DocumentFile, RefusesANewerSchemaAndDoesNotReplaceIt) {
  const TemporaryFolder folder;
  const std::string path = folder.path("a.cantilever");
  ASSERT_TRUE(saveDesign(path, sampleDesign()).ok());
  execute(path, "PRAGMA user_version = 1000");
  const std::string before = bytesOf(path);
  const Error error = errorOpening(path);
  EXPECT_EQ(error.code, "storage.newer_schema");
  EXPECT_THAT(error.message, HasSubstr("newer version"));
  EXPECT_FALSE(saveDesign(path, sampleDesign()).ok());
  EXPECT_EQ(bytesOf(path), before);
}

TEST(DocumentFile, SaysThatATruncatedFileIsDamaged) {
  const TemporaryFolder folder;
  const std::string path = folder.path("a.cantilever");
  ASSERT_TRUE(saveDesign(path, sampleDesign()).ok());
  const std::string whole = bytesOf(path);
  ASSERT_GT(whole.size(), 4096U);
  for (std::size_t length = 16; length < whole.size(); length += 509) {
    ASSERT_TRUE(exchange::writeFile(path, whole.substr(0, length)).ok());
    EXPECT_EQ(errorOpening(path).code, "storage.damaged") << length;
    EXPECT_EQ(bytesOf(path), whole.substr(0, length));
  }
}

TEST(DocumentFile, DamagedBytesAreReportedAndNeverCrash) {
  const TemporaryFolder folder;
  const std::string path = folder.path("a.cantilever");
  ASSERT_TRUE(saveDesign(path, sampleDesign()).ok());
  const std::string whole = bytesOf(path);
  RandomStream random(3);
  for (int i = 0; i < 300; ++i) {
    std::string bytes = whole;
    const std::uint32_t at = random.below(static_cast<std::uint32_t>(bytes.size()));
    for (std::size_t k = at; k < std::min<std::size_t>(at + 40, bytes.size()); ++k) {
      bytes[k] = static_cast<char>(random.below(256));
    }
    ASSERT_TRUE(exchange::writeFile(path, bytes).ok());
    const auto loaded = openDesign(path, sampleCatalog());
    if (!loaded) {
      EXPECT_FALSE(loaded.error().message.empty());
    }
  }
}

TEST(DocumentFile, SaysThatADocumentHoldsNoDesign) {
  const TemporaryFolder folder;
  const std::string path = folder.path("a.cantilever");
  ASSERT_TRUE(saveDesign(path, sampleDesign()).ok());
  execute(path, "DELETE FROM design_revision");
  EXPECT_THAT(errorOpening(path).message, HasSubstr("no design"));
  execute(path, "DROP TABLE design_revision");
  EXPECT_EQ(errorOpening(path).code, "storage.damaged");
}

TEST(DocumentFile, NamesWhatIsWrongWithThePath) {
  const TemporaryFolder folder;
  EXPECT_THAT(errorOpening(folder.path()).message, HasSubstr("it is a folder"));
  EXPECT_THAT(errorOpening(folder.path("none.cantilever")).message, HasSubstr("no such file"));
  ASSERT_TRUE(exchange::writeFile(folder.path("empty.json"), "").ok());
  EXPECT_EQ(errorOpening(folder.path("empty.json")).code, "file.empty");
  ASSERT_TRUE(exchange::writeFile(folder.path("x.png"), "\x89PNG").ok());
  EXPECT_EQ(errorOpening(folder.path("x.png")).code, "json.syntax");
  EXPECT_EQ(saveDesign(folder.path("a.docx"), sampleDesign()).error().code, "storage.unknown_extension");
  EXPECT_EQ(saveDesign(folder.path("no/a.cantilever"), sampleDesign()).error().code, "file.cannot_write");
}

TEST(DocumentFile, ASaveThatFailsLeavesTheOldFile) {
  const TemporaryFolder folder;
  const std::string path = folder.path("a.cantilever");
  fs::create_directory(path);  // where a file is due
  EXPECT_FALSE(saveDesign(path, sampleDesign()).ok());
  EXPECT_TRUE(fs::is_directory(path));
  EXPECT_TRUE(testing::filesBelow(folder.path()).empty());
}

TEST(DocumentFile, AnUnknownNameSuggestsATemplate) {
  const auto loaded = openDesignOrTemplate("no_such_design_at_all", sampleCatalog());
  ASSERT_FALSE(loaded.ok());
  EXPECT_EQ(loaded.error().code, "file.not_found");
  EXPECT_THAT(loaded.error().message, HasSubstr("templates"));
}

}  // namespace
}  // namespace cantilever::storage

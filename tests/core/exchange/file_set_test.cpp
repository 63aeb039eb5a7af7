#include "core/exchange/file_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "tests/core/exchange/golden.h"
#include "tests/core/exchange/temporary_folder.h"

namespace cantilever::exchange {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::TemporaryFolder;

std::string contentOf(const std::string& path) {
  const Result<std::string> bytes = readFile(path);
  return bytes ? *bytes : bytes.error().message;
}

TEST(WriteFiles, MakesTheFoldersItNeeds) {
  const TemporaryFolder folder;
  ASSERT_TRUE(writeFiles({{"a.txt", "one"}, {"b/c/d.txt", "two"}}, folder.path("new/er")).ok());
  EXPECT_THAT(testing::filesBelow(folder.path()), ElementsAre("new/er/a.txt", "new/er/b/c/d.txt"));
  EXPECT_EQ(contentOf(folder.path("new/er/b/c/d.txt")), "two");
}

TEST(WriteFiles, ReplacesWhatWasThere) {
  const TemporaryFolder folder;
  ASSERT_TRUE(writeFiles({{"a", "1"}, {"b", "1"}}, folder.path()).ok());
  ASSERT_TRUE(writeFiles({{"a", "2"}, {"b", "2"}}, folder.path()).ok());
  EXPECT_THAT(testing::filesBelow(folder.path()), ElementsAre("a", "b"));
  EXPECT_EQ(contentOf(folder.path("a")) + contentOf(folder.path("b")), "22");
}

TEST(WriteFiles, ChangesNothingWhenOneFileCannotBeWritten) {
  const TemporaryFolder folder;
  ASSERT_TRUE(writeFiles({{"a", "old"}}, folder.path()).ok());
  fs::create_directory(folder.path("z"));  // a folder where a file is due
  const Result<void> written = writeFiles({{"a", "new"}, {"fresh/b", "new"}, {"z", "new"}}, folder.path());
  ASSERT_FALSE(written.ok());
  EXPECT_EQ(written.error().code, "file.cannot_write");
  EXPECT_EQ(contentOf(folder.path("a")), "old");
  EXPECT_THAT(testing::filesBelow(folder.path()), ElementsAre("a"));
  EXPECT_FALSE(fs::exists(folder.path("fresh")));
}

TEST(WriteFiles, RefusesPathsThatLeaveTheFolder) {
  const TemporaryFolder folder;
  for (const char* path : {"../x", "/etc/x", "a/../../x", "", "a//b", ".", "a/.", "a\\b"}) {
    const Result<void> written = writeFiles({{"fine", "1"}, {path, "1"}}, folder.path("out"));
    ASSERT_FALSE(written.ok()) << path;
    EXPECT_EQ(written.error().code, "file.unsafe_path") << path;
  }
  EXPECT_FALSE(fs::exists(folder.path("out")));
}

TEST(WriteFiles, RefusesASymbolicLinkThatLeadsOut) {
  const TemporaryFolder folder;
  fs::create_directories(folder.path("out"));
  fs::create_directories(folder.path("elsewhere"));
  fs::create_directory_symlink(folder.path("elsewhere"), folder.path("out/sub"));
  EXPECT_EQ(writeFiles({{"sub/x", "1"}}, folder.path("out")).error().code, "file.unsafe_path");
  EXPECT_TRUE(testing::filesBelow(folder.path("elsewhere")).empty());
}

/// Not a mode: tests may run as root, for whom modes do not count. Nobody makes a folder below a file, or in
/// /proc.
TEST(WriteFiles, SaysWhatToDoAboutAFolderThatCannotBeWritten) {
  const TemporaryFolder folder;
  ASSERT_TRUE(writeFile(folder.path("file"), "1").ok());
  const Result<void> below = writeFiles({{"a", "1"}}, folder.path("file/sub"));
  ASSERT_FALSE(below.ok());
  EXPECT_THAT(below.error().message, HasSubstr("choose a folder"));
  EXPECT_EQ(contentOf(folder.path("file")), "1");
  const Result<void> proc = writeFiles({{"a", "1"}}, "/proc/cantilever");
  ASSERT_FALSE(proc.ok());
  EXPECT_EQ(proc.error().code, "file.cannot_write");
}

TEST(WriteFile, KeepsTheModeAndTheSymbolicLink) {
  const TemporaryFolder folder;
  ASSERT_TRUE(writeFile(folder.path("real"), "1").ok());
  ASSERT_EQ(::chmod(folder.path("real").c_str(), 0640), 0);
  fs::create_symlink("real", folder.path("link"));
  ASSERT_TRUE(writeFile(folder.path("link"), "2").ok());
  EXPECT_TRUE(fs::is_symlink(folder.path("link")));
  EXPECT_EQ(contentOf(folder.path("real")), "2");
  struct stat status {};
  ASSERT_EQ(::stat(folder.path("real").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0640U);
}

TEST(WriteFile, LeavesDevicesInPlace) {
  ASSERT_TRUE(writeFile("/dev/null", "gone").ok());
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
}

/// Modes do not bind root: tests that are about them run as somebody else.
class AsOrdinaryUser {
 public:
  AsOrdinaryUser() { m_wasRoot = ::geteuid() == 0 && ::seteuid(65534) == 0; }
  AsOrdinaryUser(const AsOrdinaryUser&) = delete;
  AsOrdinaryUser& operator=(const AsOrdinaryUser&) = delete;
  ~AsOrdinaryUser() {
    if (m_wasRoot) {
      EXPECT_EQ(::seteuid(0), 0);
    }
  }

 private:
  bool m_wasRoot = false;
};

TEST(WriteFile, DoesNotReplaceAFileThatIsProtected) {
  const TemporaryFolder folder;
  ASSERT_TRUE(writeFile(folder.path("a"), "1").ok());
  fs::permissions(folder.path("a"), fs::perms(0444));
  fs::permissions(folder.path(), fs::perms(0777));  // names may be exchanged here, and yet
  const AsOrdinaryUser user;
  ASSERT_NE(::geteuid(), 0U);
  const Result<void> written = writeFile(folder.path("a"), "2");
  ASSERT_FALSE(written.ok());
  EXPECT_THAT(written.error().message, HasSubstr("may write to"));
  EXPECT_EQ(contentOf(folder.path("a")), "1");
}

TEST(WriteFiles, LeavesNothingBehindInAFolderThatIsReadOnly) {
  const TemporaryFolder folder;
  fs::permissions(folder.path(), fs::perms(0555));
  const AsOrdinaryUser user;
  const Result<void> written = writeFiles({{"a", "1"}, {"b/c", "1"}}, folder.path());
  ASSERT_FALSE(written.ok());
  EXPECT_THAT(written.error().message, HasSubstr("permission denied. Choose a folder you may write to."));
  EXPECT_TRUE(fs::is_empty(folder.path()));
}

TEST(WriteFile, SaysThatTheFolderIsMissing) {
  const TemporaryFolder folder;
  const Result<void> written = writeFile(folder.path("no/file"), "1");
  ASSERT_FALSE(written.ok());
  EXPECT_THAT(written.error().message, HasSubstr("folder does not exist"));
}

TEST(ReadFile, TellsFoldersFromMissingFiles) {
  const TemporaryFolder folder;
  EXPECT_THAT(readFile(folder.path()).error().message, HasSubstr("it is a folder"));
  EXPECT_THAT(readFile(folder.path("none")).error().message, HasSubstr("no such file"));
}

}  // namespace
}  // namespace cantilever::exchange

#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <set>
#include <string>

#include "core/exchange/file_set.h"

/// Golden files are kept in tests/core/exchange/golden. A deliberate change is written there by running the
/// test with CANTILEVER_UPDATE_GOLDEN=1; the commit says why.
namespace cantilever::testing {

inline std::filesystem::path goldenRoot() {
  return std::filesystem::path(CANTILEVER_SOURCE_DIR) / "tests/core/exchange/golden";
}

inline bool updatesGolden() {
  const char* value = std::getenv("CANTILEVER_UPDATE_GOLDEN");
  return value != nullptr && std::string(value) == "1";
}

inline void expectGolden(const std::string& name, const std::string& actual) {
  const std::string path = (goldenRoot() / name).string();
  if (updatesGolden()) {
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    const Result<void> written = exchange::writeFile(path, actual);
    ASSERT_TRUE(written.ok()) << written.error().message;
    return;
  }
  const Result<std::string> wanted = exchange::readFile(path);
  ASSERT_TRUE(wanted.ok()) << wanted.error().message;
  EXPECT_EQ(*wanted, actual) << "differs from " << path;
}

inline std::set<std::string> filesBelow(const std::filesystem::path& folder) {
  std::set<std::string> files;
  if (std::filesystem::is_directory(folder)) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
      if (entry.is_regular_file()) {
        files.insert(std::filesystem::relative(entry.path(), folder).generic_string());
      }
    }
  }
  return files;
}

/// Every file of the set equals its golden one, and there are no others.
inline void expectGoldenFolder(const std::string& name, const exchange::FileSet& actual) {
  if (updatesGolden()) {
    std::filesystem::remove_all(goldenRoot() / name);
  }
  std::set<std::string> names;
  for (const auto& [path, bytes] : actual) {
    names.insert(path);
    expectGolden(name + "/" + path, bytes);
  }
  EXPECT_EQ(filesBelow(goldenRoot() / name), names);
}

}  // namespace cantilever::testing

// The order of the house: which folder may include which. A new arrow is a reviewed change of this table.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;
using Arrows = std::map<std::string, std::set<std::string>>;

// Lower never includes higher. Engines see only base, vocabulary and the two model headers listed in
// kModelHeadersForEngines.
const Arrows kMayInclude = {
    {"core/base", {"core/base"}},
    {"core/model", {"core/base", "core/model"}},
    {"core/vocabulary", {"core/base", "core/model", "core/vocabulary"}},
    {"core/catalog", {"core/base", "core/model", "core/vocabulary", "core/catalog"}},
    {"core/estimate", {"core/base", "core/model", "core/vocabulary", "core/catalog", "core/estimate"}},
    {"core/edit",
     {"core/base", "core/model", "core/vocabulary", "core/catalog", "core/estimate", "core/edit"}},
    {"core/layout", {"core/base", "core/model", "core/layout"}},
    {"core/compile", {"core/base", "core/model", "core/vocabulary", "core/catalog", "core/compile"}},
    {"core/sim", {"core/base", "core/vocabulary", "core/sim"}},
    {"core/experiment", {"core/base", "core/vocabulary", "core/sim", "core/experiment"}},
    {"core/analytic", {"core/base", "core/vocabulary", "core/analytic"}},
    {"core/fluid", {"core/base", "core/vocabulary", "core/analytic", "core/fluid"}},
    {"core/cost", {"core/base", "core/model", "core/vocabulary", "core/catalog", "core/cost"}},
    {"core/advice",
     {"core/base", "core/model", "core/vocabulary", "core/catalog", "core/compile", "core/sim",
      "core/analytic", "core/fluid", "core/cost", "core/experiment", "core/advice"}},
    {"core/exchange",
     {"core/base", "core/model", "core/vocabulary", "core/catalog", "core/estimate", "core/edit",
      "core/compile", "core/sim", "core/analytic", "core/fluid", "core/cost", "core/experiment",
      "core/advice", "core/exchange"}},
    {"core/storage", {"core/base", "core/model", "core/catalog", "core/exchange", "core/storage"}},
};
const std::set<std::string> kEngines = {"core/sim", "core/analytic", "core/fluid"};
const std::set<std::string> kModelHeadersForEngines = {"core/model/scenario.h", "core/model/policy.h"};
// Widgets show values and emit wishes: they ask core questions, but never change a design, run an engine or
// open a file.
const std::set<std::string> kForbiddenInWidgets = {"core/storage", "core/compile"};

std::string folderOf(const std::string& path) {
  const auto first = path.find('/');
  const auto second = path.find('/', first + 1);
  return second == std::string::npos ? path.substr(0, first) : path.substr(0, second);
}

struct Include {
  std::string file;
  std::string target;
  bool isQt = false;
};

std::vector<Include> includesBelow(const std::string& top) {
  static const std::regex project("^\\s*#\\s*include\\s+\"([^\"]+)\"");
  static const std::regex qt("^\\s*#\\s*include\\s+<(Q[A-Za-z]+|Qt[A-Za-z]+/.*)>");
  std::vector<Include> found;
  const fs::path root = CANTILEVER_SOURCE_DIR;
  for (const auto& entry : fs::recursive_directory_iterator(root / top)) {
    const std::string extension = entry.path().extension().string();
    if (!entry.is_regular_file() || (extension != ".cpp" && extension != ".h")) {
      continue;
    }
    std::ifstream in(entry.path());
    std::string line;
    std::smatch match;
    const std::string file = fs::relative(entry.path(), root).generic_string();
    while (std::getline(in, line)) {
      if (std::regex_search(line, match, project)) {
        found.push_back({file, match[1], false});
      } else if (std::regex_search(line, match, qt)) {
        found.push_back({file, match[1], true});
      }
    }
  }
  return found;
}

TEST(Layers, CoreIncludesOnlyWhatTheTableAllows) {
  const auto includes = includesBelow("core");
  ASSERT_GT(includes.size(), 100u) << "the sources were not found";
  for (const Include& include : includes) {
    EXPECT_FALSE(include.isQt) << include.file << " includes Qt's " << include.target
                               << ": core is free of Qt";
    if (include.isQt) {
      continue;
    }
    const auto row = kMayInclude.find(folderOf(include.file));
    ASSERT_NE(row, kMayInclude.end()) << folderOf(include.file) << " is not in the table of layers";
    const bool isEngineException =
        kEngines.contains(row->first) && kModelHeadersForEngines.contains(include.target);
    EXPECT_TRUE(isEngineException || row->second.contains(folderOf(include.target)))
        << include.file << " may not include " << include.target;
  }
}

TEST(Layers, WidgetsNeverKeepOrStoreADesign) {
  for (const Include& include : includesBelow("widgets")) {
    if (!include.isQt) {
      EXPECT_NE(include.target.rfind("app/", 0), 0u) << include.file << " includes " << include.target;
      EXPECT_FALSE(kForbiddenInWidgets.contains(folderOf(include.target)))
          << include.file << " may not include " << include.target;
    }
    EXPECT_NE(include.target, "QUndoStack") << include.file;
  }
}

TEST(Layers, TheCommandLineIncludesNoQt) {
  for (const Include& include : includesBelow("app/cli")) {
    EXPECT_FALSE(include.isQt) << include.file << " includes " << include.target;
    EXPECT_NE(include.target.rfind("widgets/", 0), 0u) << include.file;
    EXPECT_NE(include.target.rfind("app/gui/", 0), 0u) << include.file;
  }
}

// Words that must not be in a folder: what they would break is said beside them.
struct Ban {
  std::string folder;
  std::string pattern;
  std::string reason;
};

TEST(Layers, FoldersDoNotContainWhatBreaksTheirPromise) {
  const std::vector<Ban> bans = {
      {"core/sim", "std::chrono|std::random_device|std::thread|std::unordered_|<random>",
       "results must be reproducible"},
      {"core/analytic", "std::chrono|std::random_device|std::thread|std::unordered_|<random>",
       "results must be reproducible"},
      {"core/fluid", "std::chrono|std::random_device|std::thread|std::unordered_|<random>",
       "results must be reproducible"},
      {"core", "std::cout|std::cerr|std::exit|std::abort\\(", "core never prints, exits or aborts"},
      {"core/base", "std::(normal|exponential|lognormal)_distribution",
       "library distributions differ by platform"},
      {"core/cost", "\"(m7g|c7g|r7g|m5|db\\.|cache\\.)", "prices and instance classes are data"},
      {"core/advice", "\"(app_server|redis_cluster|rdbms_primary|kafka_cluster|l7_load_balancer)\"",
       "rules ask for traits, never for block types"},
  };
  const fs::path root = CANTILEVER_SOURCE_DIR;
  for (const Ban& ban : bans) {
    const std::regex pattern(ban.pattern);
    for (const auto& entry : fs::recursive_directory_iterator(root / ban.folder)) {
      if (!entry.is_regular_file() ||
          (entry.path().extension() != ".cpp" && entry.path().extension() != ".h")) {
        continue;
      }
      std::ifstream in(entry.path());
      std::string line;
      for (int number = 1; std::getline(in, line); ++number) {
        const std::string code = line.substr(0, line.find("//"));
        EXPECT_FALSE(std::regex_search(code, pattern))
            << fs::relative(entry.path(), root).generic_string() << ":" << number << ": " << ban.reason;
      }
    }
  }
}

}  // namespace

#include "core/exchange/help_pages.h"

#include <gtest/gtest.h>

#include <regex>
#include <set>
#include <string>

namespace cantilever::exchange {
namespace {

std::string textOf(const HelpPage& page) {
  return std::string(page.text);
}

// Nothing is "described, not simulated", and nothing is simulated that no page describes.
TEST(HelpPages, ThereIsOneForEachElement) {
  for (const char* element : {"request", "source", "pool", "link", "tokens", "cache", "fan-out", "log",
                              "store", "stream", "zone", "control", "program", "results"}) {
    EXPECT_TRUE(findHelpPage(element).ok()) << element;
  }
}

TEST(HelpPages, OfElementsSayWhatIsExactAndWhatIsAChoice) {
  const HelpPage index = *findHelpPage("simulation");
  const std::string text = textOf(index);
  const std::regex link("\\]\\(elements/([a-z-]+)\\.md\\)");
  int count = 0;
  for (std::sregex_iterator at(text.begin(), text.end(), link), end; at != end; ++at, ++count) {
    const Result<HelpPage> page = findHelpPage((*at)[1].str());
    ASSERT_TRUE(page.ok()) << (*at)[1];
    if (page->key == "results") {
      continue;  // it is all about that
    }
    EXPECT_TRUE(std::regex_search(textOf(*page), std::regex("[Ee]xact"))) << page->key;
    EXPECT_TRUE(std::regex_search(textOf(*page), std::regex("[Cc]hoice"))) << page->key;
  }
  EXPECT_GE(count, 14);
}

TEST(HelpPages, HaveTitlesAndLinksThatLeadSomewhere) {
  const std::regex link("\\]\\(([^)#:]+\\.md)\\)");
  for (const HelpPage& page : helpPages()) {
    EXPECT_FALSE(page.title.empty()) << page.key;
    const std::string text = textOf(page);
    for (std::sregex_iterator at(text.begin(), text.end(), link), end; at != end; ++at) {
      EXPECT_TRUE(findHelpPage((*at)[1].str()).ok()) << page.key << " links to " << (*at)[1];
    }
  }
}

TEST(HelpPages, BeginWithTheIndexAndComeInItsOrder) {
  ASSERT_GE(helpPages().size(), 4u);
  EXPECT_EQ(helpPages()[0].key, "simulation");
  EXPECT_EQ(helpPages()[1].key, "request");
}

TEST(HelpPages, SuggestWhatIsMeant) {
  EXPECT_EQ(findHelpPage("tokns").error().code, "help.unknown");
  EXPECT_NE(findHelpPage("tokns").error().message.find("\"tokens\""), std::string::npos);
}

}  // namespace
}  // namespace cantilever::exchange

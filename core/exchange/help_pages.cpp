#include "core/exchange/help_pages.h"

#include <algorithm>

#include "core/base/did_you_mean.h"
#include "core/base/embedded.h"
#include "core/base/text.h"

namespace cantilever::exchange {
namespace {

constexpr std::string_view kFirst = "simulation";

/// "elements/pool.md" is "pool".
std::string_view keyOf(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  path = slash == std::string_view::npos ? path : path.substr(slash + 1);
  return path.substr(0, path.find('.'));
}

std::string titleOf(std::string_view text) {
  const std::string_view line = text.substr(0, text.find('\n'));
  return std::string(line.substr(std::min(line.size(), line.find_first_not_of("# "))));
}

std::vector<HelpPage> readPages() {
  std::vector<HelpPage> pages;
  for (const embedded::File& file : embedded::help()) {
    pages.push_back({std::string(keyOf(file.name)), titleOf(file.text), file.text});
  }
  const auto first =
      std::find_if(pages.begin(), pages.end(), [](const HelpPage& page) { return page.key == kFirst; });
  const std::string_view order = first == pages.end() ? std::string_view() : first->text;
  const auto placeOf = [&](const HelpPage& page) {
    return page.key == kFirst ? 0 : order.find("[" + page.key + "]");  // none is after all others
  };
  std::stable_sort(pages.begin(), pages.end(),
                   [&](const HelpPage& a, const HelpPage& b) { return placeOf(a) < placeOf(b); });
  return pages;
}

}  // namespace

const std::vector<HelpPage>& helpPages() {
  static const std::vector<HelpPage> pages = readPages();
  return pages;
}

Result<HelpPage> findHelpPage(std::string_view name) {
  std::vector<std::string> keys;
  for (const HelpPage& page : helpPages()) {
    if (page.key == keyOf(name)) {
      return page;
    }
    keys.push_back(page.key);
  }
  return Error{"help.unknown",
               "There is no page \"" + std::string(name) + "\"" +
                   didYouMean(keyOf(name), keys, "; `cantilever-cli explain` lists them."),
               std::string(name)};
}

}  // namespace cantilever::exchange

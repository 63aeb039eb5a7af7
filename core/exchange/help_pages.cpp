#include "core/exchange/help_pages.h"

#include <algorithm>
#include <optional>

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

/// In lower case, with spaces, in the singular: "Retries" and "retry", "warm-pool" and "Warm pool" are one.
std::string termOf(std::string_view text) {
  std::string term;
  for (const char each : text) {
    const bool isGap = each == '-' || each == '_';
    term += isGap ? ' ' : each >= 'A' && each <= 'Z' ? static_cast<char>(each - 'A' + 'a') : each;
  }
  const auto endsWith = [&](std::string_view end) {
    return term.size() > end.size() + 1 && term.compare(term.size() - end.size(), end.size(), end) == 0;
  };
  if (endsWith("ies")) {
    term.replace(term.size() - 3, 3, "y");
  } else if (endsWith("s") && !endsWith("ss")) {
    term.pop_back();
  }
  return term;
}

/// Whether the line explains it: in bold letters, or as the first word, in code, of an item of a list.
bool explains(std::string_view line, const std::string& term) {
  constexpr std::string_view kItem = "- `";
  if (line.substr(0, kItem.size()) == kItem) {
    const std::string_view rest = line.substr(kItem.size());
    if (termOf(rest.substr(0, rest.find('`'))) == term) {
      return true;
    }
  }
  std::size_t begin = line.find("**");
  while (begin != std::string_view::npos) {
    const std::size_t end = line.find("**", begin + 2);
    if (end == std::string_view::npos) {
      return false;
    }
    std::string_view bold = line.substr(begin + 2, end - begin - 2);
    bold = bold.substr(0, bold.find_last_not_of(".:") + 1);
    if (termOf(bold) == term) {
      return true;
    }
    begin = line.find("**", end + 2);
  }
  return false;
}

/// The first section with that heading; else the first that explains the term.
std::optional<HelpPage> findSection(std::string_view name) {
  const std::string term = termOf(name);
  std::optional<HelpPage> found;
  for (const HelpPage& page : helpPages()) {
    for (std::size_t begin = 0; begin < page.text.size();) {
      const std::size_t next = page.text.find("\n## ", begin);
      const std::size_t end = next == std::string_view::npos ? page.text.size() : next + 1;
      const HelpPage section{page.key, page.title, page.text.substr(begin, end - begin), true};
      if (termOf(titleOf(section.text)) == term) {
        return section;
      }
      for (std::size_t at = 0; !found && at < section.text.size();) {
        const std::size_t stop = std::min(section.text.find('\n', at), section.text.size());
        found = explains(section.text.substr(at, stop - at), term) ? std::optional(section) : std::nullopt;
        at = stop + 1;
      }
      begin = end;
    }
  }
  return found;
}

}  // namespace

const std::vector<HelpPage>& helpPages() {
  static const std::vector<HelpPage> pages = readPages();
  return pages;
}

Result<HelpPage> findHelpPage(std::string_view name) {
  std::vector<std::string> keys;
  for (const HelpPage& page : helpPages()) {
    if (termOf(page.key) == termOf(keyOf(name))) {
      return page;
    }
    keys.push_back(page.key);
  }
  if (const std::optional<HelpPage> section = findSection(name)) {
    return *section;
  }
  return Error{"help.unknown",
               "There is no page \"" + std::string(name) + "\"" +
                   didYouMean(keyOf(name), keys, "; `cantilever-cli explain` lists them."),
               std::string(name)};
}

}  // namespace cantilever::exchange

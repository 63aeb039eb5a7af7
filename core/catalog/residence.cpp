#include "core/catalog/residence.h"

#include <vector>

#include "core/base/ids.h"
#include "core/base/text.h"

namespace cantilever::catalog {

Result<Residence> parseResidence(std::string_view text) {
  constexpr std::int64_t kMostOnOne = 10'000;
  const Error unreadable{
      "residence.unreadable",
      "\"" + std::string(text) +
          "\" does not say on what it lives. Write the id of a block, and how many live on "
          "each of its instances: \"nodes x 10\".",
      {}};
  std::vector<std::string_view> words;
  for (const std::string_view word : partsOf(text, ' ')) {
    if (!word.empty()) {
      words.push_back(word);
    }
  }
  if (words.empty()) {
    return Residence();
  }
  const bool isPlain = words.size() == 1;
  if (!isSlug(words.front()) || !(isPlain || (words.size() == 3 && words[1] == "x"))) {
    return unreadable;
  }
  Residence residence{std::string(words.front()), 1};
  if (!isPlain) {
    const Result<Count> count = parseCount(words[2]);
    if (!count || count->value() < 1 || count->value() > kMostOnOne) {
      return unreadable;
    }
    residence.perHost = static_cast<std::uint32_t>(count->value());
  }
  return residence;
}

std::string faultInResidence(const std::string& text) {
  const Result<Residence> residence = parseResidence(text);
  return residence ? "" : residence.error().message;
}

}  // namespace cantilever::catalog

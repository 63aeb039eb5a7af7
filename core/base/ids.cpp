#include "core/base/ids.h"

namespace cantilever {
namespace {

constexpr std::size_t kLongestSlug = 128;

bool isAsciiLetterOrDigit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

char asciiLower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

bool isSlug(std::string_view text) {
  if (text.empty() || text.size() > kLongestSlug || !isAsciiLetterOrDigit(text.front())) {
    return false;
  }
  for (const char c : text) {
    if (!isAsciiLetterOrDigit(c) && c != '-' && c != '_' && c != '.') {
      return false;
    }
  }
  return true;
}

std::string slugOf(std::string_view text) {
  std::string slug;
  for (const char c : text) {
    if (slug.size() == kLongestSlug) {
      break;
    }
    if (isAsciiLetterOrDigit(c)) {
      slug += asciiLower(c);
    } else if (slug.empty()) {
      continue;
    } else if (c == '_' || c == '.') {
      slug += c;
    } else if (slug.back() != '-') {
      slug += '-';
    }
  }
  while (!slug.empty() && !isAsciiLetterOrDigit(slug.back())) {
    slug.pop_back();
  }
  return slug.empty() ? "item" : slug;
}

}  // namespace cantilever

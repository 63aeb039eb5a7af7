#include "core/exchange/wishes.h"

#include <algorithm>

namespace cantilever::exchange {

std::map<std::string, std::string> granted(const std::vector<Wish>& wishes) {
  std::map<std::string, std::string> environment;
  for (const Wish& one : wishes) {
    const bool isAmbiguous = std::any_of(wishes.begin(), wishes.end(), [&](const Wish& other) {
      return other.name == one.name && other.target != one.target;
    });
    environment.emplace(isAmbiguous ? one.name + "_" + environmentName(one.target) : one.name, one.value);
  }
  return environment;
}

std::string environmentName(std::string_view name) {
  std::string upper;
  for (const char c : name) {
    upper += c == '-' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return upper;
}

}  // namespace cantilever::exchange

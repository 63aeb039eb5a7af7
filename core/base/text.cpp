#include "core/base/text.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/base/decimal.h"

namespace cantilever {
namespace {

std::string textOfNonFinite(double value) {
  if (std::isnan(value)) {
    return "nan";
  }
  return value < 0 ? "-inf" : "inf";
}

}  // namespace

std::string formatNumber(double value) {
  return std::isfinite(value) ? Decimal::shortest(value).text() : textOfNonFinite(value);
}

std::string formatNumber(double value, int digits) {
  return std::isfinite(value) ? Decimal::rounded(value, std::clamp(digits, 1, 17)).text()
                              : textOfNonFinite(value);
}

std::size_t editDistance(std::string_view a, std::string_view b) {
  const std::size_t width = b.size() + 1;
  std::vector<std::size_t> table((a.size() + 1) * width);
  const auto cell = [&](std::size_t i, std::size_t j) -> std::size_t& { return table[i * width + j]; };
  for (std::size_t i = 0; i <= a.size(); ++i) {
    cell(i, 0) = i;
  }
  for (std::size_t j = 0; j <= b.size(); ++j) {
    cell(0, j) = j;
  }
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replace = cell(i - 1, j - 1) + (a[i - 1] == b[j - 1] ? 0 : 1);
      std::size_t best = std::min({cell(i - 1, j) + 1, cell(i, j - 1) + 1, replace});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        best = std::min(best, cell(i - 2, j - 2) + 1);
      }
      cell(i, j) = best;
    }
  }
  return table.back();
}

}  // namespace cantilever

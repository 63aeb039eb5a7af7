#include "widgets/style/fuzzy.h"

#include <algorithm>
#include <vector>

namespace cantilever::widgets {
namespace {

constexpr int kLetter = 10;
constexpr int kAtWordStart = 20;
constexpr int kInARow = 15;
constexpr int kImpossible = -1'000'000;

bool isStartOfWord(const QString& text, qsizetype at) {
  return at == 0 || !text.at(at - 1).isLetterOrNumber();
}

}  // namespace

int fuzzyScore(const QString& text, const QString& search) {
  QString wanted = search.toCaseFolded();
  wanted.remove(QLatin1Char(' '));
  const QString folded = text.toCaseFolded();
  if (wanted.isEmpty()) {
    return 1;
  }
  if (folded.size() != text.size() || wanted.size() > folded.size()) {
    return 0;  // a letter that folds to two is found by no search
  }
  const auto size = static_cast<std::size_t>(folded.size());
  // best[i]: the most that the letters so far can be worth if the last of them is at i.
  std::vector<int> best(size, 0);
  for (qsizetype letter = 0; letter < wanted.size(); ++letter) {
    std::vector<int> next(size, kImpossible);
    int bestBefore = letter == 0 ? 0 : kImpossible;
    for (qsizetype i = 0; i < folded.size(); ++i) {
      const auto at = static_cast<std::size_t>(i);
      if (folded.at(i) == wanted.at(letter)) {
        int worth = bestBefore;
        if (letter > 0 && i > 0) {
          worth = std::max(worth, best[at - 1] + kInARow);
        }
        next[at] = worth + kLetter + (isStartOfWord(text, i) ? kAtWordStart : 0);
      }
      if (letter > 0) {
        bestBefore = std::max(bestBefore - 1, best[at]);
      }
    }
    best = std::move(next);
  }
  const int most = *std::max_element(best.begin(), best.end());
  return most <= 0 ? 0 : std::max(1, most - static_cast<int>(folded.size()) / 8);
}

}  // namespace cantilever::widgets

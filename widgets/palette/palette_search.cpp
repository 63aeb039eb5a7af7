#include "widgets/palette/palette_search.h"

#include <QStringList>
#include <algorithm>
#include <utility>

#include "widgets/style/fuzzy.h"
#include "widgets/style/text.h"

namespace cantilever::widgets {

namespace {

enum class Match { None, Within, AtWord, AtStart };

bool isWordStart(const QString& text, qsizetype at) {
  return at == 0 || !text.at(at - 1).isLetterOrNumber();
}

Match matchOf(const QString& text, const QString& word) {
  Match best = Match::None;
  for (qsizetype at = text.indexOf(word, 0, Qt::CaseInsensitive); at >= 0;
       at = text.indexOf(word, at + 1, Qt::CaseInsensitive)) {
    best = std::max(best, at == 0 ? Match::AtStart : isWordStart(text, at) ? Match::AtWord : Match::Within);
  }
  return best;
}

int scoreOfWord(const catalog::BlockType& type, const QString& word) {
  const Match label = matchOf(toQString(type.label), word);
  Match name = matchOf(toQString(type.key), word);
  for (const std::string& vendor : type.vendorNames) {
    name = std::max(name, matchOf(toQString(vendor), word));
  }
  const Match purpose = matchOf(toQString(type.purpose), word);
  const std::pair<bool, int> grades[] = {
      {label == Match::AtStart, 100}, {label == Match::AtWord, 80},   {name == Match::AtStart, 70},
      {name == Match::AtWord, 60},    {label == Match::Within, 50},   {purpose >= Match::AtWord, 30},
      {name == Match::Within, 20},    {purpose == Match::Within, 10},
  };
  for (const auto& [applies, score] : grades) {
    if (applies) {
      return score;
    }
  }
  // The letters in their order, at least: "rdscl".
  return word.size() > 2 && fuzzyScore(toQString(type.label), word) > 0 ? 5 : 0;
}

}  // namespace

int searchScore(const catalog::BlockType& type, const QString& search) {
  int total = 0;
  for (const QString& word : search.split(QLatin1Char(' '), Qt::SkipEmptyParts)) {
    const int score = scoreOfWord(type, word);
    if (score == 0) {
      return 0;
    }
    total += score;
  }
  return total;
}

std::vector<const catalog::BlockType*> searchTypes(const catalog::Catalog& catalog, const QString& search) {
  const bool isEmpty = search.trimmed().isEmpty();
  std::vector<std::pair<int, const catalog::BlockType*>> found;
  for (const catalog::BlockType& type : catalog.types()) {
    const int score = searchScore(type, search);
    if (isEmpty || score > 0) {
      found.emplace_back(score, &type);
    }
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<const catalog::BlockType*> types;
  for (const auto& [score, type] : found) {
    types.push_back(type);
  }
  return types;
}

}  // namespace cantilever::widgets

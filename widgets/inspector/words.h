#pragma once

#include <QString>
#include <map>
#include <string>
#include <vector>

#include "core/catalog/param_spec.h"
#include "core/model/link.h"
#include "core/model/workload.h"
#include "core/model/zone.h"

namespace cantilever::widgets {

/// The values of an enumeration in their order: a key for ParamField's choices and the word on screen.
struct Word {
  std::string key;
  QString text;
};

const std::vector<Word>& wordsOf(LinkMode);
const std::vector<Word>& wordsOf(LinkRole);
const std::vector<Word>& wordsOf(CallGroup);
const std::vector<Word>& wordsOf(Balancing);
const std::vector<Word>& wordsOf(ArrivalProcess);
const std::vector<Word>& wordsOf(Access);
const std::vector<Word>& wordsOf(Metric);
const std::vector<Word>& wordsOf(ZoneKind);

template <class Enum>
Choice choiceOf(Enum value) {
  return Choice{wordsOf(value)[static_cast<std::size_t>(value)].key};
}

template <class Enum>
Enum enumOf(const ParamValue& value) {
  const std::string& key = std::get<Choice>(value).value;
  const std::vector<Word>& words = wordsOf(Enum{});
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i].key == key) {
      return static_cast<Enum>(i);
    }
  }
  return Enum{};
}

/// A specification for a field that no block type has: one of a link, a workload or an objective.
catalog::ParamSpec fieldSpec(std::string key, const QString& label, const QString& help,
                             ParamValue defaultValue);
/// The same, of kind Choice over an enumeration.
template <class Enum>
catalog::ParamSpec enumSpec(std::string key, const QString& label, const QString& help, Enum defaultValue) {
  catalog::ParamSpec spec = fieldSpec(std::move(key), label, help, choiceOf(defaultValue));
  for (const Word& word : wordsOf(defaultValue)) {
    spec.choices.push_back({word.key});
  }
  return spec;
}
std::map<std::string, QString> labelsOf(const std::vector<Word>& words);

}  // namespace cantilever::widgets

#include "core/advice/checklist.h"

#include <algorithm>

#include "core/advice/rules.h"

namespace cantilever::advice {

Traits AdviceInput::traitsOf(const Block& block) const {
  return catalog->traitsOf(block);
}

const char* nameOf(Status status) {
  switch (status) {
    case Status::Pass:
      return "pass";
    case Status::Warn:
      return "warn";
    case Status::Fail:
      return "fail";
    case Status::Unknown:
      return "unknown";
    case Status::NotApplicable:
      return "not_applicable";
  }
  return "";
}

const std::vector<ChecklistItem>& allItems() {
  static const std::vector<ChecklistItem> items = [] {
    std::vector<ChecklistItem> all = rules::all();
    std::sort(all.begin(), all.end(),
              [](const ChecklistItem& a, const ChecklistItem& b) { return a.id < b.id; });
    return all;
  }();
  return items;
}

std::vector<std::string> checklistNames() {
  std::vector<std::string> names;
  for (const ChecklistItem& item : allItems()) {
    if (std::find(names.begin(), names.end(), item.list) == names.end()) {
      names.push_back(item.list);
    }
  }
  return names;
}

Result<std::vector<AnsweredItem>> answer(std::string_view list, const AdviceInput& input) {
  std::vector<AnsweredItem> answers;
  for (const ChecklistItem& item : allItems()) {
    if (item.list == list) {
      answers.push_back({&item, item.check(input)});
    }
  }
  if (answers.empty()) {
    std::string known;
    for (const std::string& name : checklistNames()) {
      known += (known.empty() ? "\"" : ", \"") + name + "\"";
    }
    return Error{"advice.unknown_checklist",
                 "There is no checklist \"" + std::string(list) + "\". There is " + known + ".",
                 {}};
  }
  return answers;
}

}  // namespace cantilever::advice

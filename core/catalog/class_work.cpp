#include "core/catalog/class_work.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/vocabulary/plan.h"

namespace cantilever::catalog {

namespace {

Error classWorkError(std::string_view part, const std::string& reason) {
  return {"class_work.unreadable",
          "\"" + std::string(part) + "\" " + reason +
              ". Write request classes with a factor or a law, such as \"checkout: x 3; search: exponential "
              "5 ms\".",
          {}};
}

Result<ClassWork> parsePart(std::string_view part) {
  const std::size_t colon = part.find(':');
  const std::vector<std::string_view> name = partsOf(part.substr(0, colon), ';');
  if (colon == std::string_view::npos || name.empty()) {
    return classWorkError(part, "names no request class before a colon");
  }
  const Result<OtherWork> work = parseOtherWork(part.substr(colon + 1));
  return work ? Result<ClassWork>(ClassWork{std::string(name.front()), *work}) : work.error();
}

}  // namespace

Result<OtherWork> parseOtherWork(std::string_view text) {
  const std::vector<std::string_view> whole = partsOf(text, ';');
  OtherWork work;
  if (whole.empty()) {
    return work;
  }
  if (whole.size() > 1) {
    return classWorkError(text, "is more than one law");
  }
  if (whole.front().starts_with("x ")) {
    const Result<std::vector<double>> factor = parseNumbers(whole.front().substr(2));
    if (!factor || factor->size() != 1 || !(factor->front() >= 0) ||
        factor->front() > OtherWork::kMostFactor) {
      return classWorkError(text, "has no factor from 0 to 1,000,000 after \"x\"");
    }
    work.factor = factor->front();
    return work;
  }
  const Result<Law> law = parseLaw(whole.front());
  if (!law) {
    return Error{"class_work.unreadable", law.error().message, {}};
  }
  if (const std::string fault = plan::faultIn(*law); !fault.empty()) {
    return classWorkError(text, "is not possible: " + fault.substr(0, fault.size() - 1));
  }
  work.law = *law;
  return work;
}

std::string faultInOtherWork(const std::string& text) {
  const Result<OtherWork> work = parseOtherWork(text);
  return work ? "" : work.error().message;
}

Result<std::vector<ClassWork>> parseClassWork(std::string_view text) {
  std::vector<ClassWork> list;
  for (const std::string_view part : partsOf(text, ';')) {
    Result<ClassWork> work = parsePart(part);
    if (!work) {
      return work.error();
    }
    const bool isTwice = std::any_of(list.begin(), list.end(), [&](const ClassWork& each) {
      return each.requestClass == work->requestClass;
    });
    if (isTwice) {
      return classWorkError(part, "is about a request class that was named before");
    }
    list.push_back(std::move(work).value());
  }
  return list;
}

std::string faultInClassWork(const std::string& text) {
  const Result<std::vector<ClassWork>> list = parseClassWork(text);
  return list ? "" : list.error().message;
}

}  // namespace cantilever::catalog

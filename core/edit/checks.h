#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/did_you_mean.h"
#include "core/base/ids.h"
#include "core/base/result.h"
#include "core/base/text.h"
#include "core/catalog/param_spec.h"
#include "core/model/design.h"
#include "core/model/table.h"

/// Inside core/edit only: questions that several steps ask.
namespace cantilever::edit {

/// What messages and error codes call the elements of a table.
template <class T>
inline constexpr const char* kWordFor = "";
template <>
inline constexpr const char* kWordFor<Block> = "block";
template <>
inline constexpr const char* kWordFor<Link> = "link";
template <>
inline constexpr const char* kWordFor<Zone> = "zone";
template <>
inline constexpr const char* kWordFor<Note> = "note";
template <>
inline constexpr const char* kWordFor<RequestClass> = "class";
template <>
inline constexpr const char* kWordFor<Workload> = "workload";
template <>
inline constexpr const char* kWordFor<Objective> = "objective";
template <>
inline constexpr const char* kWordFor<Scenario> = "scenario";
template <>
inline constexpr const char* kWordFor<Control> = "control";

/// "edit.unknown_block": there is no such element; names the nearest one.
template <class T>
Error unknownElement(const Table<T>& table, const typename Table<T>::IdType& id) {
  std::vector<std::string> known;
  for (const T& element : table) {
    known.push_back(element.id.text());
  }
  const std::string word = kWordFor<T>;
  return {"edit.unknown_" + word,
          "There is no " + word + " \"" + id.text() + "\" in the design" + didYouMean(id.text(), known),
          id.text()};
}

template <class T>
Result<void> mustExist(const Table<T>& table, const typename Table<T>::IdType& id) {
  return table.contains(id) ? Result<void>() : unknownElement(table, id);
}

/// A reference is accepted if it is empty, if its target exists, or if it was there before the edit: an edit
/// of another field of a damaged element must stay possible.
template <class T>
Result<void> mustReferTo(const Table<T>& table, const typename Table<T>::IdType& id,
                         const typename Table<T>::IdType* before) {
  const bool wasThere = before != nullptr && *before == id;
  return id.isEmpty() || wasThere ? Result<void>() : mustExist(table, id);
}

/// A slug that is not taken.
template <class T>
Result<void> mustBeFree(const Table<T>& table, const typename Table<T>::IdType& id) {
  const std::string word = kWordFor<T>;
  if (!isSlug(id.text())) {
    return Error{"edit.bad_id",
                 "\"" + id.text() + "\" cannot be the id of a " + word +
                     ": an id is 1 to 128 letters, digits, '-', '_' and '.', such as \"" + slugOf(id.text()) +
                     "\".",
                 id.text()};
  }
  if (table.contains(id)) {
    return Error{"edit.duplicate_id",
                 "There is a " + word + " \"" + id.text() + "\" already; ids must be unique.", id.text()};
  }
  return {};
}

/// "app", "app-2", "app-3" ...: the first that is not taken. A number at the end of the wish is counted on.
template <class T>
typename Table<T>::IdType freeId(const Table<T>& table, std::string_view wish) {
  using IdType = typename Table<T>::IdType;
  const std::string first = isSlug(wish) ? std::string(wish) : slugOf(wish);
  if (!table.contains(IdType(first))) {
    return IdType(first);
  }
  std::string stem = first;
  const std::size_t dash = stem.rfind('-');
  const bool isNumbered = dash != std::string::npos && dash > 0 && dash + 1 < stem.size() &&
                          stem.find_first_not_of("0123456789", dash + 1) == std::string::npos;
  if (isNumbered) {
    stem.resize(dash);
  }
  constexpr std::size_t kRoomForNumber = 12;
  stem.resize(std::min(stem.size(), std::size_t{128} - kRoomForNumber));
  for (int number = 2;; ++number) {
    IdType id(stem + "-" + std::to_string(number));
    if (!table.contains(id)) {
      return id;
    }
  }
}

/// Whose parameters they are: "Links have" (as in: have no parameter "x"), and the id for messages.
struct ParamOwner {
  std::string nameAndVerb;
  std::string id;
};

/// Checks the parameters that differ from `before` (null: there was nothing before) and drops those that
/// equal their defaults, which are those of the specs but for what `defaults` says: an element holds only
/// what differs.
Result<void> settleParams(Params& params, const Params* before, const std::vector<catalog::ParamSpec>& specs,
                          const ParamOwner& owner, const Params& defaults = {});

inline Result<void> mustBeFinite(Point point, const std::string& where) {
  if (!std::isfinite(point.x) || !std::isfinite(point.y)) {
    return Error{"edit.out_of_range", "A position must be a finite number of pixels.", where};
  }
  return {};
}

inline Result<void> mustBeArea(const Rect& area, const std::string& where) {
  const bool isFinite = std::isfinite(area.topLeft.x) && std::isfinite(area.topLeft.y) &&
                        std::isfinite(area.size.width) && std::isfinite(area.size.height);
  if (!isFinite || area.size.width < 0 || area.size.height < 0) {
    return Error{"edit.out_of_range",
                 "An area must have a finite place and a width and height of zero or more.", where};
  }
  return {};
}

/// "a rack", "an app server".
inline std::string withArticle(const std::string& noun) {
  const bool beginsWithVowel =
      !noun.empty() && std::string_view("aeiouAEIOU").find(noun.front()) != std::string_view::npos;
  return (beginsWithVowel ? "an " : "a ") + noun;
}

}  // namespace cantilever::edit

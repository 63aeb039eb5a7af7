#pragma once

#include <compare>
#include <functional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>

namespace cantilever {

/// A name that never changes and that files, results and random streams refer to: a slug such as "orders-db"
/// (lower-case letters, digits, '-', '_', '.'; `isSlug`). Each kind of thing has its own type, so that a link
/// is never looked up by a block's id. The display name is apart and free.
template <class Tag>
class Id {
 public:
  Id() = default;
  explicit Id(std::string text) : m_text(std::move(text)) {}
  explicit Id(std::string_view text) : m_text(text) {}
  explicit Id(const char* text) : m_text(text) {}

  const std::string& text() const { return m_text; }
  bool isEmpty() const { return m_text.empty(); }
  auto operator<=>(const Id&) const = default;

 private:
  std::string m_text;
};

template <class Tag>
std::ostream& operator<<(std::ostream& out, const Id<Tag>& id) {
  return out << id.text();
}

using BlockId = Id<struct BlockTag>;
using LinkId = Id<struct LinkTag>;
using ZoneId = Id<struct ZoneTag>;
using ClassId = Id<struct ClassTag>;
using WorkloadId = Id<struct WorkloadTag>;
using ObjectiveId = Id<struct ObjectiveTag>;
using ScenarioId = Id<struct ScenarioTag>;
using ControlId = Id<struct ControlTag>;
using NoteId = Id<struct NoteTag>;

/// True for 1 to 128 characters of a-z, A-Z, 0-9, '-', '_' and '.', beginning with a letter or digit.
bool isSlug(std::string_view text);

/// A slug made from any text: "Orders DB (EU)" -> "orders-db-eu"; never empty (falls back to "item").
std::string slugOf(std::string_view text);

}  // namespace cantilever

template <class Tag>
struct std::hash<cantilever::Id<Tag>> {
  std::size_t operator()(const cantilever::Id<Tag>& id) const noexcept {
    return std::hash<std::string>{}(id.text());
  }
};

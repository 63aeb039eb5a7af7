#pragma once

#include <charconv>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/did_you_mean.h"
#include "core/base/ids.h"
#include "core/base/result.h"
#include "core/exchange/design_words.h"
#include "core/exchange/json_value.h"
#include "core/model/diagnostic.h"
#include "core/model/extra.h"

namespace cantilever::exchange {

/// What the reading of one file shares: where offsets are, remarks so far, and the first reason to refuse it.
struct ReadState {
  TextPlaces places;
  std::vector<Diagnostic> remarks = {};
  std::optional<Error> failure = {};

  void fail(std::string code, std::string message, std::size_t offset) {
    if (!failure) {
      failure = Error{std::move(code), std::move(message), places.at(offset)};
    }
  }
};

/// Reads the fields of one object into the model. A field that is absent leaves its target alone. A field
/// whose value does not parse too, and is kept among the extras with a remark, as is every field that nobody
/// asked for (`finish`): a newer version's, or a slip of the pen. Messages call the object by `name`: `block
/// "web"`.
class ObjectReader {
 public:
  ObjectReader(const JsonValue& object, ReadState& state) : m_object(object), m_state(state) {
    m_fates.resize(object.members.size(), Fate::Unseen);
  }

  /// Takes the id and names the object by it. Fails the file if there is none, or it is no slug.
  template <class IdType>
  void id(std::string_view kind, IdType& target) {
    m_name = std::string(kind);
    if (const JsonValue* value = take("id")) {
      target = IdType(checkedId(*value));
    } else {
      m_state.fail("file.no_id",
                   "This " + m_name + " has no \"id\"; give it one, such as \"" + m_name + "-1\".",
                   m_object.offset);
    }
    m_name += " \"" + target.text() + "\"";
    if constexpr (std::is_same_v<IdType, BlockId>) {
      m_subject.block = target;
    } else if constexpr (std::is_same_v<IdType, LinkId>) {
      m_subject.link = target;
    } else if constexpr (std::is_same_v<IdType, ZoneId>) {
      m_subject.zone = target;
    }
  }
  void nameIt(std::string name) { m_name = std::move(name); }

  void text(std::string_view key, std::string& target);
  void number(std::string_view key, double& target);
  void flag(std::string_view key, bool& target);
  void textList(std::string_view key, std::vector<std::string>& target);

  template <class IdType>
  void reference(std::string_view key, IdType& target) {
    std::string id;
    text(key, id);
    if (!id.empty()) {
      target = IdType(std::move(id));
    }
  }

  template <class Quantity, class Target>
  void quantity(std::string_view key, Target& target, Result<Quantity> (*parse)(std::string_view)) {
    const JsonValue* value = take(key);
    if (value == nullptr) {
      return;
    }
    if (!value->isText()) {
      return malformed(key, compactJson(*value) + " is not text with a unit.");
    }
    Result<Quantity> parsed = parse(value->text);
    if (!parsed) {
      return malformed(key, parsed.error().message);
    }
    target = *std::move(parsed);
  }

  template <class Enum, std::size_t size>
  void word(std::string_view key, Enum& target, const Word<Enum> (&words)[size]) {
    const JsonValue* value = take(key);
    if (value == nullptr) {
      return;
    }
    std::string choices;
    std::vector<std::string> known;
    for (const Word<Enum>& word : words) {
      if (value->isText() && value->text == word.text) {
        target = word.value;
        return;
      }
      choices += (choices.empty() ? "" : ", ") + known.emplace_back(word.text);
    }
    malformed(key, compactJson(*value) + " is none of " + choices +
                       didYouMean(value->isText() ? value->text : std::string(), known));
  }

  /// The value of a key, which then counts as understood; null if there is none.
  const JsonValue* take(std::string_view key);
  /// Says that a value taken before is not understood after all.
  void malformed(std::string_view key, std::string_view reason);
  /// Adds a remark about this object, at `offset`.
  void remark(Severity severity, std::string code, std::string message, std::string_view param,
              std::size_t offset);
  /// The value of the word has no sensible default: without it, the object means nothing.
  template <class Enum, std::size_t size>
  void requiredWord(std::string_view key, Enum& target, const Word<Enum> (&words)[size]) {
    if (indexOf(key) == m_object.members.size()) {
      remark(Severity::Error, "file.missing_field",
             "The field \"" + std::string(key) + "\" of " + m_name + " is missing.", key, m_object.offset);
    }
    word(key, target, words);
  }
  /// Moves everything not understood to the object's extras, in the order of the file.
  void finish(Extras& extras);

  ReadState& state() { return m_state; }
  const std::string& name() const { return m_name; }
  const JsonValue& object() const { return m_object; }

 private:
  enum class Fate : std::uint8_t { Unseen, Taken, Malformed };
  std::string checkedId(const JsonValue& value);
  std::size_t indexOf(std::string_view key) const;

  const JsonValue& m_object;
  ReadState& m_state;
  std::string m_name;
  Diagnostic m_subject;
  std::vector<Fate> m_fates;  // parallel to the members
  std::vector<std::string> m_asked;
};

}  // namespace cantilever::exchange

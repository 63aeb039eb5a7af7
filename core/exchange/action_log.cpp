#include "core/exchange/action_log.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>

#include "core/base/text.h"
#include "core/exchange/design_words.h"
#include "core/exchange/json_value.h"
#include "core/vocabulary/action_fault.h"

namespace cantilever::exchange {
namespace {

std::optional<double> numberAt(const JsonValue& of, std::string_view key) {
  const JsonValue* value = of.find(key);
  if (value == nullptr || value->kind != JsonValue::Kind::Number) {
    return std::nullopt;
  }
  const Result<std::vector<double>> numbers = parseNumbers(value->text);
  return numbers && numbers->size() == 1 ? std::optional(numbers->front()) : std::nullopt;
}

/// Reads one action after the other, up to the first fault.
class ActionReader {
 public:
  ActionReader(const plan::Plan& plan, const TextPlaces& places) : m_plan(plan), m_places(places) {}

  plan::Action read(const JsonValue& from) {
    plan::Action action;
    action.at = timeOf(from, "at_ms", "an action at a time outside 0 to 100 years");
    if (m_error) {
      return action;
    }
    const JsonValue* change = from.find("change");
    const auto word = std::find_if(std::begin(kChangeWords), std::end(kChangeWords), [&](const auto& each) {
      return change != nullptr && change->isText() && each.text == change->text;
    });
    if (word == std::end(kChangeWords)) {
      fail(from, "an action without a change that is known");
      return action;
    }
    action.change = word->value;
    action.pool = find(from, "pool", m_plan.pools);
    action.link = find(from, "link", m_plan.links);
    action.cache = find(from, "cache", m_plan.caches);
    action.zone = find(from, "zone", m_plan.zones);
    action.otherZone = find(from, "other_zone", m_plan.zones);
    action.flag = find(from, "flag", m_plan.flags);
    action.control = find(from, "control", m_plan.controls);
    action.group = find(from, "group", m_plan.groups);
    action.tokens = find(from, "tokens", m_plan.tokens);
    action.firstInstance = indexAt(from, "first_instance");
    action.lastInstance = indexAt(from, "last_instance");
    action.value = numberOf(from, "value", action.value);
    if (const std::string fault = plan::faultIn(m_plan, action); !fault.empty()) {
      fail(from, "an action that cannot be done, because " + fault);
    }
    return action;
  }

  Duration timeOf(const JsonValue& from, std::string_view key, const char* whatIsWrong) {
    const double ms = numberOf(from, key, 0);
    if (!(ms >= 0 && ms <= plan::kLongestDuration / Duration::milliseconds(1))) {
      fail(from, whatIsWrong);
      return {};
    }
    return Duration::nanoseconds(std::llround(ms * 1e6));
  }

  const std::optional<Error>& error() const { return m_error; }

 private:
  template <class Elements>
  plan::Index find(const JsonValue& from, std::string_view key, const Elements& among) {
    const JsonValue* name = from.find(key);
    if (name == nullptr) {
      return plan::kNone;
    }
    const auto at =
        std::find_if(among.begin(), among.end(), [&](const auto& each) { return each.key == name->text; });
    if (at == among.end()) {
      fail(*name, std::string(key) + " \"" + name->text + "\", which this design does not have");
      return plan::kNone;
    }
    return static_cast<plan::Index>(at - among.begin());
  }

  double numberOf(const JsonValue& from, std::string_view key, double otherwise) {
    const JsonValue* value = from.find(key);
    const std::optional<double> number = numberAt(from, key);
    if (value != nullptr && !number) {
      fail(*value, std::string(key) + " that is no number");
    }
    return number.value_or(otherwise);
  }

  plan::Index indexAt(const JsonValue& from, std::string_view key) {
    const double number = numberOf(from, key, plan::kNone);
    if (number < 0 || number > plan::kNone || number != std::floor(number)) {
      fail(from, std::string(key) + " that is no number of an instance");
      return plan::kNone;
    }
    return static_cast<plan::Index>(number);
  }

  void fail(const JsonValue& at, const std::string& what) {
    if (!m_error) {
      const std::string where = m_places.at(at.offset);
      m_error = Error{"replay.unknown", where + ": the run to repeat has " + what + ".", where};
    }
  }

  const plan::Plan& m_plan;
  const TextPlaces& m_places;
  std::optional<Error> m_error;
};

}  // namespace

Result<ActionLog> readActionLog(std::string_view json, std::string_view fileName, const plan::Plan& plan) {
  const Result<JsonValue> run = parseJson(json, fileName);
  if (!run) {
    return run.error();
  }
  const JsonValue* schema = run->find("schema");
  const JsonValue* log = run->find("actions");
  if (schema == nullptr || schema->text != "cantilever.run/1" || log == nullptr ||
      log->kind != JsonValue::Kind::Array) {
    return Error{
        "replay.no_run",
        std::string(fileName) + " is no run: `cantilever-cli simulate DESIGN --json -o FILE` writes one.",
        std::string(fileName)};
  }
  const TextPlaces places(json, fileName);
  ActionReader reader(plan, places);
  ActionLog read;
  if (const JsonValue* design = run->find("design"); design != nullptr) {
    read.design = design->text;
  }
  read.leadIn = reader.timeOf(*run, "lead_in_ms", "a lead-in outside 0 to 100 years");
  if (reader.error()) {
    return *reader.error();
  }
  for (const JsonValue& item : log->items) {
    read.actions.push_back(reader.read(item));
    if (reader.error()) {
      return *reader.error();
    }
  }
  return read;
}

}  // namespace cantilever::exchange

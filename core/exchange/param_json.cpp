#include "core/exchange/param_json.h"

#include <charconv>
#include <cmath>
#include <type_traits>

#include "core/base/text.h"

namespace cantilever::exchange {
namespace {

template <class Parsed>
Result<ParamValue> asParam(Result<Parsed> parsed) {
  if (!parsed) {
    return parsed.error();
  }
  return ParamValue(*std::move(parsed));
}

Error notOfKind(const JsonValue& json, std::string_view wanted) {
  return {"file.bad_value", compactJson(json) + " is not " + std::string(wanted) + ".", {}};
}

Result<double> numberIn(const JsonValue& json) {
  double number = 0;
  const char* end = json.text.data() + json.text.size();
  const auto [at, error] = std::from_chars(json.text.data(), end, number);
  if (json.kind != JsonValue::Kind::Number || error != std::errc() || at != end) {
    return notOfKind(json, "a number");
  }
  return number;
}

Result<ParamValue> readCount(const JsonValue& json) {
  if (json.isText()) {
    return asParam(parseCount(json.text));
  }
  std::int64_t whole = 0;
  const char* end = json.text.data() + json.text.size();
  const auto [at, error] = std::from_chars(json.text.data(), end, whole);
  if (json.kind != JsonValue::Kind::Number || error != std::errc() || at != end) {
    return notOfKind(json, "a whole number, such as 3");
  }
  return ParamValue(Count(whole));
}

}  // namespace

Result<ParamValue> readParam(const JsonValue& json, ParamKind kind) {
  switch (kind) {
    case ParamKind::Bool:
      return json.kind == JsonValue::Kind::Bool ? Result<ParamValue>(ParamValue(json.text == "true"))
                                                : notOfKind(json, "true or false");
    case ParamKind::Count:
      return readCount(json);
    case ParamKind::Number:
      return asParam(numberIn(json));
    case ParamKind::Ratio: {
      if (json.isText()) {
        return asParam(parseRatio(json.text));
      }
      const Result<double> number = numberIn(json);
      return number ? Result<ParamValue>(ParamValue(ratio(*number)))
                    : notOfKind(json, "a share, such as \"80 %\" or 0.8");
    }
    case ParamKind::Duration:
      return json.isText() ? asParam(parseDuration(json.text))
                           : notOfKind(json, "a duration, such as \"20 ms\"");
    case ParamKind::Rate:
      return json.isText() ? asParam(parseRate(json.text)) : notOfKind(json, "a rate, such as \"500/s\"");
    case ParamKind::Bytes:
      return json.isText() ? asParam(parseBytes(json.text)) : notOfKind(json, "a size, such as \"8 GiB\"");
    case ParamKind::Bandwidth:
      return json.isText() ? asParam(parseBandwidth(json.text))
                           : notOfKind(json, "a bandwidth, such as \"10 MB/s\"");
    case ParamKind::Law:
      return json.isText() ? asParam(parseLaw(json.text))
                           : notOfKind(json, "the law of a duration, such as \"exponential 8 ms\"");
    case ParamKind::Choice:
      return json.isText() ? Result<ParamValue>(ParamValue(Choice{json.text}))
                           : notOfKind(json, "the name of a choice");
    case ParamKind::Text:
      return json.isText() ? Result<ParamValue>(ParamValue(json.text)) : notOfKind(json, "text");
    case ParamKind::Opaque:
      break;
  }
  return ParamValue(OpaqueValue{compactJson(json)});
}

void writeParam(JsonWriter& writer, const ParamValue& value) {
  std::visit(
      [&](const auto& v) {
        using Value = std::decay_t<decltype(v)>;
        if constexpr (std::is_same_v<Value, bool>) {
          writer.boolean(v);
        } else if constexpr (std::is_same_v<Value, Count>) {
          writer.integer(v.value());
        } else if constexpr (std::is_same_v<Value, double>) {
          writer.number(v);
        } else if constexpr (std::is_same_v<Value, Choice>) {
          writer.text(v.value);
        } else if constexpr (std::is_same_v<Value, std::string>) {
          writer.text(v);
        } else if constexpr (std::is_same_v<Value, OpaqueValue>) {
          writer.raw(v.json);
        } else {
          writer.text(format(v));
        }
      },
      value);
}

}  // namespace cantilever::exchange

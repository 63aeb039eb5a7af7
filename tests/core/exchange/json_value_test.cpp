#include "core/exchange/json_value.h"

#include <gtest/gtest.h>

#include <string>

#include "core/exchange/json_writer.h"

namespace cantilever::exchange {
namespace {

Error errorOf(std::string_view text) {
  const Result<JsonValue> parsed = parseJson(text, "f");
  return parsed ? Error{"accepted", compactJson(*parsed), {}} : parsed.error();
}

TEST(JsonValue, KnowsWhereEachValueBegan) {
  const std::string text = "{\n  \"a\" : [1, \"x\\\"y\" ,true],\n  \"b\": {\"c\":-1.50e3}\n}";
  const Result<JsonValue> parsed = parseJson(text, "f");
  ASSERT_TRUE(parsed.ok()) << parsed.error().message;
  const JsonValue& list = *parsed->find("a");
  EXPECT_EQ(text.substr(list.offset, 1), "[");
  EXPECT_EQ(text.substr(list.items[1].offset, 2), "\"x");
  EXPECT_EQ(text.substr(list.items[2].offset, 4), "true");
  const JsonValue& number = *parsed->find("b")->find("c");
  EXPECT_EQ(number.text, "-1.50e3");
  EXPECT_EQ(TextPlaces(text, "f").at(number.offset), "f:3:13");
}

TEST(JsonValue, AcceptsAByteOrderMark) {
  const Result<JsonValue> parsed = parseJson("\xEF\xBB\xBF{\"a\":1}", "f");
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->find("a")->offset, 8U);
}

TEST(JsonValue, SaysWhereTheSyntaxBreaks) {
  const Error error = errorOf("{\n  \"a\": 1,\n  \"b\": nul\n}");
  EXPECT_EQ(error.code, "json.syntax");
  EXPECT_EQ(error.where.substr(0, 4), "f:3:");
  EXPECT_NE(error.message.find("invalid literal"), std::string::npos) << error.message;
}

TEST(JsonValue, RefusesWhatIsNotStrictJson) {
  for (const char* text : {"", " ", "{", "[1,]", "{\"a\":1,}", "{a:1}", "'a'", "01", "1.", "NaN", "// c\n1",
                           "1 2", "\"\t\"", "\"\\x\"", "\"\\ud800\"", "[1}", "nul"}) {
    EXPECT_EQ(errorOf(text).code, "json.syntax") << text;
  }
}

TEST(JsonValue, RefusesBytesThatAreNotUtf8) {
  for (const char* text :
       {"\"\xFF\"", "\"\xC0\x80\"", "\"\xED\xA0\x80\"", "\"\xF4\x90\x80\x80\"", "\"\xE2\x82\""}) {
    const Error error = errorOf(text);
    EXPECT_EQ(error.code, "json.syntax");
    EXPECT_NE(error.message.find("UTF-8"), std::string::npos) << error.message;
  }
}

TEST(JsonValue, RefusesWhatFollowsANulByte) {
  EXPECT_EQ(errorOf(std::string_view("{}\0garbage", 10)).code, "json.syntax");
}

TEST(JsonValue, SaysThatANumberIsTooLarge) {
  const Error error = errorOf("[1e400]");
  EXPECT_EQ(error.code, "json.syntax");
  EXPECT_NE(error.message.find("too large"), std::string::npos) << error.message;
}

TEST(JsonValue, NamesBothPlacesOfADuplicateKey) {
  const Error error = errorOf("{\n \"a\": 1,\n \"a\": 2\n}");
  EXPECT_EQ(error.code, "json.duplicate_key");
  EXPECT_EQ(error.where, "f:3:2");
  EXPECT_NE(error.message.find("f:2:2"), std::string::npos) << error.message;
}

TEST(JsonValue, RefusesADepthBombWithoutFallingOver) {
  EXPECT_EQ(errorOf(std::string(1'000'000, '[')).code, "json.too_deep");
  std::string objects;
  for (int i = 0; i < 200'000; ++i) {
    objects += "{\"a\":";
  }
  EXPECT_EQ(errorOf(objects).code, "json.too_deep");
  const std::string deepest = std::string(kMaxJsonDepth, '[') + std::string(kMaxJsonDepth, ']');
  EXPECT_TRUE(parseJson(deepest, "f").ok());
}

TEST(JsonValue, CompactTextKeepsNumbersAsSpelt) {
  const Result<JsonValue> parsed =
      parseJson("[ 1.00 , 1e-7, 12345678901234567890123, { \"b\" : null, \"a\": \"\\u0041\\n\" } ]", "f");
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(compactJson(*parsed), R"([1.00,1e-7,12345678901234567890123,{"b":null,"a":"A\n"}])");
}

TEST(QuotedJson, ReplacesBytesThatAreNotUtf8) {
  EXPECT_EQ(quotedJson("a\xFF"
                       "b\xE2\x82"),
            "\"a\xEF\xBF\xBD"
            "b\xEF\xBF\xBD\xEF\xBF\xBD\"");
  EXPECT_EQ(quotedJson("大\"\\\x01"), "\"大\\\"\\\\\\u0001\"");
}

TEST(JsonWriter, WritesOneFieldALine) {
  JsonWriter writer;
  writer.beginObject();
  writer.field("text", "a");
  writer.field("number", 0.1);
  writer.field("whole", 3);
  writer.field("yes", true);
  writer.field("unknown", std::optional<double>());
  ASSERT_TRUE(writer.key("empty"));
  writer.beginArray().endArray();
  ASSERT_TRUE(writer.key("list"));
  writer.inlineList(std::vector<std::string>{"a", "b"});
  ASSERT_TRUE(writer.key("raw"));
  writer.raw(R"({"a":[1.0,{}]})");
  writer.endObject();
  EXPECT_EQ(
      writer.take(),
      "{\n  \"text\": \"a\",\n  \"number\": 0.1,\n  \"whole\": 3,\n  \"yes\": true,\n  \"unknown\": null,\n"
      "  \"empty\": [],\n  \"list\": [\"a\", \"b\"],\n  \"raw\": {\n    \"a\": [\n      1.0,\n      {}\n    "
      "]\n  }\n}\n");
}

TEST(JsonWriter, NeverWritesAKeyTwice) {
  JsonWriter writer;
  writer.beginObject();
  writer.field("a", 1);
  writer.field("a", 2);
  writer.endObject();
  EXPECT_EQ(writer.take(), "{\n  \"a\": 1\n}\n");
}

TEST(JsonWriter, KeepsBrokenRawTextAsAString) {
  JsonWriter writer;
  writer.raw("{oops");
  EXPECT_EQ(writer.take(), "\"{oops\"\n");
}

}  // namespace
}  // namespace cantilever::exchange

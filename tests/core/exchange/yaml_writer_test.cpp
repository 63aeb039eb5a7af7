#include "core/exchange/yaml_writer.h"

#include <gtest/gtest.h>

namespace cantilever::exchange {
namespace {

TEST(YamlWriter, QuotesWhateverAReaderMightTakeForSomethingElse) {
  for (const char* text :
       {"yes",  "No",    "ON", "off",  "true", "null", "~",    "",      "1",          "1.5", "1e3",
        "0x1f", "22:22", ".5", "-1",   "- a",  "a: b", "a #b", "#a",    " a",         "a ",  "*a",
        "&a",   "!a",    "%a", "@a",   "`a",   "{a}",  "[a]",  "a,b",   "2024-01-01", "|",   ">",
        "?",    "a\nb",  "y",  ".inf", "NaN",  "=",    "<<",   "größe", "${A}"}) {
    EXPECT_FALSE(isPlainYaml(text)) << text;
  }
  for (const char* text :
       {"a", "redis-server", "/var/lib/data", "two words", "v1.2", "postgres", "_x", "nope", "yesterday"}) {
    EXPECT_TRUE(isPlainYaml(text)) << text;
  }
}

TEST(YamlWriter, WritesBlockStyle) {
  YamlWriter yaml;
  yaml.beginMap();
  yaml.comment("first");
  yaml.field("a", "yes").key("count").number(3).key("b").boolean(true);
  yaml.key("map").beginMap().field("22", "x\ny").endMap();
  yaml.list("list", {"one", "a: b"});
  yaml.inlineList("inline", {"CMD", "x"});
  yaml.emptyMap("none");
  yaml.key("inner").beginMap().field("a", "b").comment("second").field("c", "d").endMap();
  yaml.endMap();
  EXPECT_EQ(yaml.take(),
            "# first\na: \"yes\"\ncount: 3\nb: true\nmap:\n  \"22\": \"x\\ny\"\nlist:\n  - one\n  - \"a: "
            "b\"\ninline: [\"CMD\", \"x\"]\n"
            "none: {}\ninner:\n  a: b  # second\n  c: d\n");
}

}  // namespace
}  // namespace cantilever::exchange

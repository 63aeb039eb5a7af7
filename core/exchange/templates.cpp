#include "core/exchange/templates.h"

#include <algorithm>

#include "core/base/did_you_mean.h"
#include "core/base/embedded.h"
#include "core/base/text.h"
#include "core/exchange/json_value.h"

namespace cantilever::exchange {
namespace {

std::string_view embeddedTemplate(std::string_view name) {
  for (const embedded::File& file : embedded::templates()) {
    if (file.name == name) {
      return file.text;
    }
  }
  return {};
}

std::string textIn(const JsonValue& object, std::string_view key) {
  const JsonValue* value = object.find(key);
  return value != nullptr && value->isText() ? value->text : std::string();
}

Duration durationIn(const JsonValue& object, std::string_view key, Duration otherwise) {
  const Result<Duration> parsed = parseDuration(textIn(object, key));
  return parsed ? *parsed : otherwise;
}

/// The index is compiled in: a fault in it is a bug, which templates_test finds.
std::vector<Template> readTemplateIndex() {
  std::vector<Template> all;
  const Result<JsonValue> index = parseJson(embeddedTemplate("index.json"), "templates/index.json");
  const JsonValue* list = index ? index->find("templates") : nullptr;
  if (list != nullptr) {
    for (const JsonValue& one : list->items) {
      Template read{textIn(one, "key"), textIn(one, "title"), textIn(one, "summary"),
                    textIn(one, "category")};
      read.warmup = durationIn(one, "warmup", read.warmup);
      read.duration = durationIn(one, "duration", read.duration);
      all.push_back(std::move(read));
    }
  }
  return all;
}

}  // namespace

const std::vector<Template>& templates() {
  static const std::vector<Template> all = readTemplateIndex();
  return all;
}

Result<LoadedDesign> loadTemplate(std::string_view key, const catalog::Catalog& catalog) {
  std::vector<std::string> keys;
  for (const Template& one : templates()) {
    if (one.key == key) {
      const std::string name = one.key + ".json";
      return readDesign(embeddedTemplate(name), catalog, "templates/" + name);
    }
    keys.push_back(one.key);
  }
  return Error{"template.unknown",
               "There is no template \"" + std::string(key) + "\"" +
                   didYouMean(key, keys, "; `cantilever-cli templates` lists them."),
               std::string(key)};
}

}  // namespace cantilever::exchange

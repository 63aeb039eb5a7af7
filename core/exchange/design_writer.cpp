#include <algorithm>

#include "core/base/text.h"
#include "core/estimate/sheet_lines.h"
#include "core/exchange/design_json.h"
#include "core/exchange/design_limits.h"
#include "core/exchange/design_words.h"
#include "core/exchange/json_writer.h"
#include "core/exchange/param_json.h"

namespace cantilever::exchange {
namespace {

/// Writes one object of the design: fields that have their default are left out, extras come last.
class ObjectWriter {
 public:
  ObjectWriter(JsonWriter& writer, const Extras& extras) : m_writer(writer), m_extras(extras) {
    m_writer.beginObject();
  }
  ObjectWriter(const ObjectWriter&) = delete;
  ObjectWriter& operator=(const ObjectWriter&) = delete;
  ~ObjectWriter() {
    for (const Extra& extra : m_extras) {
      if (m_writer.key(extra.path)) {
        m_writer.raw(extra.text);
      }
    }
    m_writer.endObject();
  }

  void text(std::string_view key, std::string_view value) {
    if (!value.empty()) {
      m_writer.field(key, value);
    }
  }
  void number(std::string_view key, double value, double otherwise) {
    if (value != otherwise) {
      m_writer.field(key, value);
    }
  }
  void index(std::string_view key, const std::optional<std::uint32_t>& value) {
    if (value) {
      m_writer.field(key, *value);
    }
  }
  void flag(std::string_view key, bool value) {
    if (value) {
      m_writer.field(key, value);
    }
  }
  template <class Quantity>
  void quantity(std::string_view key, const Quantity& value) {
    if (value != Quantity()) {
      m_writer.field(key, format(value));
    }
  }
  /// A word that stays readable without knowing the default is written even if it is the default, unless the
  /// file's own text for it was not understood and waits among the extras.
  template <class Enum, std::size_t size>
  void alwaysWord(std::string_view key, Enum value, const Word<Enum> (&words)[size], Enum otherwise) {
    const bool isAmongExtras =
        std::any_of(m_extras.begin(), m_extras.end(), [&](const Extra& extra) { return extra.path == key; });
    if (value != otherwise || !isAmongExtras) {
      m_writer.field(key, wordOf(value, std::span<const Word<Enum>>(words)));
    }
  }
  template <class Enum, std::size_t size>
  void word(std::string_view key, Enum value, const Word<Enum> (&words)[size], Enum otherwise) {
    if (value != otherwise) {
      m_writer.field(key, wordOf(value, std::span<const Word<Enum>>(words)));
    }
  }
  void params(const Params& params) {
    if (params.empty() || !m_writer.key("params")) {
      return;
    }
    m_writer.beginObject();
    for (const auto& [key, value] : params) {
      if (m_writer.key(key)) {
        writeParam(m_writer, value);
      }
    }
    m_writer.endObject();
  }
  void area(const Rect& area) {
    number("x", area.topLeft.x, 0);
    number("y", area.topLeft.y, 0);
    number("width", area.size.width, 0);
    number("height", area.size.height, 0);
  }

 private:
  JsonWriter& m_writer;
  const Extras& m_extras;
};

void writeOne(JsonWriter& writer, const RequestClass& requestClass) {
  ObjectWriter object(writer, requestClass.extras);
  object.text("id", requestClass.id.text());
  object.text("name", requestClass.name);
  object.word("access", requestClass.access, kAccessWords, Access::Read);
  object.flag("cacheable", requestClass.isCacheable);
  object.quantity("request_size", requestClass.requestSize);
  object.quantity("reply_size", requestClass.replySize);
  object.params(requestClass.params);
}

void writeOne(JsonWriter& writer, const Workload& workload) {
  ObjectWriter object(writer, workload.extras);
  object.text("id", workload.id.text());
  object.text("class", workload.requestClass.text());
  object.text("entry", workload.entry.text());
  object.quantity("peak", workload.peak);
  object.quantity("mean", workload.mean);
  object.word("arrivals", workload.arrivals, kArrivalWords, ArrivalProcess::Poisson);
  object.params(workload.params);
}

void writeOne(JsonWriter& writer, const Objective& objective) {
  ObjectWriter object(writer, objective.extras);
  object.text("id", objective.id.text());
  object.alwaysWord("metric", objective.metric, kMetricWords, Metric::LatencyP99);
  object.text("class", objective.requestClass.text());
  if (objective.limit != 0) {
    object.text("limit", limitText(objective.metric, objective.limit));
  }
}

void writeOne(JsonWriter& writer, const Zone& zone) {
  ObjectWriter object(writer, zone.extras);
  object.text("id", zone.id.text());
  object.text("name", zone.name);
  object.alwaysWord("kind", zone.kind, kZoneWords, ZoneKind::AvailabilityZone);
  object.text("parent", zone.parent.text());
  object.area(zone.area);
  object.flag("collapsed", zone.isCollapsed);
  object.params(zone.params);
}

void writeOne(JsonWriter& writer, const Block& block) {
  ObjectWriter object(writer, block.extras);
  object.text("id", block.id.text());
  object.text("type", block.type);
  object.text("name", block.name);
  object.text("zone", block.zone.text());
  object.number("x", block.position.x, 0);
  object.number("y", block.position.y, 0);
  object.flag("pinned", block.isPinned);
  object.number("z", block.zOrder, 0);
  object.params(block.params);
}

void writeOne(JsonWriter& writer, const Link& link) {
  ObjectWriter object(writer, link.extras);
  object.text("id", link.id.text());
  object.text("from", link.from.text());
  object.text("to", link.to.text());
  object.word("mode", link.mode, kModeWords, LinkMode::Call);
  object.word("role", link.role, kRoleWords, LinkRole::Default);
  object.text("operation", link.operation);
  object.number("calls", link.calls, 1);
  object.word("group", link.group, kGroupWords, CallGroup::Sequence);
  if (!link.classes.empty() && writer.key("classes")) {
    std::vector<std::string> classes;
    for (const ClassId& id : link.classes) {
      classes.push_back(id.text());
    }
    writer.inlineList(classes);
  }
  object.number("weight", link.weight, 1);
  if (link.latency) {
    writer.field("latency", format(*link.latency));
  }
  object.quantity("timeout", link.timeout);
  object.word("balancing", link.balancing, kBalancingWords, Balancing::Random);
  object.params(link.params);
}

void writeOne(JsonWriter& writer, const Note& note) {
  ObjectWriter object(writer, note.extras);
  object.text("id", note.id.text());
  object.text("text", note.text);
  object.text("zone", note.zone.text());
  object.area(note.area);
  object.number("z", note.zOrder, 0);
}

void writeOne(JsonWriter& writer, const Perturbation& event) {
  ObjectWriter object(writer, event.extras);
  object.quantity("at", event.at);
  object.text("target", event.target.text());
  object.text("link", event.link.text());
  object.text("zone", event.zone.text());
  object.text("other_zone", event.otherZone.text());
  object.index("first_instance", event.firstInstance);
  object.index("last_instance", event.lastInstance);
  object.alwaysWord("change", event.change, kChangeWords, Change::KillInstances);
  object.number("value", event.value, 1);
  object.text("name", event.name);
}

void writeEvents(JsonWriter& writer, const std::vector<Perturbation>& events) {
  if (events.empty() || !writer.key("events")) {
    return;
  }
  writer.beginArray();
  for (const Perturbation& event : events) {
    writeOne(writer, event);
  }
  writer.endArray();
}

void writeOne(JsonWriter& writer, const Control& control) {
  ObjectWriter object(writer, control.extras);
  object.text("id", control.id.text());
  object.text("name", control.name);
  object.text("when", control.when);
  writeEvents(writer, control.events);
}

void writeOne(JsonWriter& writer, const Scenario& scenario) {
  ObjectWriter object(writer, scenario.extras);
  object.text("id", scenario.id.text());
  object.text("name", scenario.name);
  object.text("description", scenario.description);
  writeEvents(writer, scenario.events);
}

void writeSheet(JsonWriter& writer, const Sheet& sheet) {
  if (sheet.isEmpty() || !writer.key("estimate")) {
    return;
  }
  ObjectWriter object(writer, sheet.extras);
  for (const estimate::LineSpec& line : estimate::sheetLines()) {
    const auto typed = sheet.typed.find(line.key);
    if (typed != sheet.typed.end()) {
      object.text(line.key, estimate::format(line.unit, typed->second));
    }
  }
}

template <class List>
void writeList(JsonWriter& writer, std::string_view key, const List& list) {
  if (list.begin() == list.end() || !writer.key(key)) {
    return;
  }
  writer.beginArray();
  for (const auto& one : list) {
    writeOne(writer, one);
  }
  writer.endArray();
}

}  // namespace

std::string writeDesign(const Design& design) {
  JsonWriter writer;
  {
    ObjectWriter root(writer, design.extras);
    root.text("schema", kDesignSchema);
    root.text("name", design.name);
    root.text("description", design.description);
    if (!design.sources.empty() && writer.key("sources")) {
      writer.beginArray();
      for (const std::string& source : design.sources) {
        writer.text(source);
      }
      writer.endArray();
    }
    root.number("slice", design.slice, 1);
    writeSheet(writer, design.sheet);
    writeList(writer, "classes", design.classes);
    writeList(writer, "workloads", design.workloads);
    writeList(writer, "objectives", design.objectives);
    writeList(writer, "zones", design.zones);
    writeList(writer, "blocks", design.blocks);
    writeList(writer, "links", design.links);
    writeList(writer, "notes", design.notes);
    writeList(writer, "scenarios", design.scenarios);
    writeList(writer, "controls", design.controls);
  }
  return writer.take();
}

std::string writeFragment(const Fragment& fragment) {
  JsonWriter writer;
  writer.beginObject();
  writer.field("schema", kFragmentSchema);
  writeList(writer, "zones", fragment.zones);
  writeList(writer, "blocks", fragment.blocks);
  writeList(writer, "links", fragment.links);
  writeList(writer, "notes", fragment.notes);
  writer.endObject();
  return writer.take();
}

}  // namespace cantilever::exchange

#include "core/compile/checked_design.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "core/base/did_you_mean.h"
#include "core/base/text.h"
#include "core/catalog/policies/class_policy.h"
#include "core/catalog/policies/link_policy.h"
#include "core/catalog/policies/workload_policy.h"
#include "core/catalog/policies/zone_policy.h"
#include "core/model/change_words.h"

namespace cantilever::compile {

namespace {

// A request that makes more calls over one link is a batch job; and programs unroll calls.
constexpr double kMaxCalls = 1000;
// As plan::faultIn.
constexpr double kMaxOfferedRate = 1e9;
constexpr std::size_t kMaxRequestClasses = 255;
// Region > availability zone > rack is three.
constexpr int kMaxZoneDepth = 16;
// "Did you mean" compares with every id: helpful for a typing error, a burden for a file of 10,000 wrong
// ends.
constexpr int kMaxSuggestions = 50;

template <class Element>
std::vector<std::string> idsOf(const Table<Element>& table) {
  std::vector<std::string> ids;
  ids.reserve(table.size());
  for (const Element& element : table) {
    ids.push_back(element.id.text());
  }
  return ids;
}

template <class Element>
std::uint32_t indexIn(const Table<Element>& table, const typename Table<Element>::IdType& id) {
  const auto& pointers = table.pointers();
  const auto at = std::lower_bound(pointers.begin(), pointers.end(), id,
                                   [](const auto& each, const auto& wanted) { return each->id < wanted; });
  return at != pointers.end() && (*at)->id == id ? static_cast<std::uint32_t>(at - pointers.begin())
                                                 : plan::kNone;
}

bool isWithin(double value, double low, double high) {
  return value >= low && value <= high;  // false for NaN
}

bool isLegal(Duration time) {
  return time >= Duration() && time <= plan::kLongestDuration;
}

class DesignChecker {
 public:
  DesignChecker(const Design& design, const catalog::Catalog& catalog, Remarks& remarks)
      : m_design(design), m_catalog(catalog), m_remarks(remarks) {}

  CheckedDesign check(const ScenarioId& scenario) {
    checkWhole();
    checkZones();
    for (const Note& note : m_design.notes) {
      checkOwner(note.zone, "note.unknown_zone", "Note " + quoted(note.id.text()), {});
    }
    checkClasses();
    for (const Block& block : m_design.blocks) {
      m_checked.blocks.push_back(checkBlock(block));
    }
    for (const Link& link : m_design.links) {
      checkLink(link);
    }
    for (const Workload& workload : m_design.workloads) {
      checkWorkload(workload);
    }
    checkObjectives();
    checkScenarios(scenario);
    checkControls();
    return std::move(m_checked);
  }

 private:
  template <class Element>
  std::string suggestion(const std::string& id, const Table<Element>& known) const {
    if (m_suggestions >= kMaxSuggestions) {
      return ".";
    }
    ++m_suggestions;
    return didYouMean(id, idsOf(known));
  }

  void checkWhole() {
    if (!isWithin(m_design.slice, 1e-9, 1e9)) {
      m_remarks.error("design.slice", "The slice of the design must be a positive number, such as 1 or 100.");
    }
  }

  template <class Element>
  void checkId(const Element& element, const char* kind, About about) {
    if (!isSlug(element.id.text())) {
      m_remarks.error(
          "id.invalid",
          std::string("The id ") + quoted(element.id.text()) + " of a " + kind +
              " must consist of letters, digits, \"-\", \"_\" and \".\", and begin with a letter or "
              "digit.",
          std::move(about));
    }
  }

  void checkZones() {
    for (const Zone& zone : m_design.zones) {
      checkId(zone, "zone", About::the(zone));
      checkParams(zone.params, catalog::zoneParams(), "Zone " + quoted(zone.id.text()) + " has",
                  [&zone](const std::string& key) { return About::the(zone, key); });
      if (!zone.parent.isEmpty() && !m_design.zones.contains(zone.parent)) {
        m_remarks.warn("zone.unknown_parent",
                       "Zone " + quoted(zone.id.text()) + " lies in zone " + quoted(zone.parent.text()) +
                           ", which does not exist; it counts as a zone of its own.",
                       About::the(zone, "parent"));
      }
      const Zone* ancestor = &zone;
      for (int depth = 0; ancestor != nullptr && depth < kMaxZoneDepth; ++depth) {
        ancestor = m_design.zones.find(ancestor->parent);
      }
      if (ancestor != nullptr) {
        m_remarks.warn("zone.cycle",
                       "Zone " + quoted(zone.id.text()) + " lies within itself, or more than " +
                           formatNumber(kMaxZoneDepth) + " zones deep.",
                       About::the(zone, "parent"));
      }
    }
  }

  void checkClasses() {
    for (const RequestClass& each : m_design.classes) {
      checkId(each, "request class", {});
      if (!isWithin(each.requestSize.raw(), 0, 1e15) || !isWithin(each.replySize.raw(), 0, 1e15)) {
        m_remarks.error("class.size", "The sizes of request class " + quoted(each.id.text()) +
                                          " must be between zero and 1e15 bytes.");
      }
      checkParams(each.params, catalog::classParams(), "Request class " + quoted(each.id.text()) + " has",
                  [](const std::string&) { return About(); });
      m_checked.classes.push_back(&each);
    }
    if (m_checked.classes.size() > kMaxRequestClasses) {
      m_remarks.error("class.too_many", "A design can have 255 request classes; this one has " +
                                            formatNumber(static_cast<double>(m_checked.classes.size())) +
                                            ".");
    }
  }

  void checkOwner(const ZoneId& zone, const char* code, const std::string& name, About about) {
    if (!zone.isEmpty() && !m_design.zones.contains(zone)) {
      m_remarks.warn(code,
                     name + " lies in zone " + quoted(zone.text()) +
                         ", which does not exist; it counts as outside every zone.",
                     std::move(about));
    }
  }

  CheckedBlock checkBlock(const Block& block) {
    CheckedBlock checked;
    checked.block = &block;
    checked.type = m_catalog.find(block.type);
    const std::size_t errors = m_remarks.errorCount();
    checkId(block, "block", About::the(block));
    checkOwner(block.zone, "block.unknown_zone", quoted(block), About::the(block, "zone"));
    if (checked.type == nullptr) {
      remarkUnknownType(block);
      return checked;
    }
    checkParams(block.params, checked.type->params, quoted(block) + " has",
                [&block](const std::string& key) { return About::the(block, key); });
    checked.isUsable = m_remarks.errorCount() == errors;
    if (checked.isUsable) {
      checked.traits = checked.type->traits(block);
    }
    return checked;
  }

  void remarkUnknownType(const Block& block) {
    std::vector<std::string> keys;
    for (const catalog::BlockType& type : m_catalog.types()) {
      keys.push_back(type.key);
    }
    m_remarks.error("block.unknown_type",
                    quoted(block) + " is of a type that this version does not know, " + quoted(block.type) +
                        didYouMean(block.type, keys),
                    About::the(block, "type"));
  }

  /// Nothing but its own words says then what a remark is about: classes and workloads, for instance.
  static bool isOfNothingShown(const About& about) {
    return about.block.isEmpty() && about.link.isEmpty() && about.zone.isEmpty();
  }

  /// Its values are so small that whole nanoseconds are coarse for them (3).
  static bool isCoarse(const Law& law) {
    constexpr Duration kFine = Duration::nanoseconds(100);
    return law.kind != Law::Kind::Constant && law.mean > Duration() && law.mean < kFine;
  }

  /// `owner` as in "Links have". `aboutParam` makes what a remark on a key is about.
  void checkParams(const Params& params, const std::vector<catalog::ParamSpec>& specs,
                   const std::string& owner, const auto& aboutParam) {
    for (const auto& [key, value] : params) {
      const catalog::ParamSpec* spec = catalog::findSpec(specs, key);
      if (spec == nullptr) {
        std::vector<std::string> keys;
        for (const catalog::ParamSpec& each : specs) {
          keys.push_back(each.key);
        }
        m_remarks.error("param.unknown", owner + " no parameter " + quoted(key) + didYouMean(key, keys),
                        aboutParam(key));
      } else if (const Result<void> checked = spec->check(value); !checked) {
        const About about = aboutParam(key);
        m_remarks.error(checked.error().code,
                        (isOfNothingShown(about) ? owner.substr(0, owner.rfind(' ')) + ": " : std::string()) +
                            checked.error().message,
                        about);
      } else if (const Law* law = std::get_if<Law>(&value); law != nullptr && isCoarse(*law)) {
        m_remarks.warn("param.coarse",
                       quoted(key) + " is " + format(*law) +
                           ", and times are whole nanoseconds: what is drawn is rounded, which shows in its "
                           "mean and in how it varies.",
                       aboutParam(key));
      }
    }
  }

  void checkLink(const Link& link) {
    const std::size_t errors = m_remarks.errorCount();
    checkId(link, "link", About::the(link));
    checkNumbers(link);
    checkParams(link.params, catalog::linkParams(), "Links have",
                [&link](const std::string& key) { return About::the(link, key); });
    checkClassesOf(link);
    const std::uint32_t from = checkEnd(link, link.from, "from", "begins");
    const std::uint32_t to = checkEnd(link, link.to, "to", "ends");
    if (from == plan::kNone || to == plan::kNone) {
      return;
    }
    checkMeaning(link, m_checked.blocks[from], m_checked.blocks[to]);
    const bool areEndsUsable = m_checked.blocks[from].isUsable && m_checked.blocks[to].isUsable;
    if (areEndsUsable && m_remarks.errorCount() == errors) {
      m_checked.links.push_back({&link, from, to});
    }
  }

  std::uint32_t checkEnd(const Link& link, const BlockId& end, const char* field, const char* verb) {
    const std::uint32_t index = indexIn(m_design.blocks, end);
    if (index == plan::kNone) {
      m_remarks.error("link.dangling",
                      "Link " + quoted(link.id.text()) + " " + verb + " at block " + quoted(end.text()) +
                          ", which does not exist" + suggestion(end.text(), m_design.blocks),
                      About::the(link, field));
    }
    return index;
  }

  void checkNumbers(const Link& link) {
    if (!isWithin(link.calls, 0, kMaxCalls)) {
      m_remarks.error("link.calls",
                      "The calls per request of link " + quoted(link.id.text()) +
                          " must be between 0 and 1,000; they are " + formatNumber(link.calls) + ".",
                      About::the(link, "calls"));
    }
    if (!isWithin(link.weight, 0, 1e9)) {
      m_remarks.error("link.weight",
                      "The weight of link " + quoted(link.id.text()) + " must be zero or more; it is " +
                          formatNumber(link.weight) + ".",
                      About::the(link, "weight"));
    }
    if (!isLegal(link.timeout)) {
      m_remarks.error("link.timeout",
                      "The timeout of link " + quoted(link.id.text()) + " must be between 0 and 100 years.",
                      About::the(link, "timeout"));
    }
    if (link.latency) {
      if (const std::string fault = plan::faultIn(*link.latency); !fault.empty()) {
        m_remarks.error("link.latency",
                        "The latency of link " + quoted(link.id.text()) + " is wrong: " + fault,
                        About::the(link, "latency"));
      }
    }
  }

  void checkClassesOf(const Link& link) {
    for (const ClassId& each : link.classes) {
      if (!m_design.classes.contains(each)) {
        m_remarks.error("link.unknown_class",
                        "Link " + quoted(link.id.text()) + " is for request class " + quoted(each.text()) +
                            ", which does not exist" + suggestion(each.text(), m_design.classes),
                        About::the(link, "classes"));
      }
    }
  }

  void checkMeaning(const Link& link, const CheckedBlock& from, const CheckedBlock& to) {
    if (from.type != nullptr && !from.type->makesCalls) {
      m_remarks.error("link.from_no_caller",
                      "No link can begin at " + quoted(*from.block) + ": " + catalog::blocksOf(*from.type) +
                          " make no calls.",
                      About::the(link, "from"));
    }
    if (to.type != nullptr && !to.type->acceptsCalls) {
      m_remarks.error("link.to_no_callee",
                      "No link can end at " + quoted(*to.block) + ": " + catalog::blocksOf(*to.type) +
                          " accept no calls.",
                      About::the(link, "to"));
    }
    if (to.type != nullptr && !link.operation.empty()) {
      checkOperation(link, *to.type);
    }
    if (link.role == LinkRole::Lookup) {
      checkLookup(link, to);
    }
  }

  void checkOperation(const Link& link, const catalog::BlockType& callee) {
    const auto& known = callee.operations;
    if (std::find(known.begin(), known.end(), link.operation) != known.end()) {
      return;
    }
    const std::string remedy =
        didYouMean(link.operation, known, orAllOf(known, ": it has only one, without a name."));
    m_remarks.error("link.unknown_operation",
                    callee.label + " has no operation " + quoted(link.operation) + remedy,
                    About::the(link, "operation"));
  }

  static bool hasOperation(const CheckedBlock& block, const char* name) {
    const std::vector<std::string>& known = block.type->operations;
    return std::find(known.begin(), known.end(), name) != known.end();
  }

  void checkLookup(const Link& link, const CheckedBlock& to) {
    if (link.mode == LinkMode::Send) {
      m_remarks.error("link.lookup_send",
                      "Link " + quoted(link.id.text()) +
                          " is a look-up, which waits for its answer: it must be a call, not a send.",
                      About::the(link, "mode"));
    }
    const bool hasContents = to.isUsable && !to.traits.hitRatio && hasOperation(to, "lookup");
    if (hasContents && !link.operation.empty() && link.operation != "lookup") {
      m_remarks.warn(
          "link.lookup_names_operation",
          "Link " + quoted(link.id.text()) + " is a look-up that names the operation " +
              quoted(link.operation) + "; what " + quoted(*to.block) +
              " holds decides there, so it takes the operation \"lookup\". Leave the operation empty.",
          About::the(link, "operation"));
    }
    if (to.isUsable && !to.traits.hitRatio && !hasContents) {
      m_remarks.warn("link.lookup_without_cache",
                     "Link " + quoted(link.id.text()) + " looks up in " + quoted(*to.block) +
                         ", which is no cache: every look-up misses.",
                     About::the(link, "role"));
    }
  }

  void checkWorkload(const Workload& workload) {
    const std::size_t errors = m_remarks.errorCount();
    const std::string name = "Workload " + quoted(workload.id.text());
    const std::uint32_t entry = indexIn(m_design.blocks, workload.entry);
    const About about = entry == plan::kNone ? About{} : About::the(*m_checked.blocks[entry].block);
    checkId(workload, "workload", about);
    checkParams(workload.params, catalog::workloadParams(), name + " has",
                [&about](const std::string&) { return about; });
    if (entry == plan::kNone) {
      m_remarks.error("workload.no_entry", name + " enters at block " + quoted(workload.entry.text()) +
                                               ", which does not exist" +
                                               suggestion(workload.entry.text(), m_design.blocks));
    } else if (m_checked.blocks[entry].isUsable && !m_checked.blocks[entry].traits.isSource) {
      m_remarks.error("workload.entry_no_source",
                      name + " enters at " + quoted(*m_checked.blocks[entry].block) +
                          ", which offers no load: let it enter at a client or a source.",
                      about);
    }
    if (!m_design.classes.contains(workload.requestClass)) {
      m_remarks.error("workload.unknown_class",
                      name + " offers request class " + quoted(workload.requestClass.text()) +
                          ", which does not exist" +
                          suggestion(workload.requestClass.text(), m_design.classes),
                      about);
    }
    if (const auto origins = catalog::parseOrigins(catalog::workloadPolicyOf(workload.params).origins)) {
      for (const catalog::RequestOrigin& origin : *origins) {
        if (!m_design.zones.contains(ZoneId(origin.zone))) {
          m_remarks.error("workload.unknown_zone",
                          name + " has users in zone " + quoted(origin.zone) + ", which does not exist" +
                              suggestion(origin.zone, m_design.zones),
                          about);
        }
      }
    }
    const bool isPeakFine = isWithin(workload.peak.raw(), 0, kMaxOfferedRate);
    if (!isPeakFine || !isWithin(workload.mean.raw(), 0, kMaxOfferedRate)) {
      m_remarks.error("workload.rate",
                      name + " has a " + (isPeakFine ? "mean" : "peak") + " of " +
                          format(isPeakFine ? workload.mean : workload.peak) +
                          "; rates lie between 0 and 1e9 requests per second.",
                      about);
    } else if (workload.mean > workload.peak) {
      m_remarks.warn("workload.mean_above_peak",
                     name + " has a mean of " + formatShort(workload.mean) + ", above its peak of " +
                         formatShort(workload.peak) + ".",
                     about);
    }
    if (entry != plan::kNone && m_checked.blocks[entry].isUsable && m_remarks.errorCount() == errors) {
      m_checked.workloads.push_back(&workload);
    }
  }

  void checkObjectives() {
    for (const Objective& objective : m_design.objectives) {
      const std::string name = "Objective " + quoted(objective.id.text());
      if (!objective.requestClass.isEmpty() && !m_design.classes.contains(objective.requestClass)) {
        m_remarks.warn("objective.unknown_class", name + " is about request class " +
                                                      quoted(objective.requestClass.text()) +
                                                      ", which does not exist: it cannot be met.");
      }
      if (!std::isfinite(objective.limit) || objective.limit < 0) {
        m_remarks.warn("objective.limit", name + " must have a limit of zero or more.");
      }
    }
  }

  void checkScenarios(const ScenarioId& chosen) {
    if (!chosen.isEmpty() && !m_design.scenarios.contains(chosen)) {
      const auto known = idsOf(m_design.scenarios);
      m_remarks.error("scenario.unknown",
                      "The design has no scenario " + quoted(chosen.text()) +
                          didYouMean(chosen.text(), known, orAllOf(known, "; it has none.")));
    }
    for (const Scenario& scenario : m_design.scenarios) {
      for (const Perturbation& event : scenario.events) {
        const std::string fault = faultIn(event);
        const std::string message =
            "Scenario " + quoted(scenario.id.text()) + " at " + formatShort(event.at) + ": " + fault;
        if (scenario.id != chosen) {
          if (!fault.empty()) {
            m_remarks.warn("scenario.event", message);
          }
        } else if (!fault.empty()) {
          m_remarks.error("scenario.event", message);
        } else {
          m_checked.perturbations.push_back(&event);
        }
      }
    }
    std::stable_sort(m_checked.perturbations.begin(), m_checked.perturbations.end(),
                     [](const Perturbation* a, const Perturbation* b) { return a->at < b->at; });
  }

  void checkControls() {
    for (const Control& control : m_design.controls) {
      const std::string name = "Control " + quoted(control.id.text());
      const Result<plan::TriggerText> when = plan::parseTrigger(control.when);
      if (!when) {
        m_remarks.error("control.when", name + ": " + when.error().message);
        continue;
      }
      if (const std::string fault = faultInSubject(*when); !fault.empty()) {
        m_remarks.error("control.of", name + " looks at " + fault);
        continue;
      }
      CheckedControl& checked = m_checked.controls.emplace_back(CheckedControl{&control, *when, {}});
      for (const Perturbation& event : control.events) {
        if (const std::string fault = faultIn(event); !fault.empty()) {
          m_remarks.error("control.event", name + ": " + fault);
        } else {
          checked.events.push_back(&event);
        }
      }
    }
  }

  std::string faultInSubject(const plan::TriggerText& when) const {
    if (when.of.empty()) {
      return {};
    }
    if (plan::isOfPool(when.trigger.figure)) {
      return m_design.blocks.contains(BlockId(when.of))
                 ? std::string()
                 : "block " + quoted(when.of) + ", which does not exist" +
                       suggestion(when.of, m_design.blocks);
    }
    const bool isKnown = std::any_of(m_checked.classes.begin(), m_checked.classes.end(),
                                     [&](const RequestClass* each) { return each->id.text() == when.of; });
    return isKnown ? std::string()
                   : "request class " + quoted(when.of) + ", which does not exist" +
                         suggestion(when.of, m_design.classes);
  }

  static const char* shareWord(Change change) {
    switch (change) {
      case Change::SetFlag:
        return "a flag";
      case Change::RollOut:
        return "a rollout";
      case Change::LoseCalls:
        return "calls lost";
      default:
        return "calls failed";
    }
  }

  std::string faultIn(const Perturbation& event) const {
    if (!isLegal(event.at)) {
      return "the time of an event must be between 0 and 100 years.";
    }
    if (!isWithin(event.value, 0, 1e9)) {
      return "the value of an event must be between 0 and 1e9; it is " + formatNumber(event.value) + ".";
    }
    if (actsOnZones(event.change)) {
      return faultInZonesOf(event);
    }
    if (event.firstInstance && event.lastInstance && *event.lastInstance < *event.firstInstance) {
      return "the last instance of an event comes before its first one.";
    }
    if (event.change == Change::SetFlag && event.name.empty()) {
      return "an event that sets a flag must have its name.";
    }
    if (isShare(event.change) && event.value > 1) {
      return "the value of " + std::string(shareWord(event.change)) + " is a share, from 0 to 1; it is " +
             formatNumber(event.value) + ".";
    }
    if (isNumberOfInstances(event.change) && event.value != std::floor(event.value)) {
      return "the value of " + std::string(wordOf(event.change)) +
             " is a number of instances, such as 1; it is " + formatNumber(event.value) + ".";
    }
    if (event.change == Change::Speed && event.value > plan::Pool::kMostSpeed) {
      return "instances work at most at " + formatNumber(plan::Pool::kMostSpeed) +
             " times their own speed; an event asks for " + formatNumber(event.value) + ".";
    }
    if (event.change == Change::StopControl && !m_design.controls.contains(ControlId(event.name))) {
      return "an event stops control " + quoted(event.name) + ", which does not exist" +
             suggestion(event.name, m_design.controls);
    }
    if (event.change == Change::RouteWeight || (mayNameLink(event.change) && !event.link.isEmpty())) {
      return faultInLinkOf(event);
    }
    if (isOfBlock(event.change) && event.target.isEmpty()) {
      return "an event names no block; " + quoted(std::string(wordOf(event.change))) + " acts on a block.";
    }
    if (isOfBlock(event.change) && !m_design.blocks.contains(event.target)) {
      return "an event acts on block " + quoted(event.target.text()) + ", which does not exist" +
             suggestion(event.target.text(), m_design.blocks);
    }
    return {};
  }

  /// What is to happen to a link needs one that can be used, and of the right kind.
  std::string faultInLinkOf(const Perturbation& event) const {
    const Link* link = m_design.links.find(event.link);
    const bool isUsable = std::any_of(m_checked.links.begin(), m_checked.links.end(),
                                      [&](const CheckedLink& each) { return each.link == link; });
    if (event.link.isEmpty()) {
      return "an event names no link; " + quoted(std::string(wordOf(event.change))) + " acts on a link.";
    }
    if (link == nullptr) {
      return "an event acts on link " + quoted(event.link.text()) + ", which does not exist" +
             suggestion(event.link.text(), m_design.links);
    }
    if (!isUsable) {
      return "an event acts on link " + quoted(event.link.text()) + ", which has errors.";
    }
    if (!event.target.isEmpty() && event.target != link->to) {
      return "an event acts on link " + quoted(event.link.text()) + ", which does not lead to block " +
             quoted(event.target.text()) + ": leave the block out.";
    }
    return {};
  }

  std::string faultInZonesOf(const Perturbation& event) const {
    if (event.zone.isEmpty()) {
      return "an event names no zone; " + quoted(std::string(wordOf(event.change))) + " acts on a zone.";
    }
    for (const ZoneId& id : {event.zone, event.otherZone}) {
      if (!id.isEmpty() && !m_design.zones.contains(id)) {
        return "an event acts on zone " + quoted(id.text()) + ", which does not exist" +
               suggestion(id.text(), m_design.zones);
      }
    }
    if (!actsBetweenZones(event.change) || isOfZoneLatency(event.change) || event.otherZone.isEmpty()) {
      return {};
    }
    return liesIn(event.zone, event.otherZone) || liesIn(event.otherZone, event.zone)
               ? "an event is between zones " + quoted(event.zone.text()) + " and " +
                     quoted(event.otherZone.text()) + ", one of which lies in the other."
               : "";
  }

  bool liesIn(const ZoneId& zone, const ZoneId& top) const {
    const Zone* at = m_design.zones.find(zone);
    for (int depth = 0; at != nullptr && at->id != top && depth <= kMaxZoneDepth; ++depth) {
      at = m_design.zones.find(at->parent);
    }
    return at != nullptr && at->id == top;
  }

  const Design& m_design;
  const catalog::Catalog& m_catalog;
  Remarks& m_remarks;
  CheckedDesign m_checked;
  mutable int m_suggestions = 0;
};

}  // namespace

std::uint32_t CheckedDesign::find(const Design& design, const BlockId& id) const {
  return indexIn(design.blocks, id);
}

CheckedDesign checkDesign(const Design& design, const catalog::Catalog& catalog, const ScenarioId& scenario,
                          Remarks& remarks) {
  return DesignChecker(design, catalog, remarks).check(scenario);
}

}  // namespace cantilever::compile

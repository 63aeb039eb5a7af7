#include "core/compile/compile.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>

#include "core/base/text.h"
#include "core/catalog/policies/class_policy.h"
#include "core/catalog/policies/zone_policy.h"
#include "core/compile/compiler.h"

namespace cantilever::compile {

using plan::Index;
using plan::kNone;

namespace {

/// Compile goes on after an error: what the checks refused (not a number) counts as nothing.
std::uint64_t wholeBytes(Bytes size) {
  return size.raw() > 0 ? static_cast<std::uint64_t>(std::min(size.raw(), 1e15) + 0.5) : 0;
}

}  // namespace

Compiler::Compiler(const Design& design, const catalog::Catalog& catalog, const Options& options)
    : m_design(design),
      m_checked(checkDesign(design, catalog, options.scenario, m_remarks)),
      m_places(design) {}

Compiled Compiler::run() {
  findOrigins();
  addZones();
  addClasses();
  addLinks();
  lowerBlocks();
  resolveLinks();
  measureLinks();
  addSources();
  addActions();
  checkBlockControls();
  addControls();
  checkCaches();
  const std::optional<plan::Visits> visits = findVisits();
  Compiled compiled;
  if (m_remarks.errorCount() == 0 && visits) {
    remarkSaturation(*visits);
    remarkIdle(*visits);
    remarkReserves(*visits);
    remarkAcknowledgements();
    compiled.plan = std::make_shared<const plan::Plan>(std::move(m_plan));
    compiled.visits = visits;
  }
  compiled.diagnostics = m_remarks.take();
  return compiled;
}

void Compiler::addZones() {
  m_plan.zones = m_places.zones();
  Places::Ways ways = m_places.ways();
  m_plan.zoneWays = std::move(ways.means);
  m_plan.zoneVariation = std::move(ways.variation);
  if (m_plan.zones.size() > plan::Zone::kMost) {
    m_remarks.error("zone.too_many", "A design can have 1,000 zones; this one has " +
                                         formatNumber(static_cast<double>(m_plan.zones.size())) + ".");
  }
  for (const Zone& zone : m_design.zones) {
    const catalog::ZonePolicy policy = catalog::zonePolicyOf(zone.params);
    m_plan.zones[m_places.indexOf(zone.id)].crews = static_cast<std::uint32_t>(policy.crews.value());
    remarkWays(zone, policy);
    if (policy.failsAtRandom) {
      m_plan.zoneFaults.push_back(
          {zone.id.text(), m_places.indexOf(zone.id), Law::exponential(policy.timeToFailure),
           Law::exponential(policy.timeToRepair), policy.failure.value == "kill_silently"});
    }
  }
}

/// Zones that ways lead to must be there.
void Compiler::remarkWays(const Zone& zone, const catalog::ZonePolicy& policy) {
  const auto ways = catalog::parseWays(policy.ways);
  for (const catalog::ZoneWay& way : ways ? *ways : std::vector<catalog::ZoneWay>()) {
    if (!m_design.zones.contains(ZoneId(way.zone))) {
      m_remarks.error("zone.way_to_nowhere",
                      "Zone " + quoted(zone.id.text()) + " has a way to zone " + quoted(way.zone) +
                          ", which the design does not have.",
                      About::the(zone, "ways"));
    }
  }
}

void Compiler::addClasses() {
  for (const RequestClass* each : m_checked.classes) {
    addClass(*each);
    m_isCacheable.push_back(each->isCacheable);
  }
  m_plan.slice = m_design.slice;
}

void Compiler::addClass(const RequestClass& from) {
  const catalog::ClassPolicy policy = catalog::classPolicyOf(from.params);
  plan::RequestClass& to = m_plan.classes.emplace_back();
  to.key = from.id.text();
  to.name = from.name;
  to.priority = static_cast<std::uint8_t>(policy.priority.value());
  to.deadline = policy.deadline;
  to.requestBytes = wholeBytes(from.requestSize);
  to.replyBytes = wholeBytes(from.replySize);
  const auto sharing =
      std::find_if(m_keySpaceNames.begin(), m_keySpaceNames.end(),
                   [&](const std::string& name) { return !name.empty() && name == policy.keySpace; });
  if (sharing != m_keySpaceNames.end()) {
    to.keySpace = static_cast<Index>(sharing - m_keySpaceNames.begin());
    warnOfOtherKeys(from, policy, m_plan.keySpaces[to.keySpace]);
  } else if (policy.keys > Count(1) || !policy.keySpace.empty()) {
    m_keySpaceNames.push_back(policy.keySpace);
    to.keySpace = static_cast<Index>(m_plan.keySpaces.size());
    // Slugs have no slash: no class of the same name can be meant.
    m_plan.keySpaces.push_back({policy.keySpace.empty() ? to.key : "space/" + policy.keySpace,
                                static_cast<std::uint32_t>(policy.keys.value()), policy.keyExponent});
    addHotKeys(from, policy, m_plan.keySpaces.back());
  } else {
    remarkKeysInVain(from);
  }
}

/// They must be among the keys, and alone if they have all the requests.
void Compiler::addHotKeys(const RequestClass& of, const catalog::ClassPolicy& policy, plan::KeySpace& to) {
  constexpr double kRounding = 1e-9;
  to.drift = policy.keyDrift;
  const auto shares = catalog::parseHotKeys(policy.hotKeys);
  if (!shares || shares->empty()) {
    if (to.drift > Duration() && to.exponent == 0) {
      m_remarks.warn("class.drift_of_nothing",
                     "The keys of request class \"" + of.id.text() +
                         "\" drift, and all of them are equally popular: nothing changes. Give it a "
                         "\"key_exponent\" above 0, or \"hot_keys\".",
                     About());
    }
    return;
  }
  const double sum = std::accumulate(shares->begin(), shares->end(), 0.0);
  const std::string name = "Request class \"" + of.id.text() + "\"";
  if (shares->size() > to.count) {
    m_remarks.error("class.hot_keys", name + " has " + formatNumber(static_cast<double>(shares->size())) +
                                          " hot keys, of " + formatNumber(to.count) +
                                          " keys in all: give it more keys, or fewer hot ones.");
  } else if (shares->size() == to.count && sum < 1 - kRounding) {
    m_remarks.error("class.hot_keys", name + " has no other keys than the hot ones, whose shares add up to " +
                                          formatNumber(100 * sum, 4) +
                                          " % instead of 100 %: give it more keys, or them the rest.");
  } else {
    to.hot = *shares;
  }
}

/// What a class without different keys says of them.
void Compiler::remarkKeysInVain(const RequestClass& of) {
  for (const char* key : {"key_exponent", "hot_keys", "key_drift"}) {
    if (of.params.contains(key)) {
      m_remarks.note("class.in_vain", "What request class \"" + of.id.text() + "\" says with \"" + key +
                                          "\" does not matter: it has one key. Say how many with \"keys\".");
    }
  }
}

/// Who names a key space that another has named asks for its keys, and as unevenly.
void Compiler::warnOfOtherKeys(const RequestClass& of, const catalog::ClassPolicy& policy,
                               const plan::KeySpace& shared) {
  const auto hot = catalog::parseHotKeys(policy.hotKeys);
  const bool saysOtherwise = (of.params.contains("keys") && policy.keys.value() != shared.count) ||
                             (of.params.contains("key_exponent") && policy.keyExponent != shared.exponent) ||
                             (of.params.contains("key_drift") && policy.keyDrift != shared.drift) ||
                             (of.params.contains("hot_keys") && (!hot || *hot != shared.hot));
  if (saysOtherwise) {
    m_remarks.warn("class.key_space_differs",
                   "Request class \"" + of.id.text() + "\" shares the key space \"" + policy.keySpace +
                       "\", where the number of keys (" + formatNumber(shared.count) +
                       ") and how popular they are as the first class that names it has it hold for all: "
                       "give it a key space of its "
                       "own, or none, if it asks for other keys.",
                   About());
  }
}

/// Also of a plan that errors will discard, so that one hears of endless cycles at the same time; links
/// whose callee could not be lowered have been left out of it.
std::optional<plan::Visits> Compiler::findVisits() {
  if (const std::string fault = plan::faultIn(m_plan); !fault.empty()) {
    if (m_remarks.errorCount() == 0) {
      m_remarks.error("plan.invalid", "The design cannot be simulated: " + fault + ".");
    }
    return std::nullopt;
  }
  Result<plan::Visits> visits = plan::visits(m_plan);
  if (!visits) {
    const LinkId link(visits.error().where);
    m_remarks.error(visits.error().code, visits.error().message,
                    m_design.links.contains(link) ? About{{}, link, {}, {}} : About{});
    return std::nullopt;
  }
  return std::move(visits).value();
}

Compiled compile(const Design& design, const catalog::Catalog& catalog, const Options& options) {
  return Compiler(design, catalog, options).run();
}

}  // namespace cantilever::compile

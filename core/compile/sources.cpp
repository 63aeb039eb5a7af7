#include "core/compile/compiler.h"

#include <algorithm>

#include "core/base/text.h"

/// Workloads as sources.
namespace cantilever::compile {

using plan::Index;
using plan::kNone;

/// Where the users are of the workloads that enter at each block, once each.
void Compiler::findOrigins() {
  m_origins.resize(m_checked.blocks.size());
  for (const Workload* workload : m_checked.workloads) {
    std::vector<Index>& zones = m_origins[m_checked.find(m_design, workload->entry)];
    const std::string text = catalog::workloadPolicyOf(workload->params).origins;
    const auto origins = catalog::parseOrigins(text);
    for (const catalog::RequestOrigin& origin : origins ? *origins : std::vector<catalog::RequestOrigin>()) {
      const Index zone = m_places.indexOf(ZoneId(origin.zone));
      if (zone != kNone && std::find(zones.begin(), zones.end(), zone) == zones.end()) {
        zones.push_back(zone);
      }
    }
  }
}

/// One source for each place that its users are in: independent Poisson streams of shares of a rate are the
/// stream of the rate; users are counted, and so are the slots of sessions.
void Compiler::addSourcesOf(const WorkloadSource& lowered, std::uint32_t entry) {
  if (lowered.origins.empty()) {
    m_plan.sources.push_back(lowered.source);
    m_plan.sources.back().program = m_sourceProgram[entry];
    return;
  }
  double before = 0;
  for (const catalog::RequestOrigin& origin : lowered.origins) {
    plan::Source part = lowered.source;
    part.key += "@" + origin.zone;
    part.rate = part.rate * origin.share;
    const auto partOf = [&](std::uint32_t all) {
      const auto upTo = [&](double share) {
        return static_cast<std::uint32_t>(std::min(1.0, share) * all + 0.5);
      };
      return upTo(before + origin.share) - upTo(before);
    };
    part.users = partOf(lowered.source.users);
    part.slots = lowered.source.slots == 0 ? 0 : std::max(1u, partOf(lowered.source.slots));
    before += origin.share;
    const Index zone = m_places.indexOf(ZoneId(origin.zone));
    const auto at = std::find_if(m_sourcesIn.begin(), m_sourcesIn.end(), [&](const SourceIn& each) {
      return each.block == entry && each.zone == zone;
    });
    part.program = at->program;
    if (lowered.source.users == 0 || part.users > 0) {
      m_plan.sources.push_back(std::move(part));
    }
  }
}

void Compiler::addSources() {
  std::vector<const Block*> entries;
  for (const Workload* workload : m_checked.workloads) {
    const std::uint32_t entry = m_checked.find(m_design, workload->entry);
    const auto at =
        std::find_if(m_checked.classes.begin(), m_checked.classes.end(),
                     [&](const RequestClass* each) { return each->id == workload->requestClass; });
    if (m_sourceProgram[entry] == kNone) {
      m_remarks.error("workload.entry_no_source", quoted(*m_checked.blocks[entry].block) + " offers no load.",
                      About::the(*m_checked.blocks[entry].block));
      continue;
    }
    WorkloadSource lowered = sourceOf(*workload);
    if (lowered.source.kind == plan::SourceKind::Sessions && !settleHolder(lowered)) {
      lowered.fault =
          "its sessions must be held by a block with instances, and " + quoted(lowered.holder) + " is none";
    }
    if (!lowered.fault.empty()) {
      m_remarks.error("workload.impossible",
                      "Workload " + quoted(workload->id.text()) + " cannot be: " + lowered.fault + ".",
                      About::the(*m_checked.blocks[entry].block));
      continue;
    }
    lowered.source.requestClass = static_cast<Index>(at - m_checked.classes.begin());
    addSourcesOf(lowered, entry);
    entries.resize(m_plan.sources.size(), m_checked.blocks[entry].block);
  }
  checkUsers();
  for (std::size_t i = 0; i < m_plan.sources.size(); ++i) {
    warnOfPlaces(m_plan.sources[i], *entries[i]);
  }
}

/// Each has an event pending, or a call in flight.
void Compiler::checkUsers() {
  const plan::Source* most = nullptr;
  double users = 0;
  for (const plan::Source& source : m_plan.sources) {
    users += source.users;
    most = most == nullptr || source.users > most->users ? &source : most;
  }
  if (users > plan::Source::kMaxUsers) {
    m_remarks.error("workload.too_many_users",
                    "The workloads have " + formatNumber(users) +
                        " users and sessions together, of the 4,000,000 that a run has room for; most of "
                        "them are of workload \"" +
                        most->key + "\". Take fewer, or give the design a slice of the system.");
  }
}

void Compiler::warnOfPlaces(const plan::Source& source, const Block& entry) {
  const double share = source.rate.raw() > 0 ? meanRate(m_plan, source) / source.rate.raw() : 1;
  if (share < 1) {
    m_remarks.warn("workload.sessions_without_place",
                   "Of the sessions of workload \"" + source.key + "\" " + formatNumber(100 * share, 3) +
                       " % find a place: the others try for ever. Take more instances or more slots.",
                   About::the(entry));
  }
}

/// A holder may say how many it has room for, and what it does for those who come back.
bool Compiler::settleHolder(WorkloadSource& lowered) {
  const std::uint32_t block = m_checked.find(m_design, BlockId(lowered.holder));
  lowered.source.holder = block < m_mainPool.size() ? m_mainPool[block] : kNone;
  if (lowered.source.holder == kNone) {
    return false;
  }
  if (lowered.source.slots == 0) {
    lowered.source.slots = static_cast<std::uint32_t>(m_checked.blocks[block].traits.sessionSlots);
  }
  if (const auto greeting = m_operations[block].find("reconnect"); greeting != m_operations[block].end()) {
    plan::Link way;
    way.key = lowered.source.key + "/reconnect";
    way.pool = lowered.source.holder;
    way.program = greeting->second;
    way.balancing = Balancing::All;
    lowered.source.greeting = static_cast<Index>(m_plan.links.size());
    m_plan.links.push_back(std::move(way));
    m_plan.linkOrigin.push_back({m_checked.blocks[block].block->id.text(), {}});
  }
  return true;
}

}  // namespace cantilever::compile

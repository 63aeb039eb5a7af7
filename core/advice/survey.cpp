#include "core/advice/survey.h"

#include <algorithm>

#include "core/base/text.h"

namespace cantilever::advice {

Survey::Survey(const AdviceInput& input) : m_input(input) {
  const Design& design = *input.design;
  m_stations.reserve(design.blocks.size());
  for (const Block& block : design.blocks) {
    m_stations.push_back({&block, input.traitsOf(block), {}, {}});
  }
  const auto stationOf = [this](const BlockId& id) {
    const auto at =
        std::lower_bound(m_stations.begin(), m_stations.end(), id,
                         [](const Station& s, const BlockId& wanted) { return s.block->id < wanted; });
    return at != m_stations.end() && at->block->id == id ? &*at : nullptr;
  };
  for (const Link& link : design.links) {
    Station* from = stationOf(link.from);
    Station* to = stationOf(link.to);
    if (from != nullptr && to != nullptr) {
      from->out.push_back(&link);
      to->in.push_back(&link);
    }
  }
}

const Station* Survey::find(const BlockId& id) const {
  const auto at =
      std::lower_bound(m_stations.begin(), m_stations.end(), id,
                       [](const Station& s, const BlockId& wanted) { return s.block->id < wanted; });
  return at != m_stations.end() && at->block->id == id ? &*at : nullptr;
}

std::vector<const Station*> Survey::where(const std::function<bool(const Station&)>& holds) const {
  std::vector<const Station*> found;
  for (const Station& station : m_stations) {
    if (holds(station)) {
      found.push_back(&station);
    }
  }
  return found;
}

std::vector<const Station*> Survey::entries() const {
  return where([this](const Station& station) {
    return std::any_of(station.in.begin(), station.in.end(),
                       [this](const Link* link) { return find(link->from)->traits.isSource; });
  });
}

bool Survey::hasRates() const {
  return m_input.compiled != nullptr && m_input.compiled->plan != nullptr &&
         m_input.compiled->visits.has_value();
}

double Survey::sumOverLink(const Link& link, std::optional<std::size_t> classIndex) const {
  if (!hasRates()) {
    return 0;
  }
  const plan::Plan& plan = *m_input.compiled->plan;
  double sum = 0;
  for (std::size_t i = 0; i < plan.links.size(); ++i) {
    if (plan.linkOrigin[i].link != link.id.text()) {
      continue;
    }
    const std::vector<double>& ofClass = m_input.compiled->visits->linkRate[i];
    for (std::size_t c = 0; c < ofClass.size(); ++c) {
      if (!classIndex || *classIndex == c) {
        sum += ofClass[c];
      }
    }
  }
  return sum;
}

bool Survey::isCovered(const Station& station, const Station& collector) const {
  const BlockId& id = collector.block->id;
  if (std::any_of(station.out.begin(), station.out.end(), [&](const Link* link) { return link->to == id; }) ||
      std::any_of(station.in.begin(), station.in.end(), [&](const Link* link) { return link->from == id; })) {
    return true;
  }
  const ZoneId& zone = collector.block->zone;
  return collector.traits.coversItsZone && isWithin(*m_input.design, station.block->zone, zone);
}

double Survey::rate(const Link& link) const {
  return sumOverLink(link, {});
}

double Survey::rate(const Link& link, const ClassId& requestClass) const {
  if (!hasRates()) {
    return 0;
  }
  const auto& classes = m_input.compiled->plan->classes;
  const auto at = std::find_if(classes.begin(), classes.end(),
                               [&](const plan::RequestClass& c) { return c.key == requestClass.text(); });
  return at == classes.end() ? 0 : sumOverLink(link, static_cast<std::size_t>(at - classes.begin()));
}

double Survey::hitRatio(const Station& station) const {
  if (station.traits.hitRatio || !hasRates()) {
    return station.traits.hitRatio.value_or(Ratio()).raw();
  }
  const std::vector<plan::Cache>& caches = m_input.compiled->plan->caches;
  const auto at = std::find_if(caches.begin(), caches.end(),
                               [&](const plan::Cache& each) { return each.key == station.block->id.text(); });
  return at == caches.end()
             ? 0
             : m_input.compiled->visits->hitRatio[static_cast<std::size_t>(at - caches.begin())];
}

double Survey::offered() const {
  double sum = 0;
  for (const Workload& workload : m_input.design->workloads) {
    sum += workload.peak.raw();
  }
  return sum;
}

double Survey::offered(const ClassId& requestClass) const {
  double sum = 0;
  for (const Workload& workload : m_input.design->workloads) {
    sum += workload.requestClass == requestClass ? workload.peak.raw() : 0;
  }
  return sum;
}

double Survey::seats(const Station& station) const {
  if (!hasRates()) {
    return 0;
  }
  const plan::Plan& plan = *m_input.compiled->plan;
  double least = 0;
  for (std::size_t i = 0; i < plan.pools.size(); ++i) {
    const double seats = plan.pools[i].seats;
    if (plan.poolOrigin[i].block == station.block->id.text() && seats > 0) {
      least = least == 0 ? seats : std::min(least, seats);
    }
  }
  return least;
}

std::vector<const sim::PoolResult*> Survey::pools(const Station& station) const {
  std::vector<const sim::PoolResult*> found;
  if (m_input.run == nullptr || m_input.compiled == nullptr || m_input.compiled->plan == nullptr) {
    return found;
  }
  const plan::Plan& plan = *m_input.compiled->plan;
  for (std::size_t i = 0; i < plan.pools.size(); ++i) {
    if (plan.poolOrigin[i].block != station.block->id.text()) {
      continue;
    }
    const auto& measured = m_input.run->pools;
    const auto at = std::find_if(measured.begin(), measured.end(),
                                 [&](const sim::PoolResult& pool) { return pool.key == plan.pools[i].key; });
    if (at != measured.end()) {
      found.push_back(&*at);
    }
  }
  return found;
}

std::optional<double> Survey::utilisation(const Station& station) const {
  std::optional<double> highest;
  for (const sim::PoolResult* pool : pools(station)) {
    if (pool->servers > 0) {
      highest = std::max(highest.value_or(0), pool->utilisation);
    }
  }
  return highest;
}

std::optional<Survey::Busiest> Survey::busiest() const {
  std::optional<Busiest> found;
  for (const Station& station : m_stations) {
    const std::optional<double> here = utilisation(station);
    if (here && (!found || *here > found->utilisation)) {
      found = Busiest{&station, *here};
    }
  }
  return found;
}

bool Survey::killedInstances() const {
  return hasRun() &&
         std::any_of(
             m_input.run->actionLog.begin(), m_input.run->actionLog.end(), [](const plan::Action& action) {
               return action.change == Change::KillInstances || action.change == Change::KillSilently ||
                      action.change == Change::ZoneOutage || action.change == Change::ZoneSilentOutage;
             });
}

Duration Survey::window() const {
  return hasRun() ? Duration::nanoseconds(m_input.run->endNs - m_input.run->warmupNs) : Duration();
}

bool isSynchronous(const Link& link) {
  return link.mode == LinkMode::Call && link.role != LinkRole::Replication &&
         link.role != LinkRole::Standby && link.role != LinkRole::Fallback;
}

namespace {

Answer answerWith(Status status, std::string evidence, std::string remedy,
                  const std::vector<const Station*>& concerned) {
  Answer answer{status, std::move(evidence), std::move(remedy), {}};
  for (const Station* station : concerned) {
    answer.blocks.push_back(station->block->id);
  }
  return answer;
}

}  // namespace

Answer passed(std::string evidence) {
  return answerWith(Status::Pass, std::move(evidence), {}, {});
}

Answer warned(std::string evidence, std::string remedy, const std::vector<const Station*>& concerned) {
  return answerWith(Status::Warn, std::move(evidence), std::move(remedy), concerned);
}

Answer failed(std::string evidence, std::string remedy, const std::vector<const Station*>& concerned) {
  return answerWith(Status::Fail, std::move(evidence), std::move(remedy), concerned);
}

Answer unknown(std::string evidence, std::string remedy) {
  return answerWith(Status::Unknown, std::move(evidence), std::move(remedy), {});
}

Answer notApplicable(std::string evidence) {
  return answerWith(Status::NotApplicable, std::move(evidence), {}, {});
}

Answer needsRun(std::string evidence) {
  return unknown(std::move(evidence), "Simulate the design; the rest of the rule is measured.");
}

Answer needsPlan() {
  return unknown("The design has errors, so no rates are known.",
                 "Correct the errors that the check reports.");
}

std::string namesOf(const std::vector<const Station*>& stations) {
  constexpr std::size_t kShown = 3;
  std::string text;
  const std::size_t shown = stations.size() <= kShown + 1 ? stations.size() : kShown;
  for (std::size_t i = 0; i < shown; ++i) {
    if (i > 0) {
      text += i + 1 == stations.size() ? " and " : ", ";
    }
    text += stations[i]->name();
  }
  if (shown < stations.size()) {
    text += " and " + std::to_string(stations.size() - shown) + " more";
  }
  return text;
}

std::string counted(std::size_t n, std::string_view singular) {
  std::string text = std::to_string(n) + " ";
  text += singular;
  if (n != 1) {
    text += "s";
  }
  return text;
}

std::string percent(double value) {
  return formatNumber(value * 100.0, value < 0.1 ? 2 : 3) + " %";
}

}  // namespace cantilever::advice

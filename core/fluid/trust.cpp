// What is exact of the fluid model, and what is not.
#include <algorithm>

#include "core/fluid/account.h"

namespace cantilever::fluid {

void Account::judgeTrust() {
  const auto approximate = [](Trust& trust, const std::string& why) {
    if (trust.exactness == analytic::Exactness::Exact) {
      trust = {analytic::Exactness::Approximation, why};
    }
  };
  for (Index pool = 0; pool < m_plan.pools.size(); ++pool) {
    const plan::Pool& of = m_plan.pools[pool];
    Trust& trust = m_forecast.pools[pool].trust;
    for (const Index resource : {m_network.graph().serversOf[pool], m_network.graph().seatsOf[pool]}) {
      if (resource != kNone && m_wasMixed[resource]) {
        approximate(trust, "several kinds of requests waited together: they are taken to be mixed");
      }
    }
    if (m_network.graph().seatsOf[pool] != kNone) {
      approximate(trust, "how long its seats are held is that of the steady state");
    }
    if (of.boot.kind != Law::Kind::Constant && of.room() > of.instances) {
      approximate(trust, "instances boot in the mean time");
    }
    if (of.isOnDemand() || of.contention > 0 || of.coherency > 0) {
      approximate(trust, of.isOnDemand() ? "its instances come with the requests"
                                         : "its capacity is that of a full instance");
    }
  }
  for (Index group = 0; group < m_plan.groups.size(); ++group) {
    Trust& trust = m_forecast.groups[group].trust;
    if (m_plan.groups[group].batch > 1) {
      approximate(trust, "how many messages are in a batch is that of the steady state");
    }
    const Index pool = m_plan.links[m_plan.groups[group].link].pool;
    if (pool != kNone || m_wasMixed[m_network.graph().consumersOf[group]]) {
      approximate(trust, "how much its consumers can read is that of the steady state");
    }
  }
  for (ClassCourse& course : m_forecast.classes) {
    if (course.band > 0) {
      approximate(course.trust, "response times are those of the steady state at the load of the moment");
    }
  }
  bool hasWarmed = false;
  for (const Event& event : m_world.events()) {
    hasWarmed = hasWarmed || event.kind == Event::Kind::Flushed;
  }
  const bool isByCache = std::any_of(m_plan.code.begin(), m_plan.code.end(),
                                     [](const plan::Instruction& code) { return code.op == plan::Op::Look; });
  if (isByCache) {
    for (PoolCourse& course : m_forecast.pools) {
      approximate(course.trust, "hit ratios of caches are approximations");
    }
  }
}

}  // namespace cantilever::fluid

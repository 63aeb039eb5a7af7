#include "core/catalog/contents.h"

namespace cantilever::catalog::contents {

const char* const kContentsDocumentation = R"(

**Contents.** *By ratio*: each request of a cacheable class hits with the hit ratio, whatever it asks for. *By keys*: contents are simulated.
Give the request classes a key space; each instance then has contents of its own with this capacity, eviction and time to live, starts
empty or warm, and loses them when it is killed. What hits follows from that, cold starts and stampedes included. See the primitive
*Cache* for the exact rules.)";

plan::Eviction evictionOf(const Choice& choice) {
  if (choice.value == "least_frequently_used") {
    return plan::Eviction::LeastFrequentlyUsed;
  }
  if (choice.value == "first_in") {
    return plan::Eviction::FirstIn;
  }
  return choice.value == "random" ? plan::Eviction::Random : plan::Eviction::LeastRecentlyUsed;
}

Contents::Contents(const ContentsParams& params, plan::Index pool, plan::Lowering& lowering)
    : m_hitRatio(params.hitRatio.raw()), m_cacheable(lowering.cacheableClasses()) {
  if (!params.areSimulated()) {
    return;
  }
  plan::Cache cache;
  cache.pool = pool;
  cache.capacity = static_cast<std::uint32_t>(params.capacity.value());
  cache.eviction = evictionOf(params.eviction);
  cache.timeToLive = params.timeToLive;
  cache.isSingleFlight = params.isSingleFlight;
  cache.warmShare = params.warmShare.raw();
  m_cache = lowering.addCache(cache);
}

void Contents::lookUp(plan::ProgramBuilder& program, const plan::Body& hit, const plan::Body& miss) const {
  if (m_cache != plan::kNone) {
    program.lookUpIn(m_cache, hit, miss);
  } else {
    program.branch(m_hitRatio, hit, miss);
  }
}

void Contents::fill(plan::ProgramBuilder& program) const {
  if (m_cache != plan::kNone) {
    program.fill(m_cache);
  }
}

void Contents::drop(plan::ProgramBuilder& program) const {
  if (m_cache != plan::kNone) {
    program.drop(m_cache);
  }
}

void Contents::readThrough(plan::ProgramBuilder& program, const plan::Body& hit, const plan::Body& miss,
                           const plan::Body& pass) const {
  const plan::Body fetch = [&](plan::ProgramBuilder& body) {
    miss(body);
    fill(body);
  };
  program.branchOnClass(
      m_cacheable, [&](plan::ProgramBuilder& body) { lookUp(body, hit, fetch); }, pass);
}

}  // namespace cantilever::catalog::contents

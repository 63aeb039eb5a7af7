#include "core/vocabulary/plan/faults.h"

namespace cantilever::plan {

void checkLinks(const Plan& plan, FaultSink& sink) {
  for (const Link& link : plan.links) {
    const auto says = [&](const std::string& text) {
      return [&link, text] { return named("link", link.key) + text; };
    };
    sink.require(link.pool == kNone || link.pool < plan.pools.size(), says(" leads to an unknown pool"));
    sink.require(link.program < plan.programs.size(), says(" leads to an unknown program"));
    sink.require(sink.hasFailed() || plan.programs[link.program].pool == link.pool,
                 says(" leads to a program of another pool"));
    const std::string fault = faultIn(link.latency);
    sink.require(fault.empty(), says(": its latency is not valid: " + fault));
    sink.require(link.timeout >= Duration() && link.timeout <= kLongestDuration,
                 says(" has a timeout outside 0 to 100 years"));
  }
}

}  // namespace cantilever::plan

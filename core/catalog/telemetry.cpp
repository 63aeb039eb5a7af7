#include "core/catalog/telemetry.h"

#include <utility>

#include "core/base/text.h"
#include "core/catalog/hosted.h"

namespace cantilever::catalog::telemetry {

using namespace literals;

const char* const kCollectorDocumentation = R"(

**Draw it cheaply.** A call for each request of each service doubles the events of a run. With *covers: zone* it needs none:
agents on all machines of its zone report here, and what they bring for each call that a server of the design's own code answers is in the bill, not in the run. A link of mode *send* keeps the callers
from waiting. What services pay for measuring is part of their own CPU time.)";

void lowerCollector(const CollectorParams& params, double records, plan::Lowering& lowering) {
  const plan::Index pool =
      params.isManaged() ? lowering.addPool(hosted::boundless()) : nodes::addNodes(params, lowering);
  for (const char* name : {"", "write"}) {
    lowering.addOperation(name, pool, [&](plan::ProgramBuilder& program) {
      program.branch(params.keptShare.raw(), [&](plan::ProgramBuilder& kept) {
        if (params.isManaged()) {
          kept.wait(params.ingestTime);
        } else {
          kept.work(params.onThisServer(params.recordTime.scaled(records)));
        }
      });
    });
  }
}

Deployable deployCollector(const CollectorParams& params, const std::string& signal, std::string image,
                           int port, std::vector<std::string> healthCheck, Duration retention) {
  Deployable deployable = nodes::deployNodes(params, std::move(image), port, std::move(healthCheck), "/data");
  deployable.kind = params.isManaged() ? Deployable::Kind::Telemetry : Deployable::Kind::Server;
  deployable.volumes.clear();  // each product has a folder of its own; locally nothing has to survive
  deployable.settings["scheme"] = "http";
  deployable.settings["signal"] = signal;
  deployable.settings["retention_days"] = formatNumber(retention.inHours() / 24);
  return deployable;
}

Traits traitsOfCollector(const CollectorParams& params) {
  // One outage a year of the provider's: judgement, against an SLA of 99.9 %.
  Traits traits = params.isManaged() ? hosted::traits(8760_h, 15_min)
                                     : nodes::traitsOfNodes(params, params.instances.value());
  traits.holdsData = false;  // nothing that a business must not lose
  traits.coversItsZone = params.covers.value == "zone";
  return traits;
}

}  // namespace cantilever::catalog::telemetry

#include "core/exchange/compose/stack.h"
#include "core/exchange/exporter.h"

namespace cantilever::exchange::exporters {
namespace {

Result<ExportOutput> renderCompose(const advice::AdviceInput& input) {
  const Deployment deployment = deploymentOf(input);
  compose::Stack stack;
  stack.warnings = deployment.warnings;
  for (const DeployedBlock& cluster : deployment.clusters) {
    stack.warnings.push_back("\"" + cluster.label() +
                             "\" is this machine: what lives on it runs here, beside all the rest.");
  }
  const std::vector<compose::Unit> units = compose::makeUnits(deployment, *input.design, stack);
  if (stack.services.empty()) {
    return Error{"export.nothing",
                 "The design has no block that runs in a container; add a server or a database.",
                 {}};
  }
  compose::wire(deployment, units, stack);
  ExportOutput output;
  output.files = stack.files;
  output.files["docker-compose.yml"] = compose::composeFile(deployment, stack);
  output.files[".env.example"] = compose::environmentFile(stack);
  output.files["README.md"] = compose::readme(deployment, units, stack);
  output.warnings = stack.warnings;
  return output;
}

}  // namespace

Exporter compose() {
  return {"compose", "Docker Compose",
          "The design as containers on one machine: services, networks, volumes, health checks and the "
          "configuration files they need",
          renderCompose};
}

}  // namespace cantilever::exchange::exporters

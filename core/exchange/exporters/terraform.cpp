#include <algorithm>

#include "core/exchange/exporter.h"
#include "core/exchange/terraform/module.h"

namespace cantilever::exchange::exporters {
namespace {

std::string terraformReadme(const terraform::Module& module) {
  std::string out =
      "# " + module.deployment.title +
      "\n\nThe design on AWS, written by Cantilever Studio. Needs Terraform 1.6 or OpenTofu 1.6.\n\n"
      "    cp terraform.tfvars.example terraform.tfvars     # and fill it in\n"
      "    terraform init\n    terraform plan\n    terraform apply\n\n"
      "Passwords end up in Terraform's state: keep it in an encrypted backend that few may read.\n"
      "`deletion_protection = false` must be applied before `terraform destroy` may remove what holds "
      "data.\n";
  if (!module.warnings.empty()) {
    out += "\n## Not as in the design\n\n";
    for (std::string warning : module.warnings) {
      std::replace(warning.begin(), warning.end(), '\n', ' ');
      out += "- " + warning + "\n";
    }
  }
  return out;
}

Result<ExportOutput> renderTerraform(const advice::AdviceInput& input) {
  const Deployment deployment = withoutSidecars(deploymentOf(input));
  const auto isManaged = [](const DeployedBlock& block) { return !block.is(Deployable::Kind::Client); };
  if (std::none_of(deployment.blocks.begin(), deployment.blocks.end(), isManaged)) {
    return Error{
        "export.nothing", "The design has no block that can be deployed; add a server or a database.", {}};
  }
  terraform::Module module{deployment, *input.design};
  module.warnings = deployment.warnings;
  terraform::writeFoundation(module);
  terraform::writeEdge(module);
  terraform::writeEntrances(module);
  terraform::writeServices(module);
  terraform::writeContainers(module);
  terraform::writeDataStores(module);
  terraform::writeManaged(module);
  ExportOutput output;
  output.files = module.otherFiles;
  for (const auto& [name, body] : module.files) {
    output.files[name] = body.text();
  }
  output.files["README.md"] = terraformReadme(module);
  output.files["terraform.tfvars.example"] = module.exampleVariables();
  output.warnings = module.warnings;
  return output;
}

}  // namespace

Exporter terraform() {
  return {"terraform", "Terraform (AWS)",
          "The design as AWS resources: network, load balancers, auto-scaling groups, managed databases, "
          "caches, logs and buckets",
          renderTerraform};
}

}  // namespace cantilever::exchange::exporters

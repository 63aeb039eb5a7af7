#include <algorithm>
#include <set>

#include "core/base/ids.h"
#include "core/exchange/terraform/module.h"

namespace cantilever::exchange::terraform {
namespace {

using hcl::Body;
using hcl::Expression;
using Kind = Deployable::Kind;

/// "us-east-1", "ap-southeast-2": letters and '-', ending in "-digit".
bool looksLikeRegion(const std::string& text) {
  const auto isPlain = [](char c) { return (c >= 'a' && c <= 'z') || c == '-'; };
  return text.size() >= 9 && std::count(text.begin(), text.end(), '-') >= 2 && text[2] == '-' &&
         text[text.size() - 2] == '-' && text.back() >= '1' && text.back() <= '9' &&
         std::all_of(text.begin(), text.end() - 1, isPlain);
}

std::string regionOf(const Design& design) {
  for (const Zone& zone : design.zones) {
    for (const std::string& name : {zone.id.text(), zone.name}) {
      if (zone.kind == ZoneKind::Region && looksLikeRegion(name)) {
        return name;
      }
    }
  }
  return "us-east-1";
}

int zoneCountOf(const Design& design) {
  std::ptrdiff_t zones = 0;
  for (const Zone& zone : design.zones) {
    zones += zone.kind == ZoneKind::AvailabilityZone ? 1 : 0;
  }
  return zones == 0 ? 3 : static_cast<int>(std::clamp<std::ptrdiff_t>(zones, 2, 3));
}

/// "High-traffic web" -> "high-traffic": what fits in front of every name.
std::string moduleName(const std::string& title) {
  std::string name = slugOf(title);
  std::replace_if(
      name.begin(), name.end(), [](char c) { return c == '_' || c == '.'; }, '-');
  name.resize(std::min(name.size(), kLongestModuleName));
  name.erase(name.find_last_not_of('-') + 1);
  const bool isLetter = !name.empty() && name.front() >= 'a' && name.front() <= 'z';
  return isLetter && name.find("--") == std::string::npos ? name : "design";
}

void writeVersions(Module& module) {
  Body& terraform = module.file("versions.tf").block("terraform");
  terraform.set("required_version", ">= 1.6");
  terraform.block("required_providers")
      .set("aws", Expression::object({{"source", Expression::text("hashicorp/aws")},
                                      {"version", Expression::text("~> 6.0")}}));
  Body& provider = module.file("versions.tf").block("provider", {"aws"});
  provider.set("region", code("var.region"));
  provider.block("default_tags")
      .set("tags", Expression::object({{"Design", Expression::text(module.deployment.title)},
                                       {"ManagedBy", Expression::text("terraform")}}));
}

void writeVariables(Module& module) {
  module.variable("region", "string", "AWS region").set("default", regionOf(module.design));
  Body& name = module.variable("name", "string", "Prefix of every name");
  name.set("default", moduleName(module.deployment.title));
  name.block("validation")
      .set("condition",
           code("can(regex(\"^[a-z][a-z0-9]*(-[a-z0-9]+)*$\", var.name)) && length(var.name) <= " +
                std::to_string(kLongestModuleName)))
      .set("error_message", "At most " + std::to_string(kLongestModuleName) +
                                " lower-case letters, digits and single hyphens, beginning with a letter.");
  module
      .variable("vpc_cidr", "string", "Addresses of the network; a /16 leaves room for 4,091 in each subnet")
      .set("default", "10.0.0.0/16");
  module.variable("availability_zones", "number", "Number of availability zones to spread over")
      .set("default", zoneCountOf(module.design))
      .block("validation")
      .set("condition", code("var.availability_zones >= 2 && var.availability_zones <= 8"))
      .set("error_message", "Between 2 and 8: load balancers and databases need two zones.");
  module.variable("deletion_protection", "bool", "Refuse to destroy what holds data").set("default", true);
}

void writeSubnets(Body& file, const std::string& name, const std::string& shift) {
  file.resource("aws_subnet", name)
      .set("count", code("var.availability_zones"))
      .set("vpc_id", code("aws_vpc.main.id"))
      .set("availability_zone", code("data.aws_availability_zones.available.names[count.index]"))
      .set("cidr_block", code("cidrsubnet(var.vpc_cidr, 4, count.index" + shift + ")"))
      .set("tags", Expression::object({{"Name", code("\"${var.name}-" + name + "-${count.index + 1}\"")}}));
}

void writeRoutes(Body& file, const std::string& name, const std::string& count, const std::string& target,
                 const std::string& gateway) {
  const bool isEach = !count.empty();
  Body& table = file.resource("aws_route_table", name);
  if (isEach) {
    table.set("count", code(count));
  }
  table.set("vpc_id", code("aws_vpc.main.id"));
  table.block("route").set("cidr_block", "0.0.0.0/0").set(target, code(gateway));
  file.resource("aws_route_table_association", name)
      .set("count", code("var.availability_zones"))
      .set("subnet_id", code("aws_subnet." + name + "[count.index].id"))
      .set("route_table_id", code("aws_route_table." + name + (isEach ? "[count.index].id" : ".id")));
}

void writeNetwork(Module& module) {
  Body& file = module.file("network.tf");
  file.comment("Public subnets hold load balancers and the way out; everything else is in private ones.");
  file.data("aws_availability_zones", "available").set("state", "available");
  file.resource("aws_vpc", "main")
      .set("cidr_block", code("var.vpc_cidr"))
      .set("enable_dns_support", true)
      .set("enable_dns_hostnames", true)
      .set("tags", Expression::object({{"Name", code("var.name")}}));
  file.resource("aws_internet_gateway", "main").set("vpc_id", code("aws_vpc.main.id"));
  writeSubnets(file, "public", "");
  writeSubnets(file, "private", " + 8");
  file.resource("aws_eip", "nat").set("count", code("var.availability_zones")).set("domain", "vpc");
  file.comment("One in each zone: the loss of a zone leaves the others their way out.");
  file.resource("aws_nat_gateway", "main")
      .set("count", code("var.availability_zones"))
      .set("allocation_id", code("aws_eip.nat[count.index].id"))
      .set("subnet_id", code("aws_subnet.public[count.index].id"))
      .set("depends_on", Expression::list({code("aws_internet_gateway.main")}));
  writeRoutes(file, "public", "", "gateway_id", "aws_internet_gateway.main.id");
  writeRoutes(file, "private", "var.availability_zones", "nat_gateway_id",
              "aws_nat_gateway.main[count.index].id");
}

void allowFromOutside(Module& module, Body& file, std::size_t index) {
  const DeployedBlock& block = module.deployment.blocks[index];
  const auto incoming = module.deployment.linksTo(index);
  const bool isBehindCdn = std::any_of(incoming.begin(), incoming.end(), [&](const DeployedLink* link) {
    return module.deployment.blocks[link->from].is(Kind::Cdn);
  });
  std::set<int> ports{networkPortOf(block)};
  if (isReachedFromOutside(module.deployment, index)) {
    ports.insert(80);  // answers with a redirection
    for (const int port : ports) {
      file.resource("aws_vpc_security_group_ingress_rule",
                    identifierOf(block) + "_internet_" + std::to_string(port))
          .set("security_group_id", attribute("aws_security_group", block, ".id"))
          .set("description", "From the internet")
          .set("cidr_ipv4", "0.0.0.0/0")
          .set("ip_protocol", "tcp")
          .set("from_port", port)
          .set("to_port", port);
    }
  } else if (isBehindCdn) {
    file.resource("aws_vpc_security_group_ingress_rule", identifierOf(block) + "_cloudfront")
        .set("security_group_id", attribute("aws_security_group", block, ".id"))
        .set("description", "From CloudFront only")
        .set("prefix_list_id", code("data.aws_ec2_managed_prefix_list.cloudfront.id"))
        .set("ip_protocol", "tcp")
        .set("from_port", networkPortOf(block))
        .set("to_port", networkPortOf(block));
  }
}

/// Who opens the connections of a use: RDS Proxy does not reach replicas, so its users connect to them
/// themselves.
std::vector<std::size_t> connectingTo(const Use& use, const std::vector<Use>& uses,
                                      const Deployment& deployment) {
  if (!deployment.blocks[use.user].is(Kind::ConnectionPooler) ||
      !deployment.blocks[use.used].is(Kind::RelationalReplica)) {
    return {use.user};
  }
  std::vector<std::size_t> users;
  for (const Use& other : uses) {
    if (other.used == use.user) {
      users.push_back(other.user);
    }
  }
  return users;
}

void allowUse(Body& file, const DeployedBlock& user, const DeployedBlock& used) {
  file.resource("aws_vpc_security_group_ingress_rule", identifierOf(used, user))
      .set("security_group_id", attribute("aws_security_group", used, ".id"))
      .set("referenced_security_group_id", attribute("aws_security_group", user, ".id"))
      .set("ip_protocol", "tcp")
      .set("from_port", networkPortOf(used))
      .set("to_port", networkPortOf(used));
}

void writeSecurityGroups(Module& module) {
  Body& file = module.file("security.tf");
  file.comment("One group for each block; a link in the design is a rule here.");
  const bool hasCdn = std::any_of(module.deployment.blocks.begin(), module.deployment.blocks.end(),
                                  [](const DeployedBlock& block) { return block.is(Kind::Cdn); });
  if (hasCdn) {
    file.data("aws_ec2_managed_prefix_list", "cloudfront")
        .set("name", "com.amazonaws.global.cloudfront.origin-facing");
  }
  for (std::size_t i = 0; i < module.deployment.blocks.size(); ++i) {
    const DeployedBlock& block = module.deployment.blocks[i];
    if (!isInNetwork(block)) {
      continue;
    }
    file.resource("aws_security_group", identifierOf(block))
        .set("name", resourceName(block, 200))
        .set("description", block.name)  // AWS takes few characters here
        .set("vpc_id", code("aws_vpc.main.id"));
    file.resource("aws_vpc_security_group_egress_rule", identifierOf(block))
        .set("security_group_id", attribute("aws_security_group", block, ".id"))
        .set("cidr_ipv4", "0.0.0.0/0")
        .set("ip_protocol", "-1");
    if (block.is(Kind::LoadBalancer)) {
      allowFromOutside(module, file, i);
    }
  }
  std::set<std::pair<std::size_t, std::size_t>> written;
  const std::vector<Use> uses = usesIn(module.deployment);
  for (const Use& use : uses) {
    const DeployedBlock& used = module.deployment.blocks[use.used];
    if (!isInNetwork(used) || networkPortOf(used) == 0) {
      continue;
    }
    for (const std::size_t index : connectingTo(use, uses, module.deployment)) {
      const DeployedBlock& user = module.deployment.blocks[index];
      if (isInNetwork(user) && written.emplace(index, use.used).second) {
        allowUse(file, user, used);
      }
    }
  }
}

}  // namespace

void writeFoundation(Module& module) {
  writeVersions(module);
  writeVariables(module);
  writeNetwork(module);
  writeSecurityGroups(module);
}

}  // namespace cantilever::exchange::terraform

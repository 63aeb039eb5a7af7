#include <algorithm>
#include <cmath>
#include <iterator>

#include "core/exchange/terraform/module.h"

/// What stands before load balancers.
namespace cantilever::exchange::terraform {
namespace {

using hcl::Body;
using hcl::Expression;
using Kind = Deployable::Kind;

constexpr const char* kEdgeFile = "edge.tf";

/// A load balancer that a link leads to, and its share.
struct Entrance {
  const DeployedBlock* block;
  double weight;
};

/// Other targets are warned of; `what` says why they cannot be.
std::vector<Entrance> entrancesOf(Module& module, std::size_t index, const std::string& what) {
  std::vector<Entrance> entrances;
  for (const DeployedTarget& each : module.deployment.targetsOf(index)) {
    const DeployedBlock& target = module.deployment.blocks[each.index];
    if (!target.is(Kind::LoadBalancer)) {
      module.warn(kEdgeFile, module.deployment.blocks[index],
                  "the link to \"" + target.label() + "\" is not expressed: " + what);
      continue;
    }
    entrances.push_back({&target, each.weight});
  }
  return entrances;
}

int hundredths(double weight) {
  return static_cast<int>(std::lround(std::clamp(weight * 100, 0.0, 255.0)));
}

void writeGateway(Module& module, std::size_t index) {
  const DeployedBlock& block = module.deployment.blocks[index];
  Body& file = module.file(kEdgeFile);
  const std::string id = identifierOf(block);
  file.resource("aws_apigatewayv2_api", id)
      .set("name", resourceName(block, 128))
      .set("protocol_type", "HTTP");
  Body& stage = file.resource("aws_apigatewayv2_stage", id);
  stage.set("api_id", attribute("aws_apigatewayv2_api", block, ".id"))
      .set("name", "$default")
      .set("auto_deploy", true);
  stage.block("default_route_settings")
      .set("throttling_rate_limit", block.number("rate_limit_rps", 10'000))
      .set("throttling_burst_limit", block.number("burst", 5000));
  if (block.setting("protocol") == "rest") {
    module.warn(kEdgeFile, block,
                "it becomes an HTTP interface; REST ones are described operation by operation.");
  }
  const std::vector<Entrance> entrances =
      entrancesOf(module, index, "an integration leads to a load balancer; put one before the service.");
  if (!entrances.empty()) {
    file.resource("aws_apigatewayv2_vpc_link", id)
        .set("name", resourceName(block, 128))
        .set("subnet_ids", code("aws_subnet.private[*].id"))
        .set("security_group_ids", Expression::list({attribute("aws_security_group", block, ".id")}));
  }
  for (std::size_t i = 0; i < entrances.size(); ++i) {
    const DeployedBlock& target = *entrances[i].block;
    const std::string route = identifierOf(block, target);
    file.resource("aws_apigatewayv2_integration", route)
        .set("api_id", attribute("aws_apigatewayv2_api", block, ".id"))
        .set("integration_type", "HTTP_PROXY")
        .set("integration_method", "ANY")
        .set("connection_type", "VPC_LINK")
        .set("connection_id", attribute("aws_apigatewayv2_vpc_link", block, ".id"))
        .set("integration_uri", attribute("aws_lb_listener", target, ".arn"));
    file.resource("aws_apigatewayv2_route", route)
        .set("api_id", attribute("aws_apigatewayv2_api", block, ".id"))
        .set("route_key", i == 0 ? std::string("$default") : "ANY /" + target.name + "/{proxy+}")
        .set("target", Expression::code("\"integrations/${aws_apigatewayv2_integration." + route + ".id}\""));
  }
  module.output(id + "_address", "Address of the API gateway " + block.name,
                attribute("aws_apigatewayv2_api", block, ".api_endpoint"));
}

void writeVisibility(Body& body, const std::string& metric) {
  body.block("visibility_config")
      .set("cloudwatch_metrics_enabled", true)
      .set("sampled_requests_enabled", true)
      .set("metric_name", metric);
}

void writeFirewall(Module& module, std::size_t index) {
  constexpr const char* kGroups[] = {"AWSManagedRulesCommonRuleSet", "AWSManagedRulesKnownBadInputsRuleSet",
                                     "AWSManagedRulesSQLiRuleSet", "AWSManagedRulesLinuxRuleSet",
                                     "AWSManagedRulesAmazonIpReputationList"};
  const DeployedBlock& block = module.deployment.blocks[index];
  Body& file = module.file(kEdgeFile);
  const std::string id = identifierOf(block);
  Body& firewall = file.resource("aws_wafv2_web_acl", id);
  firewall.set("name", resourceName(block, 128)).set("scope", "REGIONAL");
  firewall.block("default_action").block("allow");
  const int wanted = block.number("managed_groups", 2, 0);
  const int groups = std::min(wanted, static_cast<int>(std::size(kGroups)));
  for (int i = 0; i < groups; ++i) {
    Body& rule = firewall.block("rule");
    rule.set("name", kGroups[i]).set("priority", i);
    rule.block("override_action").block("none");
    rule.block("statement")
        .block("managed_rule_group_statement")
        .set("vendor_name", "AWS")
        .set("name", kGroups[i]);
    writeVisibility(rule, kGroups[i]);
  }
  writeVisibility(firewall, block.name);
  if (block.number("rules", 0, 0) > 0) {
    module.warn(kEdgeFile, block, "its own rules are not expressed: the design says how many, not which.");
  }
  for (const Entrance& entrance :
       entrancesOf(module, index, "a firewall is put before load balancers for HTTP.")) {
    file.resource("aws_wafv2_web_acl_association", identifierOf(block, *entrance.block))
        .set("resource_arn", attribute("aws_lb", *entrance.block, ".arn"))
        .set("web_acl_arn", attribute("aws_wafv2_web_acl", block, ".arn"));
  }
}

/// Where its name can lead: others are warned of.
std::vector<DeployedTarget> namedTargetsOf(Module& module, std::size_t index) {
  std::vector<DeployedTarget> targets = module.deployment.targetsOf(index);
  std::erase_if(targets, [&](const DeployedTarget& each) {
    const DeployedBlock& target = module.deployment.blocks[each.index];
    const bool isCdn = target.is(Kind::Cdn) && module.deployment.hasOrigin(each.index);
    std::string why;
    if (!target.is(Kind::LoadBalancer) && !isCdn) {
      why = "names lead to load balancers, and to CDNs that have an origin.";
    } else if (isCdn && !isAliasOf(module.deployment, index, each.index)) {
      why = "CloudFront lets a name lead to one distribution only.";
    }
    if (!why.empty()) {
      module.warn(kEdgeFile, module.deployment.blocks[index],
                  "the link to \"" + target.label() + "\" is not expressed: " + why);
    }
    return !why.empty();
  });
  return targets;
}

Body& writeRecord(Module& module, const DeployedBlock& names, const DeployedBlock& target,
                  const std::string& type) {
  const bool isCdn = target.is(Kind::Cdn);
  const std::string resource = isCdn ? "aws_cloudfront_distribution" : "aws_lb";
  const std::string id = identifierOf(names, target) + (type == "A" ? "" : "__ipv6");
  Body& record = module.file(kEdgeFile).resource("aws_route53_record", id);
  record.set("zone_id", attribute("aws_route53_zone", names, ".zone_id"));
  record.set("name", domainOf(names));
  record.set("type", type);
  record.block("alias")
      .set("name", attribute(resource, target, isCdn ? ".domain_name" : ".dns_name"))
      .set("zone_id", attribute(resource, target, isCdn ? ".hosted_zone_id" : ".zone_id"))
      .set("evaluate_target_health", !isCdn);
  return record;
}

void writeNameServer(Module& module, std::size_t index) {
  const DeployedBlock& block = module.deployment.blocks[index];
  Body& file = module.file(kEdgeFile);
  const std::string id = identifierOf(block);
  module.requiredText(id + "_domain", "Domain whose names " + block.name + " keeps", "example.com");
  file.resource("aws_route53_zone", id).set("name", domainOf(block));
  const std::vector<DeployedTarget> targets = namedTargetsOf(module, index);
  for (const DeployedTarget& each : targets) {
    Body& record = writeRecord(module, block, module.deployment.blocks[each.index], "A");
    if (targets.size() > 1) {
      record.set("set_identifier", module.deployment.blocks[each.index].name);
      record.block("weighted_routing_policy").set("weight", hundredths(each.weight));
    }
  }
  // By IPv6 only CDNs are reached; beside a load balancer one would take all of it, whatever the weights.
  if (targets.size() == 1 && module.deployment.blocks[targets.front().index].is(Kind::Cdn)) {
    writeRecord(module, block, module.deployment.blocks[targets.front().index], "AAAA");
  }
  module.output(id + "_name_servers", "Name servers to enter at the registrar of " + block.name,
                attribute("aws_route53_zone", block, ".name_servers"));
}

void writeTrafficManager(Module& module, std::size_t index) {
  const DeployedBlock& block = module.deployment.blocks[index];
  Body& file = module.file(kEdgeFile);
  const std::string id = identifierOf(block);
  const std::vector<Entrance> entrances = entrancesOf(module, index, "its endpoints are load balancers.");
  file.resource("aws_globalaccelerator_accelerator", id)
      .set("name", resourceName(block, 64))
      .set("enabled", true);
  Body& listener = file.resource("aws_globalaccelerator_listener", id);
  listener.set("accelerator_arn", attribute("aws_globalaccelerator_accelerator", block, ".arn"));
  listener.set("protocol", "TCP");
  const bool isTls = std::any_of(entrances.begin(), entrances.end(),
                                 [](const Entrance& one) { return one.block->isOn("tls"); });
  listener.block("port_range").set("from_port", isTls ? 443 : 80).set("to_port", isTls ? 443 : 80);
  Body& group = file.resource("aws_globalaccelerator_endpoint_group", id);
  group.set("listener_arn", attribute("aws_globalaccelerator_listener", block, ".arn"));
  for (const Entrance& entrance : entrances) {
    group.block("endpoint_configuration")
        .set("endpoint_id", attribute("aws_lb", *entrance.block, ".arn"))
        .set("weight", hundredths(entrance.weight));
  }
  module.warn(kEdgeFile, block, "all its endpoints are in the one region of this module.");
  module.output(id + "_address", "Address of the accelerator " + block.name,
                attribute("aws_globalaccelerator_accelerator", block, ".dns_name"));
}

}  // namespace

void writeEdge(Module& module) {
  for (std::size_t i = 0; i < module.deployment.blocks.size(); ++i) {
    switch (module.deployment.blocks[i].deployable.kind) {
      case Kind::Gateway:
        writeGateway(module, i);
        break;
      case Kind::Firewall:
        writeFirewall(module, i);
        break;
      case Kind::NameServer:
        writeNameServer(module, i);
        break;
      case Kind::TrafficManager:
        writeTrafficManager(module, i);
        break;
      default:
        break;
    }
  }
}

}  // namespace cantilever::exchange::terraform

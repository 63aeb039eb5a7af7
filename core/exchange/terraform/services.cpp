#include <algorithm>
#include <set>

#include "core/exchange/terraform/running.h"

namespace cantilever::exchange::terraform {
namespace {

using hcl::Body;
using hcl::Expression;
using Kind = Deployable::Kind;

constexpr const char* kServiceFile = "services.tf";

/// 'it'"'"'s' for a shell.
std::string shellQuoted(const std::string& word) {
  std::string out = "'";
  for (const char c : word) {
    out += c == '\'' ? std::string("'\"'\"'") : std::string(1, c);
  }
  return out + "'";
}

std::string commandOf(const Deployable& deployable) {
  std::string command;
  for (const std::string& word : deployable.command) {
    command += (command.empty() ? "" : " ") + shellQuoted(word);
  }
  return command;
}

void writeRole(Module& module, const DeployedBlock& block, const Needs& needs) {
  Body& file = module.file("permissions.tf");
  const std::string id = identifierOf(block);
  file.resource("aws_iam_role", id)
      .set("name", resourceName(block, 64))
      .set("assume_role_policy", code("data.aws_iam_policy_document.trust__servers.json"));
  file.resource("aws_iam_instance_profile", id)
      .set("name", resourceName(block, 64))
      .set("role", attribute("aws_iam_role", block, ".name"));
  file.resource("aws_iam_role_policy_attachment", id + "_sessions")
      .set("role", attribute("aws_iam_role", block, ".name"))
      .set("policy_arn", "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore");
  writePolicy(module, block, needs);
}

void writeLaunchTemplate(Module& module, const DeployedBlock& block, const Needs& needs) {
  std::vector<Expression::Entry> environment;
  for (const auto& [name, value] : block.deployable.environment) {
    environment.emplace_back(name, Expression::text(value));
  }
  for (const auto& [name, value] : granted(needs.wishes)) {
    if (!block.deployable.environment.contains(name)) {
      environment.emplace_back(name, code(value));
    }
  }
  Body& file = module.file(kServiceFile);
  const std::string id = identifierOf(block);
  file.block("locals").set(
      id + "_start", Expression::call("templatefile", code("\"${path.module}/start-container.sh.tftpl\""),
                                      {{"image", code("var." + id + "_image")},
                                       {"command", Expression::text(commandOf(block.deployable))},
                                       {"port", Expression::number(block.port())},
                                       {"environment", Expression::object(std::move(environment))}}));
  module.variable(id + "_image", "string", "Container image of " + block.name)
      .set("default", block.deployable.image);

  Body& launch = file.resource("aws_launch_template", id);
  launch.set("name", resourceName(block, 128));
  launch.set("image_id",
             std::string("resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-") +
                 (isArm(block.deployable.instanceClass) ? "arm64" : "x86_64"));
  launch.set("instance_type", block.deployable.instanceClass);
  launch.set("user_data", code("base64encode(local." + id + "_start)"));
  launch.set("vpc_security_group_ids", Expression::list({attribute("aws_security_group", block, ".id")}));
  launch.block("iam_instance_profile").set("arn", attribute("aws_iam_instance_profile", block, ".arn"));
  launch.block("metadata_options").set("http_endpoint", "enabled").set("http_tokens", "required");
  launch.block("monitoring").set("enabled", true);
}

void writeScaling(Module& module, std::size_t index) {
  const std::optional<Tracking> tracking = trackingOf(module, kServiceFile, index);
  if (!tracking) {
    return;
  }
  const DeployedBlock& block = module.deployment.blocks[index];
  Body& policy = module.file(kServiceFile).resource("aws_autoscaling_policy", identifierOf(block));
  policy.set("name", tracking->isByRequests() ? "requests" : "cpu");
  policy.set("autoscaling_group_name", attribute("aws_autoscaling_group", block, ".name"));
  policy.set("policy_type", "TargetTrackingScaling");
  if (tracking->isByRequests()) {
    policy.set("depends_on", listenersOf(targetGroupsOf(module, index)));
  }
  writeTracking(policy.block("target_tracking_configuration"), *tracking, "ASGAverageCPUUtilization");
}

void writeGroup(Module& module, std::size_t index) {
  const DeployedBlock& block = module.deployment.blocks[index];
  Body& file = module.file(kServiceFile);
  const std::string id = identifierOf(block);
  const int instances = block.deployable.instances;
  const int least = std::min(instances, block.number("autoscale_min", instances));
  const int most = std::max(instances, block.number("autoscale_max", instances));
  std::vector<Expression> groups;
  for (const TargetGroup& group : targetGroupsOf(module, index)) {
    groups.push_back(code(group.arn));
  }
  Body& group = file.resource("aws_autoscaling_group", id);
  group.set("name", resourceName(block, 200));
  group.set("min_size", least);
  group.set("max_size", most);
  group.set("desired_capacity", instances);
  group.set("vpc_zone_identifier", code("aws_subnet.private[*].id"));
  group.set("health_check_type", groups.empty() ? "EC2" : "ELB");
  group.set("health_check_grace_period", 180);
  if (!groups.empty()) {
    group.set("target_group_arns", Expression::list(groups));
  }
  group.block("launch_template")
      .set("id", attribute("aws_launch_template", block, ".id"))
      .set("version", attribute("aws_launch_template", block, ".latest_version"));
  group.block("instance_refresh").set("strategy", "Rolling");
  group.block("tag")
      .set("key", "Name")
      .set("value", resourceName(block, 200))
      .set("propagate_at_launch", true);
  if (least != most) {
    group.block("lifecycle").set("ignore_changes", Expression::list({code("desired_capacity")}));
    writeScaling(module, index);
  }
}

std::string startTemplate() {
  return R"(#!/bin/bash
# Runs one container on the server; Terraform fills in what is in braces.
set -euo pipefail
dnf install --assumeyes docker
systemctl enable --now docker
cat > /etc/container.env <<'ENVIRONMENT'
%{ for name, value in environment ~}
${name}=${value}
%{ endfor ~}
ENVIRONMENT
docker run --detach --restart=always --name=service --env-file=/etc/container.env %{ if port > 0 }--publish=${port}:${port} %{ endif }${image} ${command}
)";
}

}  // namespace

void writeServices(Module& module) {
  bool hasServers = false;
  for (std::size_t i = 0; i < module.deployment.blocks.size(); ++i) {
    const DeployedBlock& block = module.deployment.blocks[i];
    if (!block.runsOnServers() || block.livesElsewhere()) {
      continue;  // containers.tf has those that live on a cluster
    }
    if (!std::exchange(hasServers, true)) {
      module.otherFiles["start-container.sh.tftpl"] = startTemplate();
      writeTrust(module, "servers", "ec2.amazonaws.com");
    }
    warnIfEntry(module, kServiceFile, i);
    const Needs needs = needsOf(module, kServiceFile, i);
    writeRole(module, block, needs);
    writeLaunchTemplate(module, block, needs);
    writeGroup(module, i);
  }
}

}  // namespace cantilever::exchange::terraform

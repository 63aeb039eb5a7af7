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

void writeStart(Module& module, const DeployedBlock& block, const Needs& needs) {
  const std::string id = identifierOf(block);
  const SystemImages images{"/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64",
                            "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64"};
  module.file(kServiceFile)
      .block("locals")
      .set(id + "_start",
           Expression::call("templatefile", code("\"${path.module}/start-container.sh.tftpl\""),
                            {{"image", imageOf(module, block)},
                             {"command", Expression::text(commandOf(block.deployable))},
                             {"port", Expression::number(block.port())},
                             {"environment", environmentOf(block, needs)}}));
  writeLaunchTemplate(module, kServiceFile, block, images, code("base64encode(local." + id + "_start)"));
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
  const Bounds bounds = boundsOf(block);
  std::vector<Expression> groups;
  for (const TargetGroup& group : targetGroupsOf(module, index)) {
    groups.push_back(code(group.arn));
  }
  Body& group = file.resource("aws_autoscaling_group", id);
  group.set("name", resourceName(block, 200));
  group.set("min_size", bounds.least);
  group.set("max_size", bounds.most);
  group.set("desired_capacity", bounds.instances);
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
  if (bounds.scales()) {
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
    writeServerRole(module, block, "servers");
    writePolicy(module, block, needs);
    writeStart(module, block, needs);
    writeGroup(module, i);
  }
}

}  // namespace cantilever::exchange::terraform

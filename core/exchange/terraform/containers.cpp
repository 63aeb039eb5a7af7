#include <algorithm>

#include "core/catalog/instance_class.h"
#include "core/exchange/terraform/running.h"

namespace cantilever::exchange::terraform {
namespace {

using hcl::Body;
using hcl::Expression;

constexpr const char* kContainerFile = "containers.tf";

void writeNodeRole(Module& module, const DeployedBlock& cluster) {
  Body& file = module.file("permissions.tf");
  const std::string id = identifierOf(cluster);
  file.resource("aws_iam_role", id)
      .set("name", resourceName(cluster, 64))
      .set("assume_role_policy", code("data.aws_iam_policy_document.trust__nodes.json"));
  for (const auto& [suffix, policy] :
       {std::pair{"_agent", "service-role/AmazonEC2ContainerServiceforEC2Role"},
        std::pair{"_sessions", "AmazonSSMManagedInstanceCore"}}) {
    file.resource("aws_iam_role_policy_attachment", id + suffix)
        .set("role", attribute("aws_iam_role", cluster, ".name"))
        .set("policy_arn", std::string("arn:aws:iam::aws:policy/") + policy);
  }
  file.resource("aws_iam_instance_profile", id)
      .set("name", resourceName(cluster, 64))
      .set("role", attribute("aws_iam_role", cluster, ".name"));
}

void writeNodeTemplate(Module& module, const DeployedBlock& cluster) {
  Body& file = module.file(kContainerFile);
  const std::string id = identifierOf(cluster);
  file.resource("aws_security_group", id)
      .set("name", resourceName(cluster, 200))
      .set("description", cluster.name)
      .set("vpc_id", code("aws_vpc.main.id"));
  file.resource("aws_vpc_security_group_egress_rule", id)
      .set("security_group_id", attribute("aws_security_group", cluster, ".id"))
      .set("cidr_ipv4", "0.0.0.0/0")
      .set("ip_protocol", "-1");
  const bool isGraviton = isArm(cluster.deployable.instanceClass);
  Body& launch = file.resource("aws_launch_template", id);
  launch.set("name", resourceName(cluster, 128));
  launch.set("image_id", std::string("resolve:ssm:/aws/service/ecs/optimized-ami/amazon-linux-2023/") +
                             (isGraviton ? "arm64/recommended/image_id" : "recommended/image_id"));
  launch.set("instance_type", cluster.deployable.instanceClass);
  launch.set("user_data",
             code("base64encode(\"#!/bin/bash\\necho ECS_CLUSTER=${" +
                  attributeCode("aws_ecs_cluster", cluster, ".name") + "} >> /etc/ecs/ecs.config\\n\")"));
  launch.set("vpc_security_group_ids", Expression::list({attribute("aws_security_group", cluster, ".id")}));
  launch.block("iam_instance_profile").set("arn", attribute("aws_iam_instance_profile", cluster, ".arn"));
  launch.block("metadata_options").set("http_endpoint", "enabled").set("http_tokens", "required");
  launch.block("monitoring").set("enabled", true);
}

/// The servers, and that they are added while tasks find no place.
void writeNodes(Module& module, const DeployedBlock& cluster) {
  Body& file = module.file(kContainerFile);
  const std::string id = identifierOf(cluster);
  const int nodes = cluster.deployable.instances;
  const int most = std::max(nodes, cluster.number("autoscale_max", nodes));
  Body& group = file.resource("aws_autoscaling_group", id);
  group.set("name", resourceName(cluster, 200));
  group.set("min_size", nodes);
  group.set("max_size", most);
  group.set("vpc_zone_identifier", code("aws_subnet.private[*].id"));
  group.set("health_check_type", "EC2");
  group.set("depends_on", Expression::list({code("aws_ecs_account_setting_default.trunking")}));
  group.block("launch_template")
      .set("id", attribute("aws_launch_template", cluster, ".id"))
      .set("version", attribute("aws_launch_template", cluster, ".latest_version"));
  group.block("tag").set("key", "AmazonECSManaged").set("value", "true").set("propagate_at_launch", true);
  group.block("tag")
      .set("key", "Name")
      .set("value", resourceName(cluster, 200))
      .set("propagate_at_launch", true);

  Body& capacity = file.resource("aws_ecs_capacity_provider", id);
  capacity.set("name", resourceName(cluster, 200));
  Body& provider = capacity.block("auto_scaling_group_provider");
  provider.set("auto_scaling_group_arn", attribute("aws_autoscaling_group", cluster, ".arn"));
  provider.set("managed_draining", "ENABLED");
  provider.block("managed_scaling")
      .set("status", most > nodes ? "ENABLED" : "DISABLED")
      .set("target_capacity", 100);
  file.resource("aws_ecs_cluster_capacity_providers", id)
      .set("cluster_name", attribute("aws_ecs_cluster", cluster, ".name"))
      .set("capacity_providers",
           Expression::list({attribute("aws_ecs_capacity_provider", cluster, ".name")}));
}

void writeNodesAndCluster(Module& module, const DeployedBlock& cluster) {
  module.file(kContainerFile)
      .resource("aws_ecs_cluster", identifierOf(cluster))
      .set("name", resourceName(cluster, 200))
      .block("setting")
      .set("name", "containerInsights")
      .set("value", "enabled");
  writeNodeRole(module, cluster);
  writeNodeTemplate(module, cluster);
  writeNodes(module, cluster);
}

/// Of a node's processors and memory, less what the agent takes, the part of one of all that share it.
struct Share {
  int cpuUnits = 0;  ///< 1,024 are a vCPU
  int memory_mib = 0;
};
Share shareOfNode(const Deployment& deployment, const DeployedBlock& cluster) {
  constexpr double kForTasks = 0.9;
  int guests = 0;
  for (const DeployedBlock& each : deployment.blocks) {
    guests += deployment.clusterOf(each) == &cluster ? each.number("lives_per_host", 1) : 0;
  }
  const catalog::InstanceClass* node = catalog::findInstanceClass(cluster.deployable.instanceClass);
  const double part = kForTasks / std::max(1, guests);
  return node == nullptr ? Share{256, 512}
                         : Share{std::max(1, static_cast<int>(node->vcpu * 1024 * part)),
                                 std::max(6, static_cast<int>(node->memory_gib * 1024 * part))};
}

void writeTaskRole(Module& module, const DeployedBlock& guest, const Needs& needs) {
  module.file("permissions.tf")
      .resource("aws_iam_role", identifierOf(guest))
      .set("name", resourceName(guest, 64))
      .set("assume_role_policy", code("data.aws_iam_policy_document.trust__tasks.json"));
  writePolicy(module, guest, needs);
}

void writeTask(Module& module, const DeployedBlock& cluster, const DeployedBlock& guest, const Needs& needs) {
  std::vector<Expression::Entry> environment;
  for (const auto& [name, value] : guest.deployable.environment) {
    environment.emplace_back(name, Expression::text(value));
  }
  for (const auto& [name, value] : granted(needs.wishes)) {
    if (!guest.deployable.environment.contains(name)) {
      environment.emplace_back(name, code(value));
    }
  }
  std::vector<Expression> command;
  for (const std::string& word : guest.deployable.command) {
    command.push_back(Expression::text(word));
  }
  Body& file = module.file(kContainerFile);
  const std::string id = identifierOf(guest);
  const Share share = shareOfNode(module.deployment, cluster);
  module.variable(id + "_image", "string", "Container image of " + guest.name)
      .set("default", guest.deployable.image);
  Body& locals = file.block("locals");
  locals.set(id + "_environment", Expression::object(std::move(environment)));
  std::vector<Expression::Entry> container = {
      {"name", Expression::text("service")},
      {"image", code("var." + id + "_image")},
      {"essential", Expression::flag(true)},
      {"cpu", Expression::number(share.cpuUnits)},
      {"memoryReservation", Expression::number(share.memory_mib)},
      {"environment",
       code("[for name, value in local." + id + "_environment : { name = name, value = value }]")}};
  if (!command.empty()) {
    container.emplace_back("command", Expression::list(command));
  }
  if (guest.port() > 0) {
    container.emplace_back("portMappings",
                           code("[{ containerPort = " + std::to_string(guest.port()) + " }]"));
  }
  locals.set(id + "_container", Expression::object(std::move(container)));
  file.resource("aws_ecs_task_definition", id)
      .set("family", resourceName(guest, 200))
      .set("network_mode", "awsvpc")
      .set("requires_compatibilities", Expression::list({Expression::text("EC2")}))
      .set("task_role_arn", attribute("aws_iam_role", guest, ".arn"))
      .set("container_definitions", code("jsonencode([local." + id + "_container])"));
}

void writeTaskScaling(Module& module, const DeployedBlock& cluster, std::size_t index, int least, int most) {
  const DeployedBlock& guest = module.deployment.blocks[index];
  Body& file = module.file(kContainerFile);
  const std::string id = identifierOf(guest);
  file.resource("aws_appautoscaling_target", id)
      .set("service_namespace", "ecs")
      .set("scalable_dimension", "ecs:service:DesiredCount")
      .set("resource_id", code("\"service/${" + attributeCode("aws_ecs_cluster", cluster, ".name") + "}/${" +
                               attributeCode("aws_ecs_service", guest, ".name") + "}\""))
      .set("min_capacity", least)
      .set("max_capacity", most);
  const std::optional<Tracking> tracking = trackingOf(module, kContainerFile, index);
  if (!tracking) {
    return;
  }
  Body& policy = file.resource("aws_appautoscaling_policy", id);
  policy.set("name", tracking->isByRequests() ? "requests" : "cpu");
  policy.set("policy_type", "TargetTrackingScaling");
  for (const char* same : {"service_namespace", "scalable_dimension", "resource_id"}) {
    policy.set(same, attribute("aws_appautoscaling_target", guest, std::string(".") + same));
  }
  if (tracking->isByRequests()) {
    policy.set("depends_on", listenersOf(targetGroupsOf(module, index)));
  }
  writeTracking(policy.block("target_tracking_scaling_policy_configuration"), *tracking,
                "ECSServiceAverageCPUUtilization");
}

void writeTaskService(Module& module, const DeployedBlock& cluster, std::size_t index) {
  const DeployedBlock& guest = module.deployment.blocks[index];
  const int instances = guest.deployable.instances;
  const int least = std::min(instances, guest.number("autoscale_min", instances));
  const int most = std::max(instances, guest.number("autoscale_max", instances));
  const std::vector<TargetGroup> groups = targetGroupsOf(module, index);
  Body& service = module.file(kContainerFile).resource("aws_ecs_service", identifierOf(guest));
  service.set("name", resourceName(guest, 200));
  service.set("cluster", attribute("aws_ecs_cluster", cluster, ".id"));
  service.set("task_definition", attribute("aws_ecs_task_definition", guest, ".arn"));
  service.set("desired_count", instances);
  if (!groups.empty()) {
    service.set("health_check_grace_period_seconds", 60);
  }
  if (cluster.number("autoscale_max", 0) <= cluster.deployable.instances) {
    // A cluster that does not grow has no room beside the tasks: an old one goes before a new one comes.
    service.set("deployment_minimum_healthy_percent", instances > 1 ? 50 : 0);
  }
  std::vector<Expression> before = {code("aws_ecs_cluster_capacity_providers." + identifierOf(cluster))};
  for (const TargetGroup& group : groups) {
    before.push_back(code(group.listener));
  }
  service.set("depends_on", Expression::list(std::move(before)));
  service.block("capacity_provider_strategy")
      .set("capacity_provider", attribute("aws_ecs_capacity_provider", cluster, ".name"))
      .set("weight", 1);
  service.block("network_configuration")
      .set("subnets", code("aws_subnet.private[*].id"))
      .set("security_groups", Expression::list({attribute("aws_security_group", guest, ".id")}));
  for (const TargetGroup& group : groups) {
    service.block("load_balancer")
        .set("target_group_arn", code(group.arn))
        .set("container_name", "service")
        .set("container_port", guest.port());
  }
  service.block("ordered_placement_strategy")
      .set("type", "spread")
      .set("field", "attribute:ecs.availability-zone");
  if (least != most) {
    service.block("lifecycle").set("ignore_changes", Expression::list({code("desired_count")}));
    writeTaskScaling(module, cluster, index, least, most);
  }
}

void writeFrame(Module& module) {
  Body& file = module.file(kContainerFile);
  file.comment(
      "Containers that live on a cluster are tasks with addresses of their own; a server has room for more");
  file.comment(
      "of them than it has network cards only with trunking. That is a setting of the whole account, which");
  file.comment("servers take over when they start, and of server families that can do it (not t3 and t4g).");
  file.resource("aws_ecs_account_setting_default", "trunking")
      .set("name", "awsvpcTrunking")
      .set("value", "enabled");
  writeTrust(module, "nodes", "ec2.amazonaws.com");
  writeTrust(module, "tasks", "ecs-tasks.amazonaws.com");
}

}  // namespace

void writeContainers(Module& module) {
  if (!module.deployment.clusters.empty()) {
    writeFrame(module);
  }
  for (const DeployedBlock& cluster : module.deployment.clusters) {
    writeNodesAndCluster(module, cluster);
  }
  for (std::size_t i = 0; i < module.deployment.blocks.size(); ++i) {
    const DeployedBlock& guest = module.deployment.blocks[i];
    if (!guest.runsOnServers() || !guest.livesElsewhere()) {
      continue;
    }
    const DeployedBlock* cluster = module.deployment.clusterOf(guest);
    if (cluster == nullptr) {
      module.warn(
          kContainerFile, guest,
          "it lives on \"" + guest.setting("lives_on") +
              "\", which is no container cluster, and is left out: put it into the same image, or let "
              "both live on a container cluster.");
      continue;
    }
    warnIfEntry(module, kContainerFile, i);
    const Needs needs = needsOf(module, kContainerFile, i);
    writeTaskRole(module, guest, needs);
    writeTask(module, *cluster, guest, needs);
    writeTaskService(module, *cluster, i);
  }
}

}  // namespace cantilever::exchange::terraform

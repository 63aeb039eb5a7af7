#include <algorithm>
#include <cmath>

#include "core/base/text.h"
#include "core/catalog/instance_class.h"
#include "core/exchange/terraform/running.h"

namespace cantilever::exchange::terraform {
namespace {

using hcl::Body;
using hcl::Expression;

constexpr const char* kContainerFile = "containers.tf";

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
  const std::string images = "/aws/service/ecs/optimized-ami/amazon-linux-2023/";
  writeLaunchTemplate(
      module, kContainerFile, cluster,
      {images + "recommended/image_id", images + "arm64/recommended/image_id"},
      code("base64encode(\"#!/bin/bash\\necho ECS_CLUSTER=${" +
           attributeCode("aws_ecs_cluster", cluster, ".name") + "} >> /etc/ecs/ecs.config\\n\")"));
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
  writeServerRole(module, cluster, "nodes", "service-role/AmazonEC2ContainerServiceforEC2Role");
  writeNodeTemplate(module, cluster);
  writeNodes(module, cluster);
}

/// Tasks that a server of the cluster has to have room for.
int tasksOfNode(const Deployment& deployment, const DeployedBlock& cluster) {
  int tasks = 0;
  for (const DeployedBlock& each : deployment.blocks) {
    tasks += deployment.clusterOf(each) == &cluster ? each.number("lives_per_host", 1) : 0;
  }
  return tasks;
}

/// Of a node's processors and memory, less what the agent takes, the part of one of all that share it.
struct Share {
  double cpuUnits = 0;  ///< 1,024 are a vCPU
  double memory_mib = 0;
};
Share shareOfNode(const catalog::InstanceClass& node, int tasks) {
  constexpr double kForTasks = 0.9;
  const double part = kForTasks / tasks;
  return {node.vcpu * 1024 * part, node.memory_gib * 1024 * part};
}

// Amazon ECS API reference, ContainerDefinition: Linux takes no fewer processor shares than 2, Docker no less
// memory than 6 MiB.
constexpr Share kLeastShare{2, 6};
/// Of servers that the catalogue does not know: what the smallest tasks have.
constexpr Share kUnknownShare{256, 512};

std::string inWords(const Share& share) {
  return formatNumber(std::floor(share.cpuUnits)) + " processor units and " +
         formatNumber(std::floor(share.memory_mib)) + " MiB";
}

/// What each task on the cluster may count on, with a remark where that is not its part.
Share reservedShare(Module& module, const DeployedBlock& cluster, int tasks) {
  const catalog::InstanceClass* node = catalog::findInstanceClass(cluster.deployable.instanceClass);
  if (node == nullptr) {
    module.warn(kContainerFile, cluster,
                "how large its servers are is not known: a task is written with " + inWords(kUnknownShare) +
                    "; put in what it needs.");
    return kUnknownShare;
  }
  const Share share = shareOfNode(*node, tasks);
  const Share reserved{std::max(share.cpuUnits, kLeastShare.cpuUnits),
                       std::max(share.memory_mib, kLeastShare.memory_mib)};
  if (reserved.cpuUnits > share.cpuUnits || reserved.memory_mib > share.memory_mib) {
    module.warn(kContainerFile, cluster,
                "one of " + std::to_string(tasks) + " tasks on a " + std::string(node->key) +
                    " has a share of " + inWords(share) + ", and AWS takes no less than " +
                    inWords(kLeastShare) + ": that is written, and not all of them find a place.");
  }
  return reserved;
}

/// Tasks with a network interface of their own that a server has room for. One for each of its interfaces but
/// the first, where the family cannot trunk; else by its size, as Amazon's own controller for pods has them
/// for most families (amazon-vpc-resource-controller-k8s, pkg/aws/vpc/limits.go of 2025-10-06), and ten on a
/// large one (Amazon ECS developer guide, elastic network interface trunking). Zero: not known.
struct TaskRoom {
  int tasks = 0;
  bool canTrunk = false;
};
TaskRoom taskRoomOf(const std::string& instanceClass) {
  const std::size_t dot = instanceClass.find('.');
  const std::string family = instanceClass.substr(0, dot);
  const std::string size = dot == std::string::npos ? std::string() : instanceClass.substr(dot + 1);
  if (family == "t2" || family == "t3" || family == "t3a" || family == "t4g") {
    const bool isTiny = size == "nano" || size == "micro";
    return {isTiny ? 1 : size.ends_with("xlarge") && family != "t2" ? 3 : 2, false};
  }
  static const std::map<std::string, int> kBySize = {
      {"medium", 4},     {"large", 10},     {"xlarge", 18},   {"2xlarge", 38},   {"4xlarge", 54},
      {"8xlarge", 54},   {"9xlarge", 54},   {"12xlarge", 54}, {"16xlarge", 107}, {"18xlarge", 107},
      {"24xlarge", 107}, {"32xlarge", 107}, {"48xlarge", 107}};
  const auto found = kBySize.find(size);
  return {found == kBySize.end() ? 0 : found->second, true};
}

void warnOfCards(Module& module, const DeployedBlock& cluster, int tasks) {
  const TaskRoom room = taskRoomOf(cluster.deployable.instanceClass);
  if (room.tasks == 0 || tasks <= room.tasks) {
    return;
  }
  module.warn(
      kContainerFile, cluster,
      "a " + cluster.deployable.instanceClass + " has addresses for " + (room.canTrunk ? "about " : "") +
          std::to_string(room.tasks) + " tasks, where the design has " + std::to_string(tasks) +
          (room.canTrunk ? ": the others would wait for a place; take larger servers, or more."
                         : ": families beginning with t cannot trunk network cards; choose another one."));
}

void writeTask(Module& module, const Share& share, const DeployedBlock& guest, const Needs& needs) {
  std::vector<Expression> command;
  for (const std::string& word : guest.deployable.command) {
    command.push_back(Expression::text(word));
  }
  Body& file = module.file(kContainerFile);
  const std::string id = identifierOf(guest);
  const Expression image = imageOf(module, guest);
  Body& locals = file.block("locals");
  locals.set(id + "_environment", environmentOf(guest, needs));
  std::vector<Expression::Entry> container = {
      {"name", Expression::text("service")},
      {"image", image},
      {"essential", Expression::flag(true)},
      {"cpu", Expression::number(static_cast<int>(share.cpuUnits))},
      {"memoryReservation", Expression::number(static_cast<int>(share.memory_mib))},
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

void writeTaskScaling(Module& module, const DeployedBlock& cluster, std::size_t index, const Bounds& bounds) {
  const DeployedBlock& guest = module.deployment.blocks[index];
  Body& file = module.file(kContainerFile);
  const std::string id = identifierOf(guest);
  file.resource("aws_appautoscaling_target", id)
      .set("service_namespace", "ecs")
      .set("scalable_dimension", "ecs:service:DesiredCount")
      .set("resource_id", code("\"service/${" + attributeCode("aws_ecs_cluster", cluster, ".name") + "}/${" +
                               attributeCode("aws_ecs_service", guest, ".name") + "}\""))
      .set("min_capacity", bounds.least)
      .set("max_capacity", bounds.most);
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
  const Bounds bounds = boundsOf(guest);
  const std::vector<TargetGroup> groups = targetGroupsOf(module, index);
  Body& service = module.file(kContainerFile).resource("aws_ecs_service", identifierOf(guest));
  service.set("name", resourceName(guest, 200));
  service.set("cluster", attribute("aws_ecs_cluster", cluster, ".id"));
  service.set("task_definition", attribute("aws_ecs_task_definition", guest, ".arn"));
  service.set("desired_count", bounds.instances);
  if (!groups.empty()) {
    service.set("health_check_grace_period_seconds", 60);
  }
  if (cluster.number("autoscale_max", 0) <= cluster.deployable.instances) {
    // A cluster that does not grow has no room beside the tasks: an old one goes before a new one comes.
    service.set("deployment_minimum_healthy_percent", bounds.instances > 1 ? 50 : 0);
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
  if (bounds.scales()) {
    service.block("lifecycle").set("ignore_changes", Expression::list({code("desired_count")}));
    writeTaskScaling(module, cluster, index, bounds);
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
    const int tasks = tasksOfNode(module.deployment, cluster);
    if (tasks == 0) {
      continue;
    }
    warnOfCards(module, cluster, tasks);
    const Share share = reservedShare(module, cluster, tasks);
    for (std::size_t i = 0; i < module.deployment.blocks.size(); ++i) {
      const DeployedBlock& guest = module.deployment.blocks[i];
      if (!guest.runsOnServers() || module.deployment.clusterOf(guest) != &cluster) {
        continue;
      }
      warnIfEntry(module, kContainerFile, i);
      const Needs needs = needsOf(module, kContainerFile, i);
      writeRole(module, guest, "tasks");
      writePolicy(module, guest, needs);
      writeTask(module, share, guest, needs);
      writeTaskService(module, cluster, i);
    }
  }
}

}  // namespace cantilever::exchange::terraform

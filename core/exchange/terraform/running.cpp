#include "core/exchange/terraform/running.h"

#include <algorithm>
#include <cmath>

#include "core/base/text.h"

namespace cantilever::exchange::terraform {
namespace {

using hcl::Body;
using hcl::Expression;
using Kind = Deployable::Kind;

void needPrimary(Needs& needs, const DeployedBlock& primary, const std::string& host) {
  const std::string secret = attributeCode("aws_secretsmanager_secret", primary, ".arn");
  needs.wishes.push_back({"DATABASE_HOST", primary.name, host});
  needs.wishes.push_back(
      {"DATABASE_NAME", primary.name, attributeCode("aws_db_instance", primary, ".db_name")});
  needs.wishes.push_back({"DATABASE_SECRET_ARN", primary.name, secret});
  needs.secrets.insert(secret);
}

void needReplicas(Needs& needs, const DeployedBlock& replica) {
  needs.wishes.push_back({"DATABASE_READ_HOSTS", replica.name,
                          "join(\",\", " + attributeCode("aws_db_instance", replica, "[*].address") + ")"});
}

/// A pooler stands for what is behind it; RDS Proxy reaches primaries only.
void needPooler(Module& module, Needs& needs, std::size_t pooler) {
  for (const DeployedLink* link : module.deployment.linksFrom(pooler)) {
    const DeployedBlock& database = module.deployment.blocks[link->to];
    if (database.is(Kind::RelationalPrimary)) {
      needPrimary(needs, database,
                  attributeCode("aws_db_proxy", module.deployment.blocks[pooler], ".endpoint"));
    } else if (database.is(Kind::RelationalReplica)) {
      needReplicas(needs, database);
    }
  }
}

/// A service of the provider that is found by a name and guarded by rights. False for any other.
bool needManaged(Needs& needs, const DeployedBlock& used) {
  const auto give = [&](const char* variable, const std::string& type, const char* named,
                        std::vector<const char*> actions) {
    needs.wishes.push_back({variable, used.name, attributeCode(type, used, named)});
    needs.grants[attributeCode(type, used, ".arn")] = std::move(actions);
    return true;
  };
  switch (used.deployable.kind) {
    case Kind::Table:
      return give("TABLE_NAME", "aws_dynamodb_table", ".name",
                  {"dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem",
                   "dynamodb:Query", "dynamodb:BatchGetItem", "dynamodb:BatchWriteItem"});
    case Kind::Queue:
      return give("QUEUE_URL", "aws_sqs_queue", ".url",
                  {"sqs:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteMessage",
                   "sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes"});
    case Kind::Topic:
      return give("TOPIC_ARN", "aws_sns_topic", ".arn", {"sns:Publish"});
    case Kind::EventBus:
      return give("EVENT_BUS_NAME", "aws_cloudwatch_event_bus", ".name", {"events:PutEvents"});
    case Kind::Stream:
      return give("STREAM_NAME", "aws_kinesis_stream", ".name",
                  {"kinesis:PutRecord", "kinesis:PutRecords", "kinesis:GetRecords",
                   "kinesis:GetShardIterator", "kinesis:DescribeStream", "kinesis:ListShards"});
    case Kind::SearchIndex:
      return give("SEARCH_HOST", "aws_opensearch_domain", ".endpoint",
                  {"es:ESHttpGet", "es:ESHttpPost", "es:ESHttpPut"});
    case Kind::Warehouse:
      return give("WAREHOUSE_HOST", "aws_redshift_cluster", ".dns_name", {"redshift:GetClusterCredentials"});
    case Kind::Telemetry:
      if (used.setting("signal") == "metrics") {
        return give("PROMETHEUS_URL", "aws_prometheus_workspace", ".prometheus_endpoint",
                    {"aps:RemoteWrite"});
      }
      if (used.setting("signal") == "logs") {
        return give("LOG_GROUP", "aws_cloudwatch_log_group", ".name",
                    {"logs:CreateLogStream", "logs:PutLogEvents"});
      }
      return true;  // X-Ray takes traces of anyone in the account
    default:
      return false;
  }
}

void need(Module& module, const std::string& file, Needs& needs, const DeployedBlock& user, const Use& use) {
  const DeployedBlock& used = module.deployment.blocks[use.used];
  switch (used.deployable.kind) {
    case Kind::RelationalPrimary:
      return needPrimary(needs, used, attributeCode("aws_db_instance", used, ".address"));
    case Kind::RelationalReplica:
      return needReplicas(needs, used);
    case Kind::RelationalCluster: {
      const std::string secret = attributeCode("aws_rds_cluster", used, ".master_user_secret[0].secret_arn");
      needs.wishes.push_back(
          {"DATABASE_HOST", used.name, attributeCode("aws_rds_cluster", used, ".endpoint")});
      needs.wishes.push_back(
          {"DATABASE_READ_HOSTS", used.name, attributeCode("aws_rds_cluster", used, ".reader_endpoint")});
      needs.wishes.push_back(
          {"DATABASE_NAME", used.name, attributeCode("aws_rds_cluster", used, ".database_name")});
      needs.wishes.push_back({"DATABASE_SECRET_ARN", used.name, secret});
      needs.secrets.insert(secret);
      return;
    }
    case Kind::ConnectionPooler:
      return needPooler(module, needs, use.used);
    case Kind::KeyValueCache:
      needs.wishes.push_back({"REDIS_HOST", used.name,
                              attributeCode("aws_elasticache_replication_group", used,
                                            used.number("shards", 1) > 1 ? ".configuration_endpoint_address"
                                                                         : ".primary_endpoint_address")});
      return;
    case Kind::EventLog:
      needs.wishes.push_back({"KAFKA_BOOTSTRAP_SERVERS", used.name,
                              attributeCode("aws_msk_cluster", used, ".bootstrap_brokers_tls")});
      return;
    case Kind::ObjectStore:
      needs.wishes.push_back({"S3_BUCKET", used.name, attributeCode("aws_s3_bucket", used, ".id")});
      needs.buckets.insert(attributeCode("aws_s3_bucket", used, ".arn"));
      return;
    case Kind::LoadBalancer:
      needs.wishes.push_back({environmentName(used.name) + "_URL", used.name,
                              "\"http://${" + attributeCode("aws_lb", used, ".dns_name") + "}\""});
      return;
    case Kind::External:
      needs.wishes.push_back(
          {environmentName(used.name) + "_URL", used.name, "var." + identifierOf(used) + "_url"});
      return;
    case Kind::Gateway:
      needs.wishes.push_back({environmentName(used.name) + "_URL", used.name,
                              attributeCode("aws_apigatewayv2_api", used, ".api_endpoint")});
      return;
    case Kind::Network:
      return;  // network.tf has its own way out
    default:
      if (needManaged(needs, used)) {
        return;
      }
      module.warn(
          file, user,
          "the link to \"" + used.label() +
              "\" is not expressed: servers that come and go have no address; put a load balancer between.");
  }
}

void writeStatement(Body& policy, const std::vector<const char*>& actions,
                    const std::vector<Expression>& resources) {
  std::vector<Expression> names;
  for (const char* action : actions) {
    names.push_back(Expression::text(action));
  }
  policy.block("statement")
      .set("actions", Expression::list(names))
      .set("resources", Expression::list(resources));
}

/// Code for what metrics call the target group of the first application load balancer before the server;
/// empty: there is none.
std::string resourceLabelOf(const Module& module, std::size_t index) {
  const DeployedBlock& block = module.deployment.blocks[index];
  for (const DeployedLink* link : module.deployment.linksTo(index)) {
    const DeployedBlock& balancer = module.deployment.blocks[link->from];
    if (balancer.is(Kind::LoadBalancer) && balancer.setting("layer") != "4" && block.canBeTarget()) {
      return "join(\"/\", [" + attributeCode("aws_lb", balancer, ".arn_suffix") + ", aws_lb_target_group." +
             identifierOf(balancer, block) + ".arn_suffix])";
    }
  }
  return {};
}

}  // namespace

Needs needsOf(Module& module, const std::string& file, std::size_t index) {
  Needs needs;
  for (const Use& use : usesIn(module.deployment)) {
    if (use.user == index) {
      need(module, file, needs, module.deployment.blocks[index], use);
    }
  }
  return needs;
}

void writePolicy(Module& module, const DeployedBlock& block, const Needs& needs) {
  if (needs.secrets.empty() && needs.buckets.empty() && needs.grants.empty()) {
    return;
  }
  Body& file = module.file("permissions.tf");
  const std::string id = identifierOf(block);
  Body& policy = file.data("aws_iam_policy_document", id);
  if (!needs.secrets.empty()) {
    std::vector<Expression> secrets;
    for (const std::string& secret : needs.secrets) {
      secrets.push_back(code(secret));
    }
    writeStatement(policy, {"secretsmanager:GetSecretValue"}, secrets);
  }
  for (const std::string& bucket : needs.buckets) {
    writeStatement(policy, {"s3:ListBucket"}, {code(bucket)});
    writeStatement(policy, {"s3:GetObject", "s3:PutObject", "s3:DeleteObject"},
                   {Expression::prefixed(bucket, "/*")});
  }
  for (const auto& [arn, actions] : needs.grants) {
    writeStatement(policy, actions, {code(arn)});
  }
  file.resource("aws_iam_role_policy", id)
      .set("name", "data")
      .set("role", attribute("aws_iam_role", block, ".id"))
      .set("policy", code("data.aws_iam_policy_document." + id + ".json"));
}

Expression environmentOf(const DeployedBlock& block, const Needs& needs) {
  std::vector<Expression::Entry> environment;
  for (const auto& [name, value] : block.deployable.environment) {
    environment.emplace_back(name, Expression::text(value));
  }
  for (const auto& [name, value] : granted(needs.wishes)) {
    if (!block.deployable.environment.contains(name)) {
      environment.emplace_back(name, code(value));
    }
  }
  return Expression::object(std::move(environment));
}

Expression imageOf(Module& module, const DeployedBlock& block) {
  const std::string name = identifierOf(block) + "_image";
  module.variable(name, "string", "Container image of " + block.name).set("default", block.deployable.image);
  return code("var." + name);
}

Bounds boundsOf(const DeployedBlock& block) {
  const int instances = block.deployable.instances;
  return {std::min(instances, block.number("autoscale_min", instances)), instances,
          std::max(instances, block.number("autoscale_max", instances))};
}

void writeRole(Module& module, const DeployedBlock& block, const std::string& trusted) {
  module.file("permissions.tf")
      .resource("aws_iam_role", identifierOf(block))
      .set("name", resourceName(block, 64))
      .set("assume_role_policy", code("data.aws_iam_policy_document.trust__" + trusted + ".json"));
}

void writeServerRole(Module& module, const DeployedBlock& block, const std::string& trusted,
                     const std::string& agentPolicy) {
  writeRole(module, block, trusted);
  Body& file = module.file("permissions.tf");
  const std::string id = identifierOf(block);
  file.resource("aws_iam_instance_profile", id)
      .set("name", resourceName(block, 64))
      .set("role", attribute("aws_iam_role", block, ".name"));
  const auto attach = [&](const std::string& suffix, const std::string& policy) {
    file.resource("aws_iam_role_policy_attachment", id + suffix)
        .set("role", attribute("aws_iam_role", block, ".name"))
        .set("policy_arn", "arn:aws:iam::aws:policy/" + policy);
  };
  attach("_sessions", "AmazonSSMManagedInstanceCore");
  if (!agentPolicy.empty()) {
    attach("_agent", agentPolicy);
  }
}

void writeLaunchTemplate(Module& module, const std::string& file, const DeployedBlock& block,
                         const SystemImages& images, Expression userData) {
  Body& launch = module.file(file).resource("aws_launch_template", identifierOf(block));
  launch.set("name", resourceName(block, 128));
  launch.set("image_id",
             "resolve:ssm:" + (isArm(block.deployable.instanceClass) ? images.arm : images.intel));
  launch.set("instance_type", block.deployable.instanceClass);
  launch.set("user_data", std::move(userData));
  launch.set("vpc_security_group_ids", Expression::list({attribute("aws_security_group", block, ".id")}));
  launch.block("iam_instance_profile").set("arn", attribute("aws_iam_instance_profile", block, ".arn"));
  launch.block("metadata_options").set("http_endpoint", "enabled").set("http_tokens", "required");
  launch.block("monitoring").set("enabled", true);
}

void writeTrust(Module& module, const std::string& name, const char* service) {
  Body& statement =
      module.file("permissions.tf").data("aws_iam_policy_document", "trust__" + name).block("statement");
  statement.set("actions", Expression::list({Expression::text("sts:AssumeRole")}));
  statement.block("principals")
      .set("type", "Service")
      .set("identifiers", Expression::list({Expression::text(service)}));
}

std::vector<TargetGroup> targetGroupsOf(const Module& module, std::size_t index) {
  const DeployedBlock& block = module.deployment.blocks[index];
  std::map<std::string, std::string> listeners;  // by group: several links are one
  for (const DeployedLink* link : module.deployment.linksTo(index)) {
    const DeployedBlock& balancer = module.deployment.blocks[link->from];
    if (balancer.is(Kind::LoadBalancer) && block.canBeTarget()) {
      listeners["aws_lb_target_group." + identifierOf(balancer, block) + ".arn"] =
          "aws_lb_listener." + identifierOf(balancer);
    }
  }
  std::vector<TargetGroup> groups;
  for (const auto& [arn, listener] : listeners) {
    groups.push_back({arn, listener});
  }
  return groups;
}

Expression listenersOf(const std::vector<TargetGroup>& groups) {
  std::vector<Expression> listeners;
  for (const TargetGroup& group : groups) {
    listeners.push_back(code(group.listener));
  }
  return Expression::list(std::move(listeners));
}

std::optional<Tracking> trackingOf(Module& module, const std::string& file, std::size_t index) {
  const DeployedBlock& block = module.deployment.blocks[index];
  const std::string on = block.setting("autoscale_on", "utilisation");
  constexpr double kUsualTarget = 0.6;
  const Result<std::vector<double>> said = parseNumbers(block.setting("autoscale_target"));
  const double target = said && !said->empty() ? said->front() : kUsualTarget;
  const std::string label = resourceLabelOf(module, index);
  const bool isByRequests = on == "request_rate" && !label.empty();
  if (on != "utilisation" && !isByRequests) {
    module.warn(file, block,
                "its scaling on " + on +
                    " is not expressed: it has its least and most instances, and no policy; write one on a "
                    "metric of your own.");
    return {};
  }
  constexpr double kSecondsOfMetric = 60;
  const double value = isByRequests ? target * kSecondsOfMetric : std::min(100.0, target * 100);
  return Tracking{isByRequests ? label : "", static_cast<int>(std::clamp(std::round(value), 1.0, 1e9))};
}

void writeTracking(Body& configuration, const Tracking& tracking, const char* processorMetric) {
  configuration.set("target_value", tracking.target);
  Body& metric = configuration.block("predefined_metric_specification");
  metric.set("predefined_metric_type",
             tracking.isByRequests() ? "ALBRequestCountPerTarget" : processorMetric);
  if (tracking.isByRequests()) {
    metric.set("resource_label", code(tracking.resourceLabel));
  }
}

void warnIfEntry(Module& module, const std::string& file, std::size_t index) {
  if (module.deployment.isEntry(index)) {
    module.warn(file, module.deployment.blocks[index],
                "clients cannot reach it: it is in the private network; put a load balancer in front.");
  }
}

bool isArm(const std::string& instanceClass) {
  const std::string family = instanceClass.substr(0, instanceClass.find('.'));
  const auto digit = std::find_if(family.begin(), family.end(), [](char c) { return c >= '0' && c <= '9'; });
  return std::find(digit, family.end(), 'g') != family.end();
}

}  // namespace cantilever::exchange::terraform

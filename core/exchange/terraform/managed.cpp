#include <algorithm>
#include <set>

#include "core/exchange/terraform/module.h"

namespace cantilever::exchange::terraform {
namespace {

using hcl::Body;
using hcl::Expression;
using Kind = Deployable::Kind;

constexpr const char* kMessagingFile = "messaging.tf";
constexpr const char* kTableFile = "tables.tf";
constexpr const char* kAnalyticsFile = "analytics.tf";
constexpr const char* kTelemetryFile = "telemetry.tf";

std::string boundedNumber(const DeployedBlock& block, std::string_view key, int otherwise, int least,
                          int most) {
  return std::to_string(std::clamp(block.number(key, otherwise, least), least, most));
}

void writeTable(Module& module, const DeployedBlock& block) {
  const int reads = block.number("read_capacity", 0, 0);
  const int writes = block.number("write_capacity", 0, 0);
  const bool isProvisioned = reads > 0 && writes > 0;
  Body& table = module.file(kTableFile).resource("aws_dynamodb_table", identifierOf(block));
  table.set("name", resourceName(block, 200));
  table.set("billing_mode", isProvisioned ? "PROVISIONED" : "PAY_PER_REQUEST");
  if (isProvisioned) {
    table.set("read_capacity", reads).set("write_capacity", writes);
  }
  table.set("hash_key", "id");
  table.set("deletion_protection_enabled", code("var.deletion_protection"));
  table.block("attribute").set("name", "id").set("type", "S");
  table.block("point_in_time_recovery").set("enabled", block.isOn("backups"));
  table.block("server_side_encryption").set("enabled", true);
}

/// The queue that takes what the block's own consumers could not process.
const DeployedBlock* deadLettersOf(const Module& module, std::size_t index) {
  for (const DeployedLink* link : module.deployment.linksFrom(index)) {
    if (link->link->role == LinkRole::Fallback && module.deployment.blocks[link->to].is(Kind::Queue)) {
      return &module.deployment.blocks[link->to];
    }
  }
  return nullptr;
}

/// Topics and buses may send to a queue only what its policy allows. (Amazon SNS developer guide,
/// "Subscribing an Amazon SQS queue to an Amazon SNS topic"; Amazon EventBridge user guide, "Using
/// resource-based policies".)
void writeSenders(Module& module, std::size_t index) {
  const DeployedBlock& queue = module.deployment.blocks[index];
  std::set<std::size_t> senders;
  for (const DeployedLink* link : module.deployment.linksTo(index)) {
    const DeployedBlock& from = module.deployment.blocks[link->from];
    if (from.is(Kind::Topic) || from.is(Kind::EventBus)) {
      senders.insert(link->from);
    }
  }
  if (senders.empty()) {
    return;
  }
  const auto one = [](const Expression& what) { return Expression::list({what}); };
  Body& file = module.file(kMessagingFile);
  const std::string id = identifierOf(queue) + "__senders";
  Body& document = file.data("aws_iam_policy_document", id);
  for (const std::size_t sender : senders) {
    const DeployedBlock& from = module.deployment.blocks[sender];
    const bool isTopic = from.is(Kind::Topic);
    Body& statement = document.block("statement");
    statement.set("actions", one(Expression::text("sqs:SendMessage")));
    statement.set("resources", one(attribute("aws_sqs_queue", queue, ".arn")));
    statement.block("principals")
        .set("type", "Service")
        .set("identifiers", one(Expression::text(isTopic ? "sns.amazonaws.com" : "events.amazonaws.com")));
    statement.block("condition")
        .set("test", "ArnEquals")
        .set("variable", "aws:SourceArn")
        .set("values",
             one(isTopic ? attribute("aws_sns_topic", from, ".arn")
                         : code("aws_cloudwatch_event_rule." + identifierOf(from, queue) + ".arn")));
  }
  file.resource("aws_sqs_queue_policy", id)
      .set("queue_url", attribute("aws_sqs_queue", queue, ".url"))
      .set("policy", code("data.aws_iam_policy_document." + id + ".json"));
}

/// After how many deliveries a message moves to which queue, and what of the links to queues Amazon SQS
/// cannot do. (Its developer guide, "Using dead-letter queues": a FIFO queue's must be one, a standard
/// queue's must not.)
void writeDeadLetters(Module& module, std::size_t index, Body& queue) {
  const DeployedBlock& block = module.deployment.blocks[index];
  const DeployedBlock* dead = deadLettersOf(module, index);
  const int receives = block.number("max_receives", 0, 0);
  if (dead != nullptr && receives > 0 && dead->isOn("fifo") == block.isOn("fifo")) {
    queue.set(
        "redrive_policy",
        Expression::call("jsonencode", {{"deadLetterTargetArn", attribute("aws_sqs_queue", *dead, ".arn")},
                                        {"maxReceiveCount", Expression::number(std::min(receives, 1000))}}));
  } else if (dead != nullptr) {
    module.warn(kMessagingFile, block,
                "dead letters for \"" + dead->label() + "\" are not expressed: " +
                    (receives > 0 ? "both must be FIFO queues, or neither."
                                  : "it delivers without end; set how often at most."));
  }
  for (const DeployedTarget& each : module.deployment.targetsOf(index)) {
    const DeployedBlock& target = module.deployment.blocks[each.index];
    if (target.is(Kind::Queue) && &target != dead) {
      module.warn(
          kMessagingFile, block,
          "the link to \"" + target.label() +
              "\" is not expressed: a queue passes on dead letters only (role fallback); put a worker "
              "between.");
    }
  }
}

void writeQueue(Module& module, std::size_t index) {
  const DeployedBlock& block = module.deployment.blocks[index];
  Body& file = module.file(kMessagingFile);
  const bool isFifo = block.isOn("fifo");
  Body& queue = file.resource("aws_sqs_queue", identifierOf(block));
  queue.set("name", resourceName(block, 80, isFifo ? ".fifo" : ""));
  if (isFifo) {
    queue.set("fifo_queue", true).set("content_based_deduplication", true);
  }
  queue.set("visibility_timeout_seconds", code(boundedNumber(block, "visibility_s", 30, 0, 43200)));
  queue.set("message_retention_seconds", code(boundedNumber(block, "retention_s", 345600, 60, 1209600)));
  queue.set("receive_wait_time_seconds", 20);
  queue.set("sqs_managed_sse_enabled", true);
  writeDeadLetters(module, index, queue);
  if (const int depth = block.number("alarm_depth", 0, 0); depth > 0) {
    file.resource("aws_cloudwatch_metric_alarm", identifierOf(block))
        .set("alarm_name", resourceName(block, 200))
        .set("namespace", "AWS/SQS")
        .set("metric_name", "ApproximateNumberOfMessagesVisible")
        .set("dimensions", Expression::object({{"QueueName", attribute("aws_sqs_queue", block, ".name")}}))
        .set("statistic", "Maximum")
        .set("period", 60)
        .set("evaluation_periods", 1)
        .set("comparison_operator", "GreaterThanOrEqualToThreshold")
        .set("threshold", depth);
  }
  writeSenders(module, index);
}

void writeStream(Module& module, const DeployedBlock& block) {
  Body& stream = module.file(kMessagingFile).resource("aws_kinesis_stream", identifierOf(block));
  stream.set("name", resourceName(block, 128));
  stream.set("shard_count", block.number("shards", 1));
  stream.set("retention_period", code(boundedNumber(block, "retention_hours", 24, 24, 8760)));
  stream.set("encryption_type", "KMS").set("kms_key_id", "alias/aws/kinesis");
}

void writeTopic(Module& module, std::size_t index) {
  const DeployedBlock& block = module.deployment.blocks[index];
  Body& file = module.file(kMessagingFile);
  file.resource("aws_sns_topic", identifierOf(block))
      .set("name", resourceName(block, 200))
      .set("kms_master_key_id", "alias/aws/sns");
  for (const DeployedTarget& each : module.deployment.targetsOf(index)) {
    if (const DeployedBlock& target = module.deployment.blocks[each.index]; !target.is(Kind::Queue)) {
      module.warn(kMessagingFile, block,
                  "the subscription of \"" + target.label() +
                      "\" is not expressed: it needs an address; put a queue between.");
    } else {
      file.resource("aws_sns_topic_subscription", identifierOf(block, target))
          .set("topic_arn", attribute("aws_sns_topic", block, ".arn"))
          .set("protocol", "sqs")
          .set("endpoint", attribute("aws_sqs_queue", target, ".arn"));
    }
  }
}

void writeEventBus(Module& module, std::size_t index) {
  const DeployedBlock& block = module.deployment.blocks[index];
  Body& file = module.file(kMessagingFile);
  const std::string id = identifierOf(block);
  file.resource("aws_cloudwatch_event_bus", id).set("name", resourceName(block, 200));
  if (block.isOn("archive")) {
    file.resource("aws_cloudwatch_event_archive", id)
        .set("name", resourceName(block, 48))
        .set("event_source_arn", attribute("aws_cloudwatch_event_bus", block, ".arn"));
  }
  for (const DeployedTarget& each : module.deployment.targetsOf(index)) {
    const DeployedBlock& target = module.deployment.blocks[each.index];
    if (!target.is(Kind::Queue)) {
      module.warn(kMessagingFile, block,
                  "the rule for \"" + target.label() +
                      "\" is not expressed: it needs an address; put a queue between.");
      continue;
    }
    std::vector<Expression> kinds;
    for (const ClassId& kind : each.classes) {
      kinds.push_back(Expression::text(kind.text()));
    }
    const std::string rule = identifierOf(block, target);
    Body& written = file.resource("aws_cloudwatch_event_rule", rule);
    written.set("name", resourceName(target, 64));
    written.set("event_bus_name", attribute("aws_cloudwatch_event_bus", block, ".name"));
    written.set(
        "event_pattern",
        kinds.empty()
            ? Expression::call(
                  "jsonencode",
                  {{"account", Expression::list({code("data.aws_caller_identity.current.account_id")})}})
            : Expression::call("jsonencode", {{"detail-type", Expression::list(kinds)}}));
    file.resource("aws_cloudwatch_event_target", rule)
        .set("rule", code("aws_cloudwatch_event_rule." + rule + ".name"))
        .set("event_bus_name", attribute("aws_cloudwatch_event_bus", block, ".name"))
        .set("arn", attribute("aws_sqs_queue", target, ".arn"));
  }
}

void writeSearchIndex(Module& module, const DeployedBlock& block) {
  const int nodes = std::max(1, block.deployable.instances);
  const bool isSpread = nodes >= 2;
  Body& domain = module.file(kAnalyticsFile).resource("aws_opensearch_domain", identifierOf(block));
  domain.set("domain_name", resourceName(block, 28));
  domain.set("engine_version", block.setting("version", "OpenSearch_2.17"));
  Body& cluster = domain.block("cluster_config");
  cluster.set("instance_type", block.deployable.instanceClass);
  cluster.set("instance_count", nodes);
  if (const int masters = block.number("masters", 0, 0); masters >= 3) {
    cluster.set("dedicated_master_enabled", true);
    cluster.set("dedicated_master_type", "m6g.large.search");
    cluster.set("dedicated_master_count", masters >= 5 ? 5 : 3);
  }
  cluster.set("zone_awareness_enabled", isSpread);
  if (isSpread) {
    cluster.block("zone_awareness_config").set("availability_zone_count", 2);
  }
  domain.block("ebs_options")
      .set("ebs_enabled", true)
      .set("volume_type", "gp3")
      .set("volume_size", block.number("storage_gb", 100, 10));
  domain.block("vpc_options")
      .set("subnet_ids",
           code(isSpread ? "slice(aws_subnet.private[*].id, 0, 2)" : "[aws_subnet.private[0].id]"))
      .set("security_group_ids", Expression::list({attribute("aws_security_group", block, ".id")}));
  domain.block("encrypt_at_rest").set("enabled", true);
  domain.block("node_to_node_encryption").set("enabled", true);
  domain.block("domain_endpoint_options")
      .set("enforce_https", true)
      .set("tls_security_policy", "Policy-Min-TLS-1-2-2019-07");
}

void writeWarehouse(Module& module, const DeployedBlock& block) {
  Body& file = module.file(kAnalyticsFile);
  const std::string id = identifierOf(block);
  const int nodes = std::max(1, block.deployable.instances);
  file.resource("aws_redshift_subnet_group", id)
      .set("name", resourceName(block, 200))
      .set("subnet_ids", code("aws_subnet.private[*].id"));
  Body& cluster = file.resource("aws_redshift_cluster", id);
  cluster.set("cluster_identifier", resourceName(block, 63));
  cluster.set("node_type", block.deployable.instanceClass);
  cluster.set("cluster_type", nodes > 1 ? "multi-node" : "single-node");
  cluster.set("number_of_nodes", nodes);
  cluster.set("database_name", "app");
  cluster.set("master_username", "app");
  cluster.set("manage_master_password", true);
  cluster.set("encrypted", true);
  cluster.set("cluster_subnet_group_name", attribute("aws_redshift_subnet_group", block, ".name"));
  cluster.set("vpc_security_group_ids", Expression::list({attribute("aws_security_group", block, ".id")}));
  cluster.set("automated_snapshot_retention_period", code(boundedNumber(block, "backup_days", 1, 0, 35)));
  cluster.set("final_snapshot_identifier", resourceName(block, 200, "-final"));
}

/// The days that CloudWatch keeps logs for, of those that it offers.
int offeredRetention(int days) {
  constexpr int kOffered[] = {1,   3,   5,   7,   14,   30,   60,   90,   120,  150,  180,
                              365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653};
  const auto at =
      std::find_if(std::begin(kOffered), std::end(kOffered), [days](int each) { return each >= days; });
  return at == std::end(kOffered) ? 0 : *at;
}

void writeTelemetry(Module& module, const DeployedBlock& block) {
  Body& file = module.file(kTelemetryFile);
  const std::string id = identifierOf(block);
  const std::string signal = block.setting("signal");
  if (signal == "metrics") {
    file.resource("aws_prometheus_workspace", id).set("alias", resourceName(block, 100));
  } else if (signal == "logs") {
    file.resource("aws_cloudwatch_log_group", id)
        .set("name", resourceName(block, 200))
        .set("retention_in_days", offeredRetention(block.number("retention_days", 30)));
  } else {
    file.resource("aws_xray_group", id)
        .set("group_name", resourceName(block, 32))
        .set("filter_expression", "responsetime > 1");
  }
}

}  // namespace

void writeManaged(Module& module) {
  for (std::size_t i = 0; i < module.deployment.blocks.size(); ++i) {
    const DeployedBlock& block = module.deployment.blocks[i];
    switch (block.deployable.kind) {
      case Kind::Table:
        writeTable(module, block);
        break;
      case Kind::Queue:
        writeQueue(module, i);
        break;
      case Kind::Stream:
        writeStream(module, block);
        break;
      case Kind::Topic:
        writeTopic(module, i);
        break;
      case Kind::EventBus:
        if (module.files[kMessagingFile].text().find("aws_caller_identity") == std::string::npos) {
          module.file(kMessagingFile).data("aws_caller_identity", "current");
        }
        writeEventBus(module, i);
        break;
      case Kind::SearchIndex:
        writeSearchIndex(module, block);
        break;
      case Kind::Warehouse:
        writeWarehouse(module, block);
        break;
      case Kind::Telemetry:
        writeTelemetry(module, block);
        break;
      case Kind::External:
        module.requiredText(identifierOf(block) + "_url",
                            "Address of " + block.name + ", which belongs to somebody else",
                            "https://api.example.com");
        break;
      default:
        break;
    }
  }
}

}  // namespace cantilever::exchange::terraform

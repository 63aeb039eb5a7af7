#include <gtest/gtest.h>

#include <algorithm>

#include "core/catalog/block_type.h"
#include "core/catalog/policies/link_policy.h"
#include "core/catalog/policies/zone_policy.h"

/// What people who know the published architectures of Netflix, Amazon, Twitter and Uber, and the usual
/// blueprints and checklists, look for by name, and where it is: that nothing of it is missing.
namespace cantilever::catalog {
namespace {

struct Component {
  const char* what;
  std::vector<const char*> blocks;       ///< keys
  std::vector<const char*> params = {};  ///< of the first block
};

const std::vector<Component>& components() {
  static const std::vector<Component> all = {
      {"CDN with appliances of its own", {"isp_edge_cache"}},
      {"edge servers in the networks of providers", {"isp_edge_cache"}, {"appliances", "throughput"}},
      {"content that is there before anybody asks", {"isp_edge_cache"}, {"warm_share"}},
      {"95 % of the traffic from the edge", {"isp_edge_cache"}, {"hit_ratio"}},
      {"a thousand microservices", {"microservice"}},
      {"service mesh", {"service_mesh", "api_gateway"}},
      {"services that scale by themselves", {"microservice", "container_cluster"}, {"scale_on", "lives_on"}},
      {"Cassandra", {"wide_column_db"}},
      {"Elasticsearch", {"search_cluster"}},
      {"Redis as a cache", {"redis_cluster"}},
      {"Kafka", {"kafka_cluster"}},
      {"recommendations in real time", {"recommendation_engine", "stream_processor"}},
      {"service-oriented architecture", {"microservice"}},
      {"service discovery", {"service_discovery"}},
      {"API gateway", {"api_gateway"}},
      {"DynamoDB", {"kv_nosql"}},
      {"RDS", {"rdbms_primary", "aurora_cluster"}},
      {"Redshift, BigQuery", {"data_warehouse"}},
      {"ElastiCache", {"redis_cluster"}},
      {"caches in several layers", {"cdn", "local_cache", "redis_cluster", "query_cache"}},
      {"application cache", {"local_cache"}},
      {"database query cache", {"query_cache"}},
      {"product search", {"search_cluster"}},
      {"recommendation engine", {"recommendation_engine"}},
      {"orders in SQS, and who works them off", {"message_queue", "worker"}},
      {"a monolith on Rails", {"app_server"}, {"threads", "cpu_time"}},
      {"MySQL with read replicas", {"rdbms_primary", "rdbms_replica"}},
      {"timeline, user, tweet and search services", {"microservice"}},
      {"fan-out on write", {"fanout_service"}},
      {"timelines in Redis lists of 800", {"timeline_cache"}, {"entries", "page"}},
      {"sharding by user", {"sharded_db"}},
      {"rides, drivers, payments, messages", {"microservice", "external_api", "notification_service"}},
      {"live updates over WebSocket", {"websocket_gateway"}},
      {"matching in real time", {"geo_matching_service"}},
      {"GeoHash and queries by place", {"geo_index"}},
      {"PostgreSQL", {"rdbms_primary"}},
      {"time series in Cassandra", {"wide_column_db", "timeseries_db"}},
      {"CloudFront with files for a year", {"cdn"}, {"ttl"}},
      {"load balancer over zones with health checks", {"l7_load_balancer"}, {"health_interval"}},
      {"auto-scaling of 2 to 50 at 70 %, cooldowns of 5 and 2 minutes",
       {"app_server"},
       {"min_instances", "max_instances", "scale_target", "cooldown_up", "cooldown_down"}},
      {"servers without state", {"app_server"}, {"stateless"}},
      {"session store", {"session_store"}},
      {"Redis cluster of three", {"redis_cluster"}, {"shards", "replicas_per_shard"}},
      {"primary with four to eight replicas", {"rdbms_primary", "rdbms_replica"}},
      {"connection pooling", {"connection_pooler"}},
      {"events in Kafka, worked on later", {"kafka_cluster", "worker"}},
      {"WebSocket servers that broadcast", {"websocket_gateway", "redis_pubsub"}},
      {"Redis Pub/Sub", {"redis_pubsub"}},
      {"event sourcing and CQRS", {"event_store", "cdc_connector"}},
      {"columnar warehouse", {"data_warehouse"}},
      {"data lake", {"data_lake"}},
      {"ETL", {"etl_pipeline"}},
      {"Spark, EMR", {"batch_processor"}},
      {"Flink with windows", {"stream_processor"}, {"window", "slide", "checkpoint"}},
      {"partitioned databases", {"sharded_db"}},
      {"right sizes, reserved and spot", {"app_server"}, {"instance_type", "purchase"}},
      {"a cache of 10,000 entries for an hour", {"local_cache"}, {"capacity", "ttl", "eviction"}},
      {"archive", {"cold_archive"}},
      {"metrics, logs, traces, alerts", {"metrics", "logging", "tracing", "alerting"}},
      {"several regions", {"global_traffic_manager", "dns"}},
      {"thread pools and asynchronous input", {"app_server"}, {"threads", "async_io"}},
      {"blue-green, canary, rollback", {"deployment_controller"}, {"steps", "rollback_when"}},
      {"feature flags", {"feature_flags"}},
      {"authentication, rate limits, routing", {"auth_provider", "rate_limiter", "api_gateway"}},
      {"media files", {"object_storage", "cdn"}},
      {"time-series database", {"timeseries_db"}},
      {"dashboards in real time", {"dashboard", "realtime_olap"}},
      {"certificates", {"tls_certificate"}},
      {"backups and a site to go to", {"backup_dr"}},
      {"queues whose depth is watched", {"message_queue", "kafka_cluster"}},
      {"load tests", {"load_generator"}},
      {"one server for everything", {"single_server"}},
  };
  return all;
}

TEST(Components, OfThePublishedArchitecturesAreAllThere) {
  const Catalog& catalog = Catalog::builtIn();
  for (const Component& component : components()) {
    for (const char* key : component.blocks) {
      EXPECT_NE(catalog.find(key), nullptr) << component.what << ": no block " << key;
    }
    const BlockType* first = catalog.find(component.blocks.front());
    for (const char* param : component.params) {
      EXPECT_TRUE(first != nullptr && first->find(param) != nullptr)
          << component.what << ": " << component.blocks.front() << " has no " << param;
    }
  }
}

// Resilience belongs to links and chaos to scenarios and zones: neither is a block.
TEST(Components, ThatAreNoBlocksAreOnLinksAndZones) {
  for (const char* param : {"attempts", "backoff", "breaker_failures", "hedge"}) {
    EXPECT_NE(findSpec(linkParams(), param), nullptr) << param;
  }
  EXPECT_NE(findSpec(zoneParams(), "fails_at_random"), nullptr);
  const auto& types = Catalog::builtIn().types();
  EXPECT_GE(std::count_if(types.begin(), types.end(),
                          [](const BlockType& type) { return type.category != Category::Primitives; }),
            65);
}

}  // namespace
}  // namespace cantilever::catalog

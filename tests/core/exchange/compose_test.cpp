#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <set>
#include <string>

#include "tests/core/exchange/deployment_builder.h"
#include "tests/core/exchange/golden.h"

/// The docker-compose export, read back by yaml-cpp. tests/validators has other readers look at it too.
namespace cantilever::exchange {
namespace {

using namespace testing;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

YAML::Node composed(const ExportOutput& output) {
  const auto file = output.files.find("docker-compose.yml");
  return file == output.files.end() ? YAML::Node() : YAML::Load(file->second);
}

std::vector<std::string> namesIn(const YAML::Node& map) {
  std::vector<std::string> names;
  for (const auto& entry : map) {
    names.push_back(entry.first.as<std::string>());
  }
  return names;
}

std::vector<std::string> textsIn(const YAML::Node& list) {
  std::vector<std::string> texts;
  for (const auto& item : list) {
    texts.push_back(item.as<std::string>());
  }
  return texts;
}

/// Every kind of block, wired as in a real design.
DeploymentBuilder shop() {
  DeploymentBuilder builder;
  builder.cacheableClass("static")
      .block("users", users())
      .block("cdn", cdn())
      .block("balancer", balancer())
      .block("app", server(3))
      .block("worker", worker(2))
      .block("pool", pooler())
      .block("primary", primary())
      .block("replica", replica(2))
      .block("cache", cache(3, 1))
      .block("events", log(3))
      .block("files", store())
      .link("users", "cdn")
      .link("cdn", "balancer")
      .link("cdn", "files", LinkRole::Default, {"static"})
      .link("balancer", "app")
      .link("app", "cache", LinkRole::Lookup)
      .link("app", "pool")
      .link("pool", "primary", LinkRole::Write)
      .link("pool", "replica", LinkRole::Read)
      .link("primary", "replica", LinkRole::Replication)
      .link("app", "events")
      .link("events", "worker");
  return builder;
}

TEST(Compose, LooksAsReviewed) {
  expectGoldenFolder("compose", shop().render("compose").files);
}

TEST(Compose, IsTheSameEachTime) {
  EXPECT_EQ(shop().render("compose").files, shop().render("compose").files);
}

TEST(Compose, HasNoTopLevelNameWhichOldReadersRefuse) {
  EXPECT_THAT(namesIn(composed(shop().render("compose"))), ElementsAre("services", "networks", "volumes"));
}

TEST(Compose, ServersFindTheirNeighboursInTheirEnvironment) {
  const YAML::Node app = composed(shop().render("compose"))["services"]["app"];
  EXPECT_EQ(app["environment"]["DATABASE_URL"].as<std::string>(),
            "postgresql://app:${POSTGRES_PASSWORD:-local-only-database}@pool:6432/app");
  EXPECT_THAT(app["environment"]["DATABASE_READ_URL"].as<std::string>(), HasSubstr("@pool:6432/app_read"));
  EXPECT_EQ(app["environment"]["REDIS_URL"].as<std::string>(), "redis://cache-1:6379");
  EXPECT_EQ(app["environment"]["KAFKA_BOOTSTRAP_SERVERS"].as<std::string>(),
            "events-1:9092,events-2:9092,events-3:9092");
  EXPECT_EQ(app["deploy"]["replicas"].as<int>(), 3);
}

TEST(Compose, ConsumersWaitForTheLogAndNotTheOtherWayRound) {
  const YAML::Node services = composed(shop().render("compose"))["services"];
  EXPECT_THAT(namesIn(services["worker"]["depends_on"]), ElementsAre("events-1", "events-2", "events-3"));
  EXPECT_FALSE(services["events-1"]["depends_on"].IsDefined());
  EXPECT_TRUE(services["worker"]["environment"]["KAFKA_BOOTSTRAP_SERVERS"].IsDefined());
}

TEST(Compose, WaitsForHealthWhereThereIsACheck) {
  DeploymentBuilder builder;
  Deployable unchecked = server();
  unchecked.healthCheck.clear();
  builder.block("a", server()).block("b", server()).block("c", unchecked).link("a", "b").link("a", "c");
  const YAML::Node depends = composed(builder.render("compose"))["services"]["a"]["depends_on"];
  EXPECT_EQ(depends["b"]["condition"].as<std::string>(), "service_healthy");
  EXPECT_EQ(depends["c"]["condition"].as<std::string>(), "service_started");
}

TEST(Compose, SeveralTargetsOfAKindAreToldApart) {
  DeploymentBuilder builder;
  builder.block("app", server()).block("orders", primary()).block("users-db", primary());
  builder.link("app", "orders").link("app", "users-db");
  const YAML::Node environment = composed(builder.render("compose"))["services"]["app"]["environment"];
  EXPECT_THAT(namesIn(environment), ElementsAre("DATABASE_URL_ORDERS", "DATABASE_URL_USERS_DB"));
}

TEST(Compose, WhatABlockSetsItselfStays) {
  DeploymentBuilder builder;
  Deployable app = server();
  app.environment["DATABASE_URL"] = "sqlite:///x";
  builder.block("app", app).block("db", primary()).link("app", "db");
  EXPECT_EQ(
      composed(builder.render("compose"))["services"]["app"]["environment"]["DATABASE_URL"].as<std::string>(),
      "sqlite:///x");
}

TEST(Compose, ACircleOfCallsStartsInSomeOrderAndSaysSo) {
  DeploymentBuilder builder;
  builder.block("a", server()).block("b", server()).block("c", server());
  builder.link("a", "b").link("b", "c").link("c", "a");
  const ExportOutput output = builder.render("compose");
  const YAML::Node services = composed(output)["services"];
  EXPECT_TRUE(services["a"]["depends_on"].IsDefined());
  EXPECT_TRUE(services["b"]["depends_on"].IsDefined());
  EXPECT_FALSE(services["c"]["depends_on"].IsDefined());
  ASSERT_EQ(output.warnings.size(), 1U);
  EXPECT_THAT(output.warnings[0], HasSubstr("order of their start"));
  EXPECT_THAT(output.files.at("docker-compose.yml"), HasSubstr("order of their start"));
}

TEST(Compose, PublishesEntriesOnPortsThatDoNotClash) {
  DeploymentBuilder builder;
  builder.block("users", users()).block("a", balancer()).block("b", server(3)).block("c", server());
  builder.link("users", "a").link("users", "b").link("a", "c");
  const YAML::Node services = composed(builder.render("compose"))["services"];
  EXPECT_THAT(textsIn(services["a"]["ports"]), ElementsAre("127.0.0.1:8080:80"));
  EXPECT_THAT(textsIn(services["b"]["ports"]), ElementsAre("127.0.0.1:8081-8083:8080"));
  EXPECT_FALSE(services["c"]["ports"].IsDefined());
}

TEST(Compose, AllReplicasMayCopyTheirPrimaryAtOnce) {
  DeploymentBuilder builder;
  builder.block("db", primary()).block("copy", replica(6)).link("db", "copy", LinkRole::Replication);
  const YAML::Node services = composed(builder.render("compose"))["services"];
  // Two senders for each copy (PostgreSQL 17 manual, pg_basebackup --wal-method=stream) and two to spare; a
  // standby with fewer than its primary does not start.
  EXPECT_THAT(textsIn(services["db"]["command"]), Contains("max_wal_senders=14"));
  EXPECT_THAT(textsIn(services["copy"]["command"]), Contains("max_wal_senders=14"));
}

TEST(Compose, WithoutClientsPublicBlocksAreTheEntries) {
  DeploymentBuilder builder;
  Traits isPublic;
  isPublic.isPublicEntry = true;
  builder.block("a", balancer(), isPublic).block("b", server()).link("a", "b");
  EXPECT_TRUE(composed(builder.render("compose"))["services"]["a"]["ports"].IsDefined());
}

TEST(Compose, TheDataNetworkIsOutOfReachForProxies) {
  const YAML::Node services = composed(shop().render("compose"))["services"];
  EXPECT_THAT(textsIn(services["balancer"]["networks"]), ElementsAre("edge"));
  EXPECT_THAT(textsIn(services["primary"]["networks"]), ElementsAre("data"));
  EXPECT_THAT(textsIn(services["app"]["networks"]), ElementsAre("data", "edge"));
}

TEST(Compose, ReplicasOfADatabaseHaveDataOfTheirOwn) {
  const YAML::Node replica = composed(shop().render("compose"))["services"]["replica"];
  EXPECT_EQ(textsIn(replica["volumes"])[0], "/var/lib/postgresql/data");
  EXPECT_EQ(replica["environment"]["PRIMARY_HOST"].as<std::string>(), "primary");
  // A standby with fewer connections than its primary stops replaying.
  EXPECT_THAT(textsIn(replica["command"]), Contains("max_connections=200"));
}

DeploymentBuilder shopOfMySql() {
  DeploymentBuilder builder;
  builder.block("app", server())
      .block("pool", pooler())
      .block("db", mySqlPrimary())
      .block("copy", mySqlReplica(2));
  builder.link("app", "pool").link("pool", "db", LinkRole::Write).link("pool", "copy", LinkRole::Read);
  builder.link("db", "copy", LinkRole::Replication);
  return builder;
}

TEST(Compose, MySqlIsSetUpAsMySql) {
  const ExportOutput output = shopOfMySql().render("compose");
  const YAML::Node services = composed(output)["services"];
  const YAML::Node database = services["db"];
  EXPECT_EQ(database["image"].as<std::string>(), "mysql:8.4");
  EXPECT_THAT(namesIn(database["environment"]),
              ElementsAre("MYSQL_DATABASE", "MYSQL_PASSWORD", "MYSQL_RANDOM_ROOT_PASSWORD", "MYSQL_USER",
                          "REPLICATION_PASSWORD"));
  EXPECT_THAT(textsIn(database["command"]), ElementsAre("mysqld", "--max-connections=200", "--server-id=1",
                                                        "--gtid-mode=ON", "--enforce-gtid-consistency=ON"));
  EXPECT_THAT(textsIn(database["volumes"]), Contains("db-data:/var/lib/mysql"));
  const YAML::Node copy = services["copy"];
  EXPECT_THAT(textsIn(copy["command"]), Contains("--read-only=ON"));
  EXPECT_EQ(copy["environment"]["PRIMARY_HOST"].as<std::string>(), "db");
  EXPECT_THAT(output.files.at("config/copy/10-replication.sh"), HasSubstr("SOURCE_AUTO_POSITION=1"));
  EXPECT_THAT(output.files.at("config/copy/start-replica.sh"), HasSubstr("--server-id=$(("))
      << "each its own";
  EXPECT_THAT(output.files.at(".env.example"), HasSubstr("MYSQL_PASSWORD"));
  EXPECT_THAT(output.files.at(".env.example"), Not(HasSubstr("POSTGRES")));
}

TEST(Compose, ClientsOfAPoolerUseMySqlThemselves) {
  const ExportOutput output = shopOfMySql().render("compose");
  const YAML::Node services = composed(output)["services"];
  EXPECT_FALSE(services["pool"].IsDefined());
  EXPECT_THAT(output.warnings, Contains(HasSubstr("PgBouncer pools connections to PostgreSQL only")));
  const YAML::Node environment = services["app"]["environment"];
  EXPECT_EQ(environment["DATABASE_URL"].as<std::string>(),
            "mysql://app:${MYSQL_PASSWORD:-local-only-database}@db:3306/app");
  EXPECT_THAT(environment["DATABASE_READ_URL"].as<std::string>(), HasSubstr("@copy:3306/app"));
  EXPECT_EQ(services["app"]["depends_on"]["db"]["condition"].as<std::string>(), "service_healthy");
  EXPECT_THAT(textsIn(services["app"]["networks"]), Contains("data"));
}

TEST(Compose, AReplicaDoesNotFollowAnotherEngine) {
  DeploymentBuilder builder;
  builder.block("db", primary()).block("copy", mySqlReplica()).link("db", "copy", LinkRole::Replication);
  const ExportOutput output = builder.render("compose");
  EXPECT_THAT(namesIn(composed(output)["services"]), ElementsAre("db"));
  EXPECT_THAT(output.warnings, Contains(HasSubstr("another engine")));
}

TEST(Compose, AReplicaWithoutAPrimaryIsLeftOutAndSaysSo) {
  DeploymentBuilder builder;
  builder.block("app", server()).block("replica", replica()).link("app", "replica");
  const ExportOutput output = builder.render("compose");
  EXPECT_THAT(namesIn(composed(output)["services"]), ElementsAre("app"));
  ASSERT_EQ(output.warnings.size(), 1U);
  EXPECT_THAT(output.warnings[0], HasSubstr("no replication link"));
}

TEST(Compose, ShardsMakeAClusterThatUsersWaitFor) {
  const ExportOutput output = shop().render("compose");
  const YAML::Node services = composed(output)["services"];
  EXPECT_EQ(services["app"]["depends_on"]["cache-join"]["condition"].as<std::string>(),
            "service_completed_successfully");
  EXPECT_TRUE(services["cache-6"].IsDefined());
  EXPECT_FALSE(services["cache-7"].IsDefined());
  EXPECT_THAT(output.files.at("config/cache-join/join.sh"), HasSubstr("--cluster-replicas 1"));
}

TEST(Compose, OneShardWithCopiesIsAPrimaryWithReplicas) {
  DeploymentBuilder builder;
  builder.block("cache", cache(1, 2));
  const YAML::Node services = composed(builder.render("compose"))["services"];
  EXPECT_THAT(namesIn(services), ElementsAre("cache-1", "cache-2", "cache-3"));
  const auto command = textsIn(services["cache-3"]["command"]);
  EXPECT_THAT(command, ::testing::IsSupersetOf({"--replicaof", "cache-1"}));
}

TEST(Compose, ExtraServicesDoNotTakeTheNamesOfBlocks) {
  DeploymentBuilder builder;
  builder.block("cache", cache(3, 0)).block("cache-1", server()).block("cache-join", server());
  const YAML::Node services = composed(builder.render("compose"))["services"];
  EXPECT_EQ(services["cache-1"]["image"].as<std::string>(), "example/app:1.0");
  EXPECT_EQ(services["cache-1-x"]["image"].as<std::string>(), "redis:7.4");
  EXPECT_TRUE(services["cache-join-x"].IsDefined());
}

TEST(Compose, NamesBecomeHostNames) {
  DeploymentBuilder builder;
  builder.block("Orders.DB", primary())
      .block("orders_db", primary())
      .block("1st", server())
      .link("1st", "Orders.DB");
  EXPECT_THAT(namesIn(composed(builder.render("compose"))["services"]),
              ::testing::UnorderedElementsAre("b1st", "orders-db", "orders-db-2"));
}

TEST(Compose, TextOfBlocksIsNotTakenForVariables) {
  DeploymentBuilder builder;
  Deployable app = server();
  app.command = {"sh", "-c", "echo $HOME ${X}"};
  app.environment["PRICE"] = "$5";
  builder.block("app", app);
  const YAML::Node service = composed(builder.render("compose"))["services"]["app"];
  EXPECT_EQ(textsIn(service["command"])[2], "echo $$HOME $${X}");
  EXPECT_EQ(service["environment"]["PRICE"].as<std::string>(), "$$5");
}

TEST(Compose, NoNameOfADesignLeavesItsComment) {
  DeploymentBuilder builder;
  builder.design().name = "x\nservices: {}\n# y";
  builder.block("app", server());
  EXPECT_THAT(namesIn(composed(builder.render("compose"))["services"]), ElementsAre("app"));
}

TEST(Compose, RoutesOfDifferentWeightAreWeighted) {
  DeploymentBuilder builder;
  builder.block("balancer", balancer()).block("a", server()).block("b", server());
  builder.link("balancer", "a", LinkRole::Route, {}, 0.9).link("balancer", "b", LinkRole::Route, {}, 0.1);
  const YAML::Node routing = YAML::Load(builder.render("compose").files.at("config/balancer/routing.yml"));
  const YAML::Node shares = routing["http"]["services"]["all"]["weighted"]["services"];
  EXPECT_EQ(shares[0]["name"].as<std::string>(), "a");
  EXPECT_EQ(shares[0]["weight"].as<int>(), 90);
  EXPECT_EQ(shares[1]["weight"].as<int>(), 10);
}

TEST(Compose, EveryMountedFileIsInTheExportAndEveryFileIsMounted) {
  const ExportOutput output = shop().render("compose");
  std::set<std::string> mounted;
  for (const auto& service : composed(output)["services"]) {
    for (const std::string& volume : textsIn(service.second["volumes"])) {
      if (volume.starts_with("./")) {
        mounted.insert(volume.substr(2, volume.find(':') - 2));
      }
    }
  }
  std::set<std::string> files;
  for (const auto& [path, bytes] : output.files) {
    if (path.starts_with("config/")) {
      files.insert(path);
    }
  }
  EXPECT_EQ(mounted, files);
}

TEST(Compose, EveryVariableHasALineInTheExampleFile) {
  const ExportOutput output = shop().render("compose");
  const std::string& text = output.files.at("docker-compose.yml");
  for (std::size_t at = text.find("${"); at != std::string::npos; at = text.find("${", at + 1)) {
    const std::string name = text.substr(at + 2, text.find(':', at) - at - 2);
    EXPECT_THAT(output.files.at(".env.example"), HasSubstr("\n" + name + "=")) << name;
  }
}

TEST(Compose, SaysWhyNothingCanBeExported) {
  DeploymentBuilder builder;
  builder.block("users", users());
  const auto output = builder.tryRender("compose");
  ASSERT_FALSE(output.ok());
  EXPECT_EQ(output.error().code, "export.nothing");
}

TEST(Compose, BlocksOfUnknownTypesAreLeftOutWithAWarning) {
  DeploymentBuilder builder;
  builder.block("app", server());
  Block strange;
  strange.id = BlockId("strange");
  strange.type = "from_the_future";
  builder.design().blocks.put(strange);
  const ExportOutput output = builder.render("compose");
  ASSERT_EQ(output.warnings.size(), 1U);
  EXPECT_THAT(output.warnings[0], HasSubstr("from_the_future"));
  EXPECT_THAT(output.files.at("docker-compose.yml"), HasSubstr("from_the_future"));
}

}  // namespace
}  // namespace cantilever::exchange

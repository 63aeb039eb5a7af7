#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>
#include <set>
#include <string>

#include "tests/core/exchange/deployment_builder.h"
#include "tests/core/exchange/golden.h"

/// The Terraform export. That it is valid is for tests/validators to say (HashiCorp's parser and the
/// provider's schema); here is what it means.
namespace cantilever::exchange {
namespace {

using namespace testing;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

/// A block of a file, such as resource "aws_lb" "web", up to its closing brace; empty if there is none.
std::string blockOf(const ExportOutput& output, const std::string& file, const std::string& header) {
  const auto at = output.files.find(file);
  const std::string text = at == output.files.end() ? "" : at->second;
  const std::size_t begin = text.find(header + " {\n");
  return begin == std::string::npos ? "" : text.substr(begin, text.find("\n}\n", begin) - begin + 3);
}

std::string resource(const ExportOutput& output, const std::string& file, const std::string& type,
                     const std::string& name) {
  return blockOf(output, file, "resource \"" + type + "\" \"" + name + "\"");
}

DeploymentBuilder shopOnAws() {
  DeploymentBuilder builder;
  builder.cacheableClass("static")
      .block("users", users())
      .block("cdn", cdn())
      .block("balancer", balancer({{"tls", "true"}, {"algorithm", "least_connections"}}))
      .block("app", server(4, {{"health_path", "/health"}, {"autoscale_min", "2"}, {"autoscale_max", "8"}}))
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
      .link("app", "files")
      .link("pool", "primary", LinkRole::Write)
      .link("pool", "replica", LinkRole::Read)
      .link("primary", "replica", LinkRole::Replication)
      .link("app", "events")
      .link("events", "worker");
  return builder;
}

TEST(Terraform, LooksAsReviewed) {
  expectGoldenFolder("terraform", shopOnAws().render("terraform").files);
}

TEST(Terraform, IsTheSameEachTime) {
  EXPECT_EQ(shopOnAws().render("terraform").files, shopOnAws().render("terraform").files);
}

TEST(Terraform, SecretsAreVariablesWithoutDefaults) {
  const ExportOutput output = shopOnAws().render("terraform");
  const std::string password = blockOf(output, "variables.tf", "variable \"primary_password\"");
  EXPECT_THAT(password, HasSubstr("sensitive   = true"));
  EXPECT_THAT(password, Not(HasSubstr("default")));
  EXPECT_THAT(output.files.at("terraform.tfvars.example"), HasSubstr("primary_password"));
}

TEST(Terraform, ALinkIsARuleOfTheSecurityGroup) {
  const ExportOutput output = shopOnAws().render("terraform");
  const std::string rule =
      resource(output, "security.tf", "aws_vpc_security_group_ingress_rule", "cache__app");
  EXPECT_THAT(rule, HasSubstr("referenced_security_group_id = aws_security_group.app.id"));
  EXPECT_THAT(rule, HasSubstr("from_port                    = 6379"));
  // Consumers fetch from a log; nobody reaches the worker.
  EXPECT_NE(resource(output, "security.tf", "aws_vpc_security_group_ingress_rule", "events__worker"), "");
  EXPECT_EQ(resource(output, "security.tf", "aws_vpc_security_group_ingress_rule", "worker__events"), "");
}

TEST(Terraform, ABalancerBehindACdnIsOpenToTheCdnOnly) {
  const ExportOutput output = shopOnAws().render("terraform");
  EXPECT_NE(resource(output, "security.tf", "aws_vpc_security_group_ingress_rule", "balancer_cloudfront"),
            "");
  EXPECT_THAT(output.files.at("security.tf"), Not(HasSubstr("balancer_internet")));
  EXPECT_THAT(resource(output, "load_balancing.tf", "aws_lb", "balancer"), HasSubstr("= false"));
}

TEST(Terraform, ABalancerForClientsIsOpenToTheInternet) {
  DeploymentBuilder builder;
  builder.block("users", users()).block("web", balancer()).block("app", server(2));
  builder.link("users", "web").link("web", "app");
  const ExportOutput output = builder.render("terraform");
  EXPECT_THAT(resource(output, "security.tf", "aws_vpc_security_group_ingress_rule", "web_internet_80"),
              HasSubstr("0.0.0.0/0"));
  EXPECT_THAT(resource(output, "load_balancing.tf", "aws_lb_listener", "web"),
              HasSubstr("port              = 80\n"));
}

TEST(Terraform, TlsNeedsACertificateAndRedirects) {
  const ExportOutput output = shopOnAws().render("terraform");
  EXPECT_THAT(resource(output, "load_balancing.tf", "aws_lb_listener", "balancer"),
              HasSubstr("certificate_arn   = var.balancer_certificate_arn"));
  EXPECT_EQ(resource(output, "load_balancing.tf", "aws_lb_listener", "balancer__redirect"), "")
      << "CloudFront comes in by TLS only";
  DeploymentBuilder builder;
  builder.block("users", users()).block("web", balancer({{"tls", "true"}})).link("users", "web");
  EXPECT_THAT(resource(builder.render("terraform"), "load_balancing.tf", "aws_lb_listener", "web__redirect"),
              HasSubstr("HTTP_301"));
}

TEST(Terraform, ServersScaleBetweenTheLimitsOfTheDesign) {
  const ExportOutput output = shopOnAws().render("terraform");
  const std::string group = resource(output, "services.tf", "aws_autoscaling_group", "app");
  EXPECT_THAT(group, ContainsRegex("min_size +=.2\n"));
  EXPECT_THAT(group, ContainsRegex("max_size +=.8\n"));
  EXPECT_THAT(group, ContainsRegex("desired_capacity +=.4\n"));
  EXPECT_NE(resource(output, "services.tf", "aws_autoscaling_policy", "app"), "");
  EXPECT_EQ(resource(output, "services.tf", "aws_autoscaling_policy", "worker"), "");
}

// A hundred requests a second and server are six thousand a minute, which is what AWS counts.
TEST(Terraform, ServersScaleOnTheRequestsOfTheirBalancer) {
  const auto scaledOn = [](const char* figure) {
    DeploymentBuilder builder;
    builder.block("users", users())
        .block("web", balancer())
        .block("app", server(4, {{"autoscale_min", "2"},
                                 {"autoscale_max", "8"},
                                 {"autoscale_on", figure},
                                 {"autoscale_target", "100"}}));
    return builder.link("users", "web").link("web", "app").render("terraform");
  };
  const ExportOutput output = scaledOn("request_rate");
  const std::string policy = resource(output, "services.tf", "aws_autoscaling_policy", "app");
  EXPECT_THAT(policy, ContainsRegex("target_value += 6000\n"));
  EXPECT_THAT(policy, HasSubstr("\"ALBRequestCountPerTarget\""));
  EXPECT_THAT(policy,
              HasSubstr("join(\"/\", [aws_lb.web.arn_suffix, aws_lb_target_group.web__app.arn_suffix])"));
  EXPECT_THAT(output.warnings, Not(::testing::Contains(HasSubstr("scaling on"))));
  EXPECT_EQ(resource(scaledOn("queue"), "services.tf", "aws_autoscaling_policy", "app"), "");
  EXPECT_THAT(scaledOn("queue").warnings,
              ::testing::Contains(HasSubstr("scaling on queue is not expressed")));
}

/// Two services on the nodes of a cluster, one of them behind a balancer and scaled.
DeploymentBuilder onCluster() {
  Deployable nodes =
      deployable(Deployable::Kind::None, "", 0, {{"hosts", "containers"}, {"autoscale_max", "9"}});
  nodes.instances = 6;
  nodes.instanceClass = "m7g.xlarge";
  DeploymentBuilder builder;
  builder.block("users", users())
      .block("nodes", nodes)
      .block("web", balancer())
      .block("app", server(8, {{"lives_on", "nodes"},
                               {"lives_per_host", "2"},
                               {"autoscale_min", "4"},
                               {"autoscale_max", "16"},
                               {"autoscale_target", "0.5"}}))
      .block("jobs", server(2, {{"lives_on", "nodes"}}))
      .block("files", store())
      .link("users", "web")
      .link("web", "app")
      .link("app", "files");
  return builder;
}

/// Of "T.N" for all resources T N and "data.T.N" for all data: each is there once, and whatever is named is
/// there.
void expectNamesThatAreThere(const ExportOutput& output) {
  std::set<std::string> there;
  std::string all;
  for (const auto& [name, content] : output.files) {
    if (!name.ends_with(".tf")) {
      continue;
    }
    static const std::regex kBlock("(?:^|\\n)(resource|data) \"([a-z0-9_]+)\" \"([a-z0-9_]+)\"");
    for (std::sregex_iterator at(content.begin(), content.end(), kBlock), end; at != end; ++at) {
      const std::string address = ((*at)[1] == "data" ? "data." : "") + (*at)[2].str() + "." + (*at)[3].str();
      EXPECT_TRUE(there.insert(address).second) << address << " is there twice";
    }
    all += content;
  }
  std::set<std::string> variables;
  static const std::regex kVariable("(?:^|\n)variable \"([a-z0-9_]+)\"");
  for (std::sregex_iterator at(all.begin(), all.end(), kVariable), end; at != end; ++at) {
    EXPECT_TRUE(variables.insert((*at)[1].str()).second) << "variable " << (*at)[1] << " is there twice";
  }
  static const std::regex kVariableName("\\bvar\\.([a-z][a-z0-9_]*)");
  for (std::sregex_iterator at(all.begin(), all.end(), kVariableName), end; at != end; ++at) {
    EXPECT_TRUE(variables.contains((*at)[1].str())) << "variable " << (*at)[1] << " is named and not there";
  }
  static const std::regex kName("(data\\.)?(aws_[a-z0-9_]+)\\.([a-z][a-z0-9_]*)");
  for (std::sregex_iterator at(all.begin(), all.end(), kName), end; at != end; ++at) {
    EXPECT_TRUE(there.contains(at->str())) << at->str() << " is named and not there";
  }
}

TEST(Terraform, NamesOnlyWhatIsThere) {
  expectNamesThatAreThere(shopOnAws().render("terraform"));
  expectNamesThatAreThere(onCluster().render("terraform"));
  // Words that the files have for themselves, targets that cannot be any, containers in other containers.
  DeploymentBuilder builder;
  builder.block("users", users())
      .block("nodes", deployable(Deployable::Kind::None, "", 0, {{"hosts", "containers"}}))
      .block("web", balancer())
      .block("tasks", server(2, {{"lives_on", "nodes"}}))
      .block("servers",
             server(2, {{"autoscale_min", "1"}, {"autoscale_max", "4"}, {"autoscale_on", "request_rate"}}))
      .block("jobs", worker(2))
      .block("sidecar", server(1, {{"lives_on", "servers"}}))
      .block("files", store())
      .link("users", "web")
      .link("web", "tasks")
      .link("web", "servers")
      .link("web", "jobs")
      .link("web", "sidecar")
      .link("tasks", "files")
      .link("servers", "files");
  const ExportOutput output = builder.render("terraform");
  expectNamesThatAreThere(output);
  EXPECT_THAT(resource(output, "containers.tf", "aws_ecs_service", "tasks"),
              HasSubstr("aws_lb_listener.web"));
  EXPECT_EQ(resource(output, "load_balancing.tf", "aws_lb_target_group", "web__sidecar"), "");
}

TEST(Terraform, WhatLivesOnAClusterIsATaskThere) {
  const ExportOutput output = onCluster().render("terraform");
  EXPECT_EQ(output.files.count("services.tf"), 0u) << "no servers of their own";
  const char* file = "containers.tf";
  EXPECT_THAT(resource(output, file, "aws_ecs_service", "app"),
              AllOf(HasSubstr("aws_ecs_cluster.nodes.id"), ContainsRegex("desired_count += 8\n"),
                    HasSubstr("aws_lb_target_group.web__app.arn"), HasSubstr("aws_security_group.app.id")));
  EXPECT_THAT(resource(output, file, "aws_ecs_service", "jobs"), Not(HasSubstr("load_balancer")));
  EXPECT_THAT(resource(output, "load_balancing.tf", "aws_lb_target_group", "web__app"),
              ContainsRegex("target_type += \"ip\"\n"));
  EXPECT_THAT(output.files.at(file), ContainsRegex("memoryReservation += 4915\n"))
      << "two of the one and one of the other on each node: a third of nine tenths of 16 GiB";
  EXPECT_THAT(output.files.at("permissions.tf"), HasSubstr("\"${aws_s3_bucket.files.arn}/*\""));
}

TEST(Terraform, AClusterAddsServersForTasksWithoutAPlace) {
  const ExportOutput output = onCluster().render("terraform");
  const std::string group = resource(output, "containers.tf", "aws_autoscaling_group", "nodes");
  EXPECT_THAT(group, ContainsRegex("min_size += 6\n"));
  EXPECT_THAT(group, ContainsRegex("max_size += 9\n"));
  EXPECT_THAT(resource(output, "containers.tf", "aws_ecs_capacity_provider", "nodes"),
              HasSubstr("\"ENABLED\""));
  EXPECT_THAT(resource(output, "containers.tf", "aws_launch_template", "nodes"), HasSubstr("/arm64/"));
}

TEST(Terraform, TasksScaleBetweenTheLimitsOfTheDesign) {
  const ExportOutput output = onCluster().render("terraform");
  const std::string target = resource(output, "containers.tf", "aws_appautoscaling_target", "app");
  EXPECT_THAT(target, ContainsRegex("min_capacity += 4\n"));
  EXPECT_THAT(target, ContainsRegex("max_capacity += 16\n"));
  const std::string policy = resource(output, "containers.tf", "aws_appautoscaling_policy", "app");
  EXPECT_THAT(policy, HasSubstr("\"ECSServiceAverageCPUUtilization\""));
  EXPECT_THAT(policy, ContainsRegex("target_value += 50\n"));
  EXPECT_EQ(resource(output, "containers.tf", "aws_appautoscaling_target", "jobs"), "");
}

TEST(Terraform, WhatLivesOnNoClusterIsNamed) {
  DeploymentBuilder builder;
  builder.block("app", server()).block("sidecar", server(1, {{"lives_on", "app"}}));
  const ExportOutput output = builder.render("terraform");
  EXPECT_THAT(output.warnings, ::testing::Contains(HasSubstr("\"app\", which is no container cluster")));
  for (const auto& [name, content] : output.files) {
    EXPECT_TRUE(name == "README.md" || content.find("sidecar") == std::string::npos) << name;
  }
}

/// So many tasks on a server of that class.
ExportOutput packed(const std::string& instanceClass, const std::string& tasks) {
  Deployable nodes = deployable(Deployable::Kind::None, "", 0, {{"hosts", "containers"}});
  nodes.instanceClass = instanceClass;
  DeploymentBuilder builder;
  builder.block("nodes", nodes).block("app", server(2, {{"lives_on", "nodes"}, {"lives_per_host", tasks}}));
  return builder.render("terraform");
}

TEST(Terraform, SharesOfAServerThatAreTooSmallAreNamed) {
  // 0.9 x 4 x 1,024 units and 0.9 x 16 x 1,024 MiB: of 1,800 tasks each has 2.05 and 8.2, of 2,000 too
  // little.
  const auto remark = ::testing::Contains(HasSubstr("AWS takes no less than 2 processor units and 6 MiB"));
  EXPECT_THAT(packed("m7g.xlarge", "1800").warnings, Not(remark));
  const ExportOutput tiny = packed("m7g.xlarge", "2000");
  EXPECT_THAT(tiny.warnings, remark);
  EXPECT_THAT(tiny.warnings, ::testing::Contains(HasSubstr("a share of 1 processor units and 7 MiB")));
  EXPECT_THAT(tiny.files.at("containers.tf"), ContainsRegex("cpu += 2\n"));
  EXPECT_THAT(tiny.files.at("containers.tf"), ContainsRegex("memoryReservation += 7\n"));
  EXPECT_THAT(packed("x9.unknown", "2").warnings,
              ::testing::Contains(HasSubstr("how large its servers are is not known")));
}

TEST(Terraform, ServersThatCannotTrunkHaveAddressesForFewTasks) {
  const auto remark = ::testing::Contains(HasSubstr("cannot trunk"));
  EXPECT_THAT(packed("t3.medium", "3").warnings, remark) << "three network cards, one of them the server's";
  EXPECT_THAT(packed("t3.medium", "2").warnings, Not(remark));
  EXPECT_THAT(packed("t4g.micro", "2").warnings, remark);
  EXPECT_THAT(packed("t4g.xlarge", "3").warnings, Not(remark));
  EXPECT_THAT(packed("m7g.large", "20").warnings, Not(remark));
  EXPECT_THAT(packed("m7g.large", "20").warnings,
              ::testing::Contains(HasSubstr("has addresses for about 10 tasks, where the design has 20")));
  EXPECT_THAT(packed("m7g.large", "10").warnings, Not(::testing::Contains(HasSubstr("has addresses for"))));
}

TEST(Terraform, WhatIsNotDeployedSaysWhatTakesItsPlace) {
  DeploymentBuilder builder;
  builder.block("app", server())
      .block("model", deployable(Deployable::Kind::None, "", 0))
      .block("alarm", deployable(Deployable::Kind::None, "", 0, {{"instead", "write its rules elsewhere"}}));
  const std::vector<std::string> warnings = builder.render("terraform").warnings;
  EXPECT_THAT(warnings,
              ::testing::Contains("\"alarm\" (Type of alarm) is left out: write its rules elsewhere."));
  EXPECT_THAT(warnings, ::testing::Contains(HasSubstr("element of the model")));
}

TEST(Terraform, TheImageOfTheSystemFollowsTheProcessor) {
  DeploymentBuilder builder;
  Deployable intel = server();
  intel.instanceClass = "g5.xlarge";
  builder.block("arm", server()).block("intel", intel);
  const ExportOutput output = builder.render("terraform");
  EXPECT_THAT(resource(output, "services.tf", "aws_launch_template", "arm"), HasSubstr("-arm64"));
  EXPECT_THAT(resource(output, "services.tf", "aws_launch_template", "intel"), HasSubstr("-x86_64"));
}

TEST(Terraform, AProxyPoolsThePrimaryAndSaysThatItCannotPoolReplicas) {
  const ExportOutput output = shopOnAws().render("terraform");
  EXPECT_NE(resource(output, "databases.tf", "aws_db_proxy", "pool"), "");
  EXPECT_THAT(output.warnings,
              ::testing::Contains(HasSubstr("does not pool connections to the read replicas")));
  EXPECT_THAT(output.files.at("databases.tf"), HasSubstr("does not pool connections to the read replicas"));
  EXPECT_THAT(output.files.at("services.tf"),
              HasSubstr("DATABASE_HOST           = aws_db_proxy.pool.endpoint"));
  EXPECT_THAT(output.files.at("services.tf"),
              HasSubstr("DATABASE_READ_HOSTS     = join(\",\", aws_db_instance.replica[*].address)"));
}

TEST(Terraform, ReplicasBehindAProxyAdmitThoseWhoUseTheProxy) {
  const ExportOutput output = shopOnAws().render("terraform");
  const char* rule = "aws_vpc_security_group_ingress_rule";
  EXPECT_NE(resource(output, "security.tf", rule, "replica__app"), "");
  EXPECT_EQ(resource(output, "security.tf", rule, "replica__pool"), "");
  EXPECT_NE(resource(output, "security.tf", rule, "primary__pool"), "");
}

TEST(Terraform, MySqlIsSetUpAsMySql) {
  DeploymentBuilder builder;
  builder.block("app", server())
      .block("pool", pooler())
      .block("db", mySqlPrimary())
      .block("copy", mySqlReplica());
  builder.link("app", "pool").link("pool", "db").link("db", "copy", LinkRole::Replication);
  const ExportOutput output = builder.render("terraform");
  const std::string database = resource(output, "databases.tf", "aws_db_instance", "db");
  EXPECT_THAT(database, HasSubstr("\"mysql\""));
  EXPECT_THAT(database, HasSubstr("\"8.4\""));
  EXPECT_THAT(resource(output, "databases.tf", "aws_db_parameter_group", "db"), HasSubstr("\"mysql8.4\""));
  EXPECT_THAT(resource(output, "databases.tf", "aws_db_proxy", "pool"), HasSubstr("\"MYSQL\""));
  EXPECT_THAT(resource(output, "databases.tf", "aws_db_instance", "copy"),
              HasSubstr("aws_db_instance.db.identifier"));
  EXPECT_THAT(output.files.at("security.tf"), HasSubstr("3306"));
  EXPECT_THAT(output.files.at("security.tf"), Not(HasSubstr("5432")));
}

TEST(Terraform, ReplicasCopyTheirPrimary) {
  const std::string replica =
      resource(shopOnAws().render("terraform"), "databases.tf", "aws_db_instance", "replica");
  EXPECT_THAT(replica, HasSubstr("replicate_source_db          = aws_db_instance.primary.identifier"));
  EXPECT_THAT(replica, HasSubstr("count                        = 2"));
  EXPECT_THAT(replica, Not(HasSubstr("password")));
}

TEST(Terraform, PathsOfCacheableClassesComeFromTheBucket) {
  const std::string distribution =
      resource(shopOnAws().render("terraform"), "cdn.tf", "aws_cloudfront_distribution", "cdn");
  EXPECT_THAT(distribution,
              HasSubstr("path_pattern           = \"/static/*\"\n    target_origin_id       = \"files\""));
  EXPECT_THAT(distribution, HasSubstr("target_origin_id         = \"balancer\""));
  EXPECT_THAT(distribution, HasSubstr("PriceClass_100"));
}

TEST(Terraform, LongNamesAreCutAndStayDifferent) {
  DeploymentBuilder builder;
  const std::string longName(40, 'x');
  builder.block("a", balancer()).block(longName + "1", server()).block(longName + "2", server());
  builder.link("a", longName + "1").link("a", longName + "2");
  const std::string text = builder.render("terraform").files.at("load_balancing.tf");
  std::set<std::string> names;
  for (std::size_t at = text.find("\"${var.name}-"); at != std::string::npos;
       at = text.find("\"${var.name}-", at + 1)) {
    const std::size_t begin = at + std::string("\"${var.name}-").size();
    const std::string name = text.substr(begin, text.find('"', begin) - begin);
    EXPECT_LE(name.size() + 1 + 12, 32U) << name;
    EXPECT_TRUE(names.insert(name).second) << name;
  }
  EXPECT_EQ(names.size(), 3U);
}

TEST(Terraform, PairsOfBlocksDoNotShareIdentifiers) {
  DeploymentBuilder builder;
  builder.block("a", balancer()).block("a-b", balancer()).block("b-c", server()).block("c", server());
  builder.link("a", "b-c").link("a-b", "c");
  const std::string text = builder.render("terraform").files.at("load_balancing.tf");
  EXPECT_THAT(text, HasSubstr("\"aws_lb_target_group\" \"a__b_c\""));
  EXPECT_THAT(text, HasSubstr("\"aws_lb_target_group\" \"a_b__c\""));
}

TEST(Terraform, TextOfTheDesignIsNeverCode) {
  DeploymentBuilder builder;
  builder.design().name = "x ${file(\"/etc/passwd\")} \"} %{if}\n";
  Deployable app = server();
  app.environment["A"] = "${var.name}";
  app.command = {"sh", "-c", "echo '${X}'"};
  builder.block("app", app);
  const ExportOutput output = builder.render("terraform");
  EXPECT_THAT(output.files.at("versions.tf"), HasSubstr(R"("x $${file(\"/etc/passwd\")} \"} %%{if}\n")"));
  EXPECT_THAT(output.files.at("services.tf"), HasSubstr(R"(= "$${var.name}")"));
}

TEST(Terraform, TheRegionIsThatOfTheDesign) {
  DeploymentBuilder builder;
  builder.block("app", server());
  builder.design().zones.put({ZoneId("r"), "eu-central-1", ZoneKind::Region, {}, {}, {}});
  builder.design().zones.put({ZoneId("a"), "", ZoneKind::AvailabilityZone, ZoneId("r"), {}, {}});
  builder.design().zones.put({ZoneId("b"), "", ZoneKind::AvailabilityZone, ZoneId("r"), {}, {}});
  const ExportOutput output = builder.render("terraform");
  EXPECT_THAT(blockOf(output, "variables.tf", "variable \"region\""), HasSubstr("\"eu-central-1\""));
  EXPECT_THAT(blockOf(output, "variables.tf", "variable \"availability_zones\""),
              ContainsRegex("default +=.2\n"));
}

TEST(Terraform, WhatCannotBeExpressedIsAWarningAndAComment) {
  DeploymentBuilder builder;
  builder.block("users", users()).block("app", server()).block("other", server()).block("edge", cdn());
  builder.link("users", "app").link("app", "other").link("edge", "app");
  const ExportOutput output = builder.render("terraform");
  ASSERT_EQ(output.warnings.size(), 4U);
  std::string all;
  for (const auto& [name, text] : output.files) {
    all += name == "README.md" ? "" : text;
  }
  for (const std::string& warning : output.warnings) {
    EXPECT_THAT(all, HasSubstr(warning));
    EXPECT_THAT(output.files.at("README.md"), HasSubstr(warning));
  }
}

TEST(Terraform, SaysWhyNothingCanBeExported) {
  DeploymentBuilder builder;
  builder.block("users", users());
  ASSERT_FALSE(builder.tryRender("terraform").ok());
}

/// Several links between two blocks, CDNs without an origin, and several with the same one.
DeploymentBuilder severalWays() {
  DeploymentBuilder builder;
  builder.cacheableClass("static")
      .block("users", users())
      .block("names", deployable(Deployable::Kind::NameServer, "", 0))
      .block("cdn", cdn())
      .block("other-cdn", cdn())
      .block("bare-cdn", cdn())
      .block("web", balancer({{"tls", "true"}}))
      .block("web-redirect", balancer({{"tls", "true"}}))
      .block("app", server(2))
      .block("topic", deployable(Deployable::Kind::Topic, "", 0))
      .block("bus", deployable(Deployable::Kind::EventBus, "", 0))
      .block("jobs", deployable(Deployable::Kind::Queue, "", 0))
      .block("alone", deployable(Deployable::Kind::Queue, "", 0))
      .link("users", "names")
      .link("names", "cdn", LinkRole::Default, {}, 2)
      .link("names", "cdn", LinkRole::Read, {}, 1)
      .link("names", "bare-cdn")
      .link("names", "web-redirect")
      .link("cdn", "web")
      .link("other-cdn", "web")
      .link("bare-cdn", "app")
      .link("web", "app")
      .link("web-redirect", "app")
      .link("app", "topic")
      .link("app", "bus")
      .link("topic", "jobs")
      .link("topic", "jobs", LinkRole::Write)
      .link("bus", "jobs", LinkRole::Default, {"static"})
      .link("bus", "jobs", LinkRole::Write, {"static"});
  return builder;
}

TEST(Terraform, SeveralLinksBetweenTwoBlocksAreOneTarget) {
  const ExportOutput output = severalWays().render("terraform");
  expectNamesThatAreThere(output);
  EXPECT_THAT(resource(output, "edge.tf", "aws_route53_record", "names__cdn"), HasSubstr("weight = 255"));
  EXPECT_EQ(resource(output, "edge.tf", "aws_route53_record", "names__bare_cdn"), "");
  EXPECT_THAT(output.warnings, Contains(HasSubstr("CDNs that have an origin")));
}

// CloudFront answers to a name of one's own only as an alias, with a certificate for it, and to one
// distribution.
TEST(Terraform, ACdnAnswersToTheNamesThatLeadToIt) {
  DeploymentBuilder builder;
  builder.block("users", users())
      .block("names", deployable(Deployable::Kind::NameServer, "", 0))
      .block("cdn", cdn())
      .block("second-cdn", cdn())
      .block("web", balancer({{"tls", "true"}}))
      .block("app", server(2))
      .link("users", "names")
      .link("names", "cdn")
      .link("names", "second-cdn")
      .link("cdn", "web")
      .link("second-cdn", "web")
      .link("web", "app");
  const ExportOutput output = builder.render("terraform");
  expectNamesThatAreThere(output);
  const std::string distribution = resource(output, "cdn.tf", "aws_cloudfront_distribution", "cdn");
  EXPECT_THAT(distribution, ContainsRegex("aliases += .var.names_domain."));
  EXPECT_THAT(distribution, ContainsRegex("acm_certificate_arn += var.cdn_certificate_arn"));
  EXPECT_THAT(distribution, ContainsRegex("ssl_support_method += \"sni-only\""));
  EXPECT_THAT(distribution, Not(HasSubstr("cloudfront_default_certificate")));
  EXPECT_THAT(output.files.at("terraform.tfvars.example"), HasSubstr("cdn_certificate_arn"));
  EXPECT_THAT(resource(output, "edge.tf", "aws_route53_record", "names__cdn__ipv6"), HasSubstr("\"AAAA\""));
  EXPECT_THAT(resource(output, "cdn.tf", "aws_cloudfront_distribution", "second_cdn"),
              HasSubstr("cloudfront_default_certificate"));
  EXPECT_EQ(resource(output, "edge.tf", "aws_route53_record", "names__second_cdn"), "");
  EXPECT_THAT(output.warnings, Contains(HasSubstr("one distribution only")));
}

TEST(Terraform, APathOfACdnHasOneOrigin) {
  DeploymentBuilder builder;
  builder.cacheableClass("static")
      .block("users", users())
      .block("cdn", cdn())
      .block("web", balancer())
      .block("other", balancer())
      .block("app", server(2))
      .link("users", "cdn")
      .link("cdn", "web", LinkRole::Default, {"static"})
      .link("cdn", "other", LinkRole::Default, {"static"})
      .link("web", "app")
      .link("other", "app");
  const ExportOutput output = builder.render("terraform");
  const std::string distribution = resource(output, "cdn.tf", "aws_cloudfront_distribution", "cdn");
  EXPECT_EQ(distribution.find("/static/*"), distribution.rfind("/static/*")) << distribution;
  EXPECT_THAT(output.warnings, Contains(HasSubstr("nothing is fetched from \"web\"")));
}

TEST(Terraform, OnlyDeadLettersGoFromQueueToQueue) {
  const auto queue = [](std::map<std::string, std::string> settings) {
    Deployable of = deployable(Deployable::Kind::Queue, "", 0);
    of.settings = std::move(settings);
    return of;
  };
  DeploymentBuilder builder;
  builder.block("app", server(2))
      .block("jobs", queue({{"max_receives", "5"}}))
      .block("endless", queue({}))
      .block("ordered", queue({{"max_receives", "5"}, {"fifo", "true"}}))
      .block("dead", queue({}))
      .block("next", queue({}))
      .link("app", "jobs")
      .link("jobs", "dead", LinkRole::Fallback)
      .link("endless", "dead", LinkRole::Fallback)
      .link("ordered", "dead", LinkRole::Fallback)
      .link("jobs", "next");
  const ExportOutput output = builder.render("terraform");
  const auto policyOf = [&](const char* name) {
    return resource(output, "messaging.tf", "aws_sqs_queue", name);
  };
  EXPECT_THAT(policyOf("jobs"), AllOf(HasSubstr("aws_sqs_queue.dead.arn"), HasSubstr("maxReceiveCount")));
  EXPECT_THAT(policyOf("endless"), Not(HasSubstr("redrive_policy")));
  EXPECT_THAT(policyOf("ordered"), Not(HasSubstr("redrive_policy")));
  EXPECT_THAT(output.warnings, Contains(HasSubstr("it delivers without end")));
  EXPECT_THAT(output.warnings, Contains(HasSubstr("both must be FIFO queues, or neither")));
  EXPECT_THAT(output.warnings, Contains(HasSubstr("put a worker between")));
}

TEST(Terraform, QueuesLetTopicsAndBusesSend) {
  const ExportOutput output = severalWays().render("terraform");
  EXPECT_THAT(resource(output, "messaging.tf", "aws_sqs_queue_policy", "jobs__senders"),
              HasSubstr("aws_sqs_queue.jobs.url"));
  const std::string policy =
      blockOf(output, "messaging.tf", "data \"aws_iam_policy_document\" \"jobs__senders\"");
  EXPECT_THAT(policy,
              AllOf(HasSubstr("sns.amazonaws.com"), HasSubstr("aws_sns_topic.topic.arn"),
                    HasSubstr("events.amazonaws.com"), HasSubstr("aws_cloudwatch_event_rule.bus__jobs.arn")));
  EXPECT_EQ(resource(output, "messaging.tf", "aws_sqs_queue_policy", "alone__senders"), "");
}

}  // namespace
}  // namespace cantilever::exchange

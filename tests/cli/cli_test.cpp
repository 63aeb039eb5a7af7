#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "core/exchange/file_set.h"
#include "tests/cli/run_cli.h"
#include "tests/core/exchange/golden.h"
#include "tests/core/exchange/temporary_folder.h"

/// The program as a user and a script see it: arguments in; exit code, text and files out.
namespace cantilever {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using ::testing::AllOf;
using testing::As;
using testing::CliResult;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::kTemplate;
using ::testing::Not;
using testing::runCli;
using testing::TemporaryFolder;

/// A design of textbook elements: small, quick, and known to be right.
constexpr const char* kQueue = R"({
  "schema": "cantilever.design/1",
  "name": "One queue",
  "classes": [{"id": "job"}],
  "workloads": [{"id": "jobs", "class": "job", "entry": "users", "peak": "80/s", "mean": "80/s"}],
  "objectives": [{"id": "p99", "metric": "latency_p99", "limit": "1 s"}],
  "blocks": [
    {"id": "users", "type": "source"},
    {"id": "queue", "type": "pool", "params": {"service": "exponential 10 ms"}}
  ],
  "links": [{"id": "in", "from": "users", "to": "queue", "latency": "0 ns"}]
})";

class Cli : public ::testing::Test {
 protected:
  /// A file with this text, and its path.
  std::string file(const std::string& name, const std::string& text) const {
    const std::string path = m_folder.path(name);
    EXPECT_TRUE(exchange::writeFile(path, text).ok());
    return path;
  }
  /// kQueue with one text replaced by another.
  std::string queueWith(const std::string& from, const std::string& to) const {
    std::string text = kQueue;
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
    return file("design.cantilever.json", text);
  }
  std::string path(const std::string& name) const { return m_folder.path(name); }
  static std::string content(const std::string& path) {
    const auto bytes = exchange::readFile(path);
    return bytes ? *bytes : bytes.error().message;
  }

 private:
  TemporaryFolder m_folder;
};

TEST_F(Cli, ListsTemplates) {
  const CliResult table = runCli({"templates"});
  EXPECT_EQ(table.exitCode, 0);
  EXPECT_THAT(table.out, HasSubstr(kTemplate));
  const CliResult asJson = runCli({"templates", "--json"});
  EXPECT_EQ(json::parse(asJson.out).at(0).at("key"), kTemplate);
}

TEST_F(Cli, SaysHowOneTemplateIsMadeOfAnother) {
  const CliResult steps = runCli({"templates", "--steps"});
  EXPECT_EQ(steps.exitCode, 0);
  EXPECT_THAT(steps.out, AllOf(HasSubstr("scaling_path_7"), HasSubstr("Build the second region")));
  EXPECT_EQ(runCli({"templates", "--steps", "--table"}).exitCode, 2);
}

TEST_F(Cli, ListsBlocksAndShowsOne) {
  const CliResult list = runCli({"blocks"});
  EXPECT_EQ(list.exitCode, 0);
  EXPECT_THAT(list.out, AllOf(HasSubstr("redis_cluster"), HasSubstr("app_server")));
  const CliResult page = runCli({"blocks", "redis_cluster"});
  EXPECT_EQ(page.exitCode, 0);
  EXPECT_THAT(page.out,
              AllOf(HasSubstr("shards = 3"), HasSubstr("Range: "), HasSubstr("Source of the default")));
  const json all = json::parse(runCli({"blocks", "--json"}).out);
  EXPECT_GE(all.size(), 15U);
  for (const json& type : all) {
    EXPECT_EQ(type.at("schema"), "cantilever.block_type/1");
  }
}

TEST_F(Cli, ShowsWhatEachBlockDoesAndWhereItsDefaultsComeFrom) {
  const json all = json::parse(runCli({"blocks", "--json"}).out);
  EXPECT_GE(all.size(), 65U);
  for (const json& type : all) {
    const std::string key = type.at("key");
    const CliResult page = runCli({"blocks", key});
    EXPECT_EQ(page.exitCode, 0) << key;
    EXPECT_THAT(page.out, AllOf(HasSubstr(type.at("purpose").get<std::string>()),
                                HasSubstr(type.at("documentation").get<std::string>())));
    for (const json& param : type.at("params")) {
      const json& source = param.at("source");
      EXPECT_THAT(page.out,
                  AllOf(HasSubstr("\n  " + param.at("key").get<std::string>() + " = "),
                        HasSubstr(param.at("help").get<std::string>()),
                        HasSubstr("Source of the default (" + source.at("grade").get<std::string>() +
                                  "): " + source.at("document").get<std::string>())))
          << key;
    }
  }
}

TEST_F(Cli, ListsTheParametersOfClassesLinksAndWorkloads) {
  const CliResult all = runCli({"params"});
  EXPECT_EQ(all.exitCode, 0);
  EXPECT_THAT(all.out, AllOf(HasSubstr("Parameters of classes:"), HasSubstr("Parameters of links:"),
                             HasSubstr("Parameters of workloads:"), HasSubstr("key_exponent = 0")));
  EXPECT_THAT(runCli({"params", "classes"}).out, Not(HasSubstr("links")));
  const CliResult wrong = runCli({"params", "link"});
  EXPECT_EQ(wrong.exitCode, 2);
  EXPECT_THAT(wrong.err, HasSubstr("did you mean \"links\"?"));
}

TEST_F(Cli, ChecksTheTemplate) {
  const CliResult result = runCli({"check", kTemplate});
  EXPECT_EQ(result.exitCode, 0) << result.out;
  EXPECT_THAT(result.out, AllOf(HasSubstr("0 errors"), HasSubstr("UTILISATION AT PEAK"), HasSubstr("app")));
  const json report = json::parse(runCli({"check", kTemplate, "--json"}).out);
  EXPECT_EQ(report.at("schema"), "cantilever.check/1");
  EXPECT_EQ(report.at("errors"), 0);
}

TEST_F(Cli, SimulatesTheTemplate) {
  const CliResult result =
      runCli({"simulate", kTemplate, "--duration", "200ms", "--warmup", "100ms", "--seed", "7", "--json"});
  EXPECT_THAT(result.err, IsEmpty());
  const json run = json::parse(result.out);
  EXPECT_EQ(run.at("schema"), "cantilever.run/1");
  EXPECT_EQ(run.at("seed"), 7);
  EXPECT_EQ(run.at("end_ms"), 300);
  EXPECT_TRUE(run.at("complete").get<bool>());
  // 100,000 requests per second: a Poisson number of 20,000 has a standard deviation of 141.
  EXPECT_NEAR(run.at("offered_per_s").get<double>(), 100'000, 5 * 141 / 0.2);
  EXPECT_EQ(run.at("offered").get<int>(), run.at("succeeded").get<int>() + run.at("failed_total").get<int>() +
                                              run.at("unfinished").get<int>());
  EXPECT_EQ(run.at("digest").get<std::string>().size(), 32U);
  EXPECT_EQ(run.at("series").at("end_ms").size(), run.at("series").at("pools").at(0).at("queue").size());
}

TEST_F(Cli, PricesTheTemplate) {
  const CliResult table = runCli({"cost", kTemplate});
  EXPECT_EQ(table.exitCode, 0) << table.err;
  EXPECT_THAT(table.out, AllOf(HasSubstr("Total $"), HasSubstr("c7g.2xlarge"), HasSubstr("Prices: ")));
  const json cost = json::parse(runCli({"cost", kTemplate, "--json"}).out);
  EXPECT_EQ(cost.at("schema"), "cantilever.cost/1");
  double sum = 0;
  for (const json& line : cost.at("lines")) {
    sum += line.at("cost_usd_month").get<double>();
  }
  EXPECT_GT(sum, 0);
  EXPECT_NEAR(sum, cost.at("cost_usd_month").get<double>(),
              1e-6 * static_cast<double>(cost.at("lines").size()));
}

TEST_F(Cli, AdvisesOnTheTemplate) {
  const CliResult markdown = runCli({"advise", kTemplate, "--checklist", "pre-launch", "--no-run"});
  EXPECT_THAT(markdown.out,
              AllOf(HasSubstr("# High-traffic web application: pre-launch checklist"), HasSubstr("PRE-01")));
  const json list = json::parse(runCli({"advise", kTemplate, "--no-run", "--json"}).out);
  EXPECT_EQ(list.at("schema"), "cantilever.checklist/1");
  EXPECT_EQ(markdown.exitCode, list.at("fail").get<int>() > 0 ? 1 : 0);
  std::size_t sum = 0;
  for (const char* status : {"pass", "warn", "fail", "unknown", "not_applicable"}) {
    sum += list.at(status).get<std::size_t>();
  }
  EXPECT_EQ(list.at("items").size(), sum);
}

TEST_F(Cli, AdviceMeasuresUnlessToldNotTo) {
  const std::string design =
      queueWith(R"("type": "pool", "params": {"service": "exponential 10 ms"})", R"("type": "app_server")");
  EXPECT_THAT(runCli({"advise", design}).out, HasSubstr("busy in the run"));
  EXPECT_THAT(runCli({"advise", design, "--no-run"}).out, Not(HasSubstr("busy in the run")));
}

TEST_F(Cli, ExportsTheTemplateToEveryTarget) {
  const CliResult list = runCli({"export", "--list"});
  EXPECT_EQ(list.exitCode, 0);
  for (const std::string target : {"compose", "terraform", "checklist"}) {
    EXPECT_THAT(list.out, HasSubstr(target));
    const CliResult result = runCli({"export", target, kTemplate, "-o", path(target)});
    EXPECT_EQ(result.exitCode, 0) << result.err;
    for (const std::string& name : testing::filesBelow(path(target))) {
      EXPECT_THAT(result.out, HasSubstr(name + "\n"));
    }
    EXPECT_FALSE(testing::filesBelow(path(target)).empty());
  }
  EXPECT_TRUE(fs::exists(path("compose/docker-compose.yml")));
  EXPECT_TRUE(fs::exists(path("terraform/network.tf")));
}

TEST_F(Cli, ConvertsTheTemplateThereAndBack) {
  EXPECT_EQ(runCli({"convert", kTemplate, path("a.cantilever")}).exitCode, 0);
  EXPECT_EQ(runCli({"convert", path("a.cantilever"), path("b.cantilever.json")}).exitCode, 0);
  EXPECT_EQ(runCli({"convert", kTemplate, path("c.cantilever.json")}).exitCode, 0);
  EXPECT_EQ(content(path("b.cantilever.json")), content(path("c.cantilever.json")));
  EXPECT_EQ(runCli({"check", path("a.cantilever")}).exitCode, 0);
}

TEST_F(Cli, LayoutPlacesBlocksAndSaysWhatItDoesNotKnow) {
  const std::string design = queueWith("One queue", "One queue");
  EXPECT_THAT(runCli({"layout", design}).out, HasSubstr("\"One queue\""));
  EXPECT_EQ(runCli({"layout", design, "-o", path("placed.cantilever.json")}).exitCode, 0);
  const json blocks = json::parse(content(path("placed.cantilever.json"))).at("blocks");
  EXPECT_NE(blocks[0].value("x", 0.0), blocks[1].value("x", 0.0));
  const CliResult unknown = runCli({"layout", design, "--only", "queue,nobody"});
  EXPECT_EQ(unknown.exitCode, 2);
  EXPECT_THAT(unknown.err, HasSubstr("nobody"));
  EXPECT_EQ(runCli({"layout", design, "--only", "queue"}).exitCode, 0);
}

TEST_F(Cli, TheSameSeedGivesTheSameResult) {
  const std::string design = file("q.cantilever.json", kQueue);
  const std::vector<std::string> arguments{"simulate", design, "--duration", "20s", "--json"};
  const CliResult first = runCli(arguments);
  EXPECT_EQ(first.exitCode, 0) << first.err;
  EXPECT_EQ(first.out, runCli(arguments).out);
  std::vector<std::string> other = arguments;
  other.insert(other.end(), {"--seed", "2"});
  EXPECT_NE(json::parse(first.out).at("digest"), json::parse(runCli(other).out).at("digest"));
  other.back() = "1";
  other.insert(other.end(), {"--replication", "1"});
  EXPECT_NE(json::parse(first.out).at("digest"), json::parse(runCli(other).out).at("digest"));
}

TEST_F(Cli, AMissedObjectiveExitsOne) {
  const std::string design = queueWith("\"limit\": \"1 s\"", "\"limit\": \"1 ms\"");
  const CliResult result = runCli({"simulate", design, "--duration", "5s"});
  EXPECT_EQ(result.exitCode, 1);
  EXPECT_THAT(result.out, HasSubstr("NOT MET"));
}

TEST_F(Cli, MoreLoadFillsThePool) {
  const std::string design = file("q.cantilever.json", kQueue);
  const auto utilisation = [&](const char* load) {
    const CliResult result = runCli({"simulate", design, "--duration", "60s", "--load", load, "--json"});
    return json::parse(result.out).at("pools").at(0).at("utilisation_ratio").get<double>();
  };
  // 80/s x 10 ms = 0.8; with 4,800 requests the mean of the exponential service times has an error of 1.4 %.
  EXPECT_NEAR(utilisation("1"), 0.8, 5 * 0.8 * 0.02);
  EXPECT_NEAR(utilisation("0.5"), 0.4, 5 * 0.4 * 0.03);
}

TEST_F(Cli, WritesResultsToAFileOnRequest) {
  const CliResult result = runCli({"templates", "--json", "-o", path("t.json")});
  EXPECT_EQ(result.exitCode, 0);
  EXPECT_THAT(result.out, IsEmpty());
  EXPECT_EQ(json::parse(content(path("t.json"))).size(),
            json::parse(runCli({"templates", "--json"}).out).size());
}

TEST_F(Cli, AnInterruptedRunPrintsWhatItHas) {
  const std::string design = file("q.cantilever.json", kQueue);
  // Far longer than anybody waits; the signal comes when it has been running for a while.
  const CliResult result = runCli({"simulate", design, "--duration", "20000h", "--warmup", "0s", "--json"},
                                  {.interruptAfter_ms = 1000});
  EXPECT_EQ(result.exitCode, 1);
  const json run = json::parse(result.out);
  EXPECT_FALSE(run.at("complete").get<bool>());
  EXPECT_GT(run.at("offered").get<int>(), 0);
  EXPECT_EQ(run.at("stop_reason"), "It was interrupted.");
}

TEST_F(Cli, SeveralReplicationsGiveIntervalsAndAVerdict) {
  const std::string design = file("q.cantilever.json", kQueue);
  const CliResult result =
      runCli({"simulate", design, "--replications", "5", "--duration", "60s", "--seed", "7", "--json"});
  EXPECT_EQ(result.exitCode, 0) << result.err;
  const json study = json::parse(result.out);
  EXPECT_EQ(study.at("stability"), "stable");
  EXPECT_TRUE(study.at("stationary").get<bool>());
  EXPECT_EQ(study.at("digests").size(), 5u);
  // M/M/1 at 0.8, 10 ms of work: 50 ms.
  for (const json& figure : study.at("figures")) {
    if (figure.at("path") == "latency/mean_ms") {
      EXPECT_NEAR(figure.at("mean").get<double>(), 50, 2 * figure.at("half_width").get<double>());
    }
  }
  EXPECT_EQ(
      runCli({"simulate", design, "--replications", "5", "--duration", "60s", "--seed", "7", "--json"}).out,
      result.out)
      << "whichever processor was free";
}

TEST_F(Cli, ReplicationsMissAnObjective) {
  const std::string design = queueWith("\"limit\": \"1 s\"", "\"limit\": \"1 ms\"");
  const std::vector<std::string> arguments{"simulate", design, "--replications", "5", "--duration", "20s"};
  const CliResult result = runCli(arguments);
  EXPECT_EQ(result.exitCode, 1);
  EXPECT_THAT(result.out, HasSubstr("NOT MET"));
  std::vector<std::string> forPrograms = arguments;
  forPrograms.push_back("--json");
  const json study = json::parse(runCli(forPrograms).out);
  EXPECT_FALSE(study.at("objectives").at(0).at("met").get<bool>());
  EXPECT_FALSE(study.at("interrupted").get<bool>());
}

TEST_F(Cli, ReplicationsOfAnOverloadSayThatItIsUnstable) {
  const CliResult result = runCli({"simulate", queueWith("80/s\", \"mean", "200/s\", \"mean"),
                                   "--replications", "5", "--duration", "20s", "--warmup", "1s"});
  EXPECT_EQ(result.exitCode, 1);
  EXPECT_THAT(result.out, AllOf(HasSubstr("UNSTABLE: the backlog grows by"), HasSubstr("before queue")));
}

// Rule 36: plan, configuration and action log are the run.
TEST_F(Cli, ARunIsRepeatedFromItsActionLog) {
  std::string eventful = kQueue;
  eventful.insert(
      eventful.rfind('}'),
      R"(, "scenarios": [{"id": "bad day", "events": [{"at": "1 s", "change": "load_factor", "value": 3},)"
      R"( {"at": "2500 ms", "target": "queue", "change": "kill_instances"}, {"at": "4 s", "target": "queue", "change": "restore_instances"}]}])");
  eventful.replace(eventful.find("bad day"), 7, "bad-day");
  const std::string design = file("eventful.cantilever.json", eventful);
  const std::string first = path("first.json");
  const std::vector<std::string> settings{"--duration", "10s", "--warmup", "0s", "--seed", "3", "--json"};
  const auto simulate = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"simulate", design});
    arguments.insert(arguments.end(), settings.begin(), settings.end());
    return runCli(arguments);
  };
  simulate({"--scenario", "bad-day", "-o", first});
  const json again = json::parse(simulate({"--replay", first}).out);
  const json before = json::parse(content(first));
  EXPECT_EQ(before.at("actions").size(), 3u);
  EXPECT_EQ(again.at("digest"), before.at("digest"));
  EXPECT_NE(json::parse(simulate({}).out).at("digest"), before.at("digest"));
  EXPECT_THAT(simulate({"--replay", first}).err, Not(HasSubstr("is a run of")));
  std::string other = content(first);
  other.replace(other.find(R"("design": ")"), 11, R"("design": "Another )");
  EXPECT_THAT(simulate({"--replay", file("others.json", other)}).err, HasSubstr("is a run of \"Another "));
  const std::size_t log = other.find(R"("actions")");
  other.replace(other.find(R"("pool": "queue")", log), 15, R"("pool": "stack")");
  const CliResult unknown = simulate({"--replay", file("other.json", other)});
  EXPECT_EQ(unknown.exitCode, 2);
  EXPECT_THAT(unknown.err, HasSubstr("pool \"stack\", which this design does not have"));
  EXPECT_THAT(simulate({"--replay", design}).err, HasSubstr("is no run"));
}

// Each replication makes them again: means of runs with the same disturbance.
TEST_F(Cli, ReplicationsRepeatAnActionLog) {
  std::string eventful = kQueue;
  eventful.insert(
      eventful.rfind('}'),
      R"(, "scenarios": [{"id": "off", "events": [{"at": "1 s", "change": "load_factor", "value": 0}]}])");
  const std::string design = file("eventful.cantilever.json", eventful);
  const std::string first = path("first.json");
  const auto simulate = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"simulate", design, "--duration", "10s", "--lead-in", "1ms",
                                         "--warmup", "0s", "--json"});
    return runCli(arguments);
  };
  simulate({"--scenario", "off", "-o", first});
  const json again = json::parse(simulate({"--replications", "3", "--replay", first}).out);
  const json scripted = json::parse(simulate({"--replications", "3", "--scenario", "off"}).out);
  const json plain = json::parse(simulate({"--replications", "3"}).out);
  const auto offered = [](const json& study) { return study.at("figures").at(0).at("mean").get<double>(); };
  EXPECT_LT(offered(again), offered(plain) / 5);
  EXPECT_NEAR(offered(again), offered(scripted), offered(scripted) / 50);
  EXPECT_FALSE(again.at("changes").empty());
  EXPECT_EQ(simulate({"--replications", "3", "--replay", design}).exitCode, 2);
}

TEST_F(Cli, ReplicationsEndWhenAFigureIsKnownWellEnough) {
  const auto study = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"simulate", file("queue.cantilever.json", kQueue), "--duration",
                                         "20s", "--warmup", "1s", "--json", "--replications"});
    return runCli(arguments);
  };
  const CliResult some = study({"60", "--until-precision", "0.05", "--precision-of", "succeeded_per_s"});
  const json reached = json::parse(some.out);
  EXPECT_EQ(some.exitCode, 0);
  EXPECT_TRUE(reached.at("precision").at("reached").get<bool>());
  EXPECT_LE(reached.at("precision").at("reached_ratio").get<double>(), 0.05);
  EXPECT_GE(reached.at("replications").get<int>(), 10);
  EXPECT_LT(reached.at("replications").get<int>(), 60);
  const CliResult few = study({"12", "--until-precision", "0.0001"});
  EXPECT_EQ(few.exitCode, 1);
  EXPECT_FALSE(json::parse(few.out).at("precision").at("reached").get<bool>());
  EXPECT_THAT(few.out, HasSubstr("is not known to 0.01 %"));
  const CliResult named = study({"12", "--until-precision", "90%", "--precision-of", "latency/mean"});
  EXPECT_EQ(named.exitCode, 0) << named.err;
  EXPECT_EQ(json::parse(named.out).at("precision").at("figure"), "latency/mean_ms");
  EXPECT_EQ(json::parse(named.out).at("precision").at("wanted_ratio"), 0.9);
  const CliResult wrong = study({"12", "--until-precision", "10%", "--precision-of", "latency/men"});
  EXPECT_EQ(wrong.exitCode, 2);
  EXPECT_THAT(wrong.err, HasSubstr("latency/mean_ms"));
  EXPECT_EQ(runCli({"simulate", file("queue.cantilever.json", kQueue), "--until-precision", "0.1"}).exitCode,
            2);
  const CliResult tooFew = study({"5", "--until-precision", "0.1"});
  EXPECT_EQ(tooFew.exitCode, 2);
  EXPECT_THAT(tooFew.err, HasSubstr("10 replications at least"));
  const CliResult known = runCli({"simulate", file("queue.cantilever.json", kQueue), "--replications", "60",
                                  "--until-precision", "0.2", "--precision-of", "succeeded_per_s"});
  EXPECT_THAT(known.out, HasSubstr("succeeded_per_s is known to"));
}

TEST_F(Cli, ExplainsElements) {
  EXPECT_THAT(runCli({"explain"}).out, AllOf(HasSubstr("simulation"), HasSubstr("tokens")));
  EXPECT_THAT(runCli({"explain", "tokens"}).out, HasSubstr("# Tokens"));
  EXPECT_THAT(runCli({"explain", "links"}).out, HasSubstr("# Links"));
  EXPECT_THAT(runCli({"explain", "scenario"}).out, HasSubstr("## Scenarios"));
  EXPECT_THAT(runCli({"explain", "retries"}).out, HasSubstr("cantilever-cli explain link`"));
  EXPECT_THAT(runCli({"explain", "drain"}).out, HasSubstr("take no new work"));
  EXPECT_EQ(runCli({"explain", "tokns"}).exitCode, 2);
  EXPECT_THAT(runCli({"explain", "tokns"}).err, HasSubstr("tokens"));
}

TEST_F(Cli, ARunEndsWhereItIsToldTo) {
  const std::string design = queueWith("exponential 10 ms\"}", "exponential 10 ms\", \"queue_limit\": 2}");
  const CliResult result =
      runCli({"simulate", design, "--duration", "60s", "--stop-at", "failure", "--json"});
  EXPECT_EQ(result.exitCode, 1);
  const json run = json::parse(result.out);
  EXPECT_FALSE(run.at("complete").get<bool>());
  EXPECT_LE(run.at("failed_total").get<int>(), 1);
  EXPECT_THAT(run.at("stop_reason").get<std::string>(), HasSubstr("It was to stop here"));
  EXPECT_EQ(runCli({"simulate", design, "--stop-at", "lunch"}).exitCode, 2);
  EXPECT_EQ(runCli({"simulate", design, "--stop-at", "failure", "--replications", "3"}).exitCode, 2);
}

/// Every command that reads a design refuses this one in the same way.
void expectRefused(const std::string& design, const std::string& says) {
  const TemporaryFolder folder;
  const std::vector<std::vector<std::string>> commands{{"check", design},
                                                       {"simulate", design},
                                                       {"cost", design},
                                                       {"advise", design},
                                                       {"export", "compose", design, "-o", folder.path("x")},
                                                       {"convert", design, folder.path("y.cantilever")}};
  for (const auto& command : commands) {
    const CliResult result = runCli(command);
    EXPECT_EQ(result.exitCode, 2) << command[0];
    EXPECT_THAT(result.err, HasSubstr(says)) << command[0];
    EXPECT_THAT(result.out, IsEmpty()) << command[0];
  }
  EXPECT_TRUE(fs::is_empty(folder.path())) << "something was written";
}

TEST_F(Cli, RefusesMalformedJsonWithItsPlace) {
  const std::string design =
      file("bad.cantilever.json", "{\n  \"schema\": \"cantilever.design/1\",\n  \"name\": oops\n}");
  const std::string before = content(design);
  expectRefused(design, "bad.cantilever.json:3:");
  EXPECT_EQ(content(design), before);
}

TEST_F(Cli, RefusesADesignOfANewerVersion) {
  expectRefused(file("new.cantilever.json", R"({"schema": "cantilever.design/9"})"), "newer version");
}

TEST_F(Cli, RefusesTheSameIdTwice) {
  expectRefused(queueWith("\"id\": \"queue\"", "\"id\": \"users\""), "appears twice");
}

TEST_F(Cli, RefusesAFileThatIsNotThere) {
  expectRefused(path("nowhere.cantilever"), "There is no file and no template");
}

TEST_F(Cli, RefusesAFolder) {
  fs::create_directory(path("folder.cantilever"));
  expectRefused(path("folder.cantilever"), "it is a folder");
}

TEST_F(Cli, RefusesADamagedDocument) {
  ASSERT_EQ(runCli({"convert", kTemplate, path("a.cantilever")}).exitCode, 0);
  std::string bytes = content(path("a.cantilever"));
  bytes.resize(bytes.size() / 2);
  expectRefused(file("a.cantilever", bytes), "is damaged");
  EXPECT_EQ(content(path("a.cantilever")), bytes);
}

TEST_F(Cli, SuggestsTheTemplateThatIsMeant) {
  const CliResult result = runCli({"check", "high_trafic_web"});
  EXPECT_EQ(result.exitCode, 2);
  EXPECT_THAT(result.err, HasSubstr("did you mean \"high_traffic_web\"?"));
}

// Designs with errors: readable, so check says 1; not runnable, so the others say 2.

void expectCheckFails(const std::string& design, const std::string& says) {
  const CliResult check = runCli({"check", design});
  EXPECT_EQ(check.exitCode, 1);
  EXPECT_THAT(check.out, HasSubstr("error: "));
  EXPECT_THAT(check.out, HasSubstr(says));
  const CliResult simulate = runCli({"simulate", design, "--duration", "1s"});
  EXPECT_EQ(simulate.exitCode, 2);
  EXPECT_THAT(simulate.err, HasSubstr(says));
  EXPECT_THAT(simulate.out, IsEmpty());
}

TEST_F(Cli, ReportsADanglingLink) {
  expectCheckFails(queueWith("\"to\": \"queue\"", "\"to\": \"nowhere\""), "nowhere");
}

TEST_F(Cli, ReportsANegativeRate) {
  expectCheckFails(queueWith("\"peak\": \"80/s\"", "\"peak\": \"-80/s\""), "a peak of -80/s; rates lie");
}

TEST_F(Cli, ReportsARateThatIsNone) {
  const std::string design = queueWith("\"peak\": \"80/s\"", "\"peak\": \"a lot\"");
  expectCheckFails(design, "a lot");
  EXPECT_THAT(runCli({"check", design}).out, HasSubstr("design.cantilever.json:5:"));
}

TEST_F(Cli, ReportsCallsThatGoRoundForEver) {
  std::string text = kQueue;
  text.replace(text.find("\"blocks\": ["), 11, "\"blocks\": [{\"id\": \"queue-2\", \"type\": \"pool\"},");
  text.replace(text.find("\"links\": ["), 10,
               "\"links\": [{\"id\": \"back\", \"from\": \"queue\", \"to\": \"queue-2\"},"
               "{\"id\": \"forth\", \"from\": \"queue-2\", \"to\": \"queue\"},");
  expectCheckFails(file("cycle.cantilever.json", text), "back");
}

TEST_F(Cli, ReportsUnknownTypesAndKeepsThemWordForWord) {
  const std::string strange =
      R"({"id": "q", "type": "quantum_cache", "params": {"spin": "1/2", "n": 1.50}, "aura": [1e-7]},)";
  const std::string design = queueWith("\"blocks\": [", "\"blocks\": [" + strange);
  expectCheckFails(design, "quantum_cache");
  EXPECT_THAT(runCli({"check", design}).out, HasSubstr("design.cantilever.json:7:"));

  ASSERT_EQ(runCli({"convert", design, path("x.cantilever")}).exitCode, 0);
  ASSERT_EQ(runCli({"convert", path("x.cantilever"), path("y.cantilever.json")}).exitCode, 0);
  const std::string converted = content(path("y.cantilever.json"));
  EXPECT_THAT(converted, AllOf(HasSubstr("\"n\": 1.50"), HasSubstr("1e-7"), HasSubstr("\"quantum_cache\"")));
  // Nothing is lost: what was in the file is in the converted one, order and defaults aside.
  const json before = json::parse(content(design));
  const json after = json::parse(converted);
  for (const json& block : before.at("blocks")) {
    EXPECT_THAT(after.at("blocks"), ::testing::Contains(block));
  }
  EXPECT_EQ(after.at("workloads"), before.at("workloads"));
}

TEST_F(Cli, StrictCheckCountsWarnings) {
  const std::string spare = queueWith(R"("blocks": [)", R"("blocks": [{"id": "spare", "type": "delay"},)");
  EXPECT_EQ(runCli({"check", spare, "--strict"}).exitCode, 0) << "notes do not count";
  const std::string overloaded = queueWith("\"peak\": \"80/s\"", "\"peak\": \"120/s\"");
  EXPECT_EQ(runCli({"check", overloaded}).exitCode, 0);
  EXPECT_EQ(runCli({"check", overloaded, "--strict"}).exitCode, 1);
}

TEST_F(Cli, AReadOnlyFolderIsAClearMessageAndNothingIsLeftBehind) {
  const TemporaryFolder folder;
  fs::permissions(folder.path(), fs::perms(0555));
  const std::vector<std::vector<std::string>> commands{
      {"export", "compose", kTemplate, "-o", folder.path()},
      {"export", "terraform", kTemplate, "-o", folder.path("new")},
      {"convert", kTemplate, folder.path("x.cantilever")},
      {"convert", kTemplate, folder.path("x.json")},
      {"cost", kTemplate, "-o", folder.path("cost.txt")}};
  for (const auto& command : commands) {
    const CliResult result = runCli(command, {.as = As::OrdinaryUser});
    EXPECT_EQ(result.exitCode, 2) << command[0];
    EXPECT_THAT(result.err,
                AllOf(HasSubstr("permission denied"), HasSubstr("Choose a folder you may write to.")));
    EXPECT_THAT(result.out, IsEmpty()) << command[0];
  }
  EXPECT_TRUE(fs::is_empty(folder.path()));
}

// These bind root too.
TEST_F(Cli, AFileInTheWayIsAClearMessage) {
  const std::string inTheWay = file("occupied", "precious");
  const std::vector<std::vector<std::string>> commands{
      {"export", "compose", kTemplate, "-o", inTheWay + "/sub"},
      {"export", "terraform", kTemplate, "-o", inTheWay},
      {"convert", kTemplate, inTheWay + "/x.cantilever"},
      {"convert", kTemplate, inTheWay + "/x.cantilever.json"},
      {"templates", "-o", inTheWay + "/x.txt"}};
  for (const auto& command : commands) {
    const CliResult result = runCli(command);
    EXPECT_EQ(result.exitCode, 2) << ::testing::PrintToString(command);
    EXPECT_THAT(result.err, HasSubstr("choose a folder")) << ::testing::PrintToString(command);
    EXPECT_THAT(result.out, IsEmpty());
  }
  EXPECT_EQ(content(inTheWay), "precious");
  EXPECT_EQ(testing::filesBelow(path("")).size(), 1U);
}

TEST_F(Cli, AFileSystemThatTakesNoFilesIsAClearMessage) {
  const CliResult made = runCli({"export", "compose", kTemplate, "-o", "/proc/cantilever"});
  EXPECT_EQ(made.exitCode, 2) << made.out;
  EXPECT_THAT(made.err, HasSubstr("Cannot make the folder /proc/cantilever: ")) << made.err;
  EXPECT_EQ(runCli({"convert", kTemplate, "/proc/x.cantilever"}).exitCode, 2);
  EXPECT_EQ(runCli({"convert", kTemplate, "/proc/x.cantilever.json"}).exitCode, 2);
}

TEST_F(Cli, AFullDiskIsAClearMessage) {
  const CliResult result = runCli({"blocks", "--json", "-o", "/dev/full"});
  EXPECT_EQ(result.exitCode, 2);
  EXPECT_THAT(result.err, AllOf(HasSubstr("/dev/full"), HasSubstr("Free some space")));
}

TEST_F(Cli, OutputThatCannotBePrintedIsNoSuccess) {
  const CliResult result = runCli({"blocks", "--json"}, {.outputTo = "/dev/full"});
  EXPECT_EQ(result.exitCode, 2);
  EXPECT_THAT(result.err, HasSubstr("Standard output"));
}

/// A hundred rows of a hundred blocks, each called by the one before it.
json largeDesign() {
  json design = json::parse(kQueue);
  design["objectives"] = {{{"id", "success"}, {"metric", "success_ratio"}, {"limit", "99 %"}}};
  design["workloads"] = design["blocks"] = design["links"] = json::array();
  for (int row = 0; row < 100; ++row) {
    const auto id = [&](int i) { return "r" + std::to_string(row) + "-" + std::to_string(i); };
    design["workloads"].push_back(
        {{"id", id(0)}, {"class", "job"}, {"entry", id(0)}, {"peak", "10/s"}, {"mean", "10/s"}});
    design["blocks"].push_back({{"id", id(0)}, {"type", "source"}});
    for (int i = 1; i < 100; ++i) {
      design["blocks"].push_back({{"id", id(i)}, {"type", "pool"}, {"params", {{"service", "1 ms"}}}});
      design["links"].push_back({{"id", id(i)}, {"from", id(i - 1)}, {"to", id(i)}, {"latency", "1 us"}});
    }
  }
  return design;
}

TEST_F(Cli, TenThousandBlocksOpenRunAndConvert) {
  const std::string design = file("large.cantilever.json", largeDesign().dump());
  const json check = json::parse(runCli({"check", design, "--json"}).out);
  EXPECT_EQ(check.at("errors"), 0);
  EXPECT_EQ(check.at("pools").size(), 9'900U);
  const CliResult run = runCli({"simulate", design, "--duration", "500ms", "--warmup", "200ms"});
  EXPECT_EQ(run.exitCode, 0) << run.err;
  EXPECT_THAT(run.out, AllOf(HasSubstr("\nr0-1 "), HasSubstr("\nr99-99 ")));
  EXPECT_THAT(run.out, HasSubstr("success ratio >= 99 %     100 %  met"));
  ASSERT_EQ(runCli({"convert", design, path("large.cantilever")}).exitCode, 0);
  ASSERT_EQ(runCli({"convert", path("large.cantilever"), path("again.cantilever.json")}).exitCode, 0);
  EXPECT_EQ(json::parse(content(path("again.cantilever.json"))).at("blocks").size(), 10'000U);
}

TEST_F(Cli, SimulateWritesTracesAndTheSeriesWhereAsked) {
  const CliResult run = runCli({"simulate", kTemplate, "--duration", "200ms", "--warmup", "0s", "--traces",
                                path("traces.json"), "--series", path("series.csv")});
  EXPECT_THAT(run.out, AllOf(HasSubstr("WHERE THE TIME GOES"), HasSubstr("CONSUMERS")));
  EXPECT_TRUE(json::parse(content(path("traces.json"))).contains("resourceSpans"));
  EXPECT_THAT(content(path("series.csv")), HasSubstr("pool primary utilisation_ratio"));
  const CliResult nowhere = runCli({"simulate", kTemplate, "--duration", "50ms", "--warmup", "0s", "--series",
                                    path("no/such/folder/series.csv")});
  EXPECT_EQ(nowhere.exitCode, 2);
  EXPECT_THAT(nowhere.err, HasSubstr("series.csv"));
}

TEST_F(Cli, ArrivalsComeFromAFileWhereAsked) {
  const std::string csv = path("times.csv");
  const std::string design = path("one.cantilever.json");
  ASSERT_TRUE(exchange::writeFile(csv, "time_s\n0.5\n1\n1.5\n").ok());
  ASSERT_TRUE(exchange::writeFile(design, R"({"schema": "cantilever.design/1", "classes": [{"id": "c"}],
    "workloads": [{"id": "w", "class": "c", "entry": "users", "peak": "1/s"}],
    "blocks": [{"id": "users", "type": "source"}]})")
                  .ok());
  const CliResult run =
      runCli({"simulate", design, "--arrivals", "w=" + csv, "--warmup", "0s", "--duration", "10s", "--json"});
  ASSERT_EQ(run.exitCode, 0) << run.err;
  EXPECT_EQ(nlohmann::json::parse(run.out)["offered"], 3);
  const std::string out = path("with-times.cantilever.json");
  EXPECT_EQ(runCli({"convert", design, out, "--arrivals", "w=" + csv}).exitCode, 0);
  EXPECT_THAT(*exchange::readFile(out), HasSubstr("500 ms, 1 s, "));
  const CliResult wrong = runCli({"simulate", design, "--arrivals", "x=" + csv});
  EXPECT_EQ(wrong.exitCode, 2);
  EXPECT_THAT(wrong.err, HasSubstr("no workload"));
}

TEST_F(Cli, ConvertNeedsAnExtensionItKnows) {
  const CliResult result = runCli({"convert", kTemplate, path("x.docx")});
  EXPECT_EQ(result.exitCode, 2);
  EXPECT_THAT(result.err, HasSubstr(".cantilever or .cantilever.json"));
}

TEST_F(Cli, WrongUsageExitsTwoAndPointsToHelp) {
  const std::vector<std::vector<std::string>> wrong{{},
                                                    {"frobnicate"},
                                                    {"simulate"},
                                                    {"simulate", kTemplate, "--wrong"},
                                                    {"simulate", kTemplate, "--seed", "x"},
                                                    {"simulate", kTemplate, "--duration", "long"},
                                                    {"check", kTemplate, "too", "much"}};
  for (const auto& arguments : wrong) {
    const CliResult result = runCli(arguments);
    EXPECT_EQ(result.exitCode, 2) << ::testing::PrintToString(arguments);
    EXPECT_THAT(result.err, AllOf(HasSubstr("error: "), HasSubstr("--help")))
        << ::testing::PrintToString(arguments);
    EXPECT_THAT(result.out, IsEmpty());
  }
}

// A slip of the pen in a field that a command reads is told by every command, and stops none.
TEST_F(Cli, SaysWhichFieldsItDoesNotKnow) {
  const std::string design = queueWith(R"("latency": "0 ns")", R"("latency": "0 ns", "timout": "5 ms")");
  for (const char* command : {"simulate", "solve", "forecast", "cost", "check"}) {
    const CliResult result = runCli({command, design});
    EXPECT_THAT(result.err + result.out,
                AllOf(HasSubstr("design.cantilever.json:11:"), HasSubstr("did you mean \"timeout\"?")))
        << command;
    EXPECT_EQ(result.exitCode, 0) << command;
  }
}

TEST_F(Cli, SaysThatNothingArrives) {
  const std::string idle = file("idle.json", R"({"schema": "cantilever.design/1", "name": "Idle"})");
  const CliResult result = runCli({"simulate", idle, "--duration", "1s"});
  EXPECT_EQ(result.exitCode, 1);
  EXPECT_THAT(result.err, HasSubstr("nothing arrives: the design has no workload"));
  EXPECT_THAT(runCli({"solve", idle}).err, HasSubstr("nothing arrives"));
  const std::string silent =
      queueWith(R"("peak": "80/s", "mean": "80/s")", R"("peak": "0/s", "mean": "0/s")");
  EXPECT_THAT(runCli({"simulate", silent, "--duration", "1s"}).err,
              HasSubstr("the peak of every workload is 0"));
}

// One rule here and in the studio: half a minute beyond the last event, unless the user says how long.
TEST_F(Cli, ARunIsAsLongAsItsScenario) {
  std::string eventful = kQueue;
  eventful.insert(
      eventful.rfind('}'),
      R"(, "scenarios": [{"id": "late", "events": [{"at": "90 s", "change": "load_factor", "value": 0.5}]}])");
  const std::string design = file("late.cantilever.json", eventful);
  const CliResult usual = runCli({"simulate", design, "--scenario", "late", "--json"});
  EXPECT_EQ(json::parse(usual.out).at("end_ms"), 120'000);
  EXPECT_THAT(usual.err, IsEmpty());
  const CliResult given = runCli({"simulate", design, "--scenario", "late", "--json", "--duration", "20s"});
  EXPECT_EQ(json::parse(given.out).at("end_ms"), 25'000);
  EXPECT_THAT(given.err, HasSubstr("before 1 of the 1 events of scenario \"late\" come"));
}

TEST_F(Cli, ValuesThatMakeNoSenseAreRefused) {
  EXPECT_EQ(runCli({"simulate", kTemplate, "--duration", "-5s"}).exitCode, 2);
  EXPECT_EQ(runCli({"simulate", kTemplate, "--load", "-1"}).exitCode, 2);
  EXPECT_EQ(runCli({"simulate", kTemplate, "--load", "nan"}).exitCode, 2);
  const CliResult scenario = runCli({"simulate", kTemplate, "--scenario", "doomsday"});
  EXPECT_EQ(scenario.exitCode, 2);
  EXPECT_THAT(scenario.err, HasSubstr("doomsday"));
}

TEST_F(Cli, WrongValuesAreToldWhatWouldBeRight) {
  const std::pair<std::vector<std::string>, const char*> wrong[] = {
      {{"simulat", kTemplate}, "did you mean \"simulate\"?"},
      {{"simulate", kTemplate, "--seed", "-3"}, "not a whole number from 0 to"},
      {{"simulate", kTemplate, "--replications", "1"}, "not a whole number from 2 to 10000"},
      {{"simulate", kTemplate, "--load", "abc"}, "not a number from 0 to 1000000"},
      {{"solve", kTemplate, "--load", "0"}, "not a number from"},
      {{"forecast", kTemplate, "--growth", "2000"}, "not a number from -50 to 1000"},
      {{"simulate", kTemplate, "--duration", "1.5.5"}, "a number has one decimal point"},
      {{"simulate", kTemplate, "--scenario", "nope"}, "; it has \""},
      {{"simulate", kTemplate, "--scenario", ""}, "the id of no scenario"},
      {{"forecast", kTemplate, "--duration", "-1h"}, "cannot be negative"},
  };
  for (const auto& [arguments, hint] : wrong) {
    const CliResult result = runCli(arguments);
    EXPECT_EQ(result.exitCode, 2) << hint;
    EXPECT_THAT(result.err, HasSubstr(hint));
    EXPECT_THAT(result.out, IsEmpty());
  }
}

TEST_F(Cli, NamesThatDoNotExistGetASuggestion) {
  EXPECT_THAT(runCli({"export", "compsoe", kTemplate, "-o", path("x")}).err,
              HasSubstr("did you mean \"compose\"?"));
  EXPECT_THAT(runCli({"blocks", "redis_clustre"}).err, HasSubstr("did you mean \"redis_cluster\"?"));
  const CliResult list = runCli({"advise", kTemplate, "--checklist", "post-mortem"});
  EXPECT_EQ(list.exitCode, 2);
  EXPECT_THAT(list.err, HasSubstr("pre-launch"));
}

TEST_F(Cli, HelpTeaches) {
  const CliResult help = runCli({"--help"});
  EXPECT_EQ(help.exitCode, 0);
  EXPECT_THAT(help.out, AllOf(HasSubstr("Exit codes: 0 done; 1"), HasSubstr("cantilever-cli simulate")));
  for (const char* command :
       {"advise", "blocks", "check", "convert", "cost", "export", "simulate", "templates"}) {
    EXPECT_THAT(help.out, HasSubstr(command));
    const CliResult own = runCli({command, "--help"});
    EXPECT_EQ(own.exitCode, 0) << command;
    EXPECT_THAT(own.out, HasSubstr("--help")) << command;
  }
  EXPECT_THAT(runCli({"--version"}).out, HasSubstr("cantilever-cli "));
}

}  // namespace
}  // namespace cantilever

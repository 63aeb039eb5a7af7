#include <algorithm>

#include "core/exchange/compose/stack.h"
#include "core/exchange/yaml_writer.h"

namespace cantilever::exchange::compose {
namespace {

/// On one line, so that no text can leave its comment.
std::string oneLine(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](unsigned char c) { return c < 0x20; }, ' ');
  return text;
}

void writeService(YamlWriter& yaml, const Service& service) {
  yaml.key(service.name).beginMap();
  yaml.field("image", service.image);
  std::string comments;
  for (const std::string& comment : service.comments) {
    comments += (comments.empty() ? "" : " ") + oneLine(comment);
  }
  if (!comments.empty()) {
    yaml.comment(comments);
  }
  yaml.field("restart", service.isOneShot ? "no" : "unless-stopped");
  if (!service.entrypoint.empty()) {
    yaml.inlineList("entrypoint", service.entrypoint);
  }
  if (!service.command.empty()) {
    yaml.inlineList("command", service.command);
  }
  if (!service.environment.empty()) {
    yaml.key("environment").beginMap();
    for (const auto& [name, value] : service.environment) {
      yaml.field(name, value);
    }
    yaml.endMap();
  }
  if (!service.ports.empty()) {
    yaml.list("ports", service.ports);
  }
  if (!service.volumes.empty()) {
    yaml.list("volumes", service.volumes);
  }
  yaml.list("networks", {service.networks.begin(), service.networks.end()});
  if (!service.dependsOn.empty()) {
    yaml.key("depends_on").beginMap();
    for (const auto& [name, condition] : service.dependsOn) {
      yaml.key(name).beginMap().field("condition", condition).endMap();
    }
    yaml.endMap();
  }
  if (!service.healthTest.empty()) {
    std::vector<std::string> test{"CMD"};
    test.insert(test.end(), service.healthTest.begin(), service.healthTest.end());
    yaml.key("healthcheck").beginMap();
    yaml.inlineList("test", test);
    yaml.field("interval", "10s").field("timeout", "5s").field("start_period", "60s");
    yaml.key("retries").number(6);
    yaml.endMap();
  }
  if (service.replicas > 1) {
    yaml.key("deploy").beginMap().key("replicas").number(service.replicas).endMap();
  }
  yaml.endMap();
}

void writeNames(YamlWriter& yaml, std::string_view key, const std::set<std::string>& names) {
  if (names.empty()) {
    return;
  }
  yaml.key(key).beginMap();
  for (const std::string& name : names) {
    yaml.emptyMap(name);
  }
  yaml.endMap();
}

std::string escapedCell(const std::string& text) {
  std::string out;
  for (const char c : oneLine(text)) {
    out += c == '|' ? "\\|" : std::string(1, c);
  }
  return out;
}

}  // namespace

std::string literal(std::string_view text) {
  std::string out;
  for (const char c : text) {
    out += c == '$' ? "$$" : std::string(1, c);
  }
  return out;
}

std::vector<std::string> literal(const std::vector<std::string>& texts) {
  std::vector<std::string> out;
  for (const std::string& text : texts) {
    out.push_back(literal(text));
  }
  return out;
}

std::string Stack::variable(const std::string& name, const std::string& otherwise,
                            const std::string& purpose) {
  variables.emplace(name, Variable{otherwise, purpose});
  return "${" + name + ":-" + otherwise + "}";
}

std::string databasePassword(const DeployedBlock& database, Stack& stack) {
  return stack.variable(database.isMySql() ? "MYSQL_PASSWORD" : "POSTGRES_PASSWORD", "local-only-database",
                        "The applications log in to their databases with it");
}

std::string composeFile(const Deployment& deployment, const Stack& stack) {
  YamlWriter yaml;
  yaml.beginMap();
  yaml.comment(oneLine(deployment.title));
  yaml.comment("Written by Cantilever Studio. README.md says how to start it.");
  for (const std::string& warning : stack.warnings) {
    yaml.comment(oneLine("Not as in the design: " + warning));
  }
  std::set<std::string> networks;
  yaml.key("services").beginMap();
  for (const auto& [name, service] : stack.services) {
    writeService(yaml, service);
    networks.insert(service.networks.begin(), service.networks.end());
  }
  yaml.endMap();
  writeNames(yaml, "networks", networks);
  writeNames(yaml, "volumes", stack.volumes);
  yaml.endMap();
  return yaml.take();
}

std::string environmentFile(const Stack& stack) {
  std::string out =
      "# Copy to .env and change what should not be known to all. Without it these defaults hold.\n";
  for (const auto& [name, variable] : stack.variables) {
    out += "\n# " + variable.purpose + ".\n" + name + "=" + variable.otherwise + "\n";
  }
  return out;
}

std::string readme(const Deployment& deployment, const std::vector<Unit>& units, const Stack& stack) {
  std::string out = "# " + oneLine(deployment.title) +
                    "\n\nThe design as containers on one machine, written by Cantilever Studio.\n\n"
                    "    cp .env.example .env     # and change the passwords\n"
                    "    docker compose up --detach\n"
                    "    docker compose down --volumes     # the data too\n\n"
                    "The numbers of replicas are the design's. A laptop wants fewer: `docker compose up "
                    "--scale NAME=1`.\n\n"
                    "| block | services | address on this machine |\n|---|---|---|\n";
  for (const Unit& unit : units) {
    std::string services;
    std::string address;
    for (const std::string& name : unit.services) {
      const Service& service = stack.services.at(name);
      services += (services.empty() ? "" : ", ") + name;
      services += service.replicas > 1 ? " x " + std::to_string(service.replicas) : "";
      if (!service.ports.empty()) {
        const std::string port = service.ports.front().substr(service.ports.front().find(':') + 1);
        address = "http://localhost:" + port.substr(0, port.find_first_of("-:"));
      }
    }
    out += "| " + escapedCell(unit.block->label()) + " | " + (services.empty() ? "none" : services) + " | " +
           address + " |\n";
  }
  const bool hasStatic = std::any_of(units.begin(), units.end(), [](const Unit& unit) {
    return unit.block->is(Deployable::Kind::ObjectStore) && !unit.isAbsent();
  });
  if (hasStatic) {
    out +=
        "\nAn object store has a bucket of its own name. A cache in front of it takes paths that begin with "
        "the id of a "
        "cacheable request class from there, such as `/static/logo.svg` from the object `static/logo.svg`.\n";
  }
  out +=
      "\nApplications find their neighbours in their environment: `DATABASE_URL`, `DATABASE_READ_URL`, "
      "`REDIS_URL`, "
      "`KAFKA_BOOTSTRAP_SERVERS`, `S3_ENDPOINT`, `NAME_URL`.\n";
  if (!stack.warnings.empty()) {
    out += "\n## Not as in the design\n\n";
    for (const std::string& warning : stack.warnings) {
      out += "- " + oneLine(warning) + "\n";
    }
  }
  return out;
}

}  // namespace cantilever::exchange::compose

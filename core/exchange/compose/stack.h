#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/exchange/deployment.h"
#include "core/exchange/file_set.h"

/// The docker-compose exporter between its two halves: `units` turn blocks into services, `wiring` connects
/// them, `compose_file` writes the result down.
namespace cantilever::exchange::compose {

/// One entry of `services:`. Texts are as docker-compose reads them: a literal '$' is "$$" (`literal`).
struct Service {
  std::string name;
  std::vector<std::string> comments;
  std::string image;
  std::vector<std::string> entrypoint;
  std::vector<std::string> command;
  std::map<std::string, std::string> environment;
  std::vector<std::string> ports;  ///< "8080:80"
  std::vector<std::string> volumes;
  std::set<std::string> networks;
  std::map<std::string, std::string> dependsOn;  ///< service -> condition
  std::vector<std::string> healthTest;           ///< command; empty: none
  int replicas = 1;
  bool isOneShot = false;  ///< sets something up and ends
};

/// A variable of the .env file.
struct Variable {
  std::string otherwise;  ///< good enough for a laptop
  std::string purpose;
};

struct Stack {
  std::map<std::string, Service> services;
  std::set<std::string> volumes;
  std::map<std::string, Variable> variables;
  FileSet files;
  std::vector<std::string> warnings;

  /// "${NAME:-otherwise}", and the variable is listed in .env.example.
  std::string variable(const std::string& name, const std::string& otherwise, const std::string& purpose);
};

/// What became of one block.
struct Unit {
  const DeployedBlock* block = nullptr;
  std::vector<std::string> services;             ///< those that run; the first answers under `host`
  std::map<std::string, std::string> readyWhen;  ///< service -> condition that dependants wait for
  const std::string& host() const { return services.front(); }
  bool isAbsent() const { return services.empty(); }
};

/// Escapes text for docker-compose, which replaces "$NAME".
std::string literal(std::string_view text);
std::vector<std::string> literal(const std::vector<std::string>& texts);

inline constexpr const char* kHealthy = "service_healthy";
inline constexpr const char* kStarted = "service_started";
inline constexpr const char* kCompleted = "service_completed_successfully";

/// The database that every relational block has, and its user.
inline constexpr const char* kDatabase = "app";
inline constexpr const char* kDatabaseUser = "app";
/// The pooler's name for the replicas' copy of it.
inline constexpr const char* kReadDatabase = "app_read";
std::string databasePassword(const DeployedBlock& database, Stack& stack);

/// Services of every block, in the order of the deployment; configuration files included.
std::vector<Unit> makeUnits(const Deployment& deployment, const Design& design, Stack& stack);

/// Environment, networks, order of start and published ports, from the links.
void wire(const Deployment& deployment, const std::vector<Unit>& units, Stack& stack);

std::string composeFile(const Deployment& deployment, const Stack& stack);
std::string environmentFile(const Stack& stack);
std::string readme(const Deployment& deployment, const std::vector<Unit>& units, const Stack& stack);

}  // namespace cantilever::exchange::compose

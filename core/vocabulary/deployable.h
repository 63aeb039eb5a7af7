#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace cantilever {

/// What an exporter needs to know to deploy a block, in neutral terms: a block never writes YAML or HCL.
struct Deployable {
  enum class Kind : std::uint8_t {
    None,
    Client,
    Cdn,
    LoadBalancer,
    Compute,
    Worker,
    RelationalPrimary,
    RelationalReplica,
    ConnectionPooler,
    KeyValueCache,
    EventLog,
    ObjectStore,
  };
  Kind kind = Kind::None;
  std::string image;  ///< container image with tag, for local deployment
  int instances = 1;
  std::string instanceClass;         ///< "c7g.2xlarge"
  std::vector<int> ports;            ///< container ports, the first is the main one
  std::vector<std::string> command;  ///< container command; empty: the image's
  std::map<std::string, std::string> environment;
  std::vector<std::string> volumes;      ///< mount paths that must survive
  std::vector<std::string> healthCheck;  ///< command inside the container; empty: none
  std::map<std::string, std::string>
      settings;  ///< neutral settings: "engine"="postgres", "multi_az"="true", "shards"="3"
};

}  // namespace cantilever

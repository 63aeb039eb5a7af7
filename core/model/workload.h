#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/ids.h"
#include "core/base/quantities.h"
#include "core/model/extra.h"
#include "core/model/param_value.h"
#include "core/model/policy.h"

namespace cantilever {

enum class Access : std::uint8_t { Read, Write };

/// A kind of request, measured apart from the others.
struct RequestClass {
  ClassId id;
  std::string name;
  Access access = Access::Read;
  bool isCacheable = false;  ///< may be answered by a CDN or a read-through cache
  Bytes requestSize;
  Bytes replySize;
  Params params = {};  ///< further ones: keys, priority ... (catalog/policies/class_policy.h)
  Extras extras = {};

  bool operator==(const RequestClass&) const = default;
};

/// Load offered to one entry block. Only workloads hold rates. Capacity questions and simulations use `peak`,
/// monthly volumes use `mean`.
struct Workload {
  WorkloadId id;
  ClassId requestClass;
  BlockId entry;  ///< a client block (a source)
  Rate peak;
  Rate mean;
  ArrivalProcess arrivals = ArrivalProcess::Poisson;
  Params params = {};  ///< further ones: batches, curves ... (catalog/policies/workload_policy.h)
  Extras extras = {};

  bool operator==(const Workload&) const = default;
};

/// What an objective limits. Percentiles are of successful requests' latency.
enum class Metric : std::uint8_t {
  LatencyMean,
  LatencyP50,
  LatencyP95,
  LatencyP99,
  LatencyP999,  ///< the last of the latencies
  SuccessRatio,
  Throughput,
  CostMonth
};

constexpr bool isLatency(Metric metric) {
  return metric <= Metric::LatencyP999;
}

/// A promise to keep. Latencies are upper limits in milliseconds; SuccessRatio and Throughput (per second)
/// are lower limits; CostMonth is an upper limit in USD.
struct Objective {
  ObjectiveId id;
  Metric metric = Metric::LatencyP99;
  ClassId requestClass;  ///< empty: all classes together
  double limit = 0;
  Extras extras;

  bool operator==(const Objective&) const = default;
};

}  // namespace cantilever

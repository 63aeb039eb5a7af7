#pragma once

#include <span>
#include <string_view>

#include "core/model/change_words.h"
#include "core/model/link.h"
#include "core/model/policy.h"
#include "core/model/scenario.h"
#include "core/model/workload.h"
#include "core/model/zone.h"

/// The words by which files call enumerators. Never renamed: files hold them.
namespace cantilever::exchange {

inline constexpr Word<LinkMode> kModeWords[] = {{LinkMode::Call, "call"}, {LinkMode::Send, "send"}};
inline constexpr Word<LinkRole> kRoleWords[] = {
    {LinkRole::Default, "default"}, {LinkRole::Read, "read"},         {LinkRole::Write, "write"},
    {LinkRole::Lookup, "lookup"},   {LinkRole::OnMiss, "on_miss"},    {LinkRole::Replication, "replication"},
    {LinkRole::Standby, "standby"}, {LinkRole::Fallback, "fallback"}, {LinkRole::Route, "route"}};
inline constexpr Word<CallGroup> kGroupWords[] = {{CallGroup::Sequence, "sequence"},
                                                  {CallGroup::Parallel, "parallel"}};
inline constexpr Word<Balancing> kBalancingWords[] = {{Balancing::Random, "random"},
                                                      {Balancing::RoundRobin, "round_robin"},
                                                      {Balancing::LeastConnections, "least_connections"},
                                                      {Balancing::ShortestQueue, "shortest_queue"},
                                                      {Balancing::ConsistentHash, "consistent_hash"},
                                                      {Balancing::All, "all"},
                                                      {Balancing::Weighted, "weighted"},
                                                      {Balancing::Sticky, "sticky"},
                                                      {Balancing::Warmest, "warmest"},
                                                      {Balancing::Holder, "holder"},
                                                      {Balancing::Owner, "owner"}};
inline constexpr Word<ArrivalProcess> kArrivalWords[] = {{ArrivalProcess::Poisson, "poisson"},
                                                         {ArrivalProcess::Deterministic, "deterministic"}};
inline constexpr Word<Access> kAccessWords[] = {{Access::Read, "read"}, {Access::Write, "write"}};
inline constexpr Word<ZoneKind> kZoneWords[] = {{ZoneKind::Region, "region"},
                                                {ZoneKind::AvailabilityZone, "availability_zone"},
                                                {ZoneKind::Rack, "rack"}};
inline constexpr Word<Metric> kMetricWords[] = {
    {Metric::LatencyMean, "latency_mean"}, {Metric::LatencyP50, "latency_p50"},
    {Metric::LatencyP95, "latency_p95"},   {Metric::LatencyP99, "latency_p99"},
    {Metric::LatencyP999, "latency_p999"}, {Metric::SuccessRatio, "success_ratio"},
    {Metric::Throughput, "throughput"},    {Metric::CostMonth, "cost_month"}};

}  // namespace cantilever::exchange

#include "core/catalog/policies/workload_policy.h"

#include <algorithm>
#include <cmath>

#include "core/base/text.h"
#include "core/catalog/schema.h"
#include "core/vocabulary/plan/curve.h"
#include "core/vocabulary/plan/source.h"

namespace cantilever::catalog {

namespace {

std::string faultInCurveText(const std::string& text) {
  const Result<plan::RateCurve> curve = plan::parseRateCurve(text);
  return curve ? "" : curve.error().message;
}

std::string faultInOrigins(const std::string& text) {
  const Result<std::vector<RequestOrigin>> origins = parseOrigins(text);
  return origins ? "" : origins.error().message;
}

std::string faultInTimes(const std::string& text) {
  const Result<std::vector<Duration>> times = parseDurations(text);
  if (!times) {
    return times.error().message;
  }
  const bool areInOrder =
      std::is_sorted(times->begin(), times->end()) && (times->empty() || times->front() >= Duration());
  return areInOrder ? "" : "the times must be in order, from 0 s on.";
}

const Schema<WorkloadPolicy>& workloadPolicySchema() {
  static const Schema<WorkloadPolicy> schema =
      Schema<WorkloadPolicy>()
          .field("kind", &WorkloadPolicy::kind)
          .label("Kind")
          .group("Load")
          .choices({"open", "closed", "trace", "sessions"})
          .help(
              "open: requests come at the workload's rate whatever becomes of those before; closed: a number "
              "of "
              "users who think, ask and wait; trace: requests come at given times; sessions: as open, by a "
              "number of devices that are connected to an "
              "instance of the holder, as many requests a second as the peak when all are.")
          .source(Source::Grade::Judgement, "What many independent people do.")
          .field("curve", &WorkloadPolicy::curve)
          .label("Rate curve")
          .group("Load")
          .grammar(faultInCurveText, "sine 24 h from 20 %")
          .help(
              "The rate over simulated time as a share of the peak: \"steps 0 s: 20 %, 10 min: 100 %\", "
              "\"lines "
              "0 s: 0 %, 5 min: 100 % every 1 h\", \"sine 24 h from 20 %\". Empty: always the peak.")
          .source(Source::Grade::Judgement, "Constant load: what capacity is planned for.")
          .field("origins", &WorkloadPolicy::origins)
          .label("Where from")
          .group("Load")
          .grammar(faultInOrigins, "eu 60 %, us 40 %")
          .help(
              "The zones (by id) that its users are in, each with its share of the requests, such as \"eu 60 "
              "%, us "
              "40 %\": that is where the first way begins, what is nearest, and which zone is local. Empty: "
              "all are "
              "where the entry block is.")
          .source(Source::Grade::Judgement, "All in one place.")
          .field("spacing", &WorkloadPolicy::spacing)
          .label("Spacing")
          .group("Load")
          .range(Duration(), Duration::hours(24))
          .help(
              "The law of the time from one arrival to the next, such as \"erlang 1 s k 4\": its shape "
              "counts, the "
              "rate gives the mean. 0 s: as Arrivals says.")
          .source(Source::Grade::Judgement, "As Arrivals says.")
          .field("batch", &WorkloadPolicy::batch)
          .label("Batch")
          .group("Load")
          .range(1, plan::Source::kMostInBatch)
          .logarithmic()
          .help(
              "How many requests come at the same instant, on average. The rate is of requests, not of "
              "batches.")
          .source(Source::Grade::Judgement, "One at a time.")
          .field("batch_sizes", &WorkloadPolicy::batchSizes)
          .label("Batch sizes")
          .group("Load")
          .choices({"fixed", "geometric"})
          .help("All batches alike, or of geometric size (at least one).")
          .source(Source::Grade::Judgement, "All alike.")
          .field("burst_level", &WorkloadPolicy::burstLevel)
          .label("Rate in bursts")
          .group("Load")
          .range(1, 1000)
          .help(
              "The rate in a burst as a multiple of the mean; in between it is so much lower that the mean "
              "holds "
              "(a Markov-modulated Poisson process with two states).")
          .source(Source::Grade::Judgement, "No bursts.")
          .field("burst_share", &WorkloadPolicy::burstShare)
          .label("Bursts' share of the time")
          .group("Load")
          .range(ratio(0), ratio(0.9))
          .help("How much of the time is in bursts; times the rate in bursts at most 1.")
          .source(Source::Grade::Judgement, "No bursts.")
          .field("burst_length", &WorkloadPolicy::burstLength)
          .label("Length of a burst")
          .group("Load")
          .range(Duration::milliseconds(1), Duration::hours(24))
          .logarithmic()
          .help("Mean of an exponential length.")
          .source(Source::Grade::Judgement, "A round figure to start from.")
          .field("users", &WorkloadPolicy::users)
          .label("Users")
          .group("Users")
          .range(1, plan::Source::kMaxUsers)
          .logarithmic()
          .help(
              "Of a closed workload, or its sessions. Its peak and mean rates are still what costs and "
              "warnings "
              "reckon with.")
          .source(Source::Grade::Judgement, "A round figure to start from.")
          .field("think", &WorkloadPolicy::think)
          .label("Think time")
          .group("Users")
          .range(Duration(), Duration::hours(24))
          .logarithmic()
          .help(
              "Of a closed workload: from the outcome of a user's request, success or failure, to the next "
              "one.")
          .source(Source::Grade::Known,
                  "TPC Benchmark W, version 1.8, 2002, clause 5.3.1: 7 s on average between pages")
          .field("times", &WorkloadPolicy::times)
          .label("Times")
          .group("Trace")
          .grammar(faultInTimes, "100 ms, 150 ms")
          .help("Of a trace: when each request comes, in order, such as \"100 ms, 150 ms, 150 ms\".")
          .source(Source::Grade::Judgement, "None.")
          .field("repeat", &WorkloadPolicy::repeat)
          .label("Repeated every")
          .group("Trace")
          .range(Duration(), Duration::hours(24 * 366))
          .help(
              "Of a trace: its times begin anew after that, as those of a schedule do (jobs at 2 h and 14 h, "
              "every "
              "24 h). 0: never.")
          .source(Source::Grade::Judgement, "A recording has an end.")
          .field("holder", &WorkloadPolicy::holder)
          .label("Held by")
          .group("Sessions")
          .help("Of sessions: the id of the block whose instances hold the connections.")
          .source(Source::Grade::Judgement, "None.")
          .field("slots", &WorkloadPolicy::slots)
          .label("Slots per instance")
          .group("Sessions")
          .range(0, plan::Source::kMaxUsers)
          .help("Connections that an instance holds at most; 0: any number.")
          .source(Source::Grade::Judgement, "No limit.")
          .field("reconnect", &WorkloadPolicy::reconnect)
          .label("Time to reconnect")
          .group("Sessions")
          .range(Duration::milliseconds(1), Duration::hours(24))
          .help(
              "From losing the connection, or finding no place, to the next attempt. A spread keeps those of "
              "a dead "
              "instance from coming back all at once.")
          .source(Source::Grade::Judgement, "Spread over 20 s: what clients with jitter do.");
  return schema;
}

}  // namespace

Result<std::vector<RequestOrigin>> parseOrigins(std::string_view text) {
  constexpr double kRounding = 1e-6;
  const auto wrong = [&](const std::string& what) {
    return Error{"origins.syntax", what + " Write zones with their shares, such as \"eu 60 %, us 40 %\".",
                 std::string(text)};
  };
  std::vector<RequestOrigin> origins;
  double sum = 0;
  for (const std::string_view part : partsOf(text, ',')) {
    const std::size_t space = part.find_first_of(" \t");
    if (space == std::string_view::npos) {
      return wrong("\"" + std::string(part) + "\" is no zone with a share.");
    }
    const Result<Ratio> share = parseRatio(part.substr(space));
    if (!share || !(share->raw() > 0) || share->raw() > 1) {
      return wrong("In \"" + std::string(part) + "\" there is no share above 0 and up to 100 %.");
    }
    const std::string zone(part.substr(0, space));
    if (std::any_of(origins.begin(), origins.end(), [&](const auto& each) { return each.zone == zone; })) {
      return wrong("Zone \"" + zone + "\" is there twice.");
    }
    origins.push_back({zone, share->raw()});
    sum += share->raw();
  }
  if (!origins.empty() && std::abs(sum - 1) > kRounding) {
    return wrong("The shares add up to " + formatNumber(100 * sum, 4) + " % instead of 100 %.");
  }
  return origins;
}

const std::vector<ParamSpec>& workloadParams() {
  static const std::vector<ParamSpec> specs = workloadPolicySchema().specs();
  return specs;
}

WorkloadPolicy workloadPolicyOf(const Params& params) {
  return workloadPolicySchema().read(params);
}

}  // namespace cantilever::catalog

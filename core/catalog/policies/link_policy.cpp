#include "core/catalog/policies/link_policy.h"

#include "core/base/text.h"
#include "core/catalog/consumption.h"
#include "core/catalog/schema.h"
#include "core/vocabulary/plan/link.h"

namespace cantilever::catalog {

namespace {

std::string faultInWeights(const std::string& text) {
  const Result<std::vector<double>> weights = parseNumbers(text);
  if (!weights) {
    return weights.error().message;
  }
  double total = 0;
  for (const double weight : *weights) {
    if (weight < 0 || weight > 1e9) {
      return "each weight must be between 0 and 1e9.";
    }
    total += weight;
  }
  return weights->empty() || total > 0 ? "" : "some weight must be above 0.";
}

std::string faultInReasons(const std::string& text) {
  const Result<std::vector<plan::Reason>> reasons = parseReasons(text);
  return reasons ? "" : reasons.error().message;
}

const Schema<LinkPolicy>& linkPolicySchema() {
  static const Schema<LinkPolicy> schema =
      Schema<LinkPolicy>()
          .field("attempts", &LinkPolicy::attempts)
          .label("Attempts")
          .group("Retries")
          .range(0, 255)
          .help(
              "How often a call is tried in all, the first included; 0: until it succeeds. What a breaker or "
              "authentication refused, or what is too late for its deadline, is not tried again, nor are "
              "sends.")
          .source(Source::Grade::Judgement,
                  "No retries: each multiplies the load when the callee is in trouble.")
          .field("backoff", &LinkPolicy::backoff)
          .label("Pause")
          .group("Retries")
          .range(Duration(), Duration::hours(1))
          .help("Before the second attempt; later ones as the growth of pauses says.")
          .source(Source::Grade::Known,
                  "AWS SDKs and Tools Reference Guide: retries back off exponentially from fractions of a "
                  "second, at most "
                  "20 s; https://docs.aws.amazon.com/sdkref/")
          .field("backoff_growth", &LinkPolicy::backoffGrowth)
          .label("Growth of pauses")
          .group("Retries")
          .choices({"doubling", "constant", "drawn"})
          .help(
              "doubling: each pause is twice the one before; constant: all are alike; drawn: each is drawn "
              "from the law below.")
          .source(Source::Grade::Known,
                  "Exponential backoff is what the AWS SDKs do; https://docs.aws.amazon.com/sdkref/")
          .field("backoff_law", &LinkPolicy::backoffLaw)
          .label("Law of pauses")
          .group("Retries")
          .range(Duration(), Duration::hours(1))
          .help("Of drawn pauses; they are not longer than the longest pause.")
          .source(Source::Grade::Known,
                  "The retrial queue of the textbooks: exponential (G. Falin and J. Templeton, Retrial "
                  "Queues, 1997).")
          .field("retry_on", &LinkPolicy::retryOn)
          .label("Tried again")
          .group("Retries")
          .grammar(faultInReasons, "timed_out, connection_refused")
          .help(
              "The reasons of failures that are tried again, as results name them, such as \"timed_out, "
              "connection_refused, queue_full\". Empty: all but breaker_open, refused and "
              "deadline_exceeded, which never are.")
          .source(Source::Grade::Judgement, "Whatever may be different the next time.")
          .field("backoff_cap", &LinkPolicy::backoffCap)
          .label("Longest pause")
          .group("Retries")
          .range(Duration(), Duration::hours(24))
          .help("The pause grows no further.")
          .source(Source::Grade::Known,
                  "AWS SDKs and Tools Reference Guide: 20 s; https://docs.aws.amazon.com/sdkref/")
          .field("jitter", &LinkPolicy::jitter)
          .label("Full jitter")
          .group("Retries")
          .help(
              "The pause is drawn between 0 and what it would be, so that callers do not come back all at "
              "once.")
          .source(Source::Grade::Known,
                  "M. Brooker, Exponential Backoff And Jitter, AWS Architecture Blog, 2015")
          .field("retry_budget", &LinkPolicy::retryBudget)
          .label("Retry budget")
          .group("Retries")
          .help(
              "Retries are paid from a bucket that first attempts fill, so that they cannot multiply the "
              "load.")
          .source(Source::Grade::Judgement, "Off, as in most clients.")
          .field("budget_share", &LinkPolicy::budgetShare)
          .label("Earned per first attempt")
          .group("Retries")
          .range(ratio(0), ratio(10))
          .help("Retries that each first attempt pays for.")
          .source(Source::Grade::Known,
                  "Finagle's RetryBudget: 20 % by default; https://twitter.github.io/finagle/guide/")
          .field("budget_floor", &LinkPolicy::budgetFloor)
          .label("Earned per second")
          .group("Retries")
          .range(perSecond(0), perSecond(1e6))
          .help("Retries that are paid for whatever the load.")
          .source(Source::Grade::Judgement, "None; clients with little traffic want some.")
          .field("budget_depth", &LinkPolicy::budgetDepth)
          .label("Most saved up")
          .group("Retries")
          .range(0, 1e9)
          .help("The bucket holds no more, and is full at the start.")
          .source(Source::Grade::Judgement, "Enough for a hiccup, not for an outage.")
          .field("breaker_failures", &LinkPolicy::breakerFailures)
          .label("Opens after failures in a row")
          .group("Circuit breaker")
          .range(0, 100'000)
          .help("0: not by this.")
          .source(Source::Grade::Judgement, "No breaker.")
          .field("breaker_window", &LinkPolicy::breakerWindow)
          .label("Window of attempts")
          .group("Circuit breaker")
          .range(0, 100'000)
          .help("It also opens when of the last so many attempts the share below failed; 0: not by this.")
          .source(Source::Grade::Judgement, "No breaker. Resilience4j looks at the last 100.")
          .field("breaker_time", &LinkPolicy::breakerTime)
          .label("Window of time")
          .group("Circuit breaker")
          .range(Duration(), Duration::hours(1))
          .help(
              "It also opens when of the attempts that ended within so long the share below failed; 0: not "
              "by this. The window moves on by tenths.")
          .source(
              Source::Grade::Known,
              "Hystrix: 10 s in 10 parts by default; https://github.com/Netflix/Hystrix/wiki/Configuration")
          .field("breaker_minimum", &LinkPolicy::breakerMinimum)
          .label("Least attempts")
          .group("Circuit breaker")
          .range(0, 100'000)
          .help(
              "A window with fewer attempts says nothing. 0: a window of attempts must be full, one of time "
              "must have one.")
          .source(Source::Grade::Judgement, "A full window. Hystrix asks for 20, Resilience4j for 100.")
          .field("breaker_share", &LinkPolicy::breakerShare)
          .label("Failed share")
          .group("Circuit breaker")
          .range(ratio(0.01), ratio(1))
          .help("Of the window.")
          .source(Source::Grade::Known, "Resilience4j: 50 % by default; https://resilience4j.readme.io/docs/")
          .field("breaker_open", &LinkPolicy::breakerOpen)
          .label("Open for")
          .group("Circuit breaker")
          .range(Duration::milliseconds(1), Duration::hours(24))
          .help("Calls fail at once with breaker open. Then some are let through as probes.")
          .source(Source::Grade::Judgement, "Long enough for a restart to be noticed.")
          .field("breaker_probes", &LinkPolicy::breakerProbes)
          .label("Probes")
          .group("Circuit breaker")
          .range(1, 100'000)
          .help(
              "Attempts let through after that: if all succeed it closes, the first failure opens it again.")
          .source(Source::Grade::Judgement, "One request tells enough.")
          .field("hedge", &LinkPolicy::hedge)
          .label("Hedge after")
          .group("Tail")
          .range(Duration(), Duration::hours(1))
          .help(
              "A second attempt is sent beside the first if there is no answer after that time, to another "
              "instance where there is one; the first success wins. The retry budget, if there is one, pays "
              "for it. 0: "
              "none. Sends are not hedged.")
          .source(Source::Grade::Judgement, "None: it needs requests that may be done twice.")
          .field("cancel", &LinkPolicy::cancels)
          .label("Cancel")
          .group("Tail")
          .help(
              "Work that nobody waits for any more (timed out, lost to a hedge, not needed) is stopped at "
              "once, with all "
              "that it has called. Else it goes on and uses capacity.")
          .source(Source::Grade::Judgement, "Most servers finish what they have begun.")
          .field("propagate_deadline", &LinkPolicy::propagates)
          .label("Pass the deadline on")
          .group("Tail")
          .help(
              "Attempts end at the deadline of their request class, and the callee drops what still waits "
              "there "
              "when its deadline is over.")
          .source(Source::Grade::Judgement, "Off; gRPC clients pass deadlines on, most others do not.")
          .field("on_failure", &LinkPolicy::onFailure)
          .label("When it fails")
          .group("Fallback")
          .choices({"fail", "degrade"})
          .help(
              "fail: the caller fails too, unless it has links of role fallback, which are then used one "
              "after "
              "the other. degrade: without such links, or if they fail too, it goes on without the answer. "
              "Requests that were helped that way count as degraded.")
          .source(Source::Grade::Judgement, "An answer is needed.")
          .field("call_batch", &LinkPolicy::callBatch)
          .label("Calls in a batch")
          .group("Batches")
          .range(1, plan::Batching::kMost)
          .logarithmic()
          .help(
              "At most so many calls of a calling instance go on as one, which stands for as many targets: a "
              "bulk "
              "request. Each of them waits for it, and fails with it. 1: every call goes by itself.")
          .source(Source::Grade::Judgement, "Most interfaces take one request at a time.")
          .field("call_linger", &LinkPolicy::callLinger)
          .label("Wait for a batch of calls")
          .group("Batches")
          .range(Duration(), Duration::hours(1))
          .help("How long the first call of a batch waits for others; 0: what comes at the same instant.")
          .source(Source::Grade::Known,
                  "Apache Kafka documentation: linger.ms of producers was 0 by default up to version 3; "
                  "https://kafka.apache.org/documentation/#producerconfigs")
          .field("connections", &LinkPolicy::connections)
          .label("Connections")
          .group("Connection pool")
          .range(0, 1'000'000)
          .help(
              "Calls that each calling instance has open over this link at once; further ones wait for a "
              "connection. The timeout of an attempt runs from when it has one; retries ask for one anew. 0: "
              "no limit.")
          .source(Source::Grade::Judgement, "No limit: most are set by the client, not by the design.")
          .field("connection_wait", &LinkPolicy::connectionWait)
          .label("Wait for a connection")
          .group("Connection pool")
          .range(Duration(), Duration::hours(24))
          .help("After that the attempt fails with queue timeout; 0: it waits for ever.")
          .source(Source::Grade::Judgement,
                  "For ever; HikariCP waits for 30 s, most HTTP clients without limit.")
          .field("connection_queue", &LinkPolicy::connectionQueue)
          .label("Queue for connections")
          .group("Connection pool")
          .range(0, 1e9)
          .help("So many calls of an instance may wait for a connection; one more fails with queue full.")
          .source(Source::Grade::Judgement, "No limit.")
          .field("health_interval", &LinkPolicy::healthInterval)
          .label("Health check every")
          .group("Health")
          .range(Duration(), Duration::hours(1))
          .help(
              "Each instance is asked that often whether it is well; until enough checks have failed, calls "
              "go on to a dead one and are refused. 0: no checks, the link knows at once who is up. Load "
              "balancers, DNS and traffic managers check by themselves unless the link says otherwise. Only "
              "where each instance has a queue of its own.")
          .source(Source::Grade::Judgement, "Off, so that textbook models are what they are.")
          .field("health_timeout", &LinkPolicy::healthTimeout)
          .label("Health check timeout")
          .group("Health")
          .range(Duration::milliseconds(1), Duration::hours(1))
          .help("A check without an answer counts as failed so long after it was sent.")
          .source(Source::Grade::Judgement, "Long for a healthy instance.")
          .field("down_after", &LinkPolicy::downAfter)
          .label("Down after")
          .group("Health")
          .range(0, 100'000)
          .help("Failed checks in a row. 0: never, calls go on to the dead.")
          .source(Source::Grade::Known, "nginx-plus fails=1, AWS ALB 2, HAProxy fall 3 by default")
          .field("up_after", &LinkPolicy::upAfter)
          .label("Up after")
          .group("Health")
          .range(1, 100'000)
          .help("Passed checks in a row; also of a new instance.")
          .source(Source::Grade::Known, "HAProxy: rise 2 by default; AWS ALB 5")
          .field("fail_open", &LinkPolicy::failsOpen)
          .label("Fail open")
          .group("Health")
          .help("If no instance is well, all are tried; else calls fail at once with no healthy instance.")
          .source(Source::Grade::Known,
                  "AWS ALB: if all targets are unhealthy it routes to all; "
                  "https://docs.aws.amazon.com/elasticloadbalancing/")
          .field("slow_start", &LinkPolicy::slowStart)
          .label("Slow start")
          .group("Health")
          .range(Duration(), Duration::hours(1))
          .help(
              "In that time the share of an instance that has come back rises from 10 % to a full one. 0: at "
              "once.")
          .source(Source::Grade::Judgement, "Off by default in most balancers.")
          .field("eject_after", &LinkPolicy::ejectAfter)
          .label("Eject after failures in a row")
          .group("Health")
          .range(0, 100'000)
          .help(
              "Failed calls to an instance after which it gets none for a while (at most half of them at a "
              "time); 0: never.")
          .source(Source::Grade::Known, "Envoy: consecutive_5xx is 5 where outlier detection is on")
          .field("eject_for", &LinkPolicy::ejectFor)
          .label("Ejected for")
          .group("Health")
          .range(Duration::milliseconds(1), Duration::hours(24))
          .help("Then it gets calls again.")
          .source(Source::Grade::Known, "Envoy: base_ejection_time is 30 s by default")
          .field("choices", &LinkPolicy::choices)
          .label("Choices")
          .group("Balancing")
          .range(0, 10'000)
          .help(
              "For least_connections and shortest_queue: the best of so many different instances drawn at "
              "random (power of "
              "two choices); 0: of all.")
          .source(Source::Grade::Judgement, "A central balancer knows them all.")
          .field("ring_points", &LinkPolicy::ringPoints)
          .label("Points on the ring")
          .group("Balancing")
          .range(1, 10'000)
          .help("For consistent_hash: virtual nodes of each instance; more of them share keys more evenly.")
          .source(Source::Grade::Known, "libketama has 160 a server, most others 100 to 200.")
          .field("weights", &LinkPolicy::weights)
          .label("Weights of instances")
          .group("Balancing")
          .grammar(faultInWeights, "1")
          .help(
              "For weighted: of the first instances, such as \"3, 1\"; all others have weight 1. Empty: "
              "their "
              "speeds.")
          .source(Source::Grade::Judgement, "Faster instances get more.")
          .field("locality", &LinkPolicy::locality)
          .label("Locality")
          .group("Balancing")
          .choices({"anywhere", "local", "strict_local"})
          .help(
              "local: calls stay in the availability zone of the caller as far as its share of the instances "
              "is at least its share of the calls; the excess goes where there are instances to spare. "
              "strict_local: they never leave it. Balancing then chooses among what is left. Only where each "
              "instance has a queue of its own.")
          .source(Source::Grade::Judgement,
                  "Off by default in most balancers; Envoy and Kubernetes can do it.")
          .field("scope", &LinkPolicy::scope)
          .label("Scope")
          .group("Balancing")
          .choices({"shared", "caller"})
          .help(
              "Whose are the breaker, the retry budget, the health checks, the turns and the counts of open "
              "calls: those of one balancer for all callers, or of each calling instance by itself, as in "
              "client libraries and sidecars.")
          .source(Source::Grade::Judgement, "One balancer.")
          .field("priority", &LinkPolicy::priority)
          .label("Priority among routes")
          .group("Routing")
          .range(0, 1000)
          .help(
              "For links of role route: one of the lowest number that leads to an instance that can be "
              "called is taken; those of higher numbers stand by.")
          .source(Source::Grade::Judgement, "All the same: by weight alone.")
          .field("nearest", &LinkPolicy::isNearest)
          .label("Nearest route")
          .group("Routing")
          .help(
              "For links of role route: if one of a priority says so, the one with the shortest way from "
              "the caller is taken that leads to an instance that can be called; of equal ones by weight.")
          .source(Source::Grade::Judgement, "By weight alone.")
          .field("bandwidth", &LinkPolicy::bandwidth)
          .label("Bandwidth of a call")
          .group("Network")
          .range(bytesPerSecond(0), bytesPerSecond(plan::Link::kMostBandwidth))
          .help(
              "Each way takes longer by the size of the request or the reply (of the request class) at this "
              "rate, whatever else goes on. 0: sizes take no time. A rate that calls share is a pool with a "
              "transfer rate.")
          .source(Source::Grade::Judgement, "Most requests are small.")
          .field("loss", &LinkPolicy::loss)
          .label("Lost on the way")
          .group("Faults")
          .range(ratio(0), ratio(1))
          .help(
              "Share of attempts that never arrive; the caller learns of it by its timeout, which must be "
              "set.")
          .source(Source::Grade::Judgement, "Data centre networks lose hardly anything for good.")
          .field("errors", &LinkPolicy::errors)
          .label("Answered with an error")
          .group("Faults")
          .range(ratio(0), ratio(1))
          .help("Share of attempts that the callee answers with an error at once, without doing any work.")
          .source(Source::Grade::Judgement, "None.")
          .field("flag", &LinkPolicy::flag)
          .label("Feature flag")
          .group("Flag")
          .help(
              "The link is only used while this flag is on for what the request is about; controls and "
              "scenarios set "
              "it. A flag that nobody sets is off.")
          .source(Source::Grade::Judgement, "Always used.")
          .field("unless_flag", &LinkPolicy::unlessFlag)
          .label("Unless the flag is on")
          .group("Flag")
          .help("The link is used while its flag is off instead.")
          .source(Source::Grade::Judgement, "A flag switches something on.");
  return schema;
}

}  // namespace

const std::vector<ParamSpec>& linkParams() {
  static const std::vector<ParamSpec> specs = [] {
    std::vector<ParamSpec> all = linkPolicySchema().specs();
    for (ParamSpec spec : consumption::consumerParams()) {
      spec.group = "Consumers of a log";
      all.push_back(std::move(spec));
    }
    return all;
  }();
  return specs;
}

Result<std::vector<plan::Reason>> parseReasons(std::string_view text) {
  std::vector<plan::Reason> reasons;
  for (const std::string_view part : partsOf(text, ',')) {
    int found = 1;
    while (found < plan::kReasonCount && plan::nameOf(static_cast<plan::Reason>(found)) != part) {
      ++found;
    }
    if (found == plan::kReasonCount) {
      return Error{"reasons.syntax",
                   "\"" + std::string(part) +
                       "\" is no reason of a failure. Write reasons as results name them, such as "
                       "\"timed_out, connection_refused\".",
                   std::string(text)};
    }
    const auto reason = static_cast<plan::Reason>(found);
    if ((plan::Retries::bitOf(reason) & plan::Retries::kNeverRetried) != 0) {
      return Error{"reasons.syntax", "\"" + std::string(part) + "\" is never tried again.",
                   std::string(text)};
    }
    reasons.push_back(reason);
  }
  return reasons;
}

LinkPolicy linkPolicyOf(const Params& params) {
  return linkPolicySchema().read(params);
}

LinkPolicy linkPolicyOf(const Params& params, const Traits& caller) {
  Params all = params;
  all.insert(caller.linkDefaults.begin(), caller.linkDefaults.end());
  return linkPolicyOf(all);
}

}  // namespace cantilever::catalog

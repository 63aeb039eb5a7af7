#include <algorithm>

#include "core/advice/rules.h"
#include "core/advice/survey.h"
#include "core/catalog/policies/link_policy.h"

namespace cantilever::advice::rules {

namespace {

constexpr std::uint64_t kMostAttempts = 3;
constexpr std::uint64_t kWithoutLimit = 1'000'000;
constexpr double kLargestBudget = 0.2;

/// Requests of the run that failed, over those offered.
double failedShare(const sim::RunResult& run) {
  double failures = 0;
  double offered = 0;
  for (const sim::ClassResult& requestClass : run.classes) {
    failures += static_cast<double>(requestClass.failedTotal());
    offered += static_cast<double>(requestClass.offered);
  }
  return offered > 0 ? failures / offered : 0;
}

std::uint64_t attemptsOver(const Link& link) {
  if (!isSynchronous(link)) {
    return 1;
  }
  const Count attempts = catalog::linkPolicyOf(link.params).attempts;
  return attempts == Count(0) ? kWithoutLimit : static_cast<std::uint64_t>(attempts.value());
}

/// What is wrong with how calls over the link are retried; empty: nothing.
std::string faultOfRetries(const Link& link) {
  const catalog::LinkPolicy policy = catalog::linkPolicyOf(link.params);
  if (policy.attempts > Count(kMostAttempts) || policy.attempts == Count(0)) {
    return "more than three attempts";
  }
  if (!policy.jitter) {
    return "no jitter";
  }
  if (!policy.retryBudget || policy.budgetShare > ratio(kLargestBudget)) {
    return "no budget of at most 20 %";
  }
  return {};
}

/// Retries at one layer are multiplied by those of the layer that calls it.
std::vector<const Station*> thoseThatRetryWhatIsRetried(const Survey& survey) {
  const auto isRetried = [](const Link* link) { return attemptsOver(*link) > 1; };
  return survey.where([&](const Station& station) {
    return std::any_of(station.in.begin(), station.in.end(), isRetried) &&
           std::any_of(station.out.begin(), station.out.end(), isRetried);
  });
}

Answer adviseRetries(const Survey& survey, const AdviceInput& input, std::size_t calls) {
  std::string evidence =
      "None of " + counted(calls, "call") +
      " between blocks is retried: load is never multiplied, but one lost call fails its request.";
  if (survey.hasRun()) {
    evidence += " In the run " + percent(failedShare(*input.run)) + " of the requests failed.";
  }
  return failed(
      evidence,
      "Retry once on the outermost link, only reads and idempotent writes, with exponential backoff, full "
      "jitter and a budget of 10 % of the calls. Never at several layers.");
}

Answer checkRetries(const AdviceInput& input) {
  const Survey survey(input);
  std::size_t calls = 0;
  std::size_t retried = 0;
  std::vector<const Station*> careless;
  std::string fault;
  for (const Station& station : survey.stations()) {
    for (const Link* link : station.out) {
      calls += isSynchronous(*link) && !station.traits.isSource ? 1u : 0u;
      if (attemptsOver(*link) < 2) {
        continue;
      }
      ++retried;
      const std::string its = faultOfRetries(*link);
      if (!its.empty() && (careless.empty() || careless.back() != &station)) {
        careless.push_back(&station);
        fault = fault.empty() ? its : fault;
      }
    }
  }
  if (calls == 0 && retried == 0) {
    return notApplicable("No block calls another.");
  }
  if (retried == 0) {
    return adviseRetries(survey, input, calls);
  }
  if (!careless.empty()) {
    return failed(
        "Retries that can turn a short fault into a long one: " + namesOf(careless) + " (" + fault + ").",
        "Two or three attempts, with backoff, jitter and a budget of 10 % of the calls.", careless);
  }
  const std::vector<const Station*> layers = thoseThatRetryWhatIsRetried(survey);
  if (!layers.empty()) {
    return failed("Retries of retries: " + namesOf(layers) + " are called again and call again themselves.",
                  "Retry at one layer, the outermost that may.", layers);
  }
  return passed(counted(retried, "link") + " with retries, at one layer, with jitter and a budget.");
}

}  // namespace

ChecklistItem pre_11_retries() {
  return {"PRE-11",
          "pre-launch",
          "Retry logic",
          "One retry hides most short faults; retries at every layer turn a short fault into a long outage.",
          "Two or three attempts at one layer, with backoff, jitter and a budget of at most 20 %.",
          &checkRetries};
}

}  // namespace cantilever::advice::rules

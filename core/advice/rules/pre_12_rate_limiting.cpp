#include <algorithm>

#include "core/advice/rules.h"
#include "core/advice/survey.h"
#include "core/base/text.h"

namespace cantilever::advice::rules {

namespace {

constexpr double kShareOfCapacity = 0.85;

/// It limits the rate, or everything that it passes requests on to does. A store that a provider runs behind
/// a CDN gets what the edge lacks, and throttles by itself.
bool isLimited(const Survey& survey, const Station& station, int depth = 0) {
  constexpr int kDeepest = 8;  // links may lead in circles
  if (station.traits.limitsRate || station.traits.isCompute || depth == kDeepest) {
    return station.traits.limitsRate;
  }
  std::size_t onward = 0;
  for (const Link* link : station.out) {
    const Station& next = *survey.find(link->to);
    const bool isOrigin = station.traits.isCdn && next.traits.holdsData && next.traits.isManaged;
    if (isSynchronous(*link) && !isOrigin) {
      ++onward;
      if (!isLimited(survey, next, depth + 1)) {
        return false;
      }
    }
  }
  return onward > 0;
}

Answer checkRateLimiting(const AdviceInput& input) {
  const Survey survey(input);
  std::vector<const Station*> entries = survey.entries();
  entries.erase(std::remove_if(entries.begin(), entries.end(),
                               [](const Station* entry) { return entry->traits.isPrimitive; }),
                entries.end());
  if (entries.empty()) {
    return notApplicable("No source calls anything.");
  }
  std::vector<const Station*> open;
  std::copy_if(entries.begin(), entries.end(), std::back_inserter(open),
               [&](const Station* entry) { return !isLimited(survey, *entry); });
  if (open.empty()) {
    return passed("Requests are limited at " + namesOf(entries) + ".");
  }
  std::string remedy =
      "Put a rate limiter or an API gateway there: limit per client, and in total to 85 % of what the "
      "slowest "
      "tier sustains.";
  const std::optional<Survey::Busiest> busiest = survey.busiest();
  if (busiest && busiest->utilisation > 0) {
    const double sustained = survey.offered() * input.run->loadFactor / busiest->utilisation;
    remedy += " By the run that is " + formatShort(perSecond(sustained * kShareOfCapacity)) + ", where " +
              busiest->station->name() + " is 85 % busy.";
  }
  return failed("Nothing limits how much a client may ask of " + namesOf(open) + ".", remedy, open);
}

}  // namespace

ChecklistItem pre_12_rate_limiting() {
  return {"PRE-12",
          "pre-launch",
          "Rate limiting",
          "A crawler, a bug or an attack sends more than any design can serve; refusing early keeps the rest "
          "working.",
          "Each block that clients call limits the rate, or all that it passes requests on to does.",
          &checkRateLimiting};
}

}  // namespace cantilever::advice::rules

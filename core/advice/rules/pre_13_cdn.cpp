#include <algorithm>

#include "core/advice/rules.h"
#include "core/advice/survey.h"
#include "core/base/text.h"

namespace cantilever::advice::rules {

namespace {

constexpr double kMuchOfTheLoad = 0.1;
constexpr double kGoodEdgeHitRatio = 0.9;
constexpr Duration kShortestLife = Duration::hours(24);

/// Whether sources ask it for what is the same for everybody.
bool isAskedForCacheable(const Survey& survey, const AdviceInput& input, const Station& entry) {
  for (const Link* link : entry.in) {
    for (const RequestClass& requestClass : input.design->classes) {
      if (requestClass.isCacheable && survey.find(link->from)->traits.isSource &&
          survey.rate(*link, requestClass.id) > 0) {
        return true;
      }
    }
  }
  return false;
}

Answer checkCdn(const AdviceInput& input) {
  const Survey survey(input);
  const double all = survey.offered();
  double cacheable = 0;
  for (const RequestClass& requestClass : input.design->classes) {
    cacheable += requestClass.isCacheable ? survey.offered(requestClass.id) : 0;
  }
  if (all == 0 || cacheable / all <= kMuchOfTheLoad) {
    return notApplicable("Cacheable requests are " + percent(all > 0 ? cacheable / all : 0) +
                         " of the load.");
  }
  const std::string share = percent(cacheable / all) + " of the load is cacheable";
  std::vector<const Station*> origins;
  std::vector<const Station*> edges;
  for (const Station* entry : survey.entries()) {
    if (isAskedForCacheable(survey, input, *entry)) {
      (entry->traits.isCdn ? edges : origins).push_back(entry);
    }
  }
  if (!origins.empty()) {
    return warned(share + ", and clients fetch it from " + namesOf(origins) + ".",
                  "Put a CDN in front, with file names that change with their content and a life of a year.",
                  origins);
  }
  for (const Station* edge : edges) {
    const double hits = survey.hitRatio(*edge);
    const Duration life = edge->traits.timeToLive.value_or(Duration());
    if (hits < kGoodEdgeHitRatio || life < kShortestLife) {
      return warned(share + "; " + edge->name() + " answers " + percent(hits) + " of it and keeps it for " +
                        formatShort(life) + ".",
                    "Fingerprint the files and let them live for a year; leave cookies and queries out of "
                    "the cache key.",
                    {edge});
    }
  }
  return passed(share + ". At the edge: " + namesOf(edges) + ", answering at least " +
                percent(kGoodEdgeHitRatio) + " of it.");
}

}  // namespace

ChecklistItem pre_13_cdn() {
  return {"PRE-13",
          "pre-launch",
          "CDN configured",
          "Files that are the same for everybody are cheapest and fastest near the users.",
          "If more than 10 % of the requests are cacheable, clients ask CDNs only for these, which answer at "
          "least "
          "90 % of cacheable requests and keep them for a day or more.",
          &checkCdn};
}

}  // namespace cantilever::advice::rules

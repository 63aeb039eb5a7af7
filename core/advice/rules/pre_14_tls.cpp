#include <algorithm>

#include "core/advice/rules.h"
#include "core/advice/survey.h"

namespace cantilever::advice::rules {

namespace {

Answer checkTls(const AdviceInput& input) {
  const Survey survey(input);
  std::vector<const Station*> listeners =
      survey.where([](const Station& station) { return station.traits.isPublicEntry; });
  for (const Station* entry : survey.entries()) {
    if (!entry->traits.isPrimitive &&
        std::find(listeners.begin(), listeners.end(), entry) == listeners.end()) {
      listeners.push_back(entry);
    }
  }
  if (listeners.empty()) {
    return notApplicable("No block faces the internet.");
  }
  std::vector<const Station*> plain;
  std::copy_if(listeners.begin(), listeners.end(), std::back_inserter(plain),
               [](const Station* station) { return !station->traits.terminatesTls; });
  if (!plain.empty()) {
    return failed(
        "Reached from the internet without TLS: " + namesOf(plain) + ".",
        "Attach a certificate that renews itself, allow TLS 1.2 and later, and redirect plain HTTP.", plain);
  }
  return passed("With TLS: " + namesOf(listeners) + ".");
}

}  // namespace

ChecklistItem pre_14_tls() {
  return {"PRE-14",
          "pre-launch",
          "SSL/TLS",
          "Anything sent in the clear can be read and changed on the way, and browsers warn of it.",
          "Each block that faces the internet or is called by clients terminates TLS.",
          &checkTls};
}

}  // namespace cantilever::advice::rules

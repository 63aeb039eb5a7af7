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
  // What passes connections on is as safe as what it leads to.
  std::vector<const Station*> ends;
  for (std::size_t i = 0; i < listeners.size(); ++i) {
    if (!listeners[i]->traits.passesTlsOn) {
      ends.push_back(listeners[i]);
      continue;
    }
    for (const Link* link : listeners[i]->out) {
      const Station* next = survey.find(link->to);
      if (next != nullptr && isSynchronous(*link) &&
          std::find(listeners.begin(), listeners.end(), next) == listeners.end()) {
        listeners.push_back(next);
      }
    }
  }
  if (ends.empty()) {
    return notApplicable("No block faces the internet.");
  }
  std::vector<const Station*> plain;
  std::copy_if(ends.begin(), ends.end(), std::back_inserter(plain),
               [](const Station* station) { return !station->traits.terminatesTls; });
  if (!plain.empty()) {
    return failed(
        "Reached from the internet without TLS: " + namesOf(plain) + ".",
        "Attach a certificate that renews itself, allow TLS 1.2 and later, and redirect plain HTTP.", plain);
  }
  return passed("With TLS: " + namesOf(ends) + ".");
}

}  // namespace

ChecklistItem pre_14_tls() {
  return {"PRE-14",
          "pre-launch",
          "SSL/TLS",
          "Anything sent in the clear can be read and changed on the way, and browsers warn of it.",
          "Each block that faces the internet or is called by clients terminates TLS, or passes it on to one "
          "that does.",
          &checkTls};
}

}  // namespace cantilever::advice::rules

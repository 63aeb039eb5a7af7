#include <algorithm>

#include "core/advice/rules.h"
#include "core/advice/survey.h"
#include "core/base/text.h"

namespace cantilever::advice::rules {

namespace {

/// A call may take longer than the caller's own caller waits: its work is then for nobody.
std::vector<const Station*> thoseThatOutlastTheirCaller(const Survey& survey) {
  return survey.where([](const Station& station) {
    Duration patience = Duration::hours(24);
    for (const Link* link : station.in) {
      if (isSynchronous(*link)) {
        patience = std::min(patience, link->timeout);
      }
    }
    return std::any_of(station.out.begin(), station.out.end(),
                       [&](const Link* link) { return isSynchronous(*link) && link->timeout > patience; });
  });
}

/// Dead letters go over a link of role fallback that leaves the queue.
std::vector<const Station*> consumersWithoutDeadLetters(const Survey& survey) {
  const auto isFallback = [](const Link* link) { return link->role == LinkRole::Fallback; };
  const auto losesDeadLetters = [&](const Link* link) {
    const Station* from = survey.find(link->from);
    return from->traits.isQueue && !isFallback(link) &&
           std::none_of(from->out.begin(), from->out.end(), isFallback);
  };
  return survey.where([&](const Station& station) {
    return station.traits.isCompute && std::any_of(station.in.begin(), station.in.end(), losesDeadLetters);
  });
}

Answer checkErrorHandling(const AdviceInput& input) {
  const Survey survey(input);
  std::size_t calls = 0;
  std::vector<const Station*> patient;
  for (const Station& station : survey.stations()) {
    const auto waitsForEver = [](const Link* link) {
      return isSynchronous(*link) && link->timeout == Duration();
    };
    calls += static_cast<std::size_t>(std::count_if(station.out.begin(), station.out.end(),
                                                    [](const Link* link) { return isSynchronous(*link); }));
    if (std::any_of(station.out.begin(), station.out.end(), waitsForEver)) {
      patient.push_back(&station);
    }
  }
  if (calls == 0) {
    return notApplicable("No block waits for another.");
  }
  if (!patient.empty()) {
    return failed(
        "Without a timeout on some of the calls: " + namesOf(patient) + ".",
        "Give each of their links a timeout, a little above the slowest answer that is still of use.",
        patient);
  }
  const std::vector<const Station*> outlasting = thoseThatOutlastTheirCaller(survey);
  if (!outlasting.empty()) {
    return failed("May wait longer than the callers wait for it: " + namesOf(outlasting) + ".",
                  "Let timeouts shrink inward: each shorter than that of the call it serves.", outlasting);
  }
  const std::string evidence =
      "Timeouts on all of " + counted(calls, "synchronous link") + ", shrinking inward.";
  const std::vector<const Station*> consumers = consumersWithoutDeadLetters(survey);
  if (!consumers.empty()) {
    return warned(evidence + " What " + namesOf(consumers) + " cannot process has nowhere to go.",
                  "Lead a link of role fallback from the queue to a dead-letter queue, limit how often a "
                  "message is delivered, and raise an alarm on what gathers there.",
                  consumers);
  }
  return passed(evidence);
}

}  // namespace

ChecklistItem pre_09_error_handling() {
  return {"PRE-09",
          "pre-launch",
          "Error handling",
          "A call without a timeout passes every stall on to its caller; a message that always fails blocks "
          "those behind it.",
          "Each call has a timeout, no longer than that of the calls it serves, and each consumer of a queue "
          "has a dead-letter queue.",
          &checkErrorHandling};
}

}  // namespace cantilever::advice::rules

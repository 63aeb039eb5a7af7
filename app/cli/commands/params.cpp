#include <CLI/CLI.hpp>
#include <memory>

#include "app/cli/command.h"
#include "app/cli/output.h"
#include "app/cli/param_text.h"
#include "core/base/did_you_mean.h"
#include "core/base/text.h"
#include "core/catalog/policies/class_policy.h"
#include "core/catalog/policies/link_policy.h"
#include "core/catalog/policies/workload_policy.h"
#include "core/catalog/policies/zone_policy.h"

namespace cantilever::cli::commands {
namespace {

struct Kind {
  const char* name;
  const std::vector<catalog::ParamSpec>& (*specs)();
};
constexpr Kind kKinds[] = {{"classes", &catalog::classParams},
                           {"links", &catalog::linkParams},
                           {"workloads", &catalog::workloadParams},
                           {"zones", &catalog::zoneParams}};

Exit runParams(const std::string& wanted) {
  std::string out;
  std::vector<std::string> known;
  for (const Kind& kind : kKinds) {
    known.emplace_back(kind.name);
    if (wanted.empty() || wanted == kind.name) {
      const std::string list = describe(kind.specs());
      out += std::string(out.empty() ? "" : "\n") + "Parameters of " + kind.name + ":\n" +
             (list.empty() ? "\n  None.\n" : list);
    }
  }
  if (out.empty()) {
    printError({"params.unknown_kind",
                "There are no parameters of \"" + wanted + "\"" +
                    didYouMean(wanted, known, "; there are those of classes, links, workloads and zones."),
                {}});
    return Exit::BadInput;
  }
  return Output().emit(out, Exit::Done);
}

std::function<Exit()> setUpParams(CLI::App& app) {
  const auto wanted = std::make_shared<std::string>();
  app.add_option("KIND", *wanted, "Only those of classes, links, workloads or zones");
  return [wanted] { return runParams(*wanted); };
}

}  // namespace

Command params() {
  return {"params", "List the parameters that classes, links, workloads and zones may have in a file",
          setUpParams};
}

}  // namespace cantilever::cli::commands

#include <CLI/CLI.hpp>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include "app/cli/command.h"
#include "core/base/did_you_mean.h"

namespace {

using cantilever::cli::Command;
using cantilever::cli::Exit;

constexpr const char* kFooter =
    R"(DESIGN is a file (.cantilever or .cantilever.json) or the key of a template.

Exit codes: 0 done; 1 objectives or checks are not met; 2 bad input or usage.

A first round:
  cantilever-cli templates
  cantilever-cli simulate high_traffic_web --duration 10s
  cantilever-cli cost high_traffic_web
  cantilever-cli export compose high_traffic_web -o stack
  cantilever-cli convert high_traffic_web mine.cantilever.json

The JSON that --json prints is documented in json.md (folder resources/help).)";

int codeOf(Exit exit) {
  return static_cast<int>(exit);
}

/// Of a command line without a command that there is.
std::string unknownCommand(const std::string& word) {
  std::vector<std::string> names;
  for (const Command& command : cantilever::cli::commands::all()) {
    names.push_back(command.name);
  }
  std::string list;
  for (const std::string& name : names) {
    list += (list.empty() ? "; there are " : ", ") + name;
  }
  return "There is no command \"" + word + "\"" + cantilever::didYouMean(word, names, list + ".");
}

/// CLI11 has its own exit codes; ours has one for everything that the command line gets wrong.
int explain(const CLI::App& app, const CLI::ParseError& error, const std::string& firstWord) {
  if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success)) {
    return app.exit(error);  // --help and --version
  }
  const bool isUnknown = app.get_subcommands().empty() && !firstWord.empty() && firstWord.front() != '-';
  std::cerr << "error: " << (isUnknown ? unknownCommand(firstWord) : error.what()) << "\n";
  const auto used = app.get_subcommands();
  std::cerr << "Run `cantilever-cli " << (used.empty() ? "" : used.front()->get_name() + " ")
            << "--help` to see what is possible.\n";
  return codeOf(Exit::BadInput);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Design large systems: simulate them under load, price them, check them, export them.",
               "cantilever-cli");
  app.set_version_flag("--version", std::string("cantilever-cli ") + CANTILEVER_VERSION);
  app.footer(kFooter);
  app.require_subcommand(1);

  std::map<const CLI::App*, std::function<Exit()>> actions;
  for (const Command& command : cantilever::cli::commands::all()) {
    CLI::App* subcommand = app.add_subcommand(command.name, command.description);
    actions[subcommand] = command.setup(*subcommand);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return explain(app, error, argc > 1 ? argv[1] : "");
  }
  return codeOf(actions.at(app.get_subcommands().front())());
}

#pragma once

#include <functional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace cantilever::cli {

/// What the shell gets. Scripts rely on it; README and --help say it.
enum class Exit {
  Done = 0,
  NotMet = 1,    ///< the command worked, but objectives or checks are not met
  BadInput = 2,  ///< a file, a design or the command line itself is at fault
};

/// One word after `cantilever-cli`. `setup` adds the options and returns what runs once they are parsed.
struct Command {
  std::string name;
  std::string description;
  std::function<Exit()> (*setup)(CLI::App& app) = nullptr;
};

/// One function per file of commands/, collected by CMake.
namespace commands {
std::vector<Command> all();
}

}  // namespace cantilever::cli

#pragma once

#include <string>
#include <vector>

namespace cantilever::testing {

/// A template that every command can be tried on.
inline constexpr const char* kTemplate = "high_traffic_web";

struct CliResult {
  int exitCode = -1;  ///< -1: ended by a signal
  std::string out;
  std::string err;
};

/// Who runs the program. Modes do not bind root, so tests about them run as somebody else.
enum class As { Self, OrdinaryUser };

struct CliCall {
  As as = As::Self;
  int interruptAfter_ms = -1;  ///< then SIGINT is sent, as Ctrl+C does; -1: never
  std::string outputTo{};      ///< this file takes standard output; empty: CliResult::out
};

/// Runs the real cantilever-cli and waits for its end.
CliResult runCli(const std::vector<std::string>& arguments, const CliCall& call = {});

}  // namespace cantilever::testing

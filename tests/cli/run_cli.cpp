#include "tests/cli/run_cli.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <filesystem>

#include "tests/core/exchange/temporary_folder.h"

namespace cantilever::testing {
namespace {

constexpr uid_t kNobody = 65534;

struct Pipe {
  std::array<int, 2> ends{-1, -1};
  Pipe() { ok = ::pipe2(ends.data(), O_CLOEXEC) == 0; }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    ::close(ends[0]);
    closeWriting();
  }
  void closeWriting() {
    if (ends[1] >= 0) {
      ::close(ends[1]);
      ends[1] = -1;
    }
  }
  bool ok = false;
};

/// The program where everybody may run it: the build folder may be out of reach for an ordinary user.
std::string sharedCopy() {
  static const TemporaryFolder folder;
  static const std::string copy = [] {
    std::filesystem::permissions(folder.path(), std::filesystem::perms(0755));
    std::filesystem::copy_file(CANTILEVER_CLI, folder.path("cantilever-cli"));
    return folder.path("cantilever-cli");
  }();
  return copy;
}

[[noreturn]] void runProgram(const std::string& program, const std::vector<std::string>& arguments,
                             const CliCall& call, int out, int err) {
  ::dup2(call.outputTo.empty() ? out : ::open(call.outputTo.c_str(), O_WRONLY | O_CLOEXEC), STDOUT_FILENO);
  ::dup2(err, STDERR_FILENO);
  if (call.as == As::OrdinaryUser && ::geteuid() == 0 && ::setuid(kNobody) != 0) {
    ::_exit(126);
  }
  std::vector<char*> argv{const_cast<char*>(program.c_str())};
  for (const std::string& argument : arguments) {
    argv.push_back(const_cast<char*>(argument.c_str()));
  }
  argv.push_back(nullptr);
  ::execv(program.c_str(), argv.data());
  ::_exit(127);
}

/// Reads until both pipes are closed. When `timeout_ms` has passed once, sends SIGINT.
void collect(Pipe& out, Pipe& err, CliResult& result, pid_t child, int timeout_ms) {
  std::array<pollfd, 2> waiting{{{out.ends[0], POLLIN, 0}, {err.ends[0], POLLIN, 0}}};
  const std::array<std::string*, 2> texts{&result.out, &result.err};
  while (waiting[0].fd >= 0 || waiting[1].fd >= 0) {
    const int ready = ::poll(waiting.data(), waiting.size(), timeout_ms);
    if (ready == 0) {
      ::kill(child, SIGINT);
      timeout_ms = -1;
    }
    for (std::size_t i = 0; i < waiting.size() && ready > 0; ++i) {
      if (waiting[i].revents == 0) {
        continue;
      }
      std::array<char, 65536> buffer{};
      const ssize_t got = ::read(waiting[i].fd, buffer.data(), buffer.size());
      if (got > 0) {
        texts[i]->append(buffer.data(), static_cast<std::size_t>(got));
      } else {
        waiting[i].fd = -1;
      }
    }
  }
}

}  // namespace

CliResult runCli(const std::vector<std::string>& arguments, const CliCall& call) {
  CliResult result;
  const std::string program = call.as == As::OrdinaryUser ? sharedCopy() : CANTILEVER_CLI;
  Pipe out;
  Pipe err;
  if (!out.ok || !err.ok) {
    return result;
  }
  const pid_t child = ::fork();
  if (child == 0) {
    runProgram(program, arguments, call, out.ends[1], err.ends[1]);
  }
  out.closeWriting();
  err.closeWriting();
  collect(out, err, result, child, call.interruptAfter_ms);
  int status = 0;
  ::waitpid(child, &status, 0);
  result.exitCode = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return result;
}

}  // namespace cantilever::testing

#include "core/exchange/file_set.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

namespace cantilever::exchange {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLargestFile = std::size_t{512} << 20;

std::string reasonOf(int error) {
  std::string reason = std::generic_category().message(error);
  reason[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(reason[0])));
  return reason;
}

std::string remedyFor(int error) {
  switch (error) {
    case EACCES:
    case EPERM:
    case EROFS:
      return " Choose a folder you may write to.";
    case ENOSPC:
    case EDQUOT:
      return " Free some space, or choose another disk.";
    case ENOTDIR:
      return " Part of this path is a file; choose a folder.";
    case EISDIR:
      return " This is a folder; give the name of a file.";
    case ENOENT:
      return " The folder does not exist; make it first.";
    default:
      return "";
  }
}

Error cannotWrite(const fs::path& path, int error) {
  return {"file.cannot_write",
          "Cannot write " + path.string() + ": " + reasonOf(error) + "." + remedyFor(error), path.string()};
}

Error cannotRead(const fs::path& path, const std::string& reason) {
  return {"file.cannot_read", "Cannot read " + path.string() + ": " + reason, path.string()};
}

/// An open descriptor, closed at the end of its scope.
class OpenFile {
 public:
  explicit OpenFile(int descriptor) : m_descriptor(descriptor) {}
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  ~OpenFile() { ::close(m_descriptor); }
  int get() const { return m_descriptor; }

 private:
  int m_descriptor;
};

/// 0, or errno.
int writeAll(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno != EINTR) {
      return errno;
    }
    bytes.remove_prefix(written < 0 ? 0 : static_cast<std::size_t>(written));
  }
  const bool isSynced = ::fsync(descriptor) == 0 || errno == EINVAL || errno == EROFS || errno == ENOTSUP;
  return isSynced ? 0 : errno;  // pipes and some file systems have no fsync
}

/// Files that appear all at once or not at all: everything is written under temporary names first; names are
/// then exchanged one by one, and given back if an exchange fails.
class Transaction {
 public:
  Transaction() = default;
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction() {
    if (!m_isDone) {
      rollBack();
    }
  }

  Result<void> makeFolder(const fs::path& folder) {
    std::vector<fs::path> missing;
    for (fs::path at = folder; !at.empty() && !fs::exists(fs::symlink_status(at, m_ignored));
         at = at.parent_path()) {
      missing.push_back(at);
    }
    for (auto at = missing.rbegin(); at != missing.rend(); ++at) {
      if (::mkdir(at->c_str(), 0777) != 0 && errno != EEXIST) {
        return Error{
            "file.cannot_write",
            "Cannot make the folder " + at->string() + ": " + reasonOf(errno) + "." + remedyFor(errno),
            at->string()};
      }
      m_madeFolders.push_back(*at);
    }
    if (!fs::is_directory(folder, m_ignored)) {
      return cannotWrite(folder, ENOTDIR);
    }
    return {};
  }

  /// Writes the bytes beside their target.
  Result<void> stage(const fs::path& target, std::string_view bytes) {
    struct stat existing {};
    const bool exists = ::stat(target.c_str(), &existing) == 0;
    if (exists && !S_ISREG(existing.st_mode)) {
      return cannotWrite(target, S_ISDIR(existing.st_mode) ? EISDIR : EINVAL);
    }
    if (exists && ::faccessat(AT_FDCWD, target.c_str(), W_OK, AT_EACCESS) != 0) {
      return cannotWrite(target, errno);  // a rename would get round the protection of the file itself
    }
    const fs::path temporary = freeNameBeside(target);
    const int descriptor = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor < 0) {
      return cannotWrite(target, errno);
    }
    const OpenFile file(descriptor);
    m_staged.push_back({temporary, target, exists, {}});
    if (const int error = writeAll(file.get(), bytes)) {
      return cannotWrite(target, error);
    }
    if (exists && ::fchmod(file.get(), existing.st_mode & 07777) != 0) {
      return cannotWrite(target, errno);
    }
    return {};
  }

  Result<void> commit() {
    for (Staged& staged : m_staged) {
      if (staged.replaces && m_staged.size() > 1) {  // a single rename needs no way back
        staged.backup = freeNameBeside(staged.target);
        // A second name keeps the file in place meanwhile; where there are no hard links, moving has to do.
        if (::link(staged.target.c_str(), staged.backup.c_str()) != 0 &&
            ::rename(staged.target.c_str(), staged.backup.c_str()) != 0) {
          staged.backup.clear();
          return cannotWrite(staged.target, errno);
        }
      }
      if (::rename(staged.temporary.c_str(), staged.target.c_str()) != 0) {
        return cannotWrite(staged.target, errno);
      }
      staged.isInPlace = true;
    }
    m_isDone = true;
    for (const Staged& staged : m_staged) {
      if (!staged.backup.empty()) {
        fs::remove(staged.backup, m_ignored);
      }
    }
    return {};
  }

 private:
  struct Staged {
    fs::path temporary;
    fs::path target;
    bool replaces = false;
    fs::path backup;  // the replaced file, while the transaction runs
    bool isInPlace = false;
  };

  static fs::path freeNameBeside(const fs::path& target) {
    const std::string stem =
        "." + target.filename().string().substr(0, 100) + "." + std::to_string(::getpid());
    for (int i = 0;; ++i) {
      fs::path name = target.parent_path() / (stem + "-" + std::to_string(i) + ".tmp");
      struct stat ignored {};
      if (::lstat(name.c_str(), &ignored) != 0) {
        return name;
      }
    }
  }

  void rollBack() {
    for (auto staged = m_staged.rbegin(); staged != m_staged.rend(); ++staged) {
      if (!staged->backup.empty()) {
        fs::rename(staged->backup, staged->target, m_ignored);
        fs::remove(staged->backup, m_ignored);  // if it still is the target, renaming does nothing (POSIX)
      } else if (staged->isInPlace) {
        fs::remove(staged->target, m_ignored);
      }
      fs::remove(staged->temporary, m_ignored);
    }
    for (auto folder = m_madeFolders.rbegin(); folder != m_madeFolders.rend(); ++folder) {
      ::rmdir(folder->c_str());
    }
  }

  std::vector<Staged> m_staged;
  std::vector<fs::path> m_madeFolders;
  bool m_isDone = false;
  std::error_code m_ignored;
};

/// For pipes and devices (/dev/stdout, /dev/null), which a rename would replace.
Result<void> writeInPlace(const fs::path& path, std::string_view bytes) {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (descriptor < 0) {
    return cannotWrite(path, errno);
  }
  const OpenFile file(descriptor);
  const int error = writeAll(file.get(), bytes);
  return error == 0 ? Result<void>() : Result<void>(cannotWrite(path, error));
}

bool isSafePath(std::string_view path) {
  if (path.empty() || path.find('\0') != std::string_view::npos ||
      path.find('\\') != std::string_view::npos) {
    return false;
  }
  std::size_t begin = 0;
  while (begin <= path.size()) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view part = path.substr(begin, end - begin);
    if (part.empty() || part == "." || part == "..") {
      return false;
    }
    begin = end + 1;
  }
  return true;
}

/// A symbolic link inside the folder must not lead out of it.
bool leadsOut(const fs::path& folder, const fs::path& target) {
  std::error_code failed;
  const fs::path root = fs::weakly_canonical(folder, failed);
  const fs::path real = fs::weakly_canonical(target, failed);
  const auto [rootEnd, ignored] = std::mismatch(root.begin(), root.end(), real.begin(), real.end());
  return !failed && rootEnd != root.end();  // what cannot be looked at cannot be written either
}

}  // namespace

Result<void> writeFiles(const FileSet& files, const std::string& folder) {
  const fs::path root = folder.empty() ? fs::path(".") : fs::path(folder).lexically_normal();
  for (const auto& [path, bytes] : files) {
    if (!isSafePath(path)) {
      return Error{
          "file.unsafe_path",
          "The path \"" + path + "\" would leave the folder " + root.string() + "; nothing was written.",
          path};
    }
    if (leadsOut(root, root / path)) {
      return Error{"file.unsafe_path",
                   "The path " + (root / path).string() + " leads out of the folder " + root.string() +
                       " through a symbolic link; nothing was written.",
                   path};
    }
  }
  Transaction transaction;
  if (Result<void> made = transaction.makeFolder(root); !made) {
    return made;
  }
  for (const auto& [path, bytes] : files) {
    const fs::path target = root / path;
    if (Result<void> made = transaction.makeFolder(target.parent_path()); !made) {
      return made;
    }
    if (Result<void> staged = transaction.stage(target, bytes); !staged) {
      return staged;
    }
  }
  return transaction.commit();
}

Result<void> writeFile(const std::string& path, std::string_view bytes) {
  if (path.empty() || path.find('\0') != std::string::npos) {
    return Error{"file.cannot_write", "A file needs a name.", path};
  }
  struct stat existing {};
  if (::stat(path.c_str(), &existing) == 0 && !S_ISREG(existing.st_mode) && !S_ISDIR(existing.st_mode)) {
    return writeInPlace(path, bytes);
  }
  // What a symbolic link points to is written, and the link stays.
  std::error_code isNoLink;
  fs::path target = path;
  if (fs::is_symlink(fs::symlink_status(target, isNoLink))) {
    target = fs::weakly_canonical(target, isNoLink);
  }
  Transaction transaction;
  if (Result<void> staged = transaction.stage(target, bytes); !staged) {
    return staged;
  }
  return transaction.commit();
}

Result<std::string> readFile(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    const bool isAbsent = errno == ENOENT;
    return cannotRead(path, isAbsent ? "there is no such file." : reasonOf(errno) + ".");
  }
  const OpenFile file(descriptor);
  struct stat status {};
  if (::fstat(file.get(), &status) == 0 && S_ISDIR(status.st_mode)) {
    return cannotRead(path, "it is a folder; give the name of a file.");
  }
  std::string bytes;
  std::array<char, 1 << 16> buffer{};
  for (;;) {
    const ssize_t got = ::read(file.get(), buffer.data(), buffer.size());
    if (got == 0) {
      return bytes;
    }
    if (got < 0 && errno != EINTR) {
      return cannotRead(path, reasonOf(errno) + ".");
    }
    bytes.append(buffer.data(), got < 0 ? 0 : static_cast<std::size_t>(got));
    if (bytes.size() > kLargestFile) {
      return cannotRead(path, "it is larger than 512 MiB; no design is.");
    }
  }
}

}  // namespace cantilever::exchange

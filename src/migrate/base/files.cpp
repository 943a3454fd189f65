#include "migrate/base/files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <limits>

#include "migrate/base/error.hpp"

namespace migrate::base {
namespace {

namespace fs = std::filesystem;

/// An open file descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

[[noreturn]] void fail(std::string_view attempt, const fs::path& path, int error) {
  std::string hint;
  if (error == ENOENT) hint = "Check the spelling of the path; a relative one counts from the current directory.";
  if (error == EACCES) hint = "Check the permissions of the file and of the directories above it.";
  throw FileError(fmt::format("cannot {} {}: {}", attempt, path.string(), std::strerror(error)), hint);
}

void write_all(int fd, std::string_view text, const fs::path& path) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail("write", path, errno);
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace

std::string read_prefix(const fs::path& path, std::size_t limit) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) fail("read", path, errno);
  std::string text;
  std::size_t chunk = std::min<std::size_t>(limit, 4096);
  while (text.size() < limit) {
    const std::size_t have = text.size();
    text.resize(have + std::min(chunk, limit - have));
    const ssize_t got = ::read(file.get(), text.data() + have, text.size() - have);
    if (got < 0 && errno != EINTR) {
      if (errno == EISDIR) {
        throw FileError(fmt::format("cannot read {}: it is a directory, a file is wanted", path.string()));
      }
      fail("read", path, errno);
    }
    text.resize(have + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (got == 0) break;
    chunk = std::min<std::size_t>(chunk * 2, std::size_t{1} << 24U);
  }
  return text;
}

std::string read_file(const fs::path& path) {
  return read_prefix(path, std::numeric_limits<std::size_t>::max());
}

void write_new_file(const fs::path& path, std::string_view text) {
  const Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  if (file.get() < 0) {
    if (errno == EEXIST) {
      throw FileError(fmt::format("cannot create {}: the file exists already", path.string()),
                      "Nothing was written. Move the file away, or choose another name.");
    }
    fail("create", path, errno);
  }
  try {
    write_all(file.get(), text, path);
  } catch (...) {
    ::unlink(path.c_str());
    throw;
  }
}

void replace_file(const fs::path& path, std::string_view text) {
  // Through a symbolic link the file it leads to is replaced, not the link.
  std::error_code ignored;
  fs::path target = fs::is_symlink(path, ignored) ? fs::weakly_canonical(path, ignored) : path;
  if (target.empty()) target = path;
  std::string draft = target.string() + ".XXXXXX";
  const Descriptor file(::mkostemp(draft.data(), O_CLOEXEC));
  if (file.get() < 0) fail("write", path, errno);
  try {
    write_all(file.get(), text, path);
    struct stat old {};
    const bool existed = ::stat(target.c_str(), &old) == 0;
    // The owner first: changing it may clear bits of the mode. Only root can, and for others it is theirs already.
    if (existed && ::fchown(file.get(), old.st_uid, old.st_gid) != 0 && errno != EPERM) fail("write", path, errno);
    if (::fchmod(file.get(), existed ? (old.st_mode & 07777U) : 0644) != 0) fail("write", path, errno);
    if (::rename(draft.c_str(), target.c_str()) != 0) fail("write", path, errno);
  } catch (...) {
    ::unlink(draft.c_str());
    throw;
  }
}

TemporaryDirectory::TemporaryDirectory(std::string_view prefix, const fs::path& parent) {
  const char* tmpdir = std::getenv("TMPDIR");
  const fs::path named = !parent.empty() ? parent : fs::path(tmpdir != nullptr && *tmpdir != '\0' ? tmpdir : "/tmp");
  // The destructor must find it again from any working directory.
  const fs::path where = fs::absolute(named);
  std::string pattern = (where / (std::string(prefix) + "XXXXXX")).string();
  if (::mkdtemp(pattern.data()) == nullptr) fail("create a temporary directory in", where, errno);
  path_ = pattern;
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  if (!keep_) fs::remove_all(path_, ignored);
}

}  // namespace migrate::base

#include "migrate/command/detail/program_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "migrate/base/error.hpp"

namespace migrate::command {
namespace {

[[noreturn]] void fail(const std::filesystem::path& path, int error) {
  if (error == EEXIST) {
    throw base::FileError(fmt::format("cannot write {}: it exists already", path.string()),
                          "Nothing was written. Give --force to replace it, or choose another name.");
  }
  throw base::FileError(fmt::format("cannot write {}: {}", path.string(), std::strerror(error)),
                        error == ENOENT ? "Make the directory first."
                                        : "Check the permissions of the directory, and the room on its disk.");
}

/// The file while it is being written, beside the one it is to become. Gone unless it was put in place.
class Draft {
 public:
  explicit Draft(const std::filesystem::path& path) : path_(path), name_(path.string() + ".XXXXXX") {
    fd_ = ::mkostemp(name_.data(), O_CLOEXEC);
    if (fd_ < 0) fail(path_, errno);
  }
  ~Draft() {
    ::close(fd_);
    ::unlink(name_.c_str());
  }
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;

  void write(std::string_view bytes, unsigned mode) const {
    while (!bytes.empty()) {
      const ssize_t written = ::write(fd_, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) fail(path_, errno);
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    if (::fchmod(fd_, mode) != 0) fail(path_, errno);
  }

  void put_in_place() const {
    if (::rename(name_.c_str(), path_.c_str()) != 0) fail(path_, errno);
  }

 private:
  const std::filesystem::path& path_;
  std::string name_;
  int fd_;
};

}  // namespace

void check_place(const std::filesystem::path& path, IfThere if_there) {
  struct stat facts {};
  const bool there = ::lstat(path.c_str(), &facts) == 0;
  if (there && S_ISDIR(facts.st_mode)) {
    throw base::FileError(fmt::format("cannot write {}: it is a directory", path.string()), "Name a file in it.");
  }
  if (there && if_there == IfThere::refuse) fail(path, EEXIST);
}

void write_whole_file(const std::filesystem::path& path, std::string_view bytes, unsigned mode, IfThere if_there) {
  check_place(path, if_there);
  const Draft draft(path);
  draft.write(bytes, mode);
  draft.put_in_place();
}

}  // namespace migrate::command

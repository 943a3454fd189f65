#include "migrate/command/bundled_program.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "migrate/base/files.hpp"

namespace migrate::command {
namespace {

constexpr const char* k_self = "/proc/self/exe";

/// The note. It is found in the file by `name`, which is nowhere else in it.
struct Note {
  char name[24];
  std::uint64_t archive_length;  ///< 0: this program is no bundle
};

/// Volatile: bundled_program() gives it other values in the file, which the compiler must not foresee.
[[gnu::used]] const volatile Note k_note = {"migrate: a bundle?\r\n\x1a", 0};

/// The note's bytes as they stand in the file of a plain program.
std::string note_bytes() {
  std::string bytes;
  for (const volatile char& c : k_note.name) bytes += c;
  return bytes + std::string(sizeof(Note::archive_length), '\0');
}

/// A part of a file in memory, taken out of it at the end.
class Mapping {
 public:
  Mapping(int fd, std::uint64_t offset, std::size_t size) {
    const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    skip_ = static_cast<std::size_t>(offset % page);
    size_ = size + skip_;
    start_ = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, fd, static_cast<off_t>(offset - skip_));
  }
  ~Mapping() {
    if (start_ != MAP_FAILED) ::munmap(start_, size_);
  }
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;

  [[nodiscard]] bool ok() const { return start_ != MAP_FAILED; }
  [[nodiscard]] std::string_view bytes() const {
    return std::string_view(static_cast<const char*>(start_), size_).substr(skip_);
  }

 private:
  void* start_;
  std::size_t size_;
  std::size_t skip_;
};

[[noreturn]] void fail_to_read_itself() {
  throw base::FileError(fmt::format("cannot read this program's own file: {}", std::strerror(errno)),
                        "Is /proc mounted, and may you read the program's file?");
}

}  // namespace

std::filesystem::path this_program() {
  std::error_code failed;
  auto path = std::filesystem::read_symlink(k_self, failed);
  return failed ? std::filesystem::path("migrate") : path;
}

std::shared_ptr<const script::Archive> archive_of_this_program() {
  const std::uint64_t length = k_note.archive_length;
  if (length == 0) return nullptr;
  const std::string name = this_program().filename().string();
  const int fd = ::open(k_self, O_RDONLY | O_CLOEXEC);
  if (fd < 0) fail_to_read_itself();
  struct stat facts {};
  const bool known = ::fstat(fd, &facts) == 0;
  const auto size = known ? static_cast<std::uint64_t>(facts.st_size) : 0;
  if (size < length) {
    ::close(fd);
    throw script::ArchiveError(fmt::format("{}: this bundle lost its end: the revisions inside are cut off", name),
                               "Copy the file again, or make it again with `migrate bundle`; `strip` must not be used "
                               "on it.");
  }
  auto mapping = std::make_shared<const Mapping>(fd, size - length, static_cast<std::size_t>(length));
  ::close(fd);
  if (!mapping->ok()) fail_to_read_itself();
  const auto bytes = mapping->bytes();
  return std::make_shared<const script::Archive>(bytes, name, std::move(mapping));
}

std::string bundled_program(std::string_view archive) {
  std::string program = base::read_file(k_self);
  const std::string note = note_bytes();
  const auto at = program.find(note);
  if (at == std::string::npos || program.find(note, at + 1) != std::string::npos) {
    throw base::FileError(
        "cannot make a bundle of this program: its note of the archive is not in its file",
        "Was the file compressed, or replaced since it was started? Use the migrate as it was built.");
  }
  const std::uint64_t length = archive.size();
  std::memcpy(program.data() + at + offsetof(Note, archive_length), &length, sizeof length);
  program += archive;
  return program;
}

}  // namespace migrate::command

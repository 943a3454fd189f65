#include "migrate/script/revision.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "migrate/base/text.hpp"
#include "migrate/script/detail/revision_header.hpp"
#include "migrate/script/error.hpp"

namespace migrate::script {
namespace {

constexpr std::array<std::string_view, 5> k_words_with_meaning = {"head", "heads", "base", "current", "None"};

bool has_meaning(std::string_view word) {
  return std::ranges::find(k_words_with_meaning, word) != k_words_with_meaning.end();
}

bool is_blank_or_control(char c) {
  return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F;
}

/// An open file that closes itself.
class File {
 public:
  File(int directory, const char* name) : fd_(::openat(directory, name, O_RDONLY | O_CLOEXEC)) {}
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  [[nodiscard]] bool is_open() const { return fd_ >= 0; }

  /// Bytes read, 0 at the end, -1 with errno.
  [[nodiscard]] ssize_t read(char* to, std::size_t size) const {
    for (;;) {
      const ssize_t got = ::read(fd_, to, size);
      if (got >= 0 || errno != EINTR) return got;
    }
  }

 private:
  int fd_;
};

[[noreturn]] void fail_to_read(const std::filesystem::path& path) {
  if (errno == EISDIR) {
    throw RevisionError(fmt::format("{} is a directory, a revision file is wanted", path.string()),
                        "Rename the directory: names that end in .sql or .cpp are read as revisions.");
  }
  throw base::FileError(fmt::format("cannot read {}: {}", path.string(), std::strerror(errno)),
                        errno == EACCES ? "Check the permissions of the file." : "");
}

}  // namespace

void check_revision_id(std::string_view id, std::string_view where) {
  const auto fail = [&](const std::string& what, std::string hint = {}) {
    throw RevisionError(fmt::format("{}: {}", where, what), std::move(hint));
  };
  if (id.empty()) fail("the revision id is empty", "Give it an id such as 4c1d8f60a2e7.");
  if (has_meaning(id)) fail(fmt::format("'{}' cannot be a revision id: the word has a meaning of its own", id));
  for (const char c : id) {
    if (is_blank_or_control(c)) fail(fmt::format("the revision id '{}' has a blank or control character in it", id));
    if (std::string_view("@-+:,").find(c) != std::string_view::npos) {
      fail(fmt::format("the revision id '{}' may not have '{}' in it", id, c),
           "Letters, digits and _ are always right.");
    }
  }
  if (const auto length = base::count_characters(id); length > k_longest_id) {
    fail(fmt::format("the revision id '{}' has {} characters", id, length),
         fmt::format("The version table holds {} at most.", k_longest_id));
  }
}

void check_branch_label(std::string_view label, std::string_view where) {
  const auto fail = [&](const std::string& what) { throw RevisionError(fmt::format("{}: {}", where, what)); };
  if (label.empty()) fail("the branch label is empty");
  if (has_meaning(label)) fail(fmt::format("'{}' cannot be a branch label: the word has a meaning of its own", label));
  for (const char c : label) {
    if (is_blank_or_control(c))
      fail(fmt::format("the branch label '{}' has a blank or control character in it", label));
    if (std::string_view("@:,").find(c) != std::string_view::npos) {
      fail(fmt::format("the branch label '{}' may not have '{}' in it", label, c));
    }
  }
  if (label.front() == '+' || label.front() == '-') {
    fail(fmt::format("the branch label '{}' may not begin with '{}'", label, label.front()));
  }
}

Revision detail::read_revision_at(int directory, const char* name, std::filesystem::path path, RevisionType type) {
  const File file(directory, name);
  if (!file.is_open()) fail_to_read(path);
  std::array<char, 4096> buffer;
  const ssize_t got = file.read(buffer.data(), buffer.size());
  if (got < 0) fail_to_read(path);
  std::string_view header(buffer.data(), static_cast<std::size_t>(got));

  // Only a message of pages does not fit; a read that fills the buffer may have cut it.
  std::string longer;
  bool at_end = header.size() < buffer.size();
  while (!at_end && !header_extent(header, comment_of(type)).complete) {
    const std::size_t have = header.size();
    if (longer.empty()) longer = header;
    longer.resize(have * 2);
    const ssize_t more = file.read(longer.data() + have, have);
    if (more < 0) fail_to_read(path);
    at_end = more == 0;
    longer.resize(have + static_cast<std::size_t>(more));
    header = longer;
  }
  Revision revision = read_fields(header, path, type);
  revision.path = std::move(path);
  return revision;
}

Revision read_revision(const std::filesystem::path& path) {
  const auto type = detail::type_of(path.filename().native());
  return detail::read_revision_at(AT_FDCWD, path.c_str(), path, type.value_or(RevisionType::sql));
}

Revision parse_header(std::string_view text, const std::filesystem::path& path) {
  const auto type = detail::type_of(path.filename().native());
  Revision revision = detail::read_fields(text, path, type.value_or(RevisionType::sql));
  revision.path = path;
  return revision;
}

}  // namespace migrate::script

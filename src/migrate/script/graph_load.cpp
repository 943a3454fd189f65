#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <exception>
#include <memory>
#include <set>
#include <thread>

#include "migrate/script/detail/revision_header.hpp"
#include "migrate/script/revision_graph.hpp"

namespace migrate::script {
namespace {

struct CloseDirectory {
  void operator()(DIR* directory) const { ::closedir(directory); }
};
using Directory = std::unique_ptr<DIR, CloseDirectory>;

/// A directory of revisions. The first ones stay open, so that their files are opened relative to them.
struct Folder {
  Directory handle;
  std::filesystem::path path;
};

/// Directories kept open at most: a deep tree must not use up the descriptors of the process.
constexpr std::size_t k_most_open = 32;

struct Candidate {
  std::size_t folder;
  std::string name;
  RevisionType type;
};

/// Finds the revision files of the locations, in load order.
class FileList {
 public:
  explicit FileList(bool recursive) : recursive_(recursive) {}

  void add(const std::filesystem::path& path) {
    Directory handle(::opendir(path.c_str()));
    if (!handle) {
      if (errno == ENOENT) return;
      throw base::FileError(
          fmt::format("cannot read the directory of revisions {}: {}", path.string(), std::strerror(errno)),
          "Check version_locations and the permissions of the directory.");
    }
    // One directory reached on two ways (listed twice, a link) counts once: its files are not duplicates.
    struct stat facts {};
    if (::fstat(::dirfd(handle.get()), &facts) == 0 && !visited_.emplace(facts.st_dev, facts.st_ino).second) return;
    const std::size_t folder = folders_.size();
    folders_.push_back({std::move(handle), path});
    list(folder);
  }

  [[nodiscard]] const std::vector<Candidate>& files() const { return files_; }

  [[nodiscard]] Revision read(const Candidate& file) const {
    const auto& folder = folders_[file.folder];
    auto path = folder.path / file.name;
    if (folder.handle) {
      return detail::read_revision_at(::dirfd(folder.handle.get()), file.name.c_str(), std::move(path), file.type);
    }
    const std::string name = path.native();
    return detail::read_revision_at(AT_FDCWD, name.c_str(), std::move(path), file.type);
  }

 private:
  void list(std::size_t folder) {
    std::vector<Candidate> found;
    std::vector<std::string> below;
    errno = 0;
    while (const dirent* entry = ::readdir(folders_[folder].handle.get())) {
      const std::string_view name = entry->d_name;
      if (const auto type = detail::type_of(name); type && may_be_file(entry->d_type)) {
        found.push_back({folder, std::string(name), *type});
      } else if (recursive_ && !name.starts_with('.') && is_directory(folder, *entry)) {
        below.emplace_back(name);
      }
    }
    std::ranges::sort(found, {}, &Candidate::name);
    std::ranges::sort(below);
    std::ranges::move(found, std::back_inserter(files_));
    if (folder >= k_most_open) folders_[folder].handle.reset();
    const auto path = folders_[folder].path;
    for (const auto& name : below) add(path / name);
  }

  /// Sockets, pipes and devices would block or make no sense. A directory is kept: reading it gives a clear error.
  static bool may_be_file(unsigned char kind) {
    return kind == DT_REG || kind == DT_LNK || kind == DT_UNKNOWN || kind == DT_DIR;
  }

  [[nodiscard]] bool is_directory(std::size_t folder, const dirent& entry) const {
    if (entry.d_type == DT_DIR) return true;
    if (entry.d_type != DT_LNK && entry.d_type != DT_UNKNOWN) return false;
    struct stat facts {};
    return ::fstatat(::dirfd(folders_[folder].handle.get()), entry.d_name, &facts, 0) == 0 && S_ISDIR(facts.st_mode);
  }

  bool recursive_;
  std::vector<Folder> folders_;
  std::vector<Candidate> files_;
  std::set<std::pair<dev_t, ino_t>> visited_;
};

/// Reads files [from, to); returns the error of the first one that is not right.
std::exception_ptr read_part(const FileList& list, std::size_t from, std::size_t to, std::vector<Revision>& into) {
  try {
    for (std::size_t i = from; i < to; ++i) into[i] = list.read(list.files()[i]);
  } catch (...) {
    return std::current_exception();
  }
  return nullptr;
}

std::vector<Revision> read_all(const FileList& list) {
  constexpr std::size_t k_worth_threads = 256;
  const std::size_t count = list.files().size();
  std::vector<Revision> revisions(count);
  const std::size_t parts = count > k_worth_threads ? std::clamp(std::thread::hardware_concurrency(), 1U, 16U) : 1;
  std::vector<std::exception_ptr> faults(parts);
  {
    std::vector<std::jthread> threads;
    const auto from = [&](std::size_t part) { return count * part / parts; };
    for (std::size_t part = 1; part < parts; ++part) {
      threads.emplace_back([&, part] { faults[part] = read_part(list, from(part), from(part + 1), revisions); });
    }
    faults[0] = read_part(list, 0, from(1), revisions);
  }
  for (const auto& fault : faults) {
    if (fault) std::rethrow_exception(fault);
  }
  return revisions;
}

}  // namespace

RevisionGraph RevisionGraph::load(std::span<const std::filesystem::path> locations, bool recursive) {
  FileList list(recursive);
  for (const auto& location : locations) list.add(location);
  return RevisionGraph(read_all(list));
}

}  // namespace migrate::script

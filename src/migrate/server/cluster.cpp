#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <clocale>
#include <cstdlib>
#include <cstring>

#include "migrate/base/files.hpp"
#include "migrate/base/text.hpp"
#include "migrate/server/detail/cluster.hpp"
#include "migrate/server/private_server.hpp"

namespace migrate::server::detail {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view k_unfinished = "data.new.";

/// Chosen for a private server: little memory, times that do not depend on the machine. Kept in the cluster's own
/// postgresql.conf, where its owner may change them.
constexpr std::string_view k_settings = R"(
# A private server for one project: small, and the same on every machine.
max_connections = 100
shared_buffers = 32MB
wal_level = replica
jit = off
max_wal_size = 256MB
min_wal_size = 32MB
timezone = 'UTC'
log_timezone = 'UTC'
log_line_prefix = '%m [%p] %q%d '
lc_messages = 'C'
)";

/// The best locale the machine has: text sorted by code point, with letters beyond ASCII known as letters.
std::string best_locale() {
  const locale_t found = ::newlocale(LC_ALL_MASK, "C.UTF-8", nullptr);
  if (found == nullptr) return "C";
  ::freelocale(found);
  return "C.UTF-8";
}

/// What initdb runs that were killed left behind.
void remove_unfinished(const Layout& layout) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(layout.directory, ignored)) {
    if (!entry.path().filename().string().starts_with(k_unfinished)) continue;
    std::error_code failure;
    fs::remove_all(entry.path(), failure);
  }
}

/// A new, empty directory of the account's, removed again unless it was moved away.
class UnfinishedCluster {
 public:
  explicit UnfinishedCluster(const Layout& layout) : directory_(k_unfinished, layout.directory) {
    give_to(layout.account, directory_.path());
  }
  [[nodiscard]] const fs::path& path() const { return directory_.path(); }

  void move_to(const fs::path& place, bool durable) {
    if (::rename(path().c_str(), place.c_str()) != 0) {
      const int error = errno;
      const bool occupied = error == ENOTEMPTY || error == EEXIST || error == ENOTDIR;
      throw ServerError(
          fmt::format("cannot put a new data directory at {}: {}", place.string(), std::strerror(error)),
          occupied ? "What is there is not a PostgreSQL data directory (it has no PG_VERSION). Move it away." : "");
    }
    directory_.keep();
    const int parent = ::open(place.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (durable && parent >= 0) ::syncfs(parent);
    if (parent >= 0) ::close(parent);
  }

 private:
  base::TemporaryDirectory directory_;
};

void run_initdb(const Layout& layout, const Installation& installation, const fs::path& place, bool durable) {
  const DirectoryHandle handle(place);
  const std::string name = layout.traversable ? place.string() : DirectoryHandle::name(handle.descriptor());
  std::vector<std::string> command{(installation.binaries / "initdb").string(),
                                   "--pgdata=" + name,
                                   "--username=postgres",
                                   "--encoding=UTF8",
                                   "--locale=" + best_locale(),
                                   "--auth-local=trust",
                                   "--auth-host=reject"};
  if (!durable) command.emplace_back("--no-sync");
  auto options = program_options(layout.account);
  options.timeout = std::chrono::minutes(10);
  const auto ended = base::run_process(command, options);
  if (ended.exit_code == 0 && !ended.timed_out) return;
  throw ServerError(fmt::format("cannot make a database cluster in {} (as user {}, with {}):\n{}",
                                layout.directory.string(), layout.account.name, command[0], base::trim(ended.errors)),
                    ended.timed_out ? "initdb had not ended after 10 minutes." : "Nothing was left behind; try again.");
}

}  // namespace

DirectoryHandle::DirectoryHandle(const fs::path& directory)
    : fd_(::open(directory.c_str(), O_PATH | O_DIRECTORY)) {  // NOLINT: programs started from here inherit it
  if (fd_ < 0) throw ServerError(fmt::format("cannot open {}: {}", directory.string(), std::strerror(errno)));
}

DirectoryHandle::~DirectoryHandle() {
  ::close(fd_);
}

std::optional<std::string> cluster_version(const Layout& layout) {
  if (!layout.data_exists) return std::nullopt;
  try {
    return std::string(base::trim(base::read_prefix(layout.data / "PG_VERSION", 64)));
  } catch (const base::FileError& error) {
    throw ServerError(fmt::format("cannot use the data directory: {}", error.what()), error.hint());
  }
}

void make_cluster(const Layout& layout, const Installation& installation, bool durable) {
  remove_unfinished(layout);
  UnfinishedCluster cluster(layout);
  run_initdb(layout, installation, cluster.path(), durable);
  const fs::path configuration = cluster.path() / "postgresql.conf";
  base::replace_file(configuration, base::read_file(configuration) + std::string(k_settings));
  give_to(layout.account, configuration);
  cluster.move_to(layout.data, durable);
}

}  // namespace migrate::server::detail

#include "migrate/server/private_server.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "migrate/base/text.hpp"
#include "migrate/engine/connection.hpp"
#include "migrate/engine/error.hpp"
#include "migrate/engine/result.hpp"
#include "migrate/server/detail/cluster.hpp"
#include "migrate/server/detail/file_lock.hpp"
#include "migrate/server/detail/installation.hpp"
#include "migrate/server/detail/layout.hpp"
#include "migrate/server/detail/pid_file.hpp"
#include "migrate/server/detail/postmaster.hpp"

namespace migrate::server {
namespace {

namespace fs = std::filesystem;

constexpr const char* k_superuser = "postgres";
constexpr const char* k_first_database = "postgres";
constexpr std::chrono::minutes k_patience_for_initdb{2};

engine::Url url_of(const detail::Layout& layout, std::string database) {
  engine::Url url;
  url.user = k_superuser;
  url.hosts = {{layout.socket.string(), std::uint16_t{5432}}};
  url.database = std::move(database);
  return url;
}

detail::FileLock lock(const detail::Layout& layout, std::chrono::milliseconds patience) {
  auto held = detail::FileLock::acquire(layout.lock, patience);
  if (held) return std::move(*held);
  throw ServerError(fmt::format("another process has been starting or stopping the private server in {} for {} s",
                                layout.directory.string(), patience.count() / 1000),
                    "Wait for it to end, then try again.");
}

/// The server's settings: durability as wanted, then the caller's.
detail::Settings settings_of(const PrivateServer::Options& options) {
  detail::Settings settings;
  if (!options.durable) {
    settings = {{"fsync", "off"}, {"full_page_writes", "off"}, {"synchronous_commit", "off"}};
  }
  settings.insert(settings.end(), options.settings.begin(), options.settings.end());
  return settings;
}

/// Programs for the data directory that is there, or any for a new one.
detail::Installation choose_installation(const detail::Layout& layout, const fs::path& configured) {
  const auto version = detail::cluster_version(layout);
  const std::string remedy =
      "Dump the data with the old version and load it into a new directory (pg_dump), or use "
      "pg_upgrade. If the data is not needed, remove " +
      layout.directory.string() + ".";
  try {
    auto found = detail::find_installation(configured, layout.account, version);
    if (!version || detail::major_version(found.version) == *version) return found;
    throw ServerError(fmt::format("{} holds PostgreSQL {}", found.binaries.string(), found.version));
  } catch (const ServerError& error) {
    if (!version) throw;
    throw ServerError(fmt::format("the data in {} was made by PostgreSQL {}, and that version is needed to use it: {}",
                                  layout.data.string(), *version, error.what()),
                      error.hint().empty() ? remedy : error.hint() + " " + remedy);
  }
}

/// A server that accepts connections and whose socket is still there (cleaners of /tmp take it away).
bool is_reachable(const detail::Layout& layout) {
  const auto running = detail::running_server(layout.data);
  std::error_code ignored;
  return running && running->ready && fs::exists(layout.socket / ".s.PGSQL.5432", ignored);
}

void bring_up(const PrivateServer::Options& options) {
  auto layout = detail::layout_of(options.directory);
  detail::make_directory(layout);
  const auto held = lock(layout, options.start_timeout + k_patience_for_initdb);
  layout = detail::layout_of(options.directory);
  if (const auto running = detail::running_server(layout.data)) {
    detail::wait_until_ready(layout, running->pid, 0, options.start_timeout);
    layout = detail::layout_of(options.directory);
    if (is_reachable(layout)) return;
    detail::stop_postmaster(layout, detail::Shutdown::fast, options.start_timeout);
    layout = detail::layout_of(options.directory);
  }
  const auto installation = choose_installation(layout, options.binaries);
  detail::secure_socket_directory(layout);
  if (!layout.data_exists) detail::make_cluster(layout, installation, options.durable);
  detail::start_postmaster(layout, installation, settings_of(options), options.start_timeout);
}

bool has_database(engine::Connection& connection, const std::string& name) {
  const std::optional<std::string> parameter = name;
  const auto found = connection.execute("SELECT 1 FROM pg_catalog.pg_database WHERE datname = $1", {&parameter, 1});
  return found.rows() > 0;
}

void ensure_database(const engine::Url& administration, const std::string& name) {
  if (name.empty() || name == k_first_database) return;
  engine::ConnectionParts parts;
  parts.url = administration;
  auto connection = engine::Connection::connect(engine::ConnectionConfig::create(std::move(parts)));
  if (has_database(connection, name)) return;
  try {
    connection.execute(fmt::format("CREATE DATABASE \"{}\" TEMPLATE template0", base::replace_all(name, "\"", "\"\"")));
  } catch (const engine::SqlError&) {
    if (!has_database(connection, name)) throw;  // Else another process was faster.
  }
}

}  // namespace

PrivateServer::PrivateServer(Options options) : options_(std::move(options)) {}

void PrivateServer::start() {
  const auto layout = detail::layout_of(options_.directory);
  if (is_reachable(layout)) {
    detail::secure_socket_directory(layout);
  } else {
    bring_up(options_);
  }
  try {
    ensure_database(url_of(detail::layout_of(options_.directory), k_first_database), options_.database);
  } catch (const engine::DatabaseError& error) {
    throw ServerError(fmt::format("cannot make database {} on the private server in {}: {}", options_.database,
                                  options_.directory.string(), error.what()),
                      error.hint());
  }
}

void PrivateServer::stop() {
  const auto layout = detail::layout_of(options_.directory);
  if (!layout.data_exists) return;
  const auto held = lock(layout, options_.start_timeout + k_patience_for_initdb);
  detail::stop_postmaster(layout, detail::Shutdown::fast, options_.start_timeout);
  ::rmdir(layout.socket.c_str());
}

ServerStatus PrivateServer::status() const {
  const auto layout = detail::layout_of(options_.directory);
  ServerStatus status;
  status.data_directory = layout.data;
  status.socket_directory = layout.socket;
  status.exists = layout.data_exists;
  if (!layout.data_exists) return status;
  const auto running = detail::running_server(layout.data);
  status.running = running.has_value();
  status.pid = running ? running->pid : 0;
  const auto major = detail::cluster_version(layout);
  try {
    status.version = detail::find_installation(options_.binaries, layout.account, major).version;
  } catch (const ServerError&) {
    status.version = *major;
  }
  return status;
}

engine::Url PrivateServer::url() const {
  return url_of(detail::layout_of(options_.directory), options_.database);
}

}  // namespace migrate::server

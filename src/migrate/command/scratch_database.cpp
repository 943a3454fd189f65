#include "migrate/command/scratch_database.hpp"

#include <fmt/format.h>

#include <random>

#include "migrate/command/schema_files.hpp"
#include "migrate/sql/quote.hpp"

namespace migrate::command {
namespace {

std::string random_name() {
  std::random_device source;
  return fmt::format("migrate_scratch_{:08x}{:08x}", source(), source());
}

std::unique_ptr<server::WarmServer> warm_server(const ScratchPlace& place) {
  if (place.dev_url != "ephemeral") return nullptr;
  return std::make_unique<server::WarmServer>(server::WarmServer::Options{.directory = place.warm_directory});
}

engine::ConnectionConfig config_of(const ScratchPlace& place, const server::WarmServer* warm) {
  engine::ConnectionParts parts;
  parts.url = warm != nullptr ? warm->url() : engine::Url::parse(place.dev_url);
  return engine::ConnectionConfig::create(std::move(parts));
}

}  // namespace

ScratchServer::ScratchServer(ScratchPlace place)
    : place_(std::move(place)), warm_(warm_server(place_)), config_(config_of(place_, warm_.get())) {}

engine::Connection ScratchServer::connect(const std::string& database) const {
  return engine::Connection::connect(database.empty() ? config_ : config_.with_database(database), place_.hooks);
}

ScratchDatabase::ScratchDatabase(const ScratchServer& server) : server_(server), name_(random_name()) {
  auto connection = server_.connect();
  // Copying files is the quicker way where the disk is not waited for.
  const bool copies = server_.is_throwaway() && connection.server_version() >= 150000;
  try {
    connection.execute(
        fmt::format("CREATE DATABASE {} TEMPLATE template0{}", name_, copies ? " STRATEGY file_copy" : ""));
  } catch (const engine::SqlError& error) {
    if (error.fields().sqlstate != "42501") throw;
    throw SchemaError(
        fmt::format("cannot make a database for the desired schema on {}: {}", server_.config().uri(),
                    error.fields().message),
        "Give that role the right (ALTER ROLE … CREATEDB), or set autogenerate.dev_url to \"ephemeral\".");
  }
}

ScratchDatabase::~ScratchDatabase() {
  try {
    auto connection = server_.connect();
    connection.execute(fmt::format("DROP DATABASE IF EXISTS {} WITH (FORCE)", name_));
    if (server_.is_throwaway()) return;
    for (const std::string& role : roles_) {
      try {
        connection.execute("DROP ROLE IF EXISTS " + sql::quote_identifier(role));
      } catch (const engine::SqlError&) {
        // Somebody else relies on it by now.
      }
    }
  } catch (const std::exception&) {
    // The server is gone, or cannot be reached any more. A throw-away one takes the database with it.
  }
}

}  // namespace migrate::command

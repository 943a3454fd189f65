#include "support/temp_database.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <thread>

#include "migrate/base/error.hpp"
#include "support/case_accounts.hpp"
#include "support/test_server.hpp"

namespace migrate::test {
namespace {

engine::Connection administrator() {
  engine::ConnectionParts parts;
  parts.url = test_server_url();
  parts.application_name = "migrate tests";
  return engine::Connection::connect(engine::ConnectionConfig::create(std::move(parts)));
}

/// Process number and counter keep programs that run side by side apart; the random part keeps a reused process number
/// apart from a database that was left behind.
std::string unique_name() {
  static std::atomic<unsigned> counter{0};
  static const unsigned salt = std::random_device{}();
  return fmt::format("test_{}_{:08x}_{}", ::getpid(), salt, counter++);
}

/// Sessions on the database, a line each.
std::string sessions_on(engine::Connection& connection, const std::string& database) {
  const auto result = connection.execute(
      "SELECT string_agg(format(E'\\n    %s %s %s: %s', pid, application_name, state, left(query, 80)), '') FROM "
      "pg_stat_activity WHERE backend_type = 'client backend' AND datname = $1",
      database);
  return std::string(result.scalar().value_or(""));
}

/// Whoever used the database must be gone by now, but for sessions that the server has not yet seen the end of.
void account_for(const std::string& database) {
  using namespace std::chrono_literals;
  auto connection = administrator();
  const auto end = std::chrono::steady_clock::now() + 5s;
  std::string left = sessions_on(connection, database);
  for (; !left.empty() && std::chrono::steady_clock::now() < end; left = sessions_on(connection, database)) {
    std::this_thread::sleep_for(10ms);
  }
  if (!left.empty()) CaseAccounts::of_process().breach("sessions on its database are not closed:" + left);
}

}  // namespace

TempDatabase::TempDatabase() : name_(unique_name()) {
  auto connection = administrator();
  // Copying files costs two checkpoints, next to nothing without fsync; the other way logs every page.
  const bool has_strategy = connection.server_version() >= 150000;
  connection.execute(
      fmt::format("CREATE DATABASE {} TEMPLATE template0{}", name_, has_strategy ? " STRATEGY file_copy" : ""));
}

TempDatabase::~TempDatabase() {
  try {
    if (CaseAccounts::of_process().is_open()) account_for(name_);
    if (std::getenv("MIGRATE_KEEP_DATABASES") != nullptr) {
      std::fputs(fmt::format("kept database: {}\n", uri()).c_str(), stderr);
      return;
    }
    administrator().execute(fmt::format("DROP DATABASE IF EXISTS {} WITH (FORCE)", name_));
  } catch (const std::exception& error) {
    std::fputs(fmt::format("cannot drop test database {}: {}\n", name_, error.what()).c_str(), stderr);
  }
}

engine::Url TempDatabase::url() const {
  engine::Url result = test_server_url();
  result.database = name_;
  return result;
}

std::string TempDatabase::uri() const {
  return url().to_string(engine::Password::shown);
}

engine::ConnectionConfig TempDatabase::config() const {
  engine::ConnectionParts parts;
  parts.url = url();
  return engine::ConnectionConfig::create(std::move(parts));
}

engine::Connection TempDatabase::connect() const {
  return engine::Connection::connect(config());
}

void TempDatabase::execute(std::string_view sql) const {
  connect().execute(sql);
}

std::string TempDatabase::query(std::string_view sql) const {
  const engine::Result result = connect().execute(sql);
  return std::string(result.scalar().value_or(""));
}

std::vector<std::vector<std::string>> TempDatabase::rows(std::string_view sql) const {
  const engine::Result result = connect().execute(sql);
  std::vector<std::vector<std::string>> rows;
  for (int row = 0; row < result.rows(); ++row) {
    auto& fields = rows.emplace_back();
    for (int column = 0; column < result.columns(); ++column) {
      fields.emplace_back(result.get(row, column).value_or("<null>"));
    }
  }
  return rows;
}

}  // namespace migrate::test

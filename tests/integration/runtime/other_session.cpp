#include "other_session.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <thread>

#include "migrate/base/clock.hpp"

namespace migrate::test {

using namespace std::chrono_literals;

bool comes_true(engine::Connection& observer, const std::string& question, std::chrono::seconds time) {
  const auto deadline = engine::Deadline::after(time);
  while (!deadline.passed()) {
    if (observer.execute(question).scalar() == "t") return true;
    std::this_thread::sleep_for(5ms);
  }
  return false;
}

Answer ask(engine::Connection& connection, std::string_view sql) {
  const base::Stopwatch watch;
  std::string sqlstate;
  try {
    connection.execute(sql);
  } catch (const engine::SqlError& error) {
    sqlstate = error.sqlstate();
  }
  return {sqlstate, std::chrono::floor<std::chrono::milliseconds>(watch.elapsed())};
}

OtherMessage::OtherMessage(const engine::ConnectionConfig& config, std::string sql, const std::string& application)
    : connection_(engine::Connection::connect(config.with_application_name(application))),
      pid_(connection_.backend_pid()) {
  connection_.execute("SET statement_timeout = '10s'");
  answer_ = std::async(std::launch::async, [this, sql = std::move(sql)] { return ask(connection_, sql); });
}

bool waiting(engine::Connection& observer, int sessions) {
  return comes_true(observer, fmt::format("SELECT count(DISTINCT pid) = {} FROM pg_locks WHERE NOT granted AND pid IN"
                                          " (SELECT pid FROM pg_stat_activity WHERE datname = current_database())",
                                          sessions));
}

bool waits(engine::Connection& observer, int pid) {
  return comes_true(observer, fmt::format("SELECT count(*) > 0 FROM pg_locks WHERE NOT granted AND pid = {}", pid));
}

PlainRole::PlainRole(const TempDatabase& database) : database_(database), name_("plain_" + database.name()) {
  database.execute(
      fmt::format("CREATE ROLE {0} LOGIN; GRANT ALL ON SCHEMA public TO {0};"
                  " GRANT ALL ON ALL TABLES IN SCHEMA public TO {0}",
                  name_));
}

PlainRole::~PlainRole() {
  try {
    database_.execute(fmt::format("REASSIGN OWNED BY {0} TO postgres; DROP OWNED BY {0}; DROP ROLE {0}", name_));
  } catch (const std::exception& error) {
    std::fputs(fmt::format("cannot drop role {}: {}\n", name_, error.what()).c_str(), stderr);
  }
}

}  // namespace migrate::test

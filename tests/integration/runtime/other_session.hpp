#pragma once
#include <chrono>
#include <future>
#include <string>
#include <string_view>

#include "migrate/engine/connection.hpp"
#include "support/temp_database.hpp"

namespace migrate::test {

/// What came of a statement.
struct Answer {
  std::string sqlstate;  ///< empty: it succeeded
  std::chrono::milliseconds took{0};
};

/// Sends one message and notes down what comes of it. Throws what is not of the server's saying.
Answer ask(engine::Connection& connection, std::string_view sql);

/// A message of another session, sent on a thread of its own; answered after 10 s at the latest.
class OtherMessage {
 public:
  OtherMessage(const engine::ConnectionConfig& config, std::string sql, const std::string& application = "other");
  OtherMessage(const OtherMessage&) = delete;
  OtherMessage& operator=(const OtherMessage&) = delete;

  [[nodiscard]] int pid() const noexcept { return pid_; }
  /// Its end. To be asked once.
  Answer wait() { return answer_.get(); }

 private:
  engine::Connection connection_;
  int pid_;
  std::future<Answer> answer_;  ///< its destructor waits
};

/// Whether the question is answered with true in time.
bool comes_true(engine::Connection& observer, const std::string& question,
                std::chrono::seconds time = std::chrono::seconds(5));
/// Whether so many sessions of the database wait for locks within 5 s.
bool waiting(engine::Connection& observer, int sessions);
/// Whether backend `pid` waits for a lock within 5 s.
bool waits(engine::Connection& observer, int pid);

/// A role that may log in and read and change all tables of the database, but not look at others' sessions. Dropped at
/// the end of the scope.
class PlainRole {
 public:
  explicit PlainRole(const TempDatabase& database);
  ~PlainRole();
  PlainRole(const PlainRole&) = delete;
  PlainRole& operator=(const PlainRole&) = delete;

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] engine::ConnectionConfig config() const { return database_.config().with_user(name_); }

 private:
  const TempDatabase& database_;
  std::string name_;
};

}  // namespace migrate::test

#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "migrate/engine/connection.hpp"
#include "migrate/engine/connection_config.hpp"
#include "migrate/engine/url.hpp"

namespace migrate::test {

/// An empty database of its own on the test server, dropped (with whoever is still connected) at the end of the scope.
/// With MIGRATE_KEEP_DATABASES in the environment it stays, and its URL is printed. Names are unique per process, so
/// test programs run side by side.
class TempDatabase {
 public:
  TempDatabase();
  ~TempDatabase();
  TempDatabase(const TempDatabase&) = delete;
  TempDatabase& operator=(const TempDatabase&) = delete;

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] engine::Url url() const;
  /// `url()` as text, for command lines and configuration files.
  [[nodiscard]] std::string uri() const;
  [[nodiscard]] engine::ConnectionConfig config() const;
  [[nodiscard]] engine::Connection connect() const;

  /// Each of these opens a connection of its own: what they see is committed, and session state does not stay.
  void execute(std::string_view sql) const;
  /// First field of the first row; "" when there is none or it is NULL.
  [[nodiscard]] std::string query(std::string_view sql) const;
  /// All rows of the last statement; NULL is written as "<null>".
  [[nodiscard]] std::vector<std::vector<std::string>> rows(std::string_view sql) const;

 private:
  std::string name_;
};

}  // namespace migrate::test

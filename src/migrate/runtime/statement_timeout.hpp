#pragma once
#include <string>
#include <string_view>
#include <utility>

#include "migrate/runtime/message.hpp"

namespace migrate::runtime {

/// Whether a statement works through a whole table for as long as that takes, without keeping readers out: index
/// builds and validation. No timeout is meant for it.
bool takes_its_time(std::string_view sql) noexcept;

/// The statement_timeout within one transaction: none for what takes its time, the usual one for all else. A revision
/// that says one itself is left alone from there on.
class StatementTimeout {
 public:
  /// `usual`: as PostgreSQL writes it; empty: what role, database and server say.
  explicit StatementTimeout(std::string usual) : usual_(std::move(usual)) {}

  /// Before `sql` is added to the message.
  void prepare(Message& message, std::string_view sql);
  /// After the last statement.
  void restore(Message& message);

 private:
  std::string usual_;
  bool lifted_ = false;
  bool of_revision_ = false;
};

}  // namespace migrate::runtime

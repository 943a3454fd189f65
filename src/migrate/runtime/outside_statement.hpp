#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "migrate/runtime/cpp_statements.hpp"
#include "migrate/runtime/message.hpp"
#include "migrate/runtime/prepared_step.hpp"
#include "migrate/sql/statement.hpp"
#include "migrate/sql/subject.hpp"

namespace migrate::runtime {

/// A statement that runs outside transactions, and what decides how. Keeps views of what it was made from.
struct OutsideStatement {
  std::string_view sql;
  sql::Statement facts;
  std::string checksum;
  std::string place;                       ///< file:line:column, or file:line
  std::optional<sql::Subject> subject{};   ///< what it is about, if that can be told
  std::function<void(Message&)> add_to{};  ///< puts it into a message

  /// CREATE INDEX CONCURRENTLY.
  [[nodiscard]] bool makes_index() const;
};

OutsideStatement outside_statement(const PreparedStep& step, const sql::Statement& statement, std::string checksum);
OutsideStatement outside_statement(const PlacedStatement& statement);

}  // namespace migrate::runtime

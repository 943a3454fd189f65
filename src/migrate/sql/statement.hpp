#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "migrate/base/error.hpp"

namespace migrate::sql {

/// Part of a text, in bytes.
struct Range {
  std::size_t offset = 0;
  std::size_t length = 0;
  [[nodiscard]] std::string_view of(std::string_view text) const { return text.substr(offset, length); }
  [[nodiscard]] std::size_t end() const { return offset + length; }
};

/// What BEGIN, COMMIT and their kin do to the transaction they stand in.
enum class TransactionControl { none, begins, ends, savepoint };

/// One statement of a script, with the facts that decide how it is run.
struct Statement {
  Range text;                      ///< from its first token to its last; no semicolon, no comment before it
  std::optional<Range> copy_data;  ///< COPY … FROM stdin: the data lines, without the closing "\."
  bool parsed = true;              ///< false: newer than the parser's grammar; only the scanner saw it
  TransactionControl control = TransactionControl::none;
  /// PostgreSQL refuses it inside a transaction block (CREATE INDEX CONCURRENTLY, VACUUM, CREATE DATABASE …).
  bool refuses_transaction = false;
  /// May leave something behind in the session: SET, role, temporary objects, PREPARE, LISTEN, DO, CALL, SELECT,
  /// data-changing statements (triggers, functions) and everything the parser did not understand. Plain DDL does not.
  bool touches_session = true;
  std::string kind;  ///< the words a user knows it by: "CREATE TABLE", "ALTER TYPE", "SELECT"
};

/// The text cannot be cut into statements. `offset` is a byte offset into the text given.
class SqlSyntaxError : public base::Error {
 public:
  SqlSyntaxError(const std::string& message, std::size_t offset, std::string hint = {})
      : Error(message, std::move(hint)), offset_(offset) {}
  [[nodiscard]] std::size_t offset() const noexcept { return offset_; }

 private:
  std::size_t offset_;
};

/// Cuts a script as `psql -f` would: dollar quotes, nested comments, BEGIN ATOMIC bodies, COPY data, and the psql
/// commands \restrict and \unrestrict, which are skipped. Empty statements are dropped. A statement the parser does not
/// know is kept with parsed = false, for the server to judge. Throws SqlSyntaxError for unterminated quotes and
/// comments, COPY data without "\.", and any other backslash command.
std::vector<Statement> split(std::string_view text);

}  // namespace migrate::sql

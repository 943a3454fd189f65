#include "migrate/sql/detail/facts.hpp"

#include <algorithm>
#include <array>

#include "migrate/base/text.hpp"
#include "migrate/sql/detail/kind.hpp"

namespace migrate::sql::detail {
namespace {

bool means_off(const Token& value) {
  const std::string word = base::to_lower(value.text);
  return word == "off" || word == "false" || word == "0" || word == "no" || word == "'off'" || word == "'false'" ||
         word == "'0'" || word == "'no'";
}

/// A yes-or-no option in "(a, b = off, c true)"; nothing when it is not named.
std::optional<bool> boolean_option(const Token& group, std::string_view name) {
  if (group.kind != TokenKind::open) return std::nullopt;
  Lexer lexer(group.text, 1);
  for (Token token = lexer.next(); token.kind != TokenKind::end; token = lexer.next()) {
    if (!token.is(name)) continue;
    token = lexer.next();
    if (token.is_symbol('=')) token = lexer.next();
    return !means_off(token);
  }
  return std::nullopt;
}

/// Whether an option is named in any group of the statement, with `value` as its meaning.
bool has_option(const Outline& outline, std::string_view name, bool value) {
  for (std::size_t i = 1; i < outline.size(); ++i) {
    if (boolean_option(outline[i], name) == value) return true;
  }
  return false;
}

bool alter_refuses_transaction(const Outline& outline, const Kind& kind) {
  if (kind.words == "ALTER SYSTEM") return true;
  // The option TABLESPACE copies files; it stands after the name. (default_tablespace is another word.)
  if (kind.words == "ALTER DATABASE") return outline.find("tablespace", kind.next + 1).has_value();
  if (kind.words == "ALTER TABLE") {
    for (auto at = outline.find("partition", kind.next); at; at = outline.find("partition", *at + 1)) {
      if (outline.is(*at - 1, "detach") && outline.find("concurrently", *at + 2)) return true;
    }
    return false;
  }
  if (kind.words == "ALTER SUBSCRIPTION") {
    const bool refreshes = outline.is(kind.next + 1, "refresh") ||
                           (outline.is(kind.next + 2, "publication") && !has_option(outline, "refresh", false));
    return refreshes || has_option(outline, "failover", true) || has_option(outline, "failover", false) ||
           has_option(outline, "two_phase", true) || has_option(outline, "two_phase", false);
  }
  return false;
}

bool reindex_refuses_transaction(const Outline& outline) {
  if (has_option(outline, "concurrently", true)) return true;
  const std::size_t object = outline[1].kind == TokenKind::open ? 2 : 1;
  return outline.is(object, "database") || outline.is(object, "system") || outline.is(object, "schema") ||
         outline.is(object + 1, "concurrently");
}

/// CLUSTER without a table works through all of them, a transaction each.
bool cluster_refuses_transaction(const Outline& outline) {
  std::size_t next = 1;
  if (outline.is(next, "verbose") || outline[next].kind == TokenKind::open) ++next;
  return outline[next].kind == TokenKind::end;
}

/// The callers of PreventInTransactionBlock() in PostgreSQL 13 to 18, as far as the text alone can tell: a REINDEX or
/// CLUSTER of a partitioned table is refused too, and only the server knows which tables are.
bool refuses_transaction(const Outline& outline, const Kind& kind) {
  const std::string_view words = kind.words;
  if (words == "CREATE INDEX" || words == "DROP INDEX") return outline.is(kind.next, "concurrently");
  if (words.starts_with("ALTER ")) return alter_refuses_transaction(outline, kind);
  if (words == "REINDEX") return reindex_refuses_transaction(outline);
  if (words == "CLUSTER") return cluster_refuses_transaction(outline);
  if (words == "DISCARD") return outline.is(1, "all");
  if (words == "CREATE SUBSCRIPTION") {
    return !has_option(outline, "connect", false) && !has_option(outline, "create_slot", false);
  }
  constexpr auto always =
      std::to_array<std::string_view>({"VACUUM", "CREATE DATABASE", "DROP DATABASE", "CREATE TABLESPACE",
                                       "DROP TABLESPACE", "DROP SUBSCRIPTION", "COMMIT PREPARED", "ROLLBACK PREPARED"});
  return std::ranges::find(always, words) != always.end();
}

TransactionControl control(const Outline& outline, std::string_view words) {
  if (words == "BEGIN" || words == "START TRANSACTION") return TransactionControl::begins;
  if (words == "SAVEPOINT" || words == "RELEASE") return TransactionControl::savepoint;
  if (words == "ROLLBACK") {
    const std::size_t next = outline.is(1, "work") || outline.is(1, "transaction") ? 2 : 1;
    return outline.is(next, "to") ? TransactionControl::savepoint : TransactionControl::ends;
  }
  constexpr auto ends = std::to_array<std::string_view>(
      {"COMMIT", "END", "ABORT", "PREPARE TRANSACTION", "COMMIT PREPARED", "ROLLBACK PREPARED"});
  return std::ranges::find(ends, words) != ends.end() ? TransactionControl::ends : TransactionControl::none;
}

/// Objects in the schema pg_temp go with the session, whatever kind they are.
bool names_temporary_schema(const Outline& outline) {
  for (std::size_t i = 1; i < outline.size(); ++i) {
    if (outline.is(i, "pg_temp") || outline[i].text == "\"pg_temp\"") return true;
  }
  return false;
}

bool touches_session(const Outline& outline, const Kind& kind) {
  const std::string_view words = kind.words;
  if (words.starts_with("CREATE ") || words.starts_with("ALTER ") || words.starts_with("DROP ")) {
    // These run what others wrote: a query, an extension's script.
    constexpr auto run_code = std::to_array<std::string_view>(
        {"CREATE TABLE AS", "CREATE MATERIALIZED VIEW", "CREATE EXTENSION", "ALTER EXTENSION"});
    return kind.temporary || names_temporary_schema(outline) || std::ranges::find(run_code, words) != run_code.end();
  }
  constexpr auto leave_nothing =
      std::to_array<std::string_view>({"COMMENT", "GRANT", "REVOKE", "SECURITY LABEL", "REASSIGN OWNED", "ANALYZE",
                                       "ANALYSE", "VACUUM", "CLUSTER", "REINDEX", "LOCK", "CHECKPOINT", "NOTIFY"});
  return std::ranges::find(leave_nothing, words) == leave_nothing.end();
}

}  // namespace

void add_facts(const Outline& outline, Statement& statement) {
  Kind kind = kind_of(outline);
  // Outside parentheses AS stands in no other CREATE TABLE; as a name it would be quoted.
  if (kind.words == "CREATE TABLE" && outline.find("as", kind.next + 1)) kind.words = "CREATE TABLE AS";
  statement.control = control(outline, kind.words);
  statement.refuses_transaction = refuses_transaction(outline, kind);
  statement.touches_session = touches_session(outline, kind);
  statement.kind = std::move(kind.words);
}

bool creates_routine(const Outline& outline) noexcept {
  if (!outline.is(0, "create")) return false;
  const std::size_t object = outline.is(1, "or") && outline.is(2, "replace") ? 3 : 1;
  return outline.is(object, "function") || outline.is(object, "procedure");
}

bool reads_data_lines(const Outline& outline) noexcept {
  if (!outline.is(0, "copy")) return false;
  for (auto from = outline.find("from", 1); from; from = outline.find("from", *from + 1)) {
    const bool is_name = outline[*from - 1].is_symbol('.');
    if (!is_name) return outline.is(*from + 1, "stdin") || outline.is(*from + 1, "stdout");
  }
  return false;
}

std::optional<bool> sets_standard_conforming_strings(const Outline& outline) noexcept {
  if (!outline.is(0, "set")) return std::nullopt;
  const std::size_t name = outline.is(1, "session") || outline.is(1, "local") ? 2 : 1;
  if (!outline.is(name, "standard_conforming_strings")) return std::nullopt;
  return !means_off(outline[name + 2]);
}

}  // namespace migrate::sql::detail

#include <algorithm>

#include "migrate/base/text.hpp"
#include "migrate/sql/detail/effect_rules.hpp"

namespace migrate::sql::detail {
namespace {

/// The tables that a new table's columns and constraints refer to.
void add_references(std::string_view text, Range range, Effect& effect) {
  const auto tokens = all_tokens(text, range);
  TokenCursor cursor(tokens);
  while (cursor.skip_past("references")) {
    if (const auto table = cursor.take_name()) note_lock(effect, LockMode::share_row_exclusive, table->quoted());
  }
}

/// Where the rest of the statement stands.
Range rest_of(const Subordinate& statement) {
  const auto rest = statement.cursor.rest();
  return rest.empty() ? Range{} : Range{rest.front().offset, rest.back().end() - rest.front().offset};
}

/// LIKE other, INHERITS (a, b), PARTITION OF parent.
void add_parents(const Subordinate& statement, Effect& effect) {
  for (TokenCursor cursor = statement.cursor; cursor.skip_past("of");) {
    const auto parent = cursor.take_name();
    if (!parent || !statement.cursor.has("partition")) continue;
    // With a default partition, its rows are read; the text does not tell whether there is one.
    effect.scans = true;
    note_lock(effect, LockMode::access_exclusive, parent->quoted());
  }
  for (const Token& token : statement.cursor.rest()) {
    if (token.kind != TokenKind::open) continue;
    const auto elements = outer_tokens(statement.text, inside_of(token));
    for (const auto element : split_at_commas(elements)) {
      TokenCursor cursor(element);
      if (!cursor.take("like")) continue;
      if (const auto source = cursor.take_name()) note_lock(effect, LockMode::access_share, source->quoted());
    }
  }
  TokenCursor cursor = statement.cursor;
  if (!cursor.skip_past("inherits") || cursor.peek().kind != TokenKind::open) return;
  const auto parents = outer_tokens(statement.text, inside_of(cursor.peek()));
  if (const auto parent = TokenCursor(parents).take_name()) {
    note_lock(effect, LockMode::share_update_exclusive, parent->quoted());
  }
}

void add_create_table(const Subordinate& statement, Effect& effect) {
  add_references(statement.text, rest_of(statement), effect);
  add_parents(statement, effect);
}

/// What stands behind AS is run or at least looked at.
void add_stored_query(const Subordinate& statement, Effect& effect) {
  TokenCursor cursor = statement.cursor;
  if (!cursor.skip_past("as")) return;
  add_query(statement.text, cursor.rest(), effect);
  effect.scans = false;
}

void add_create_index(const Subordinate& statement, Effect& effect) {
  TokenCursor cursor = statement.cursor;
  const bool concurrently = cursor.take("concurrently");
  effect.scans = true;
  std::string table;
  if (cursor.skip_past("on")) {
    cursor.take("only");
    if (const auto name = cursor.take_name()) table = name->quoted();
  }
  note_lock(effect, concurrently ? LockMode::share_update_exclusive : LockMode::share, table);
}

/// A lock on the table behind the first such word.
void lock_table_after(std::string_view word, LockMode lock, const Subordinate& statement, Effect& effect) {
  TokenCursor cursor = statement.cursor;
  std::string table;
  if (cursor.skip_past(word)) {
    cursor.take("only");
    if (const auto name = cursor.take_name()) table = name->quoted();
  }
  note_lock(effect, lock, table);
}

void add_create_publication(const Subordinate& statement, Effect& effect) {
  TokenCursor cursor = statement.cursor;
  if (cursor.skip_past("for") && cursor.peek().is("table")) {
    lock_table_after("table", LockMode::share_update_exclusive, statement, effect);
  }
}

/// CREATE OR REPLACE of a view that exists locks it against reads.
void add_create_view(const Subordinate& statement, Effect& effect) {
  if (const auto view = TokenCursor(statement.cursor).take_name(); view && statement.replaces) {
    note_lock(effect, LockMode::access_exclusive, view->quoted());
  }
  add_stored_query(statement, effect);
}

/// The body of a function in SQL is looked at, and with it the tables it reads.
void add_create_routine(const Subordinate& statement, Effect& effect) {
  TokenCursor cursor = statement.cursor;
  const bool in_sql = cursor.skip_past("language") && (cursor.peek().is("sql") || cursor.peek().text == "'sql'");
  if (!in_sql) return;
  const std::string words = base::to_lower(rest_of(statement).of(statement.text));
  if (words.find("from") != std::string::npos) note_lock(effect, LockMode::access_share);
}

}  // namespace

bool add_create(const Subordinate& statement, Effect& effect) {
  const std::string_view kind = statement.kind;
  if (kind.starts_with("CREATE TABLE") || kind == "CREATE FOREIGN TABLE" || kind == "CREATE MATERIALIZED VIEW") {
    TokenCursor cursor = statement.cursor;
    cursor.take_if_not_exists();
    if (const auto name = cursor.take_name()) effect.creates = name->quoted();
  }
  if (kind == "CREATE TABLE" || kind == "CREATE FOREIGN TABLE") {
    add_create_table(statement, effect);
  } else if (kind == "CREATE SCHEMA") {
    // It may create tables along with itself.
    add_references(statement.text, rest_of(statement), effect);
  } else if (kind == "CREATE TABLE AS" || kind == "CREATE MATERIALIZED VIEW") {
    add_stored_query(statement, effect);
  } else if (kind == "CREATE VIEW") {
    add_create_view(statement, effect);
  } else if (kind == "CREATE INDEX") {
    add_create_index(statement, effect);
  } else if (kind == "CREATE TRIGGER") {
    lock_table_after("on", LockMode::share_row_exclusive, statement, effect);
  } else if (kind == "CREATE RULE") {
    lock_table_after("to", LockMode::access_exclusive, statement, effect);
  } else if (kind == "CREATE POLICY") {
    lock_table_after("on", LockMode::access_exclusive, statement, effect);
  } else if (kind == "CREATE STATISTICS") {
    lock_table_after("from", LockMode::share_update_exclusive, statement, effect);
  } else if (kind == "CREATE FUNCTION" || kind == "CREATE PROCEDURE") {
    add_create_routine(statement, effect);
  } else if (kind == "CREATE PUBLICATION") {
    add_create_publication(statement, effect);
  } else {
    return false;
  }
  return true;
}

}  // namespace migrate::sql::detail

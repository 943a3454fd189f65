#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "migrate/sql/detail/effect_rules.hpp"
#include "migrate/sql/detail/literal.hpp"

namespace migrate::sql::detail {
namespace {

bool is_verb(const Token& token) {
  constexpr auto verbs =
      std::to_array<std::string_view>({"select", "insert", "update", "delete", "merge", "values", "table"});
  return std::ranges::any_of(verbs, [&](std::string_view verb) { return token.is(verb); });
}

bool begins_query(const Token& token) {
  return is_verb(token) || token.is("with") || token.kind == TokenKind::open;
}

std::string take_table(TokenCursor& cursor) {
  cursor.take("only");
  const auto name = cursor.take_name();
  return name ? name->quoted() : std::string();
}

void add_delete(TokenCursor cursor, Effect& effect) {
  cursor.take("from");
  const std::string table = take_table(cursor);
  note_lock(effect, LockMode::row_exclusive, table);
  if (cursor.has("where")) return;
  effect.scans = true;
  note_loss(effect, fmt::format("all rows of table {}", table));
}

void add_update(TokenCursor cursor, Effect& effect) {
  note_lock(effect, LockMode::row_exclusive, take_table(cursor));
  effect.scans = effect.scans || !cursor.has("where");
}

/// Functions of PostgreSQL itself that a migration may select from nowhere without changing a table.
bool is_known_function(std::string_view name) {
  constexpr auto known = std::to_array<std::string_view>({"set_config", "current_setting",
                                                          "setval",     "nextval",
                                                          "currval",    "lastval",
                                                          "now",        "version",
                                                          "coalesce",   "count",
                                                          "format",     "clock_timestamp",
                                                          "in",         "any",
                                                          "all",        "exists",
                                                          "cast",       "array",
                                                          "row",        "values",
                                                          "and",        "or",
                                                          "not",        "when",
                                                          "then",       "else",
                                                          "as",         "select",
                                                          "union",      "except",
                                                          "intersect",  "over",
                                                          "filter",     "using"});
  return name.starts_with("pg_") || std::ranges::find(known, name) != known.end();
}

/// SELECT f(): only the server knows what f does.
void add_calls(std::span<const Token> tokens, Effect& effect) {
  for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
    const auto name = identifier_value(tokens[i]);
    if (!name || tokens[i + 1].kind != TokenKind::open) continue;
    if (*name == "setval" || *name == "nextval") note_lock(effect, LockMode::row_exclusive);
    if (!is_known_function(*name)) note_unknown(effect);
  }
}

void add_select(std::string_view text, std::span<const Token> tokens, Effect& effect) {
  TokenCursor cursor(tokens);
  const bool reads = cursor.skip_past("from");
  if (!reads) add_calls(tokens, effect);
  const std::string table = reads ? take_table(cursor) : std::string();
  const std::size_t start = tokens.front().offset;
  const auto everything = all_tokens(text, {start, tokens.back().end() - start});
  for (std::size_t i = 0; i + 1 < everything.size(); ++i) {
    const Token& next = everything[i + 1];
    const bool locks_rows = next.is("update") || next.is("share") || next.is("no") || next.is("key");
    if (everything[i].is("for") && locks_rows) note_lock(effect, LockMode::row_share, table);
    if (everything[i].is("from") || everything[i].is("table")) note_lock(effect, LockMode::access_share, table);
  }
}

void add_copy(const Subordinate& statement, Effect& effect) {
  TokenCursor cursor = statement.cursor;
  cursor.skip();
  if (cursor.peek().kind == TokenKind::open) {
    const auto query = outer_tokens(statement.text, inside_of(cursor.peek()));
    return add_query(statement.text, query, effect);
  }
  const std::string table = take_table(cursor);
  note_lock(effect, cursor.has("from") ? LockMode::row_exclusive : LockMode::access_share, table);
}

void add_truncate(const Subordinate& statement, Effect& effect) {
  TokenCursor cursor = statement.cursor;
  cursor.skip();
  cursor.take("table");
  std::string names;
  const auto pieces = split_at_commas(cursor.rest());
  for (const auto piece : pieces) {
    TokenCursor one(piece);
    if (!names.empty()) names += ", ";
    names += take_table(one);
  }
  note_lock(effect, LockMode::access_exclusive, names);
  note_loss(effect, fmt::format("all rows of table{} {}", pieces.size() > 1 ? "s" : "", names));
  if (cursor.has("cascade")) effect.loses += ", and of tables that refer to them";
}

/// EXPLAIN, PREPARE, DECLARE: only EXPLAIN ANALYZE runs what it wraps.
void add_wrapped(const Subordinate& statement, Effect& effect) {
  TokenCursor cursor = statement.cursor;
  const bool is_explain = cursor.take("explain");
  bool runs = is_explain && cursor.take("analyze");
  if (is_explain && !runs && has_option(statement.text, cursor.peek(), "analyze")) {
    runs = true;
    cursor.skip();
  }
  if (!is_explain) cursor.skip_past(statement.kind == "DECLARE" ? "for" : "as");
  while (!cursor.done() && !begins_query(cursor.peek())) cursor.skip();
  Effect inner;
  add_query(statement.text, cursor.rest(), inner);
  if (!runs) {
    inner.destructive = false;
    inner.loses.clear();
    inner.scans = false;
  }
  effect = inner;
}

}  // namespace

void add_query(std::string_view text, std::span<const Token> tokens, Effect& effect, int depth) {
  constexpr int k_deepest = 50;
  if (tokens.empty()) return;
  if (depth > k_deepest) return note_unknown(effect);
  for (const Token& token : tokens) {
    if (token.kind != TokenKind::open) continue;
    const auto inner = outer_tokens(text, inside_of(token));
    // Rows are changed inside WITH too; what a subquery reads is seen with the whole.
    const bool changes = !inner.empty() && (inner[0].is("insert") || inner[0].is("update") || inner[0].is("delete") ||
                                            inner[0].is("merge") || inner[0].is("with"));
    if (changes) add_query(text, inner, effect, depth + 1);
  }
  const auto verb = std::ranges::find_if(tokens, is_verb);
  TokenCursor cursor(tokens, static_cast<std::size_t>(verb - tokens.begin()));
  if (cursor.take("insert") || cursor.take("merge")) {
    cursor.take("into");
    note_lock(effect, LockMode::row_exclusive, take_table(cursor));
  } else if (cursor.take("update")) {
    add_update(cursor, effect);
  } else if (cursor.take("delete")) {
    add_delete(cursor, effect);
  } else {
    add_select(text, tokens, effect);
  }
}

bool add_rows(const Subordinate& statement, Effect& effect) {
  const std::string_view kind = statement.kind;
  constexpr auto queries =
      std::to_array<std::string_view>({"SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "VALUES", "TABLE", "WITH"});
  if (std::ranges::find(queries, kind) != queries.end()) {
    add_query(statement.text, statement.cursor.rest(), effect);
  } else if (kind == "COPY") {
    add_copy(statement, effect);
  } else if (kind == "TRUNCATE") {
    add_truncate(statement, effect);
  } else if (kind == "EXPLAIN" || kind == "PREPARE" || kind == "DECLARE") {
    add_wrapped(statement, effect);
  } else {
    return false;
  }
  return true;
}

}  // namespace migrate::sql::detail

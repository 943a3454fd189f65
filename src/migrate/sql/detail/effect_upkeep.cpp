#include <vector>

#include "migrate/sql/detail/effect_rules.hpp"
#include "migrate/sql/quote.hpp"

namespace migrate::sql::detail {
namespace {

std::string take_table(TokenCursor& cursor) {
  cursor.take("only");
  const auto name = cursor.take_name();
  return name ? name->quoted() : std::string();
}

void skip_options(TokenCursor& cursor) {
  if (cursor.peek().kind == TokenKind::open) cursor.skip();
  while (cursor.take("full") || cursor.take("freeze") || cursor.take("verbose") || cursor.take("analyze") ||
         cursor.take("analyse")) {
  }
}

void add_vacuum(const Subordinate& statement, Effect& effect) {
  TokenCursor cursor = statement.cursor;
  cursor.skip();
  const bool full = cursor.peek().is("full") || has_option(statement.text, cursor.peek(), "full");
  skip_options(cursor);
  effect.scans = true;
  effect.rewrites = full;
  note_lock(effect, full ? LockMode::access_exclusive : LockMode::share_update_exclusive, take_table(cursor));
}

void add_cluster(const Subordinate& statement, Effect& effect) {
  TokenCursor cursor = statement.cursor;
  cursor.skip();
  skip_options(cursor);
  effect.scans = effect.rewrites = true;
  note_lock(effect, LockMode::access_exclusive, take_table(cursor));
}

/// The table itself is locked against writes, its indexes against everything.
void add_reindex(const Subordinate& statement, Effect& effect) {
  TokenCursor cursor = statement.cursor;
  cursor.skip();
  bool concurrently = has_option(statement.text, cursor.peek(), "concurrently");
  skip_options(cursor);
  cursor.skip();
  concurrently = cursor.take("concurrently") || concurrently;
  effect.scans = true;
  note_lock(effect, concurrently ? LockMode::share_update_exclusive : LockMode::access_exclusive, take_table(cursor));
}

void add_refresh(const Subordinate& statement, Effect& effect) {
  TokenCursor cursor = statement.cursor;
  cursor.skip_past("view");
  const bool concurrently = cursor.take("concurrently");
  effect.rewrites = !concurrently;
  effect.scans = true;
  note_lock(effect, concurrently ? LockMode::exclusive : LockMode::access_exclusive, take_table(cursor));
}

/// The mode of LOCK TABLE, after IN.
LockMode named_mode(TokenCursor cursor) {
  if (cursor.take_phrase({"access", "share"})) return LockMode::access_share;
  if (cursor.take_phrase({"row", "share"})) return LockMode::row_share;
  if (cursor.take_phrase({"row", "exclusive"})) return LockMode::row_exclusive;
  if (cursor.take_phrase({"share", "update", "exclusive"})) return LockMode::share_update_exclusive;
  if (cursor.take_phrase({"share", "row", "exclusive"})) return LockMode::share_row_exclusive;
  if (cursor.take("share")) return LockMode::share;
  return cursor.take("exclusive") ? LockMode::exclusive : LockMode::access_exclusive;
}

void add_lock(const Subordinate& statement, Effect& effect) {
  TokenCursor cursor = statement.cursor;
  cursor.skip();
  cursor.take("table");
  const std::string table = take_table(cursor);
  note_lock(effect, cursor.skip_past("in") ? named_mode(cursor) : LockMode::access_exclusive, table);
}

/// schema.table.column without its last part.
std::string take_table_of_column(TokenCursor& cursor) {
  std::vector<std::string> parts;
  do {
    parts.push_back(cursor.take_identifier().value_or(""));
  } while (cursor.take_symbol('.'));
  if (parts.size() < 2) return {};
  return quote_qualified(parts.size() > 2 ? parts[parts.size() - 3] : std::string(), parts[parts.size() - 2]);
}

/// COMMENT and SECURITY LABEL of what is a relation, or a column of one.
void add_comment(const Subordinate& statement, Effect& effect) {
  TokenCursor cursor = statement.cursor;
  cursor.skip_past("on");
  const bool is_relation = cursor.take("table") || cursor.take("index") || cursor.take("view") ||
                           cursor.take("sequence") || cursor.take_phrase({"materialized", "view"}) ||
                           cursor.take_phrase({"foreign", "table"});
  if (is_relation) {
    note_lock(effect, LockMode::share_update_exclusive, take_table(cursor));
  } else if (cursor.take("column")) {
    note_lock(effect, LockMode::share_update_exclusive, take_table_of_column(cursor));
  } else if (cursor.take("constraint") || cursor.take("trigger") || cursor.take("rule") || cursor.take("policy")) {
    if (!cursor.skip_past("on") || cursor.peek().is("domain")) return;
    note_lock(effect, LockMode::access_share, take_table(cursor));
  }
}

}  // namespace

bool add_upkeep(const Subordinate& statement, Effect& effect) {
  const std::string_view kind = statement.kind;
  if (kind == "VACUUM" || kind == "ANALYZE" || kind == "ANALYSE") {
    add_vacuum(statement, effect);
  } else if (kind == "CLUSTER") {
    add_cluster(statement, effect);
  } else if (kind == "REINDEX") {
    add_reindex(statement, effect);
  } else if (kind == "REFRESH MATERIALIZED VIEW") {
    add_refresh(statement, effect);
  } else if (kind == "LOCK") {
    add_lock(statement, effect);
  } else if (kind == "COMMENT" || kind == "SECURITY LABEL") {
    add_comment(statement, effect);
  } else if (kind == "REASSIGN OWNED") {
    note_lock(effect, LockMode::access_exclusive);
  } else {
    return false;
  }
  return true;
}

}  // namespace migrate::sql::detail

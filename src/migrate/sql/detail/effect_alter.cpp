#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "migrate/sql/detail/effect_rules.hpp"

namespace migrate::sql::detail {
namespace {

/// What an ALTER names before its actions: "IF EXISTS ONLY public.t *".
std::string take_relation(TokenCursor& cursor) {
  cursor.take_if_exists();
  cursor.take("only");
  const auto name = cursor.take_name();
  cursor.take_symbol('*');
  return name ? name->quoted() : std::string();
}

void add_alter_index(const Subordinate& statement, TokenCursor cursor, const std::string& index, Effect& effect) {
  if (cursor.take("rename") || cursor.has("statistics")) {
    note_lock(effect, LockMode::share_update_exclusive, index);
  } else if (cursor.take_phrase({"attach", "partition"})) {
    const auto child = cursor.take_name();
    note_lock(effect, LockMode::access_exclusive, child ? child->quoted() : index);
  } else if ((cursor.take("set") || cursor.take("reset")) && cursor.peek().kind == TokenKind::open) {
    note_lock(effect, options_lock(statement.text, cursor.peek()), index);
  } else {
    effect.rewrites = cursor.take("tablespace");
    effect.scans = effect.rewrites;
    note_lock(effect, LockMode::access_exclusive, index);
  }
}

void add_alter_sequence(TokenCursor cursor, const std::string& sequence, Effect& effect) {
  const bool as_relation = cursor.peek().is("rename") || cursor.peek().is("owner") || cursor.peek().is("set");
  note_lock(effect, as_relation ? LockMode::access_exclusive : LockMode::share_row_exclusive, sequence);
}

void add_alter_type(TokenCursor cursor, Effect& effect) {
  const auto type = cursor.take_name();
  const std::string name = type ? type->quoted() : std::string();
  for (const auto piece : split_at_commas(cursor.rest())) {
    TokenCursor action(piece);
    if (action.take_phrase({"drop", "attribute"})) {
      action.take_if_exists();
      note_lock(effect, LockMode::access_exclusive, name);
      note_loss(effect, fmt::format("attribute {} of type {}", action.take_identifier().value_or(""), name));
    } else if (action.take_phrase({"add", "attribute"}) || action.take_phrase({"alter", "attribute"}) ||
               action.take_phrase({"rename", "attribute"})) {
      note_lock(effect, LockMode::access_exclusive, name);
    }
  }
}

void add_alter_domain(TokenCursor cursor, Effect& effect) {
  // Every table with a column of the domain is locked and read; the statement names none of them.
  cursor.take_name();
  const bool adds = cursor.take("add") && !cursor.has("valid");
  if (adds || cursor.take_phrase({"set", "not", "null"}) || cursor.take("validate")) {
    note_lock(effect, LockMode::share);
    effect.scans = true;
  }
}

void add_alter_publication(TokenCursor cursor, Effect& effect) {
  cursor.take_name();
  const bool changes = cursor.take("add") || cursor.take("drop") || cursor.take("set");
  if (!changes || !cursor.take("table")) return;
  cursor.take("only");
  const auto table = cursor.take_name();
  note_lock(effect, LockMode::share_update_exclusive, table ? table->quoted() : std::string());
}

/// ALTER TRIGGER, RULE, POLICY name ON table.
void add_alter_on_table(const Subordinate& statement, Effect& effect) {
  TokenCursor cursor = statement.cursor;
  if (cursor.skip_past("depends")) return note_lock(effect, LockMode::access_exclusive);
  if (cursor.skip_past("on")) {
    if (const auto table = cursor.take_name()) note_lock(effect, LockMode::access_exclusive, table->quoted());
  }
  note_lock(effect, LockMode::access_exclusive);
}

bool is_one_of(std::string_view kind, std::initializer_list<std::string_view> kinds) {
  return std::ranges::find(kinds, kind) != kinds.end();
}

}  // namespace

bool add_alter(const Subordinate& statement, Effect& effect) {
  const std::string_view kind = statement.kind;
  TokenCursor cursor = statement.cursor;
  if (!kind.starts_with("ALTER ")) return false;
  const bool is_relation = is_one_of(kind, {"ALTER TABLE", "ALTER FOREIGN TABLE", "ALTER MATERIALIZED VIEW",
                                            "ALTER VIEW", "ALTER INDEX", "ALTER SEQUENCE"});
  if (is_relation && cursor.peek().is("all") && cursor.peek(1).is("in")) {
    effect.rewrites = effect.scans = true;
    note_lock(effect, LockMode::access_exclusive);
  } else if (is_relation) {
    const std::string name = take_relation(cursor);
    if (kind == "ALTER INDEX") {
      add_alter_index(statement, cursor, name, effect);
    } else if (kind == "ALTER SEQUENCE") {
      add_alter_sequence(cursor, name, effect);
    } else if (kind == "ALTER VIEW") {
      note_lock(effect, LockMode::access_exclusive, name);
    } else {
      add_table_actions(statement.text, cursor, name, effect);
    }
  } else if (kind == "ALTER TYPE") {
    add_alter_type(cursor, effect);
  } else if (kind == "ALTER DOMAIN") {
    add_alter_domain(cursor, effect);
  } else if (kind == "ALTER PUBLICATION") {
    add_alter_publication(cursor, effect);
  } else if (is_one_of(kind, {"ALTER TRIGGER", "ALTER RULE", "ALTER POLICY"})) {
    add_alter_on_table(statement, effect);
  } else if (kind == "ALTER EXTENSION" && cursor.has("update")) {
    note_unknown(effect);
  }
  return true;
}

}  // namespace migrate::sql::detail

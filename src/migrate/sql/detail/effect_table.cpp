#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "migrate/sql/detail/effect_rules.hpp"
#include "migrate/sql/detail/literal.hpp"
#include "migrate/sql/quote.hpp"

namespace migrate::sql::detail {
namespace {

/// An action of ALTER TABLE that its first words tell. Whatever is not listed takes ACCESS EXCLUSIVE for a moment.
struct ActionRule {
  std::array<std::string_view, 3> words;
  LockMode lock;
  bool scans = false;
  bool rewrites = false;
};

constexpr std::array<ActionRule, 14> k_actions{{
    {{"validate", "constraint"}, LockMode::share_update_exclusive, true},
    {{"cluster", "on"}, LockMode::share_update_exclusive},
    {{"set", "without", "cluster"}, LockMode::share_update_exclusive},
    {{"enable", "trigger"}, LockMode::share_row_exclusive},
    {{"enable", "always", "trigger"}, LockMode::share_row_exclusive},
    {{"enable", "replica", "trigger"}, LockMode::share_row_exclusive},
    {{"disable", "trigger"}, LockMode::share_row_exclusive},
    {{"set", "logged"}, LockMode::access_exclusive, true, true},
    {{"set", "unlogged"}, LockMode::access_exclusive, true, true},
    {{"set", "tablespace"}, LockMode::access_exclusive, true, true},
    {{"set", "access", "method"}, LockMode::access_exclusive, true, true},
}};

bool starts_with(TokenCursor action, const std::array<std::string_view, 3>& words) {
  if (words[0].empty()) return false;
  return std::ranges::all_of(words, [&](std::string_view word) { return word.empty() || action.take(word); });
}

/// What is altered, and by which statement.
struct Altered {
  std::string_view text;
  const std::string& table;
};

void add_constraint(TokenCursor constraint, const Altered& altered, Effect& effect) {
  const bool checked_later = constraint.has("valid");
  if (constraint.take("foreign")) {
    effect.scans = effect.scans || !checked_later;
    return note_lock(effect, LockMode::share_row_exclusive, altered.table);
  }
  const bool has_index = constraint.take_phrase({"unique", "using", "index"}) ||
                         constraint.take_phrase({"primary", "key", "using", "index"});
  effect.scans = effect.scans || (!checked_later && !has_index);
  note_lock(effect, LockMode::access_exclusive, altered.table);
}

bool is_serial(const Token& type) {
  constexpr auto names =
      std::to_array<std::string_view>({"serial", "bigserial", "smallserial", "serial2", "serial4", "serial8"});
  return std::ranges::any_of(names, [&](std::string_view name) { return type.is(name); });
}

/// GENERATED … AS IDENTITY and GENERATED ALWAYS AS (…) STORED fill every row; a virtual column none.
bool is_generated_in_rows(TokenCursor column) {
  if (!column.skip_past("generated")) return false;
  return !column.has("virtual") && (column.has("identity") || column.has("stored"));
}

void add_column(TokenCursor column, const Altered& altered, Effect& effect) {
  column.take("column");
  column.take_if_not_exists();
  column.take_identifier();
  const bool fills =
      is_serial(column.peek()) || is_generated_in_rows(column) || has_volatile_default(altered.text, column.rest());
  const bool checks = column.has("check") || column.has("unique") || column.has("primary") ||
                      (column.has("references") && column.has("default"));
  effect.rewrites = effect.rewrites || fills;
  effect.scans = effect.scans || fills || checks;
  note_lock(effect, LockMode::access_exclusive, altered.table);
}

void add_addition(TokenCursor action, const Altered& altered, Effect& effect) {
  if (action.take("constraint")) {
    action.take_identifier();
    return add_constraint(action, altered, effect);
  }
  const bool excludes =
      action.peek().is("exclude") && (action.peek(1).kind == TokenKind::open || action.peek(1).is("using"));
  const bool is_constraint = excludes || action.peek().is("check") || action.peek().is("unique") ||
                             action.peek().is("primary") || action.peek().is("foreign");
  is_constraint ? add_constraint(action, altered, effect) : add_column(action, altered, effect);
}

void add_removal(TokenCursor action, const Altered& altered, Effect& effect) {
  note_lock(effect, LockMode::access_exclusive, altered.table);
  const bool cascade = action.has("cascade");
  const bool is_constraint = action.take("constraint");
  if (!is_constraint) action.take("column");
  action.take_if_exists();
  const std::string name = quote_identifier(action.take_identifier().value_or(""));
  if (!is_constraint) note_loss(effect, fmt::format("column {} of {}", name, altered.table));
  if (is_constraint && cascade) note_loss(effect, fmt::format("constraint {} of {}", name, altered.table));
  if (cascade) effect.loses += ", with everything that depends on it";
}

/// ALTER [COLUMN] name …
void add_column_change(TokenCursor action, const Altered& altered, Effect& effect) {
  action.take("column");
  action.skip();
  const bool sets = action.take("set");
  const bool resets = !sets && action.take("reset");
  const bool light =
      (sets && action.peek().is("statistics")) || ((sets || resets) && action.peek().kind == TokenKind::open);
  const bool new_type = action.peek().is("type") || (sets && action.peek().is("data"));
  const bool new_expression = sets && action.peek().is("expression");
  effect.rewrites = effect.rewrites || new_type || new_expression;
  effect.scans = effect.scans || new_type || new_expression || (sets && action.peek().is("not"));
  note_lock(effect, light ? LockMode::share_update_exclusive : LockMode::access_exclusive, altered.table);
}

/// The partition is locked harder than its parent.
void add_attach(TokenCursor action, const Altered& altered, Effect& effect) {
  const auto partition = action.take_name();
  effect.scans = true;
  note_lock(effect, LockMode::access_exclusive, partition ? partition->quoted() : altered.table);
}

void add_detach(TokenCursor action, const Altered& altered, Effect& effect) {
  const auto partition = action.take_name();
  if (action.take("concurrently")) return note_lock(effect, LockMode::share_update_exclusive, altered.table);
  const bool is_child = action.take("finalize") && partition;
  note_lock(effect, LockMode::access_exclusive, is_child ? partition->quoted() : altered.table);
}

void add_action(TokenCursor action, const Altered& altered, Effect& effect) {
  for (const ActionRule& rule : k_actions) {
    if (!starts_with(action, rule.words)) continue;
    effect.scans = effect.scans || rule.scans;
    effect.rewrites = effect.rewrites || rule.rewrites;
    return note_lock(effect, rule.lock, altered.table);
  }
  const bool is_options =
      (action.peek().is("set") || action.peek().is("reset")) && action.peek(1).kind == TokenKind::open;
  if (is_options) return note_lock(effect, options_lock(altered.text, action.peek(1)), altered.table);
  if (action.take("add")) return add_addition(action, altered, effect);
  if (action.take("drop")) return add_removal(action, altered, effect);
  if (action.take_phrase({"attach", "partition"})) return add_attach(action, altered, effect);
  if (action.take_phrase({"detach", "partition"})) return add_detach(action, altered, effect);
  if (action.take("alter") && !action.peek().is("constraint")) return add_column_change(action, altered, effect);
  note_lock(effect, LockMode::access_exclusive, altered.table);
}

/// What may stand before a parenthesis in a DEFAULT that gives all rows one value: functions that are stable for the
/// statement, types, and words of the clauses behind it.
// clang-format off
constexpr auto k_harmless = std::to_array<std::string_view>({
    "now", "transaction_timestamp", "statement_timestamp", "timezone", "date_trunc", "current_setting", "to_char",
    "to_date", "to_timestamp", "make_date", "make_interval", "make_timestamptz", "jsonb_build_object",
    "jsonb_build_array", "json_build_object", "json_build_array", "lower", "upper", "concat", "md5", "coalesce",
    "cast", "char", "character", "varying", "varchar", "bpchar", "bit", "numeric", "decimal", "dec", "float",
    "time", "timestamp", "timestamptz", "timetz", "interval", "current_time", "current_timestamp", "localtime",
    "localtimestamp", "with", "collate", "and", "or", "not", "in", "default", "unique", "key", "by", "index"});
// clang-format on

}  // namespace

void add_table_actions(std::string_view text, TokenCursor cursor, const std::string& table, Effect& effect) {
  for (const auto action : split_at_commas(cursor.rest())) add_action(TokenCursor(action), {text, table}, effect);
}

LockMode options_lock(std::string_view text, const Token& group) {
  constexpr auto light = std::to_array<std::string_view>({"fillfactor", "toast_tuple_target", "parallel_workers",
                                                          "deduplicate_items", "n_distinct", "n_distinct_inherited"});
  const auto tokens = outer_tokens(text, inside_of(group));
  const auto is_light = [&](std::span<const Token> option) {
    TokenCursor cursor(option);
    if (cursor.take("toast")) cursor.take_symbol('.');
    const std::string name = cursor.take_identifier().value_or("");
    return std::ranges::find(light, name) != light.end() || name.starts_with("autovacuum_") ||
           name.starts_with("vacuum_") || name == "log_autovacuum_min_duration";
  };
  return std::ranges::all_of(split_at_commas(tokens), is_light) ? LockMode::share_update_exclusive
                                                                : LockMode::access_exclusive;
}

bool has_volatile_default(std::string_view text, std::span<const Token> column) {
  TokenCursor cursor(column);
  if (!cursor.skip_past("default") || cursor.done()) return false;
  // Behind the default may stand other clauses of the column; what follows REFERENCES looks like a call.
  const auto rest = cursor.rest();
  const auto next_clause = std::ranges::find_if(
      rest, [](const Token& token) { return token.is("references") || token.is("check") || token.is("constraint"); });
  if (next_clause == rest.begin()) return false;
  const std::size_t start = rest.front().offset;
  const auto tokens = all_tokens(text, {start, std::prev(next_clause)->end() - start});
  for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
    const auto name = identifier_value(tokens[i]);
    const bool is_call = name && tokens[i + 1].kind == TokenKind::open;
    if (is_call && std::ranges::find(k_harmless, *name) == k_harmless.end()) return true;
  }
  return false;
}

}  // namespace migrate::sql::detail

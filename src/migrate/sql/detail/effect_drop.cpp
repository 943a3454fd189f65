#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "migrate/base/text.hpp"
#include "migrate/sql/detail/effect_rules.hpp"

namespace migrate::sql::detail {
namespace {

/// What DROP of a kind of object takes with it.
struct DropRule {
  std::string_view kind;
  LockMode lock;            ///< on the object, or with CASCADE on what depends on it
  LockMode cascade;         ///< the lock with CASCADE
  std::string_view noun;    ///< "table"; empty: it holds no data
  std::string_view of_one;  ///< what goes with one of them
  std::string_view of_many;
};

constexpr auto k_none = LockMode::none;
constexpr auto k_all = LockMode::access_exclusive;
constexpr std::array<DropRule, 9> k_rules{{
    {"DROP TABLE", k_all, k_all, "table", " and its rows", " and their rows"},
    {"DROP MATERIALIZED VIEW", k_all, k_all, "materialized view", " and its rows", " and their rows"},
    {"DROP SEQUENCE", k_all, k_all, "sequence", " and its position", " and their positions"},
    {"DROP SCHEMA", k_none, k_all, "schema", "", ""},
    {"DROP DATABASE", k_none, k_none, "database", " and everything in it", ""},
    {"DROP TYPE", k_none, k_all, "type", "", ""},
    {"DROP DOMAIN", k_none, k_all, "domain", "", ""},
    {"DROP VIEW", k_all, k_all, "", "", ""},
    {"DROP FOREIGN TABLE", k_all, k_all, "", "", ""},
}};

/// The names of a DROP; arguments of functions are passed over.
std::vector<std::string> dropped_names(TokenCursor cursor) {
  std::vector<std::string> names;
  cursor.take("concurrently");
  cursor.take_if_exists();
  for (const auto piece : split_at_commas(cursor.rest())) {
    TokenCursor one(piece);
    if (const auto name = one.take_name()) names.push_back(name->quoted());
  }
  return names;
}

std::string noun_of(std::string_view kind) {
  return base::to_lower(kind.substr(std::min<std::size_t>(kind.find(' ') + 1, kind.size())));
}

std::string in_words(std::string_view noun, const std::vector<std::string>& names, std::string_view of_one,
                     std::string_view of_many) {
  if (names.size() == 1) return fmt::format("{} {}{}", noun, names[0], of_one);
  const bool ends_in_y = noun.ends_with('y');
  return fmt::format("{}{} {}{}", noun, ends_in_y ? "" : "s", base::join(names, ", "), of_many);
}

/// DROP TRIGGER, RULE, POLICY name ON table.
bool add_drop_on_table(const Subordinate& statement, Effect& effect) {
  if (statement.kind != "DROP TRIGGER" && statement.kind != "DROP RULE" && statement.kind != "DROP POLICY") {
    return false;
  }
  TokenCursor cursor = statement.cursor;
  if (cursor.skip_past("on")) {
    if (const auto table = cursor.take_name()) note_lock(effect, LockMode::access_exclusive, table->quoted());
  }
  note_lock(effect, LockMode::access_exclusive);
  return true;
}

}  // namespace

bool add_drop(const Subordinate& statement, Effect& effect) {
  if (!statement.kind.starts_with("DROP ") || add_drop_on_table(statement, effect)) {
    return statement.kind.starts_with("DROP ");
  }
  const auto names = dropped_names(statement.cursor);
  const std::string first = names.empty() ? std::string() : names[0];
  const bool cascade = !statement.cursor.done() && statement.cursor.rest().back().is("cascade");
  const auto* rule = std::ranges::find(k_rules, statement.kind, &DropRule::kind);
  if (statement.kind == "DROP OWNED") {
    note_lock(effect, LockMode::access_exclusive);
    note_loss(effect, "everything that belongs to these roles in this database");
  } else if (statement.kind == "DROP INDEX") {
    const bool concurrently = statement.cursor.peek().is("concurrently");
    note_lock(effect, concurrently ? LockMode::share_update_exclusive : LockMode::access_exclusive, first);
  } else if (statement.kind == "DROP STATISTICS") {
    note_lock(effect, LockMode::share_update_exclusive);
  } else if (rule != k_rules.end()) {
    const LockMode lock = cascade ? rule->cascade : rule->lock;
    note_lock(effect, lock, rule->lock == LockMode::none ? std::string_view() : std::string_view(first));
    if (!rule->noun.empty()) note_loss(effect, in_words(rule->noun, names, rule->of_one, rule->of_many));
  } else if (cascade) {
    note_lock(effect, LockMode::access_exclusive);
  }
  if (cascade) {
    if (effect.loses.empty()) note_loss(effect, in_words(noun_of(statement.kind), names, "", ""));
    effect.loses += ", with everything that depends on it";
  }
  return true;
}

}  // namespace migrate::sql::detail

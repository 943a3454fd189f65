#include "migrate/sql/effect.hpp"

#include <algorithm>
#include <array>

#include "migrate/sql/detail/effect_rules.hpp"
#include "migrate/sql/detail/kind.hpp"
#include "migrate/sql/detail/outline.hpp"
#include "migrate/sql/detail/token_cursor.hpp"

namespace migrate::sql {
namespace {

struct Words {
  std::string_view name;
  std::string_view blocks;
};

// In the order of the enum.
constexpr std::array<Words, 9> k_modes{{{"no lock", "nothing"},
                                        {"ACCESS SHARE", "nothing but DDL"},
                                        {"ROW SHARE", "nothing but DDL"},
                                        {"ROW EXCLUSIVE", "nothing but DDL"},
                                        {"SHARE UPDATE EXCLUSIVE", "nothing but DDL"},
                                        {"SHARE", "writes"},
                                        {"SHARE ROW EXCLUSIVE", "writes"},
                                        {"EXCLUSIVE", "writes"},
                                        {"ACCESS EXCLUSIVE", "reads and writes"}}};

/// First words of statements that lock no relation, or create, change and drop what is none.
constexpr auto k_without_relations = std::to_array<std::string_view>({"ABORT",
                                                                      "BEGIN",
                                                                      "CHECKPOINT",
                                                                      "CLOSE",
                                                                      "COMMIT",
                                                                      "COMMIT PREPARED",
                                                                      "CREATE",
                                                                      "ALTER",
                                                                      "DROP",
                                                                      "COMMENT",
                                                                      "DEALLOCATE",
                                                                      "DISCARD",
                                                                      "END",
                                                                      "FETCH",
                                                                      "GRANT",
                                                                      "IMPORT FOREIGN SCHEMA",
                                                                      "LISTEN",
                                                                      "LOAD",
                                                                      "MOVE",
                                                                      "NOTIFY",
                                                                      "PREPARE TRANSACTION",
                                                                      "RELEASE",
                                                                      "RESET",
                                                                      "REVOKE",
                                                                      "ROLLBACK",
                                                                      "ROLLBACK PREPARED",
                                                                      "SAVEPOINT",
                                                                      "SECURITY LABEL",
                                                                      "SET",
                                                                      "SHOW",
                                                                      "START TRANSACTION",
                                                                      "UNLISTEN"});

bool locks_nothing(std::string_view kind) {
  for (const std::string_view verb : {"CREATE ", "ALTER ", "DROP "}) {
    if (kind.starts_with(verb)) return true;
  }
  return std::ranges::find(k_without_relations, kind) != k_without_relations.end();
}

}  // namespace

std::string_view lock_name(LockMode mode) noexcept {
  return k_modes[static_cast<std::size_t>(mode)].name;
}

std::string_view lock_blocks(LockMode mode) noexcept {
  return k_modes[static_cast<std::size_t>(mode)].blocks;
}

Effect effect_of(std::string_view text, const Statement& statement) {
  const auto tokens = detail::outer_tokens(text, statement.text);
  detail::Outline outline;
  for (std::size_t i = 0; i < std::min(tokens.size(), detail::Outline::k_longest); ++i) outline.add(tokens[i]);
  const detail::Kind kind = detail::kind_of(outline);
  const std::string& words = statement.kind.empty() ? kind.words : statement.kind;
  // A query is read from its first token on: what WITH names is part of it.
  const bool is_object = words.starts_with("CREATE ") || words.starts_with("ALTER ") || words.starts_with("DROP ");
  const detail::Subordinate part{text, words, detail::TokenCursor(tokens, is_object ? kind.next : 0),
                                 outline.is(1, "or") && outline.is(2, "replace")};
  Effect effect;
  const bool known = detail::add_create(part, effect) || detail::add_drop(part, effect) ||
                     detail::add_alter(part, effect) || detail::add_rows(part, effect) ||
                     detail::add_upkeep(part, effect) || locks_nothing(words);
  if (!known || !statement.parsed) detail::note_unknown(effect);
  if (!effect.certain) effect.lock = LockMode::access_exclusive;
  return effect;
}

namespace detail {

void note_lock(Effect& effect, LockMode lock, std::string_view on) {
  if (lock <= effect.lock) return;
  effect.lock = lock;
  effect.on = on;
}

void note_loss(Effect& effect, std::string_view what) {
  effect.destructive = true;
  if (!effect.loses.empty()) effect.loses += "; ";
  effect.loses += what;
}

void note_unknown(Effect& effect) {
  effect.certain = false;
}

}  // namespace detail
}  // namespace migrate::sql

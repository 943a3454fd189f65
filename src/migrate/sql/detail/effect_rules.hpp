#pragma once
#include <string>
#include <string_view>

#include "migrate/sql/detail/token_cursor.hpp"
#include "migrate/sql/effect.hpp"

namespace migrate::sql::detail {

/// A statement as the rules read it.
struct Subordinate {
  std::string_view text;  ///< the script
  std::string_view kind;  ///< "CREATE TABLE"
  TokenCursor cursor;     ///< CREATE, ALTER, DROP: after the words of the kind; others: at the first token
  bool replaces = false;  ///< CREATE OR REPLACE
};

/// The effect's lock is the strongest of those noted.
void note_lock(Effect& effect, LockMode lock, std::string_view on = {});
/// The effect says what is lost, after what it says already.
void note_loss(Effect& effect, std::string_view what);
/// The text does not tell what happens.
void note_unknown(Effect& effect);

/// CREATE of what touches relations that exist: indexes, tables, views, triggers, rules, policies, statistics …
/// Each of these is false when the kind is none of its own.
bool add_create(const Subordinate& statement, Effect& effect);
bool add_drop(const Subordinate& statement, Effect& effect);
bool add_alter(const Subordinate& statement, Effect& effect);
/// SELECT, INSERT, UPDATE, DELETE, MERGE, VALUES, TABLE, WITH, and what wraps a query or reads and writes rows: COPY,
/// EXPLAIN, PREPARE, DECLARE, TRUNCATE.
bool add_rows(const Subordinate& statement, Effect& effect);
/// VACUUM, ANALYZE, CLUSTER, REINDEX, REFRESH, LOCK, COMMENT, SECURITY LABEL.
bool add_upkeep(const Subordinate& statement, Effect& effect);

/// The actions of ALTER TABLE, after its name.
void add_table_actions(std::string_view text, TokenCursor cursor, const std::string& table, Effect& effect);

/// A query's reads and writes; `tokens` are its outer tokens. What it loses is noted as if it were run. `depth` counts
/// the queries around it: text nested too deep to follow is unknown.
void add_query(std::string_view text, std::span<const Token> tokens, Effect& effect, int depth = 0);

/// Lock that setting these storage parameters takes: "(fillfactor = 70)".
LockMode options_lock(std::string_view text, const Token& group);

/// Whether a column's DEFAULT makes PostgreSQL write every row: a call of a function that is not known to be stable.
bool has_volatile_default(std::string_view text, std::span<const Token> column);

}  // namespace migrate::sql::detail

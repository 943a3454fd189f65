#pragma once
#include <string>
#include <string_view>

#include "migrate/sql/statement.hpp"

namespace migrate::sql {

/// PostgreSQL's table-level locks, weakest first.
enum class LockMode {
  none,
  access_share,
  row_share,
  row_exclusive,
  share_update_exclusive,
  share,
  share_row_exclusive,
  exclusive,
  access_exclusive
};

/// As PostgreSQL writes it: "ACCESS EXCLUSIVE"; "no lock" for none.
std::string_view lock_name(LockMode mode) noexcept;

/// What other sessions cannot do meanwhile: "reads and writes", "writes", "nothing but DDL", "nothing".
std::string_view lock_blocks(LockMode mode) noexcept;

/// What a statement does to relations that exist before it, as far as its text tells: an upper bound where the outcome
/// depends on the catalog (a change of type may rewrite the table or be free).
struct Effect {
  LockMode lock = LockMode::none;  ///< the strongest one taken
  std::string on;                  ///< the relation under that lock, as the statement names it; empty when it does not
  std::string creates;             ///< the table or materialized view that is new afterwards; empty: none
  bool scans = false;              ///< reads a whole table while it holds the lock
  bool rewrites = false;           ///< writes a whole table anew while it holds the lock
  bool destructive = false;        ///< rows, columns or whole objects with data are lost
  std::string loses;               ///< what is lost: "table messages and its rows"
  /// False when the text does not tell the lock: code that the statement runs, grammar newer than the parser's. `lock`
  /// is access_exclusive then.
  bool certain = true;
};

/// Never throws on bad text. Measured against PostgreSQL 15; holds for 13 to 18.
Effect effect_of(std::string_view text, const Statement& statement);

}  // namespace migrate::sql

#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "migrate/engine/connection.hpp"
#include "migrate/sql/subject.hpp"

namespace migrate::runtime {

/// What the catalog says of a statement that was begun and whose end nobody saw.
struct ProbeAnswer {
  enum class Fate {
    to_run,     ///< it did nothing, or doing it again is right
    done,       ///< it took effect
    broken,     ///< it left behind what `repair` takes away; after that it is to be run
    finalize,   ///< it went half of the way; `repair` goes the rest, after which it is done
    different,  ///< something of that name is there that it would not have made
    busy,       ///< somebody is at it at this moment
    unknown     ///< the catalog cannot tell
  };
  Fate fate = Fate::unknown;
  std::string found{};                ///< "index public.ix_a exists and is invalid"
  std::vector<std::string> repair{};  ///< statements to run alone, outside transactions
};

/// Asks the catalog, and in a transaction that is rolled back what definition the server would make of the statement.
/// Changes nothing. Outside transactions only. Throws DatabaseError.
ProbeAnswer probe(engine::Connection& connection, const sql::Subject& subject, std::string_view statement);

}  // namespace migrate::runtime

#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "migrate/command/context.hpp"
#include "migrate/runtime/journal.hpp"

namespace migrate::command {

struct LogReport {
  std::string table;                      ///< public.alembic_version_log
  bool exists = false;                    ///< false: nothing was ever noted
  std::vector<runtime::JournalRow> rows;  ///< the newest first
};

/// What the journal holds: at most `limit` rows (0: all), of one revision if one is named. Throws DatabaseError.
LogReport log(const Context& context, const std::optional<std::string>& identifier, std::size_t limit);

}  // namespace migrate::command

#pragma once
#include "migrate/command/context.hpp"
#include "migrate/runtime/journal.hpp"

namespace migrate::command {

/// The journal of this project's runs, if it is to have one: [alembic.safety] journal, and who runs this program where.
runtime::JournalOptions journal_options(const Context& context);

}  // namespace migrate::command

#pragma once
#include <optional>
#include <string>

#include "migrate/command/context.hpp"

namespace migrate::command {

/// The schema of the project's database as pg_dump writes it; nothing where there is no pg_dump, or it cannot.
std::optional<std::string> server_dump(const Context& context);

}  // namespace migrate::command

#pragma once
#include <optional>
#include <string>

#include "migrate/engine/error.hpp"

namespace migrate::command {

/// The role whose absence the server complains about, from its own words (in English): it sends the name nowhere else.
/// Nothing when it complains about something else.
std::optional<std::string> missing_role(const engine::ErrorFields& fields);

}  // namespace migrate::command

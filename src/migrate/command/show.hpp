#pragma once
#include <string>
#include <vector>

#include "migrate/command/context.hpp"
#include "migrate/command/revision_view.hpp"

namespace migrate::command {

/// The revisions an identifier names; none for base. Asks the database only for `current` and ±N.
std::vector<RevisionView> show(const Context& context, const std::string& identifier);

}  // namespace migrate::command

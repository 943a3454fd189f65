#pragma once
#include <string>

#include "migrate/schema/diff/plan.hpp"
#include "migrate/script/revision.hpp"

namespace migrate::command {

/// The statements as the body of a section or of a C++ function, hazards as comments before them. Empty for none.
std::string revision_body(const schema::Group& group, script::RevisionType type);

}  // namespace migrate::command

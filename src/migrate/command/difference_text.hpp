#pragma once
#include <string>
#include <vector>

#include "migrate/schema/diff/change.hpp"

namespace migrate::command {

/// "alter column public.users.email: type text -> citext". One line, whatever the values are: long ones and those of
/// several lines are not shown.
std::string describe(const schema::Change& change);

/// "column public.users.mail looks renamed to email: …", with what to write where.
std::string describe(const schema::Suggestion& suggestion);

}  // namespace migrate::command

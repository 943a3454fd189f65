#pragma once
#include <vector>

#include "migrate/command/verify.hpp"

namespace migrate::command::detail {

/// What of `found` is not as in `wanted`, which it should equal: told from the side of `found`.
std::vector<Leftover> leftovers(const schema::Model& found, const schema::Model& wanted);

}  // namespace migrate::command::detail

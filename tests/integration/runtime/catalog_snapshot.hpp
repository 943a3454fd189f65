#pragma once
#include <string>

#include "migrate/engine/connection.hpp"

namespace migrate::test {

/// Everything the catalog of the database holds of its users' objects, as sorted lines. The version table is left out.
std::string catalog_snapshot(engine::Connection& connection);

}  // namespace migrate::test

#pragma once
#include <string_view>

#include "migrate/engine/url.hpp"

namespace migrate::test {

/// The PostgreSQL the tests of this process share, started on first use: the one in directory $MIGRATE_TEST_SERVER
/// (made by the ctest fixture, started here when it is not running), else a throw-away server that ends with the
/// process. Superuser "postgres", database "postgres". Thread-safe.
const engine::Url& test_server_url();

}  // namespace migrate::test

#pragma once
#include <string>
#include <string_view>

#include "migrate/engine/connection.hpp"
#include "migrate/engine/error.hpp"

struct pg_result;

namespace migrate::engine::detail {

/// What an error result says. Without fields (the peer vanished) the message is libpq's first line.
ErrorFields error_fields(const pg_result* result);
Notice notice_fields(const pg_result* result);

/// The first line of a libpq message, without the newline; what follows is advice for users of psql.
std::string first_line(std::string_view text);

}  // namespace migrate::engine::detail

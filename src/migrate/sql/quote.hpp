#pragma once
#include <string>
#include <string_view>

namespace migrate::sql {

/// The identifier, in double quotes exactly when PostgreSQL needs them (upper case, blanks, reserved words …).
std::string quote_identifier(std::string_view name);

/// "schema"."name" with each part quoted when needed; just the name when the schema is empty.
std::string quote_qualified(std::string_view schema, std::string_view name);

/// A string literal that means the same whatever standard_conforming_strings says: E'' form when it has a backslash.
/// Throws base::Error for a zero byte.
std::string quote_literal(std::string_view text);

}  // namespace migrate::sql

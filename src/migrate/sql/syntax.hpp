#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace migrate::sql {

/// What PostgreSQL's parser says against a statement.
struct ParseError {
  std::string message;     ///< as the server words it: syntax error at or near "foo"
  std::size_t offset = 0;  ///< in bytes of the text given; its size when the text ended too early
};

/// Nothing when the grammar of PostgreSQL 15 takes the statement; no server is asked, no name is looked up. An error
/// does not prove the statement wrong: it may use the grammar of a later version. COPY data must not be in the text.
/// Thread-safe. libpg_query takes one pthread key for each thread that parses and never gives it back: applications
/// that start thousands of threads should parse in lasting ones.
std::optional<ParseError> check_syntax(std::string_view statement);

}  // namespace migrate::sql

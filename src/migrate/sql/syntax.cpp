#include "migrate/sql/syntax.hpp"

#include <pg_query.h>

#include <memory>

#include "migrate/sql/position.hpp"

namespace migrate::sql {

std::optional<ParseError> check_syntax(std::string_view statement) {
  // The parser takes a C string and would stop at a zero byte as if the text ended there.
  if (const auto zero = statement.find('\0'); zero != std::string_view::npos) {
    return ParseError{"a zero byte cannot stand in SQL text", zero};
  }
  const std::string text(statement);
  // Of the library's entries this is the one that parses without turning the tree into another form.
  const std::unique_ptr<PgQuerySplitResult, void (*)(PgQuerySplitResult*)> result(
      new PgQuerySplitResult(pg_query_split_with_parser(text.c_str())), [](PgQuerySplitResult* owned) {
        pg_query_free_split_result(*owned);
        delete owned;
      });
  const PgQueryError* error = result->error;
  if (error == nullptr) return std::nullopt;
  // Its position counts characters from 1, and is 0 when there is none.
  const auto character = static_cast<std::size_t>(error->cursorpos > 0 ? error->cursorpos - 1 : 0);
  return ParseError{error->message, byte_offset_of_character(statement, character)};
}

}  // namespace migrate::sql

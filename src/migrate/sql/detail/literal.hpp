#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "migrate/sql/detail/lexer.hpp"

namespace migrate::sql::detail {

/// Appends `text` with every CRLF as LF.
void append_with_lf(std::string_view text, std::string& to);

/// What '…' (with its continuations) or $tag$…$tag$ stands for, CRLF as LF; '…' as standard_conforming_strings = on
/// reads it. Nothing for literals with a prefix (E, U&, B, X, N), and for tokens that are no string.
std::optional<std::string> plain_value(const Token& string);

/// A literal in one layout: a prefix in lower case, its parts joined by a line feed, CRLF as LF; otherwise as written.
/// `escapes`: a backslash in '…' and N'…' begins an escape.
std::string literal_as_written(const Token& string, bool escapes);

/// The name an identifier token stands for, as the catalog has it: unquoted in lower case (ASCII), cut to 63 bytes.
/// Nothing for other tokens, for "" and for U&"…" with escapes.
std::optional<std::string> identifier_value(const Token& token);

}  // namespace migrate::sql::detail

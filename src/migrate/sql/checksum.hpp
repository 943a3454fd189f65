#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "migrate/sql/statement.hpp"

/// What an applied revision is remembered by. Two texts have the same checksum exactly when they are the same tokens:
/// comments, blanks, line ends, a BOM, closing semicolons, the case of keywords and unquoted names, and quotes around a
/// name that needs none ("users") are free. Constants count by their value: 'it''s' is $$it's$$, and CRLF inside them
/// or in COPY data counts as LF, since a checkout on another system is no edit. All functions are safe from any thread.
namespace migrate::sql {

/// Checksum of a section: "s1:" and 64 hexadecimal digits; "s1" names the rules, so that later rules raise no false
/// alarm over what was remembered by these. `statements` are what split() made of `text`.
std::string section_checksum(std::string_view text, std::span<const Statement> statements);

/// One digest of 16 hexadecimal digits for each statement (with its COPY data), by the same rules.
std::vector<std::string> statement_checksums(std::string_view text, std::span<const Statement> statements);

/// Checksum of C++ source by its tokens, "c1:" and 64 hexadecimal digits: comments (the header of a revision is one)
/// and layout are free. Takes any text.
std::string cpp_checksum(std::string_view text);

/// What was changed from one SQL section to another: up to six lines such as "line 12: was `…`, is `…`" (no line end
/// after the last), statements shortened, lines counted in `new_text` from 1. Empty when nothing that counts differs.
/// A text that cannot be cut into statements is compared line by line.
std::string describe_edit(std::string_view old_text, std::string_view new_text);

}  // namespace migrate::sql

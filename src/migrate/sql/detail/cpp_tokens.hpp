#pragma once
#include <string>
#include <string_view>

namespace migrate::sql::detail {

/// C++ source as bytes that are equal when the tokens are: comments, blanks and line continuations are gone, CRLF in
/// raw strings is LF. Each token is a letter for its kind, its text and a zero byte. The end of a preprocessor line
/// counts, other line ends do not. Takes any text: what is never closed reaches to the end of its line or of the text.
std::string canonical_cpp(std::string_view text);

}  // namespace migrate::sql::detail

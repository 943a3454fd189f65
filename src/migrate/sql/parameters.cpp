#include "migrate/sql/parameters.hpp"

#include <fmt/format.h>

#include <charconv>
#include <vector>

#include "migrate/base/error.hpp"
#include "migrate/sql/detail/lexer.hpp"

namespace migrate::sql {
namespace {

using detail::Token;
using detail::TokenKind;

/// Whether a literal beside this character would be read together with it.
bool sticks(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' ||
         c == '\'' || c == '"' || static_cast<unsigned char>(c) >= 0x80;
}

/// Index of the literal that a token like $2 stands for.
std::size_t literal_index(const Token& token, std::size_t count) {
  std::size_t number = 0;
  const std::string_view digits = token.text.substr(1);
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (read.ec == std::errc{} && number >= 1 && number <= count) return number - 1;
  throw base::Error(
      fmt::format("{} stands in the statement, but {} {} given", token.text, count,
                  count == 1 ? "parameter is" : "parameters are"),
      number == 0 && read.ec == std::errc{} ? "Parameters count from $1." : "Give one value for each $1, $2 …");
}

}  // namespace

std::string inline_parameters(std::string_view statement, std::span<const std::string> literals) {
  std::string result;
  std::vector<bool> used(literals.size());
  std::size_t copied = 0;
  detail::Lexer lexer(statement);
  for (Token token = lexer.next(); token.kind != TokenKind::end; token = lexer.next()) {
    if (token.kind != TokenKind::parameter) continue;
    const std::size_t index = literal_index(token, literals.size());
    used[index] = true;
    result += statement.substr(copied, token.offset - copied);
    copied = token.end();
    if (!result.empty() && sticks(result.back())) result += ' ';
    result += literals[index];
    if (copied < statement.size() && sticks(statement[copied])) result += ' ';
  }
  for (std::size_t i = 0; i < used.size(); ++i) {
    if (used[i]) continue;
    throw base::Error(fmt::format("parameter {} is given, but ${} does not stand in the statement", i + 1, i + 1),
                      "Inside quotes and comments $1 is text, not a parameter.");
  }
  return result += statement.substr(copied);
}

}  // namespace migrate::sql

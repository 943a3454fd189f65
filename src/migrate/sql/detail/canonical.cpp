#include "migrate/sql/detail/canonical.hpp"

#include <algorithm>

#include "migrate/sql/detail/facts.hpp"
#include "migrate/sql/detail/literal.hpp"
#include "migrate/sql/detail/outline.hpp"
#include "migrate/sql/quote.hpp"

namespace migrate::sql::detail {
namespace {

void append_lower(std::string_view text, std::string& to) {
  const std::size_t start = to.size();
  to += text;
  for (std::size_t i = start; i < to.size(); ++i) {
    if (to[i] >= 'A' && to[i] <= 'Z') to[i] = static_cast<char>(to[i] - 'A' + 'a');
  }
}

/// Length of the operator at the start of a run of symbols that touch each other, as PostgreSQL's scanner cuts it:
/// the longest run of operator characters, without a + or - at its end unless one of the characters below is in it.
std::size_t operator_length(std::string_view run) {
  for (const std::string_view pair : {"::", ":=", ".."}) {
    if (run.starts_with(pair)) return 2;
  }
  std::size_t length = std::min(run.find_first_not_of("~!@#^&|`?+-*/%<>="), run.size());
  if (length == 0) return 1;
  if (run.substr(0, length).find_first_of("~!@#^&|`?%") == std::string_view::npos) {
    while (length > 1 && (run[length - 1] == '+' || run[length - 1] == '-')) --length;
  }
  return length;
}

}  // namespace

template <typename Append>
void CanonicalForm::put(char kind, Range source, Append append) {
  const std::size_t start = bytes_.size();
  bytes_ += kind;
  append(bytes_);
  bytes_ += '\0';
  read_to_ = source.end();
  if (keep_ == Keep::bytes_and_tokens) tokens_.push_back({{start, bytes_.size() - start}, source});
}

void CanonicalForm::clear() noexcept {
  bytes_.clear();
  tokens_.clear();
}

void CanonicalForm::add(std::string_view text, const Statement& statement) {
  const Range whole = statement.text;
  read_to_ = whole.offset;
  try {
    add_tokens(text.substr(0, whole.end()), whole);
  } catch (const SqlSyntaxError&) {
    const std::size_t from = read_to_;
    put('?', {from, whole.end() - from},
        [&](std::string& to) { append_with_lf(text.substr(from, whole.end() - from), to); });
  }
  if (statement.copy_data) {
    put('d', *statement.copy_data, [&](std::string& to) { append_with_lf(statement.copy_data->of(text), to); });
  }
  put(';', {whole.end(), 0}, [](std::string&) {});
  follow_setting(text, statement);
}

void CanonicalForm::add_tokens(std::string_view script, Range range) {
  Lexer lexer(script, range.offset);
  lexer.set_standard_conforming_strings(standard_strings_);
  Range run;  // symbols that touch: only together do they say where an operator ends
  for (Token token = lexer.next();; token = lexer.next()) {
    const bool is_symbol = token.kind == TokenKind::symbol;
    if (is_symbol && run.length > 0 && run.end() == token.offset) {
      ++run.length;
      continue;
    }
    add_operators(run, script);
    run = is_symbol ? Range{token.offset, 1} : Range{};
    if (token.kind == TokenKind::end) return;
    if (!is_symbol) add_token(token);
  }
}

void CanonicalForm::add_operators(Range run, std::string_view script) {
  while (run.length > 0) {
    const std::size_t length = operator_length(run.of(script));
    put('o', {run.offset, length}, [&](std::string& to) { to += script.substr(run.offset, length); });
    run = {run.offset + length, run.length - length};
  }
}

void CanonicalForm::add_token(const Token& token) {
  const Range source{token.offset, token.text.size()};
  switch (token.kind) {
    case TokenKind::string:
      return add_string(token);
    case TokenKind::quoted_identifier:
      return add_quoted_identifier(token);
    case TokenKind::word:
      return put('w', source, [&](std::string& to) { append_lower(token.text, to); });
    case TokenKind::number:
      return put('n', source, [&](std::string& to) { append_lower(token.text, to); });
    default:
      return put('o', source, [&](std::string& to) { to += token.text; });
  }
}

void CanonicalForm::add_string(const Token& token) {
  const Range source{token.offset, token.text.size()};
  const bool is_plain = token.text[0] == '$' || (token.text[0] == '\'' && standard_strings_);
  if (is_plain) {
    if (const auto value = plain_value(token)) {
      return put('s', source, [&](std::string& to) { to += *value; });
    }
  }
  put('l', source, [&](std::string& to) { to += literal_as_written(token, !standard_strings_); });
}

void CanonicalForm::add_quoted_identifier(const Token& token) {
  const Range source{token.offset, token.text.size()};
  const std::string_view inside = token.text.substr(1, token.text.size() - 2);
  if (token.text[0] == '"' && quote_identifier(inside) == inside) {
    return put('w', source, [&](std::string& to) { to += inside; });
  }
  put('q', source, [&](std::string& to) {
    const std::size_t open = token.text.find('"');
    append_lower(token.text.substr(0, open), to);
    append_with_lf(token.text.substr(open), to);
  });
}

void CanonicalForm::follow_setting(std::string_view text, const Statement& statement) {
  if (statement.kind != "SET") return;
  Outline outline;
  Lexer lexer(text.substr(0, statement.text.end()), statement.text.offset);
  try {
    for (Token token = lexer.next(); token.kind != TokenKind::end && outline.size() < 8; token = lexer.next()) {
      outline.add(token);
    }
  } catch (const SqlSyntaxError&) {
    return;
  }
  if (const auto on = sets_standard_conforming_strings(outline)) standard_strings_ = *on;
}

}  // namespace migrate::sql::detail

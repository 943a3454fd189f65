#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "migrate/sql/detail/facts.hpp"
#include "migrate/sql/detail/lexer.hpp"
#include "migrate/sql/detail/outline.hpp"
#include "migrate/sql/statement.hpp"
#include "migrate/sql/syntax.hpp"

namespace migrate::sql {
namespace {

using detail::Token;
using detail::TokenKind;

/// The parse tree of a longer statement (INSERT of many rows) costs memory many times its size and tells nothing new.
constexpr std::size_t k_longest_parsed = std::size_t{1} << 20U;

class Splitter {
 public:
  explicit Splitter(std::string_view text) : text_(text), lexer_(text) {}

  std::vector<Statement> run();

 private:
  void add(const Token& token);
  void track_body(const Token& token);
  void finish();
  void on_backslash(const Token& token);
  [[noreturn]] void refuse_command(const Token& token) const;
  Range read_copy_data(const Statement& copy);
  void require_rest_of_line_blank(std::size_t line_end) const;

  std::string_view text_;
  detail::Lexer lexer_;
  std::vector<Statement> statements_;

  // The statement being read.
  detail::Outline outline_;
  Range range_;
  Token previous_;
  int parentheses_ = 0;
  int body_ = 0;  ///< BEGIN ATOMIC and CASE that wait for their END
};

std::vector<Statement> Splitter::run() {
  if (const auto zero = text_.find('\0'); zero != std::string_view::npos) {
    throw SqlSyntaxError("a zero byte stands in the SQL text", zero,
                         "PostgreSQL takes none. Is this file binary, or text in UTF-16? Save it as UTF-8.");
  }
  if (text_.starts_with("\xEF\xBB\xBF")) lexer_.seek(3);
  for (;;) {
    const Token token = lexer_.next();
    if (token.kind == TokenKind::end) {
      finish();
      return std::move(statements_);
    }
    if (token.kind == TokenKind::backslash) {
      on_backslash(token);
    } else if (token.kind == TokenKind::semicolon && parentheses_ == 0 && body_ == 0) {
      finish();
    } else {
      add(token);
    }
  }
}

void Splitter::add(const Token& token) {
  if (range_.length == 0) range_.offset = token.offset;
  range_.length = token.end() - range_.offset;
  if (parentheses_ == 0) {
    outline_.add(token);
    if (token.kind == TokenKind::word) track_body(token);
  }
  if (token.kind == TokenKind::open) {
    ++parentheses_;
  } else if (token.kind == TokenKind::close && parentheses_ > 0 && --parentheses_ == 0) {
    outline_.close_group(text_, token.end());
  }
  previous_ = token;
}

/// A semicolon inside BEGIN ATOMIC … END does not end the statement. CASE ends with END too, so it is counted with it.
void Splitter::track_body(const Token& token) {
  if (body_ == 0) {
    if (token.is("atomic") && previous_.is("begin") && detail::creates_routine(outline_)) body_ = 1;
    return;
  }
  // After AS or a dot even these words are names.
  if (previous_.is("as") || previous_.is_symbol('.')) return;
  if (token.is("case")) {
    ++body_;
  } else if (token.is("end")) {
    --body_;
  }
}

void Splitter::finish() {
  if (range_.length > 0) {
    Statement& statement = statements_.emplace_back();
    statement.text = range_;
    detail::add_facts(outline_, statement);
    if (range_.length <= k_longest_parsed) statement.parsed = !check_syntax(range_.of(text_)).has_value();
    statement.touches_session = statement.touches_session || !statement.parsed;
    if (detail::reads_data_lines(outline_)) statement.copy_data = read_copy_data(statement);
    if (const auto on = detail::sets_standard_conforming_strings(outline_)) lexer_.set_standard_conforming_strings(*on);
  }
  outline_.clear();
  range_ = {};
  previous_ = {};
  parentheses_ = 0;
  body_ = 0;
}

void Splitter::on_backslash(const Token& token) {
  const std::string_view rest = text_.substr(token.offset);
  const std::string_view command = rest.substr(0, rest.find_first_of(" \t\r\n\f\v"));
  if (range_.length > 0 || (command != "\\restrict" && command != "\\unrestrict")) refuse_command(token);
  lexer_.seek(std::min(text_.find('\n', token.offset), text_.size()));
}

void Splitter::refuse_command(const Token& token) const {
  const std::string_view rest = text_.substr(token.offset);
  const std::string_view command = rest.substr(0, std::min<std::size_t>(rest.find_first_of(" \t\r\n\f\v;'\"", 1), 40));
  if (range_.length > 0) {
    std::string hint = "psql commands are not understood here; a statement before one needs its semicolon.";
    if (parentheses_ > 0) hint += " A parenthesis of this statement is still open.";
    if (body_ > 0) hint += " The BEGIN ATOMIC body of this statement has no END yet.";
    throw SqlSyntaxError(fmt::format("{}: a backslash cannot stand inside a SQL statement", command), token.offset,
                         hint);
  }
  if (command == "\\.") {
    throw SqlSyntaxError("\\. ends COPY data, but no COPY … FROM stdin is open here", token.offset,
                         "Remove the line, or put the COPY … FROM stdin; statement before its data.");
  }
  std::string hint = "Of psql's commands only \\restrict and \\unrestrict, which pg_dump writes, are taken. ";
  if (command == "\\copy") {
    hint += "Write COPY … FROM stdin; with the data after it and a closing line \\. instead.";
  } else if (command == "\\i" || command == "\\ir" || command == "\\include" || command == "\\include_relative") {
    hint += "Put the SQL of that file here.";
  } else {
    hint += "Remove the line, or say the same in SQL.";
  }
  throw SqlSyntaxError(fmt::format("{} is a psql command, not SQL", command), token.offset, hint);
}

/// Data lines start on the line after the semicolon and end before a line that holds only "\.".
Range Splitter::read_copy_data(const Statement& copy) {
  constexpr std::string_view marker = "\n\\.";
  std::size_t line_end = text_.find('\n', lexer_.offset());
  require_rest_of_line_blank(std::min(line_end, text_.size()));
  const std::size_t start = line_end == std::string_view::npos ? text_.size() : line_end + 1;
  while (line_end != std::string_view::npos) {
    const void* found = ::memmem(text_.data() + line_end, text_.size() - line_end, marker.data(), marker.size());
    if (found == nullptr) break;
    line_end = static_cast<std::size_t>(static_cast<const char*>(found) - text_.data());
    const std::string_view after = text_.substr(line_end + marker.size());
    if (after.empty() || after.starts_with('\n') || after.starts_with("\r\n") || after == "\r") {
      lexer_.seek(line_end + marker.size());
      return {start, line_end + 1 - start};
    }
    line_end += marker.size();
  }
  throw SqlSyntaxError("the data of COPY … FROM stdin has no end", copy.text.offset,
                       "The data lines follow the statement's line; after the last of them write a line that holds "
                       "only \\. (backslash, dot).");
}

/// psql would read the data in the midst of whatever follows on the line; refusing says so before anything runs.
void Splitter::require_rest_of_line_blank(std::size_t line_end) const {
  detail::Lexer rest(text_.substr(0, line_end), lexer_.offset());
  if (const Token token = rest.next(); token.kind != TokenKind::end) {
    throw SqlSyntaxError("something follows COPY … FROM stdin; on its line", token.offset,
                         "The data begins on the next line. Move what stands here behind the closing line \\.");
  }
}

}  // namespace

std::vector<Statement> split(std::string_view text) {
  return Splitter(text).run();
}

}  // namespace migrate::sql

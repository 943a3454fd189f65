#include "migrate/sql/rename_note.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "migrate/sql/detail/literal.hpp"
#include "migrate/sql/detail/token_cursor.hpp"

namespace migrate::sql {
namespace {

using detail::Token;
using detail::TokenCursor;
using detail::TokenKind;

constexpr std::string_view k_mark = "renamed:";
constexpr std::string_view k_blanks = " \t\r\f\v";

/// A comment between two tokens.
struct Comment {
  std::string_view rest;  ///< behind the mark
  std::size_t offset = 0;
};

std::string_view without_blanks(std::string_view line) {
  const auto first = line.find_first_not_of(k_blanks);
  if (first == std::string_view::npos) return {};
  return line.substr(first, line.find_last_not_of(k_blanks) - first + 1);
}

/// The last such comment on a line of its own. `begins`: the gap begins at the start of a line.
std::optional<Comment> comment_in(std::string_view text, Range gap, bool begins) {
  std::optional<Comment> found;
  std::size_t at = gap.offset;
  while (at < gap.end()) {
    const auto end = std::min(text.find('\n', at), gap.end());
    auto line = without_blanks(text.substr(at, end - at));
    if (begins && line.starts_with("--")) {
      const auto offset = static_cast<std::size_t>(line.data() - text.data());
      line = without_blanks(line.substr(2));
      if (line.starts_with(k_mark)) found = {without_blanks(line.substr(k_mark.size())), offset};
    }
    begins = true;
    at = end + 1;
  }
  return found;
}

[[noreturn]] void misplaced(const Comment& comment) {
  throw SqlSyntaxError("`-- renamed:` stands before nothing that can be renamed", comment.offset,
                       "Put it on the line before CREATE TABLE (VIEW, TYPE, INDEX …), or before a column, a named "
                       "constraint or an enum value within it.");
}

std::string old_name(const Comment& comment, bool literal) {
  const auto tokens = detail::all_tokens(comment.rest, {0, comment.rest.size()});
  TokenCursor cursor(tokens);
  std::optional<std::string> name;
  if (literal && cursor.peek().kind == TokenKind::string) {
    name = detail::plain_value(cursor.peek());
    cursor.skip();
  } else {
    name = cursor.take_identifier();
  }
  if (!name || !cursor.done()) {
    throw SqlSyntaxError("`-- renamed:` needs one name and nothing else", comment.offset,
                         "Write the old name as in SQL, without its schema: -- renamed: old_name");
  }
  return *name;
}

constexpr auto k_plain = std::to_array<std::string_view>(
    {"table", "view", "index", "type", "domain", "sequence", "function", "procedure", "schema"});

/// Reads "CREATE … TABLE … name" as far as the name; nothing for other statements.
std::optional<RenameNote> created(TokenCursor& cursor) {
  if (!cursor.take("create")) return std::nullopt;
  for (bool moved = true; moved;) {
    moved = cursor.take_phrase({"or", "replace"}) || cursor.take("unlogged") || cursor.take("unique") ||
            cursor.take("foreign") || cursor.take("recursive");
  }
  RenameNote note;
  if (cursor.take_phrase({"materialized", "view"})) {
    note.statement = "MATERIALIZED VIEW";
  } else {
    for (const auto word : k_plain) {
      if (!cursor.take(word)) continue;
      note.statement = word;
      std::ranges::transform(note.statement, note.statement.begin(),
                             [](char letter) { return static_cast<char>(letter - 'a' + 'A'); });
      break;
    }
  }
  if (note.statement.empty()) return std::nullopt;
  cursor.take("concurrently");
  cursor.take_if_not_exists();
  const auto name = cursor.take_name();
  if (!name) return std::nullopt;
  note.object = {name->schema, name->name};
  return note;
}

/// Looks through one statement.
class Search {
 public:
  Search(std::string_view text, const Statement& statement, std::vector<RenameNote>& notes)
      : text_(text), tokens_(detail::all_tokens(text, statement.text)), notes_(notes) {
    TokenCursor cursor(tokens_);
    whole_ = created(cursor);
  }

  void whole(const Comment& comment) {
    if (!whole_) misplaced(comment);
    RenameNote note = *whole_;
    note.old_name = old_name(comment, false);
    note.offset = comment.offset;
    notes_.push_back(std::move(note));
  }

  void parts() {
    int depth = 0;
    for (std::size_t i = 1; i < tokens_.size(); ++i) {
      const Token& before = tokens_[i - 1];
      if (before.kind == TokenKind::open) ++depth;
      if (before.kind == TokenKind::close) --depth;
      const auto comment = comment_in(text_, {before.end(), tokens_[i].offset - before.end()}, false);
      if (!comment) continue;
      const bool begins = before.kind == TokenKind::open || before.is_symbol(',');
      if (!whole_ || depth != 1 || !begins) misplaced(*comment);
      part(*comment, i);
    }
  }

 private:
  void part(const Comment& comment, std::size_t at) {
    RenameNote note = *whole_;
    note.offset = comment.offset;
    const bool value = tokens_[at].kind == TokenKind::string;
    note.old_name = old_name(comment, value);
    TokenCursor cursor(tokens_, at);
    std::optional<std::string> name;
    if (value) {
      note.part_kind = RenameNote::Part::value;
      name = detail::plain_value(tokens_[at]);
    } else {
      note.part_kind = cursor.take("constraint") ? RenameNote::Part::constraint : RenameNote::Part::column;
      name = cursor.take_identifier();
    }
    if (!name || (note.statement != "TABLE" && note.statement != "TYPE" && note.statement != "DOMAIN")) {
      misplaced(comment);
    }
    note.part = *name;
    notes_.push_back(std::move(note));
  }

  std::string_view text_;
  std::vector<Token> tokens_;
  std::vector<RenameNote>& notes_;
  std::optional<RenameNote> whole_;
};

}  // namespace

std::vector<RenameNote> rename_notes(std::string_view text) {
  std::vector<RenameNote> notes;
  if (text.find(k_mark) == std::string_view::npos) return notes;
  std::size_t end = 0;
  for (const auto& statement : split(text)) {
    Search search(text, statement, notes);
    if (const auto comment = comment_in(text, {end, statement.text.offset - end}, end == 0)) search.whole(*comment);
    search.parts();
    end = statement.copy_data ? statement.copy_data->end() : statement.text.end();
  }
  if (const auto comment = comment_in(text, {end, text.size() - end}, end == 0)) misplaced(*comment);
  return notes;
}

}  // namespace migrate::sql

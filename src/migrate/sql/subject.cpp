#include "migrate/sql/subject.hpp"

#include <algorithm>
#include <array>

#include "migrate/sql/detail/literal.hpp"
#include "migrate/sql/detail/token_cursor.hpp"

namespace migrate::sql {
namespace {

using detail::Token;
using detail::TokenCursor;
using detail::TokenKind;
using Answer = std::optional<Subject>;

Subject of_kind(SubjectKind kind) {
  Subject subject;
  subject.kind = kind;
  return subject;
}

bool take_object_name(TokenCursor& cursor, ObjectName& to) {
  auto name = cursor.take_name();
  if (name) to = {std::move(name->schema), std::move(name->name)};
  return name.has_value();
}

/// After CREATE.
Answer create_index(TokenCursor cursor) {
  Subject subject = of_kind(SubjectKind::create_index_concurrently);
  subject.unique = cursor.take("unique");
  if (!cursor.take("index") || !cursor.take("concurrently")) return Subject{};
  subject.if_not_exists = cursor.take_if_not_exists();
  if (!cursor.take("on")) {
    auto name = cursor.take_identifier();
    if (!name || !cursor.take("on")) return std::nullopt;
    subject.object.name = std::move(*name);
  }
  cursor.take("only");
  if (!take_object_name(cursor, subject.table)) return std::nullopt;
  return subject;
}

/// After DROP INDEX CONCURRENTLY.
Answer drop_index(TokenCursor cursor) {
  Subject subject = of_kind(SubjectKind::drop_index_concurrently);
  subject.if_exists = cursor.take_if_exists();
  if (!take_object_name(cursor, subject.object)) return std::nullopt;
  // The server takes one index at a time; a list is not worth guessing about.
  return cursor.peek().is_symbol(',') ? Subject{} : subject;
}

/// After REINDEX.
Answer reindex(std::string_view text, TokenCursor cursor) {
  Subject subject = of_kind(SubjectKind::reindex_concurrently);
  bool concurrently = false;
  if (cursor.peek().kind == TokenKind::open) {
    concurrently = detail::has_option(text, cursor.peek(), "concurrently");
    cursor.skip();
  }
  using Target = std::pair<std::string_view, ReindexTarget>;
  constexpr std::array<Target, 5> targets{{{"index", ReindexTarget::index},
                                           {"table", ReindexTarget::table},
                                           {"schema", ReindexTarget::schema},
                                           {"database", ReindexTarget::database},
                                           {"system", ReindexTarget::system}}};
  const auto* target = std::ranges::find_if(targets, [&](const Target& known) { return cursor.take(known.first); });
  if (target == targets.end()) return std::nullopt;
  subject.target = target->second;
  concurrently = cursor.take("concurrently") || concurrently;
  if (!concurrently) return of_kind(SubjectKind::rerunnable);
  const bool may_be_unnamed = subject.target == ReindexTarget::database || subject.target == ReindexTarget::system;
  if (!take_object_name(cursor, subject.object) && !(may_be_unnamed && cursor.done())) return std::nullopt;
  if (subject.target == ReindexTarget::table) subject.table = subject.object;
  return subject;
}

/// After ALTER TYPE.
Answer alter_type(TokenCursor cursor) {
  Subject subject = of_kind(SubjectKind::add_enum_value);
  if (!take_object_name(cursor, subject.object)) return std::nullopt;
  if (!cursor.take_phrase({"add", "value"})) return Subject{};
  subject.if_not_exists = cursor.take_if_not_exists();
  auto value = detail::plain_value(cursor.peek());
  if (Token literal = cursor.peek(); !value && literal.kind == TokenKind::string) {
    // Without a backslash, E'…' is an ordinary literal.
    const bool is_plain =
        (literal.text[0] == 'E' || literal.text[0] == 'e') && literal.text.find('\\') == std::string_view::npos;
    literal.text.remove_prefix(1);
    if (is_plain) value = detail::plain_value(literal);
  }
  if (!value) return std::nullopt;
  subject.member = std::move(*value);
  return subject;
}

/// Whether an action of ALTER TABLE sets what may be set again.
bool is_rerunnable_action(std::span<const Token> action) {
  TokenCursor cursor(action);
  if (cursor.take_phrase({"validate", "constraint"})) return cursor.take_identifier().has_value() && cursor.done();
  if (!cursor.take("alter")) {
    return (cursor.take("set") || cursor.take("reset")) && cursor.peek().kind == TokenKind::open;
  }
  cursor.take("column");
  if (!cursor.take_identifier() && cursor.peek().kind != TokenKind::number) return false;
  if (cursor.peek().kind == TokenKind::number) cursor.skip();
  if (cursor.take_phrase({"set", "statistics"})) return true;
  return (cursor.take("set") || cursor.take("reset")) && cursor.peek().kind == TokenKind::open;
}

/// After DETACH PARTITION.
Answer detach(TokenCursor cursor, Subject subject) {
  if (!take_object_name(cursor, subject.partition)) return std::nullopt;
  subject.finalize = cursor.take("finalize");
  if (!subject.finalize && !cursor.take("concurrently")) return Subject{};
  subject.kind = SubjectKind::detach_concurrently;
  return subject;
}

/// After ALTER TABLE.
Answer alter_table(TokenCursor cursor) {
  if (cursor.take_phrase({"all", "in", "tablespace"})) return Subject{};
  Subject subject;
  subject.if_exists = cursor.take_if_exists();
  cursor.take("only");
  if (!take_object_name(cursor, subject.table)) return std::nullopt;
  cursor.take_symbol('*');
  if (cursor.take_phrase({"detach", "partition"})) return detach(cursor, subject);
  const auto actions = detail::split_at_commas(cursor.rest());
  if (actions.size() == 1 && cursor.take_phrase({"validate", "constraint"})) {
    auto constraint = cursor.take_identifier();
    if (!constraint) return std::nullopt;
    subject.kind = SubjectKind::validate_constraint;
    subject.member = std::move(*constraint);
    return subject;
  }
  return of_kind(std::ranges::all_of(actions, is_rerunnable_action) ? SubjectKind::rerunnable : SubjectKind::other);
}

/// After ALTER DOMAIN.
Answer alter_domain(TokenCursor cursor) {
  if (!cursor.take_name()) return std::nullopt;
  const bool validates = cursor.take_phrase({"validate", "constraint"});
  return of_kind(validates ? SubjectKind::rerunnable : SubjectKind::other);
}

/// Statements that are safe to run twice whatever follows their first words.
bool is_rerunnable(TokenCursor cursor) {
  constexpr auto words =
      std::to_array<std::string_view>({"vacuum", "analyze", "analyse", "cluster", "checkpoint", "comment", "set",
                                       "reset", "show", "grant", "revoke", "refresh"});
  const auto stands_here = [&](std::string_view word) { return cursor.peek().is(word); };
  return std::ranges::any_of(words, stands_here) || cursor.take_phrase({"security", "label"}) ||
         cursor.take_phrase({"alter", "system"});
}

}  // namespace

std::optional<Subject> subject_of(std::string_view text, const Statement& statement) {
  const auto tokens = detail::outer_tokens(text, statement.text);
  TokenCursor cursor(tokens);
  if (cursor.take("create")) return create_index(cursor);
  if (cursor.take_phrase({"drop", "index", "concurrently"})) return drop_index(cursor);
  if (cursor.take("reindex")) return reindex(text, cursor);
  if (cursor.take_phrase({"alter", "type"})) return alter_type(cursor);
  if (cursor.take_phrase({"alter", "table"})) return alter_table(cursor);
  if (cursor.take_phrase({"alter", "domain"})) return alter_domain(cursor);
  return of_kind(is_rerunnable(cursor) ? SubjectKind::rerunnable : SubjectKind::other);
}

}  // namespace migrate::sql

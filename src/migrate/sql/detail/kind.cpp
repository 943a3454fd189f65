#include "migrate/sql/detail/kind.hpp"

#include <algorithm>
#include <array>

#include "migrate/base/text.hpp"

namespace migrate::sql::detail {
namespace {

using Words = std::array<std::string_view, 3>;

/// Names of object kinds and statements that take several words, first match wins.
constexpr auto k_object_phrases = std::to_array<Words>({
    {"access", "method"},
    {"default", "privileges"},
    {"event", "trigger"},
    {"foreign", "data", "wrapper"},
    {"foreign", "table"},
    {"large", "object"},
    {"materialized", "view"},
    {"operator", "class"},
    {"operator", "family"},
    {"text", "search", "configuration"},
    {"text", "search", "dictionary"},
    {"text", "search", "parser"},
    {"text", "search", "template"},
    {"user", "mapping"},
});
constexpr auto k_statement_phrases = std::to_array<Words>({
    {"commit", "prepared"},
    {"import", "foreign", "schema"},
    {"reassign", "owned"},
    {"refresh", "materialized", "view"},
    {"rollback", "prepared"},
    {"security", "label"},
    {"start", "transaction"},
});
/// What may stand between CREATE and the kind of object without being part of its name.
constexpr auto k_modifiers =
    std::to_array<std::string_view>({"or", "replace", "temp", "temporary", "local", "global", "unlogged", "unique",
                                     "recursive", "constraint", "trusted", "procedural", "default"});

/// Number of words of the phrase that stands at `at`, 0 for none.
template <std::size_t N>
std::size_t phrase_at(const Outline& outline, std::size_t at, const std::array<Words, N>& phrases) {
  for (const Words& phrase : phrases) {
    const auto length =
        static_cast<std::size_t>(std::ranges::count_if(phrase, [](auto word) { return !word.empty(); }));
    std::size_t same = 0;
    while (same < length && outline.is(at + same, phrase.at(same))) ++same;
    if (same == length) return length;
  }
  return 0;
}

void append_words(const Outline& outline, std::size_t from, std::size_t count, std::string& words) {
  for (std::size_t i = from; i < from + count && outline[i].kind == TokenKind::word; ++i) {
    if (!words.empty()) words += ' ';
    for (const char c : outline[i].text) words += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
}

/// CREATE, ALTER, DROP: the verb and what it works on.
Kind object_kind(const Outline& outline) {
  Kind kind;
  append_words(outline, 0, 1, kind.words);
  for (std::size_t at = 1; outline[at].kind == TokenKind::word; ++at) {
    const std::size_t phrase = phrase_at(outline, at, k_object_phrases);
    const auto is_this = [&](std::string_view word) { return outline.is(at, word); };
    if (phrase == 0 && std::ranges::any_of(k_modifiers, is_this)) {
      kind.temporary = kind.temporary || is_this("temp") || is_this("temporary");
      continue;
    }
    append_words(outline, at, std::max<std::size_t>(phrase, 1), kind.words);
    kind.next = at + std::max<std::size_t>(phrase, 1);
    break;
  }
  return kind;
}

/// WITH names its queries first; the statement is what comes after them.
std::size_t main_verb(const Outline& outline) {
  for (std::size_t i = 1; i < outline.size(); ++i) {
    for (const std::string_view verb : {"select", "insert", "update", "delete", "merge", "values", "table"}) {
      if (outline.is(i, verb)) return i;
    }
  }
  return 0;
}

}  // namespace

Kind kind_of(const Outline& outline) {
  if (outline.is(0, "create") || outline.is(0, "alter") || outline.is(0, "drop")) return object_kind(outline);
  Kind kind;
  if (outline[0].kind == TokenKind::open) {
    kind.words = "SELECT";
  } else if (outline[0].kind != TokenKind::word) {
    kind.words = "statement";
  } else if (outline.is(0, "with")) {
    append_words(outline, main_verb(outline), 1, kind.words);
  } else if (outline.is(0, "prepare") && outline.is(1, "transaction") && outline[2].kind == TokenKind::string) {
    // PREPARE transaction AS … prepares a query of that name.
    append_words(outline, 0, 2, kind.words);
    kind.next = 2;
  } else {
    kind.next = std::max<std::size_t>(phrase_at(outline, 0, k_statement_phrases), 1);
    append_words(outline, 0, kind.next, kind.words);
  }
  return kind;
}

}  // namespace migrate::sql::detail

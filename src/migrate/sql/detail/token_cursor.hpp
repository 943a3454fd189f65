#pragma once
#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "migrate/sql/detail/lexer.hpp"
#include "migrate/sql/statement.hpp"

namespace migrate::sql::detail {

/// The tokens of a part of a script outside parentheses, each parenthesised group as one token of kind `open`; unlike
/// an Outline, all of them. Stops where the text cannot be read on.
std::vector<Token> outer_tokens(std::string_view text, Range range);

/// The inside of a group.
Range inside_of(const Token& group);

/// Every token of a part of a script, parentheses and what is in them one by one.
std::vector<Token> all_tokens(std::string_view text, Range range);

/// Reads a statement's tokens from left to right: what take_… finds it moves past, else it stays.
class TokenCursor {
 public:
  explicit TokenCursor(std::span<const Token> tokens, std::size_t at = 0) : tokens_(tokens), at_(at) {}

  /// Past the end: a token of kind `end`.
  [[nodiscard]] Token peek(std::size_t ahead = 0) const noexcept {
    return at_ + ahead < tokens_.size() ? tokens_[at_ + ahead] : Token{};
  }
  [[nodiscard]] bool done() const noexcept { return at_ >= tokens_.size(); }
  void skip() noexcept { ++at_; }
  [[nodiscard]] std::span<const Token> rest() const noexcept { return tokens_.subspan(std::min(at_, tokens_.size())); }

  bool take(std::string_view lower_word) noexcept;
  bool take_symbol(char symbol) noexcept;
  /// All of the words, in this order, or none.
  bool take_phrase(std::initializer_list<std::string_view> lower_words) noexcept;
  bool take_if_exists() noexcept { return take_phrase({"if", "exists"}); }
  bool take_if_not_exists() noexcept { return take_phrase({"if", "not", "exists"}); }
  std::optional<std::string> take_identifier();
  /// name, schema.name or database.schema.name.
  struct Name {
    std::string schema;
    std::string name;
    [[nodiscard]] std::string quoted() const;
  };
  std::optional<Name> take_name();

  /// Whether such a word stands here or further on.
  [[nodiscard]] bool has(std::string_view lower_word) const noexcept;
  /// Moves behind the first such word; false, and no move, when there is none.
  bool skip_past(std::string_view lower_word) noexcept;

 private:
  std::span<const Token> tokens_;
  std::size_t at_;
};

/// The pieces between commas outside parentheses and brackets.
std::vector<std::span<const Token>> split_at_commas(std::span<const Token> tokens);

/// Whether a group of options "(verbose, concurrently off)" has this one and does not switch it off; false for other
/// tokens. The last mention counts.
bool has_option(std::string_view text, const Token& group, std::string_view lower_name);

}  // namespace migrate::sql::detail

#pragma once
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "migrate/sql/detail/lexer.hpp"

namespace migrate::sql::detail {

/// The first tokens of a statement outside parentheses; each parenthesised group is one token of kind `open` whose text
/// is the whole group. That is all it takes to tell what a statement does. Reused from statement to statement.
class Outline {
 public:
  /// Statements say what they are long before this many tokens.
  static constexpr std::size_t k_longest = 64;

  void clear() noexcept { tokens_.clear(); }
  /// A token outside parentheses. An open parenthesis is completed by close_group().
  void add(const Token& token) {
    if (tokens_.size() < k_longest) tokens_.push_back(token);
  }
  /// `text` is the script, `end` the byte after the closing parenthesis.
  void close_group(std::string_view text, std::size_t end) noexcept {
    if (tokens_.empty() || tokens_.back().kind != TokenKind::open) return;
    Token& group = tokens_.back();
    if (group.text.size() == 1) group.text = text.substr(group.offset, end - group.offset);
  }

  [[nodiscard]] bool empty() const noexcept { return tokens_.empty(); }
  [[nodiscard]] std::size_t size() const noexcept { return tokens_.size(); }
  /// Past the end: a token of kind `end`.
  [[nodiscard]] Token operator[](std::size_t index) const noexcept {
    return index < tokens_.size() ? tokens_[index] : Token{};
  }
  [[nodiscard]] bool is(std::size_t index, std::string_view lower_word) const noexcept {
    return index < tokens_.size() && tokens_[index].is(lower_word);
  }
  /// Index of the first such word from `start` on; nothing when there is none.
  [[nodiscard]] std::optional<std::size_t> find(std::string_view lower_word, std::size_t start = 0) const noexcept {
    for (std::size_t i = start; i < tokens_.size(); ++i) {
      if (tokens_[i].is(lower_word)) return i;
    }
    return std::nullopt;
  }

 private:
  std::vector<Token> tokens_;
};

}  // namespace migrate::sql::detail

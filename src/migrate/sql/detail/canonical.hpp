#pragma once
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "migrate/sql/detail/lexer.hpp"
#include "migrate/sql/statement.hpp"

namespace migrate::sql::detail {

/// A token of the canonical form: its bytes there, and where it stands in the text.
struct CanonicalToken {
  Range canonical;
  Range source;
};

/// Statements as bytes that are equal when the statements are the same but for comments, layout, the case of keywords
/// and unquoted names, needless quotes and the spelling of plain strings. Each token is a letter for its kind, its
/// content and a zero byte; a statement ends with a token of kind ';'. COPY data is one token. Reused for many.
class CanonicalForm {
 public:
  /// Without tokens a long script takes no more memory than its text.
  enum class Keep { bytes, bytes_and_tokens };
  explicit CanonicalForm(Keep keep = Keep::bytes) : keep_(keep) {}

  /// Adds a statement. They must come in the order of the script: a SET standard_conforming_strings counts for those
  /// after it, beyond clear(). What cannot be cut into tokens is taken byte for byte.
  void add(std::string_view text, const Statement& statement);
  void clear() noexcept;

  [[nodiscard]] const std::string& bytes() const noexcept { return bytes_; }
  /// Of what was added since clear(); none with Keep::bytes.
  [[nodiscard]] std::span<const CanonicalToken> tokens() const noexcept { return tokens_; }

 private:
  void add_tokens(std::string_view script, Range range);
  void add_token(const Token& token);
  void add_operators(Range run, std::string_view script);
  void add_string(const Token& token);
  void add_quoted_identifier(const Token& token);
  template <typename Append>
  void put(char kind, Range source, Append append);
  void follow_setting(std::string_view text, const Statement& statement);

  Keep keep_;
  std::string bytes_;
  std::vector<CanonicalToken> tokens_;
  std::size_t read_to_ = 0;  ///< end of the last token in its text
  bool standard_strings_ = true;
};

}  // namespace migrate::sql::detail

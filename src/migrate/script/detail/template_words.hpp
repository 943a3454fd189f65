#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace migrate::script::detail {

/// A word, number, string or sign of an expression.
struct Word {
  enum class Kind { end, name, number, text, sign };
  Kind kind = Kind::end;
  std::string value;  ///< a string's value is unescaped
  int line = 1;

  [[nodiscard]] bool is(std::string_view sign) const { return kind == Kind::sign && value == sign; }
  [[nodiscard]] bool is_word(std::string_view word) const { return kind == Kind::name && value == word; }
};

/// The words of an expression, an `end` last. Blanks, line ends, joined lines and "# comments" separate.
/// Throws TemplateError.
std::vector<Word> cut_expression(std::string_view code, std::string_view file, int line);

}  // namespace migrate::script::detail

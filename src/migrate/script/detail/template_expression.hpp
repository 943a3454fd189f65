#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "migrate/script/detail/template_value.hpp"

namespace migrate::script::detail {

/// A parsed expression of a template: names, literals, `x if c else y`, or/and/not, comparisons, `in`, +, [index],
/// functions and methods. Parsing has settled every name, so only values can still be wrong.
struct Expression {
  enum class Kind { literal, name, list, conditional, either, both, negation, compare, sum, index, function, method };
  Kind kind = Kind::literal;
  int line = 1;
  std::string word;  ///< the name, the operator, the function or the method
  Value literal;
  std::vector<Expression> children;  ///< operands; method: the object first; conditional: condition, then, else
};

/// Where an expression stands and which names it may use.
struct ExpressionSource {
  std::string_view code;
  std::string_view file;
  int line = 1;
  const std::vector<std::string>& names;  ///< "loop.index" and its kin are names too
};

/// Parses all of `source.code`. Throws TemplateError, with the nearest known name for an unknown one.
Expression parse_expression(const ExpressionSource& source);

/// Splits "x in items:" of a for line into the loop's name and the expression behind `in`.
std::pair<std::string, Expression> parse_for(const ExpressionSource& source);

/// Parses "condition:" of an if or elif line.
Expression parse_condition(const ExpressionSource& source);

/// Refuses anything but ":" (of "else:").
void expect_colon(const ExpressionSource& source);

/// The names an expression may see, innermost last.
using Scope = std::vector<std::pair<std::string, Value>>;

/// How much one rendering may still do, in bytes of values and text made. Loops in loops and texts that double would
/// otherwise end only when the memory does.
class Effort {
 public:
  explicit Effort(std::string_view file) : file_(file) {}

  /// Throws TemplateError when nothing is left.
  void spend(std::size_t amount, int line);
  [[nodiscard]] std::string_view file() const noexcept { return file_; }

 private:
  std::string_view file_;
  std::size_t left_ = std::size_t{1} << 26U;
};

/// Throws TemplateError when a value does not fit what is done with it, or when it takes too much effort.
Value evaluate(const Expression& expression, const Scope& scope, Effort& effort);

/// Checks "trim, upper" against the known filters and gives their names in order. Throws TemplateError.
std::vector<std::string> parse_filters(std::string_view filters, std::string_view file, int line);

/// What the known filter `filter` makes of the value.
Value apply_filter(std::string_view filter, const Value& value);

/// "Did you mean 'x'?", or the list of what is known.
std::string suggestion(std::string_view word, const std::vector<std::string>& known);

}  // namespace migrate::script::detail

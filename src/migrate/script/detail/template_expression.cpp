#include "migrate/script/detail/template_expression.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "migrate/base/text.hpp"
#include "migrate/script/detail/template_functions.hpp"
#include "migrate/script/detail/template_lexer.hpp"
#include "migrate/script/detail/template_words.hpp"

namespace migrate::script::detail {
namespace {

using Kind = Expression::Kind;

/// Deeper nesting is a mistake, and would only find the end of the stack.
constexpr int k_deepest = 64;
constexpr std::size_t k_longest = 1000;

constexpr std::array<std::string_view, 6> k_keywords = {"if", "else", "and", "or", "in", "is"};

class Parser {
 public:
  explicit Parser(const ExpressionSource& source)
      : source_(source), words_(cut_expression(source.code, source.file, source.line)) {}

  Expression whole() {
    check_length();
    if (peek().kind == Word::Kind::end) fail("an expression is missing");
    auto expression = conditional();
    if (peek().kind != Word::Kind::end) fail(fmt::format("unexpected {} in the expression", described()));
    return expression;
  }

  Expression condition() {
    check_length();
    if (peek().is(":")) fail("a condition is missing before ':'");
    auto expression = conditional();
    colon();
    return expression;
  }

  std::pair<std::string, Expression> loop() {
    const auto name = peek();
    if (name.kind != Word::Kind::name) fail("'% for' needs a name: % for item in items:");
    ++at_;
    if (peek().is(",")) fail("'% for' with several names is not supported", "Loop over one name.");
    if (!take_word("in")) fail(fmt::format("'in' is missing after '% for {}'", name.value));
    return {name.value, condition()};
  }

  void colon() {
    if (!take(":")) {
      fail(peek().kind == Word::Kind::end ? "':' is missing at the end of the line"
                                          : fmt::format("unexpected {} where ':' should be", described()));
    }
    if (peek().kind != Word::Kind::end) fail(fmt::format("unexpected {} behind ':'", described()));
  }

 private:
  [[nodiscard]] const Word& peek(std::size_t ahead = 0) const {
    return words_[std::min(at_ + ahead, words_.size() - 1)];
  }
  bool take(std::string_view sign) { return peek().is(sign) && (++at_, true); }
  bool take_word(std::string_view word) { return peek().is_word(word) && (++at_, true); }

  /// Chains such as a + a + … nest as well, one level for each word at most.
  void check_length() const {
    if (words_.size() > k_longest) fail(fmt::format("the expression has more than {} words", k_longest));
  }

  [[nodiscard]] std::string described() const {
    return peek().kind == Word::Kind::end ? "end" : fmt::format("'{}'", peek().value);
  }

  [[noreturn]] void fail(std::string_view message, std::string_view hint = {}) const {
    fail_template(source_.file, peek().line, message, hint);
  }

  [[nodiscard]] Expression node(Kind kind, std::string word, std::vector<Expression> children) const {
    return {kind, peek().line, std::move(word), {}, std::move(children)};
  }

  Expression conditional() {
    if (++depth_ > k_deepest) fail("the expression is nested too deeply");
    auto value = either();
    if (take_word("if")) {
      auto condition = either();
      if (!take_word("else")) fail("'else' is missing: write x if condition else y");
      value = node(Kind::conditional, "if", {std::move(condition), std::move(value), conditional()});
    }
    --depth_;
    return value;
  }

  Expression either() {
    auto value = both();
    while (take_word("or")) value = node(Kind::either, "or", {std::move(value), both()});
    return value;
  }

  Expression both() {
    auto value = negation();
    while (take_word("and")) value = node(Kind::both, "and", {std::move(value), negation()});
    return value;
  }

  Expression negation() {
    int times = 0;
    while (take_word("not")) ++times;
    auto value = comparison();
    if (times == 0) return value;
    // Two in a row only turn the value into a truth value, so two are as good as any even number.
    value = node(Kind::negation, "not", {std::move(value)});
    return times % 2 == 0 ? node(Kind::negation, "not", {std::move(value)}) : value;
  }

  Expression comparison() {
    auto value = sum();
    if (auto word = comparison_word(); !word.empty()) {
      value = node(Kind::compare, std::move(word), {std::move(value), sum()});
      if (!comparison_word().empty()) fail("comparisons cannot be chained", "Join two comparisons with 'and'.");
    }
    return value;
  }

  std::string comparison_word() {
    for (const std::string_view sign : {"==", "!=", "<=", ">=", "<", ">"}) {
      if (take(sign)) return std::string(sign);
    }
    if (take_word("in")) return "in";
    if (take_word("is")) return take_word("not") ? "!=" : "==";
    if (peek().is_word("not") && peek(1).is_word("in")) {
      at_ += 2;
      return "not in";
    }
    return {};
  }

  Expression sum() {
    auto value = postfix();
    while (take("+")) value = node(Kind::sum, "+", {std::move(value), postfix()});
    return value;
  }

  Expression postfix() {
    auto value = primary();
    while (peek().is("[") || peek().is(".") || peek().is("(")) {
      if (take("[")) {
        auto index = conditional();
        if (peek().is(":")) fail("slices are not supported", "Take one item: x[0]");
        if (!take("]")) fail("']' is missing");
        value = node(Kind::index, "[]", {std::move(value), std::move(index)});
      } else if (take(".")) {
        value = method(std::move(value));
      } else {
        fail("only functions and methods can be called");
      }
    }
    return value;
  }

  Expression method(Expression object) {
    const auto name = peek();
    if (name.kind != Word::Kind::name) fail("a method's name is missing behind '.'");
    if (const auto known = method_names(); std::ranges::find(known, name.value) == known.end()) {
      fail(fmt::format("unknown method '{}'", name.value), suggestion(name.value, known));
    }
    ++at_;
    if (!take("(")) fail(fmt::format("'(' is missing behind the method '{}'", name.value));
    auto call = node(Kind::method, name.value, {std::move(object)});
    arguments(call, ")");
    check_count(call, call.children.size() - 1, method_arguments(call.word));
    return call;
  }

  void arguments(Expression& into, std::string_view closing) {
    while (!take(closing)) {
      into.children.push_back(conditional());
      if (!take(",") && !peek().is(closing)) fail(fmt::format("'{}' is missing", closing));
    }
  }

  void check_count(const Expression& call, std::size_t given, std::pair<std::size_t, std::size_t> wanted) const {
    if (given >= wanted.first && given <= wanted.second) return;
    fail(fmt::format("{}() takes {} argument{}, not {}", call.word, wanted.second, wanted.second == 1 ? "" : "s",
                     given));
  }

  Expression primary() {
    const auto word = peek();
    if (word.kind == Word::Kind::text) return ++at_, constant({word.value});
    if (word.kind == Word::Kind::number) return number(1);
    if (word.is("-") && peek(1).kind == Word::Kind::number) return ++at_, number(-1);
    if (take("(")) return parenthesis();
    if (take("[")) {
      auto list = node(Kind::list, "[]", {});
      arguments(list, "]");
      return list;
    }
    if (word.kind != Word::Kind::name || std::ranges::find(k_keywords, word.value) != k_keywords.end()) {
      fail(fmt::format("a value is missing before {}", described()));
    }
    return named();
  }

  [[nodiscard]] Expression constant(Value value) const {
    return {Kind::literal, peek().line, {}, std::move(value), {}};
  }

  Expression number(std::int64_t sign) {
    const auto digits = peek().value;
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc{} || end != digits.data() + digits.size()) fail(fmt::format("'{}' is not a number", digits));
    ++at_;
    return constant({sign * value});
  }

  /// A value in parentheses, or a tuple.
  Expression parenthesis() {
    if (take(")")) return node(Kind::list, "()", {});
    auto first = conditional();
    if (take(")")) return first;
    if (!take(",")) fail("')' is missing");
    auto list = node(Kind::list, "()", {std::move(first)});
    arguments(list, ")");
    return list;
  }

  Expression named() {
    auto name = peek().value;
    if (name == "None" || name == "True" || name == "False") {
      ++at_;
      return constant(name == "None" ? Value{} : Value{name == "True"});
    }
    if (name == "loop" && peek(1).is(".")) name += "." + peek(2).value;
    if (std::ranges::find(source_.names, name) != source_.names.end()) {
      at_ += name.starts_with("loop.") ? 3 : 1;
      return {Kind::name, peek().line, std::move(name), {}, {}};
    }
    if (peek(1).is("(")) return function(std::move(name));
    fail(fmt::format("unknown variable '{}'", name), suggestion(name, source_.names));
  }

  Expression function(std::string name) {
    if (const auto known = function_names(); std::ranges::find(known, name) == known.end()) {
      fail(fmt::format("unknown function '{}'", name), suggestion(name, known));
    }
    at_ += 2;
    auto call = node(Kind::function, std::move(name), {});
    arguments(call, ")");
    check_count(call, call.children.size(), {1, 1});
    return call;
  }

  const ExpressionSource& source_;
  std::vector<Word> words_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace

Expression parse_expression(const ExpressionSource& source) {
  return Parser(source).whole();
}

std::pair<std::string, Expression> parse_for(const ExpressionSource& source) {
  return Parser(source).loop();
}

Expression parse_condition(const ExpressionSource& source) {
  return Parser(source).condition();
}

void expect_colon(const ExpressionSource& source) {
  Parser(source).colon();
}

std::string suggestion(std::string_view word, const std::vector<std::string>& known) {
  if (const auto near = base::nearest(word, known)) return fmt::format("Did you mean '{}'?", *near);
  return "Known: " + base::join(known, ", ") + ".";
}

}  // namespace migrate::script::detail

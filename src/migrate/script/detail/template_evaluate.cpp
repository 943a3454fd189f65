#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "migrate/base/text.hpp"
#include "migrate/script/detail/template_expression.hpp"
#include "migrate/script/detail/template_functions.hpp"
#include "migrate/script/detail/template_lexer.hpp"

namespace migrate::script::detail {
namespace {

using Kind = Expression::Kind;

bool contains(const Value& container, const Value& item) {
  if (const auto* list = container.list()) return std::ranges::find(*list, item) != list->end();
  const auto* text = container.text();
  const auto* part = item.text();
  if (text != nullptr && part != nullptr) return text->find(*part) != std::string::npos;
  throw CallFault{fmt::format("'in' cannot look for {} in {}", kind_of(item), kind_of(container))};
}

bool less(const Value& left, const Value& right) {
  if (left.data.index() == right.data.index()) {
    if (const auto* number = std::get_if<std::int64_t>(&left.data)) return *number < std::get<std::int64_t>(right.data);
    if (const auto* text = left.text()) return *text < *right.text();
  }
  throw CallFault{fmt::format("{} and {} have no order", kind_of(left), kind_of(right))};
}

bool compare(std::string_view sign, const Value& left, const Value& right) {
  if (sign == "==") return left == right;
  if (sign == "!=") return left != right;
  if (sign == "in") return contains(right, left);
  if (sign == "not in") return !contains(right, left);
  if (sign == "<") return less(left, right);
  if (sign == ">") return less(right, left);
  return sign == "<=" ? !less(right, left) : !less(left, right);
}

Value sum(const Value& left, const Value& right) {
  if (left.data.index() == right.data.index()) {
    if (const auto* text = left.text()) return {*text + *right.text()};
    if (const auto* number = std::get_if<std::int64_t>(&left.data)) {
      std::int64_t total = 0;
      if (__builtin_add_overflow(*number, std::get<std::int64_t>(right.data), &total)) {
        throw CallFault{"the sum is too large"};
      }
      return {total};
    }
    if (const auto* list = left.list()) {
      auto all = *list;
      all.insert(all.end(), right.list()->begin(), right.list()->end());
      return {std::move(all)};
    }
  }
  throw CallFault{fmt::format("'+' cannot join {} and {}", kind_of(left), kind_of(right))};
}

Value item(const Value& container, const Value& index) {
  const auto* list = container.list();
  const auto* number = std::get_if<std::int64_t>(&index.data);
  if (list == nullptr) throw CallFault{fmt::format("[index] needs a list, and this is {}", kind_of(container))};
  if (number == nullptr) throw CallFault{fmt::format("an index must be a number, not {}", kind_of(index))};
  const auto size = static_cast<std::int64_t>(list->size());
  const std::int64_t at = *number < 0 ? *number + size : *number;
  if (at < 0 || at >= size) throw CallFault{fmt::format("index {} of a list of {}", *number, size)};
  return (*list)[static_cast<std::size_t>(at)];
}

/// Evaluates the operands that are always needed, then combines them.
Value combine(const Expression& expression, std::span<const Value> values) {
  switch (expression.kind) {
    case Kind::negation:
      return {!truth(values[0])};
    case Kind::compare:
      return {compare(expression.word, values[0], values[1])};
    case Kind::sum:
      return sum(values[0], values[1]);
    case Kind::index:
      return item(values[0], values[1]);
    case Kind::function:
      return call_function(expression.word, values[0]);
    case Kind::method:
      return call_method(expression.word, values[0], values.subspan(1));
    default:
      return {std::vector<Value>(values.begin(), values.end())};
  }
}

const Value& look_up(std::string_view name, const Scope& scope) {
  return std::find_if(scope.rbegin(), scope.rend(), [&](const auto& each) { return each.first == name; })->second;
}

constexpr std::string_view k_filters[] = {"comma", "lower", "n", "str", "trim", "upper"};

}  // namespace

void Effort::spend(std::size_t amount, int line) {
  if (amount > left_) {
    fail_template(file_, line, "the template makes more than 64 MiB of text and values",
                  "Is a loop inside a loop, or a text that grows with each step?");
  }
  left_ -= amount;
}

Value evaluate(const Expression& expression, const Scope& scope, Effort& effort) {
  const auto& children = expression.children;
  switch (expression.kind) {
    case Kind::literal:
      return expression.literal;
    case Kind::name:
      return look_up(expression.word, scope);
    case Kind::conditional:
      return evaluate(truth(evaluate(children[0], scope, effort)) ? children[1] : children[2], scope, effort);
    case Kind::either:
    case Kind::both: {
      auto left = evaluate(children[0], scope, effort);
      const bool settled = truth(left) == (expression.kind == Kind::either);
      return settled ? left : evaluate(children[1], scope, effort);
    }
    default:
      break;
  }
  std::vector<Value> values;
  values.reserve(children.size());
  for (const auto& child : children) {
    values.push_back(evaluate(child, scope, effort));
    effort.spend(weight(values.back()), expression.line);
  }
  try {
    return combine(expression, values);
  } catch (const CallFault& fault) {
    fail_template(effort.file(), expression.line, fault.message, "Check which values the variable can have.");
  }
}

std::vector<std::string> parse_filters(std::string_view filters, std::string_view file, int line) {
  const std::vector<std::string> known(std::begin(k_filters), std::end(k_filters));
  std::vector<std::string> result;
  for (const auto piece : base::split(filters, ',')) {
    std::string filter(base::trim(piece));
    if (filter.empty()) fail_template(file, line, "a filter is missing behind '|' or ','", suggestion(filter, known));
    if (std::ranges::find(known, filter) == known.end()) {
      fail_template(file, line, fmt::format("unknown filter '{}'", filter), suggestion(filter, known));
    }
    result.push_back(std::move(filter));
  }
  return result;
}

Value apply_filter(std::string_view filter, const Value& value) {
  if (filter == "comma") return {comma(value)};
  if (filter == "str") return {str(value)};
  if (filter == "trim") return {std::string(base::trim(str(value)))};
  if (filter == "upper") return {base::to_upper(str(value))};
  if (filter == "lower") return {base::to_lower(str(value))};
  return value;
}

}  // namespace migrate::script::detail

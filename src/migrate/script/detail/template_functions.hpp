#pragma once
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "migrate/script/detail/template_value.hpp"

namespace migrate::script::detail {

/// What a call cannot do with its values, without place: "len() of None".
struct CallFault {
  std::string message;
};

/// Functions take one value: comma, len, repr, str.
std::vector<std::string> function_names();
/// Throws CallFault. `name` must be known.
Value call_function(std::string_view name, const Value& argument);

/// Methods of texts: join, lower, upper, strip, …
std::vector<std::string> method_names();
/// The fewest and the most arguments of a known method.
std::pair<std::size_t, std::size_t> method_arguments(std::string_view name);
/// Throws CallFault. `name` must be known.
Value call_method(std::string_view name, const Value& object, std::span<const Value> arguments);

}  // namespace migrate::script::detail

#include "migrate/command/missing_role.hpp"

#include <string_view>

namespace migrate::command {

std::optional<std::string> missing_role(const engine::ErrorFields& fields) {
  constexpr std::string_view k_undefined_object = "42704";
  constexpr std::string_view k_before = "role \"", k_after = "\" does not exist";
  const std::string_view message = fields.message;
  const bool fits = fields.sqlstate == k_undefined_object && message.starts_with(k_before) &&
                    message.ends_with(k_after) && message.size() > k_before.size() + k_after.size();
  if (!fits) return std::nullopt;
  return std::string(message.substr(k_before.size(), message.size() - k_before.size() - k_after.size()));
}

}  // namespace migrate::command

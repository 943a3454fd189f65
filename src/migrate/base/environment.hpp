#pragma once
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace migrate::base {

/// Looks an environment variable up; an unset one is nothing, an empty one is "". Passed down, so tests need no setenv.
using Environment = std::function<std::optional<std::string>(std::string_view)>;

/// The process's own environment.
Environment process_environment();

/// A fixed set, for tests.
inline Environment fixed_environment(std::map<std::string, std::string, std::less<>> values) {
  return [values = std::move(values)](std::string_view name) -> std::optional<std::string> {
    const auto found = values.find(name);
    return found == values.end() ? std::nullopt : std::optional(found->second);
  };
}

}  // namespace migrate::base

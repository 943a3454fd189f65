#pragma once
#include <fmt/format.h>

#include "migrate/engine/connection_config.hpp"

// fmt::format("{}", config): as uri(), with passwords hidden.

template <>
struct fmt::formatter<migrate::engine::Url> : fmt::formatter<std::string> {
  template <typename Context>
  auto format(const migrate::engine::Url& url, Context& context) const {
    return fmt::formatter<std::string>::format(url.to_string(), context);
  }
};

template <>
struct fmt::formatter<migrate::engine::ConnectionConfig> : fmt::formatter<std::string> {
  template <typename Context>
  auto format(const migrate::engine::ConnectionConfig& config, Context& context) const {
    return fmt::formatter<std::string>::format(config.uri(), context);
  }
};

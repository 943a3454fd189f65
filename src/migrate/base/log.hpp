#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace migrate::base {

enum class LogLevel { debug, info, warning, error };

/// One thing that happened: a fixed name ("pool.connect", "retry") and its facts. Never holds a password.
struct LogEvent {
  std::string_view name;
  LogLevel level = LogLevel::info;
  std::string message;
  std::vector<std::pair<std::string, std::string>> fields;
};

/// Where events go. Must not throw; may be called from any thread. An empty sink drops everything.
using LogSink = std::function<void(const LogEvent&)>;

}  // namespace migrate::base

#pragma once
#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "migrate/server/detail/installation.hpp"
#include "migrate/server/detail/layout.hpp"

namespace migrate::server::detail {

using Settings = std::vector<std::pair<std::string, std::string>>;

/// Starts postgres on the layout's data directory and waits until it accepts connections. The caller holds the lock and
/// has seen that no server runs. Throws ServerError with the end of the server's log.
void start_postmaster(const Layout& layout, const Installation& installation, const Settings& settings,
                      std::chrono::milliseconds patience);

/// Waits until the running server `pid` accepts connections. `log_start`: where in the log its own lines begin.
void wait_until_ready(const Layout& layout, pid_t pid, std::uintmax_t log_start, std::chrono::milliseconds patience);

enum class Shutdown { fast, immediate };

/// Ends the server and waits for it; no server is fine. The caller holds the lock. Throws ServerError when it stays.
void stop_postmaster(const Layout& layout, Shutdown how, std::chrono::milliseconds patience);

/// `path` for a setting that is a list of directories: quoted.
std::string quote_directory(const std::filesystem::path& path);

/// The last `count` lines of what stands in the log from `start` on; says so when there is nothing.
std::string log_tail(const std::filesystem::path& log, std::uintmax_t start, std::size_t count = 20);

}  // namespace migrate::server::detail

#include "migrate/engine/pool_report.hpp"

#include <fmt/format.h>

#include "migrate/engine/error.hpp"

namespace migrate::engine {
namespace {

std::string seconds(std::chrono::nanoseconds time) {
  return fmt::format("{:.3g} s", std::chrono::duration<double>(time).count());
}

std::string numbers(const PoolSettings& settings, const PoolStatistics& now) {
  return fmt::format(
      "pool_size {}, max_overflow {}; {} open ({} leased, {} idle, {} connecting, {} closing; {} overflow), "
      "{} other callers waiting",
      settings.options.pool_size, settings.options.max_overflow, now.open, now.leased, now.idle, now.connecting,
      now.closing, now.overflow(), now.waiting);
}

std::string_view doing(PoolPhase phase) {
  switch (phase) {
    case PoolPhase::waiting:
      return "every connection was in use";
    case PoolPhase::connecting:
      return "a new connection was not ready in time";
    case PoolPhase::checking:
      return "the idle connections were no longer usable";
  }
  return "";
}

std::string hint(const PoolStatistics& now, PoolPhase phase, std::size_t held) {
  if (phase != PoolPhase::waiting) return "Check that the server is up and answers, or raise pool_timeout.";
  if (held > 0 && held == now.leased) {
    return "A thread that waits for a second connection while it holds the first can wait for itself: end that lease "
           "first, or pass the connection on.";
  }
  if (held > 0) {
    return "Threads that hold one connection while they wait for another can block each other: end the first lease "
           "earlier, or allow (threads x (held at once - 1) + 1) connections.";
  }
  return "Return leases sooner, or raise pool_size, max_overflow or pool_timeout.";
}

}  // namespace

void throw_pool_timeout(const PoolSettings& settings, const PoolStatistics& statistics, PoolPhase phase,
                        std::chrono::nanoseconds waited, std::size_t held) {
  std::string text = fmt::format("no connection to {} within {}: {}. {}", settings.database, seconds(waited),
                                 doing(phase), numbers(settings, statistics));
  if (held > 0) {
    text += fmt::format(". This thread already holds {} of the {} leased connections", held, statistics.leased);
  }
  if (!statistics.last_connect_error.empty()) {
    text += fmt::format(". Last connect error: {}", statistics.last_connect_error);
  }
  throw DatabaseTimeoutError(TimeoutKind::pool, text, hint(statistics, phase, held));
}

void throw_pool_closed(const PoolSettings& settings) {
  throw DatabaseArgumentError(fmt::format("no connection to {}: its pool is closed", settings.database),
                              "Nothing can be leased after close(); make a new engine.");
}

void throw_pool_forked(const PoolSettings& settings) {
  throw DatabaseArgumentError(
      fmt::format("no connection to {}: its pool was made before fork() and belongs to the parent process",
                  settings.database),
      "Make a new engine in the child process.");
}

void throw_pool_in_use(const PoolSettings& settings) {
  throw DatabaseArgumentError(
      fmt::format("the hooks of the pool for {} cannot be changed any more: it is in use", settings.database),
      "Set them before the first connect().");
}

void log_pool(const PoolSettings& settings, base::LogLevel level, std::string_view event,
              std::string_view text) noexcept {
  if (!settings.log) return;
  try {
    settings.log(base::LogEvent{event, level, std::string(text), {{"database", settings.database}}});
  } catch (...) {
    // An event that cannot be written is no reason to lose a connection.
  }
}

}  // namespace migrate::engine

#include "migrate/engine/pool_report.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "migrate/engine/error.hpp"

namespace migrate::engine {
namespace {

std::string seconds(std::chrono::nanoseconds time) {
  return fmt::format("{:.3g} s", std::chrono::duration<double>(time).count());
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

std::string hint(const PoolStatistics& now, const PoolTimeout& timeout) {
  if (timeout.phase != PoolPhase::waiting) return "Check that the server is up and answers, or raise pool_timeout.";
  if (now.suspended) return "Call resume() when the database may be used again.";
  const std::size_t held = timeout.own.size();
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

std::string_view reason(const PoolStatistics& now, PoolPhase phase) {
  if (phase != PoolPhase::waiting) return doing(phase);
  if (now.suspended) return "the pool is suspended";
  const bool full = now.capacity && now.open >= *now.capacity;
  if (!full && now.connecting > 0) return "no more connections may be in the making at once";
  return doing(phase);
}

std::string list(const std::vector<LeakReport>& leases) {
  std::string text;
  for (const LeakReport& lease : leases) text += (text.empty() ? "" : "; ") + to_string(lease);
  return text;
}

}  // namespace

std::string to_string(const LeakReport& report) {
  const std::string_view function = report.site.function_name();
  return fmt::format("{}:{}{}, {} ago", report.site.file_name(), report.site.line(),
                     function.empty() ? "" : fmt::format(" ({})", function), seconds(report.held));
}

std::string to_string(const PoolStatistics& now) {
  const std::string overflow =
      !now.capacity ? "-1" : std::to_string(*now.capacity - std::min(now.pool_size, *now.capacity));
  return fmt::format(
      "pool_size {}, max_overflow {}; {} open ({} leased, {} idle, {} connecting, {} closing; {} overflow), "
      "{} other callers waiting{}{}",
      now.pool_size, overflow, now.open, now.leased, now.idle, now.connecting, now.closing, now.overflow(), now.waiting,
      now.suspended ? ", suspended" : "", now.closed ? ", closed" : "");
}

std::string_view to_string(CloseCause cause) noexcept {
  switch (cause) {
    case CloseCause::stale:
      return "it is older than a loss that spoke for the pool, or than dispose()";
    case CloseCause::expired:
      return "it is older than pool_recycle";
    case CloseCause::idle:
      return "it was not used for idle_timeout";
    case CloseCause::surplus:
      return "the pool keeps no more than pool_size";
    case CloseCause::closed_by_peer:
      return "the server closed it while it was idle";
    case CloseCause::ping_failed:
      return "it did not answer a ping";
    case CloseCause::ping_cut:
      return "the caller's deadline passed before it answered a ping";
    case CloseCause::lost:
      return "the connection was lost in use";
    case CloseCause::invalidated:
      return "invalidated by its user";
    case CloseCause::not_reset:
      return "it could not be reset";
    case CloseCause::hook:
      return "a hook failed";
    case CloseCause::filtered:
      return "retain() did not want it";
    case CloseCause::abandoned:
      return "its caller went away while it was being checked";
    case CloseCause::detached:
      return "it was taken out of the pool";
    case CloseCause::shut:
      return "the pool is closed";
  }
  return "";
}

void throw_pool_timeout(const PoolSettings& settings, const PoolStatistics& statistics, const PoolTimeout& timeout) {
  std::string text = fmt::format("no connection to {} within {}: {}. {}", settings.database, seconds(timeout.waited),
                                 reason(statistics, timeout.phase), to_string(statistics));
  if (!timeout.own.empty()) {
    text += fmt::format(". This thread already holds {} of the {} leased connections, taken at {}", timeout.own.size(),
                        statistics.leased, list(timeout.own));
  } else if (!timeout.oldest.empty()) {
    text += fmt::format(". Oldest leases: {}", list(timeout.oldest));
  }
  if (!statistics.last_connect_error.empty()) {
    text += fmt::format(". Last connect error: {}", statistics.last_connect_error);
  }
  DatabaseTimeoutError error(TimeoutKind::pool, text, hint(statistics, timeout));
  error.set_pool(std::make_shared<const PoolStatistics>(statistics));
  throw error;
}

void throw_pool_full(const PoolSettings& settings, const PoolStatistics& statistics) {
  DatabaseTimeoutError error(
      TimeoutKind::pool,
      fmt::format("no connection to {}: {} callers are waiting already. {}{}{}", settings.database, statistics.waiting,
                  to_string(statistics),
                  statistics.last_connect_error.empty() ? "" : ". Last connect error: ", statistics.last_connect_error),
      "The load is more than the pool can carry: shed it, or raise max_waiters or pool_size.");
  error.set_pool(std::make_shared<const PoolStatistics>(statistics));
  throw error;
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

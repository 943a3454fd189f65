#include "migrate/command/wait.hpp"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>

#include "migrate/base/text.hpp"
#include "migrate/engine/failure.hpp"
#include "migrate/engine/retry.hpp"

namespace migrate::command {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds k_first_pause{100};
constexpr milliseconds k_longest_pause{1000};
/// So long a try may take at least, though the time is over: it may be the one that gets through.
constexpr milliseconds k_shortest_try{1000};
/// A server that has taken the connection and is silent for so long is tried anew.
constexpr milliseconds k_longest_answer{5000};

bool may_pass(const engine::DatabaseError& error) {
  if (const auto* refused = dynamic_cast<const engine::DatabaseConnectionError*>(&error)) {
    // Where containers find each other by name, that of one which is not up yet is unknown.
    return refused->transient() ||
           std::string_view(refused->what()).find("could not translate host name") != std::string_view::npos;
  }
  return dynamic_cast<const engine::DatabaseTimeoutError*>(&error) != nullptr || engine::classify(error).retryable;
}

/// One try. Its version, when the server answers.
std::string ask(const Context& context, const engine::ConnectionConfig& config, engine::Deadline deadline) {
  const auto left = std::max(k_shortest_try, std::chrono::duration_cast<milliseconds>(deadline.left()));
  auto parts = config.parts();
  parts.retry.retries = 0;
  const auto limit = parts.command_timeout.count() > 0 ? parts.command_timeout : k_longest_answer;
  parts.command_timeout = std::min({limit, k_longest_answer, left});
  auto connection = engine::Connection::connect(engine::ConnectionConfig::create(std::move(parts)),
                                                {.interrupt_fd = context.interrupt_fd}, engine::Deadline::after(left));
  const auto answer = connection.execute("SELECT pg_catalog.current_setting('server_version')");
  // Distributions put a name of theirs behind it.
  return std::string(base::split(answer.text(0, 0), ' ').front());
}

/// The pause after try `attempt`: half of it certain, so that nobody is pressed, and half of it luck, so that many who
/// wait do not come at once.
milliseconds pause_after(int attempt) {
  const auto ceiling = std::min(k_longest_pause, k_first_pause * (1 << std::min(attempt - 1, 10)));
  const auto count = static_cast<double>(ceiling.count());
  return milliseconds(static_cast<milliseconds::rep>(count * (0.5 + 0.5 * engine::random_chance())));
}

/// False: interrupted.
bool sleep(const Context& context, std::chrono::nanoseconds time) {
  pollfd interrupt{context.interrupt_fd, POLLIN, 0};
  const auto whole = std::chrono::ceil<milliseconds>(time).count();
  return ::poll(&interrupt, context.interrupt_fd >= 0 ? 1 : 0, static_cast<int>(whole)) <= 0;
}

}  // namespace

WaitReport wait(const Context& context, milliseconds timeout,
                const std::function<void(const std::string& reason)>& on_wait) {
  const base::Stopwatch watch;
  const auto deadline = engine::Deadline::after(timeout);
  const auto config = connection_config(context);
  for (int attempts = 1;; ++attempts) {
    try {
      auto version = ask(context, config, deadline);
      return {config.uri(), std::move(version), attempts, watch.milliseconds()};
    } catch (const engine::DatabaseError& error) {
      if (!may_pass(error)) throw;
      if (deadline.passed()) {
        throw engine::DatabaseConnectionError(
            fmt::format("the database did not answer within {:.3g} s ({} {}): {}", watch.milliseconds() / 1000,
                        attempts, attempts == 1 ? "try" : "tries", error.what()),
            error.hint(), error.sqlstate(), true);
      }
      if (attempts == 1 && on_wait) on_wait(error.what());
    }
    if (!sleep(context, std::min<std::chrono::nanoseconds>(pause_after(attempts), deadline.left()))) {
      throw engine::DatabaseInterrupted(fmt::format("interrupted while waiting for {}", config.uri()));
    }
  }
}

}  // namespace migrate::command

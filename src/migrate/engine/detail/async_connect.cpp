#include "migrate/engine/detail/async_connect.hpp"

#include <fmt/format.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <chrono>
#include <exception>
#include <mutex>
#include <utility>

#include "migrate/engine/detail/async_context.hpp"
#include "migrate/engine/detail/open_channel.hpp"
#include "migrate/engine/detail/parking.hpp"

namespace migrate::engine::detail {
namespace {

/// What the thread is given beyond the deadline to say what went wrong, which it knows better.
constexpr std::chrono::milliseconds k_last_words{50};

/// One connect, shared by the coroutine that wants it and the thread that makes it.
class Attempt {
 public:
  Attempt(ConnectionConfig config, ConnectionHooks hooks, Deadline deadline, std::shared_ptr<Parking::State> parked)
      : config_(std::move(config)),
        hooks_(std::move(hooks)),
        deadline_(deadline),
        parked_(std::move(parked)),
        interrupt_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    hooks_.interrupt_fd = interrupt_;
  }
  ~Attempt() {
    if (interrupt_ >= 0) ::close(interrupt_);
  }
  Attempt(const Attempt&) = delete;
  Attempt& operator=(const Attempt&) = delete;

  /// On the thread.
  void run() noexcept;
  /// On the coroutine, once it is woken. Nothing: the thread is still at it.
  std::unique_ptr<Channel> take();
  /// Nobody wants it any more.
  void abandon() noexcept;
  [[nodiscard]] std::string target() const { return config_.uri(); }

 private:
  const ConnectionConfig config_;
  ConnectionHooks hooks_;
  const Deadline deadline_;
  const std::shared_ptr<Parking::State> parked_;
  const int interrupt_;
  std::mutex mutex_;
  std::unique_ptr<Channel> made_;
  std::exception_ptr failed_;
  bool abandoned_ = false;
};

void Attempt::run() noexcept {
  std::unique_ptr<Channel> made;
  std::exception_ptr failed;
  try {
    made = open_channel(config_, hooks_, deadline_);
  } catch (...) {
    failed = std::current_exception();
  }
  {
    const std::lock_guard lock(mutex_);
    if (!abandoned_) {
      // Handed over, not shared: what is thrown has one owner at a time.
      made_ = std::move(made);
      failed_ = std::move(failed);
    }
  }
  Parking::signal(*parked_);
}

std::unique_ptr<Channel> Attempt::take() {
  const std::lock_guard lock(mutex_);
  if (failed_ != nullptr) std::rethrow_exception(std::exchange(failed_, nullptr));
  return std::move(made_);
}

void Attempt::abandon() noexcept {
  std::unique_ptr<Channel> unwanted;
  const std::lock_guard lock(mutex_);
  abandoned_ = true;
  unwanted = std::move(made_);
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(interrupt_, &one, sizeof one);
}

/// However the coroutine ends, dropped included.
class Abandonment {
 public:
  explicit Abandonment(std::shared_ptr<Attempt> attempt) : attempt_(std::move(attempt)) {}
  ~Abandonment() { attempt_->abandon(); }
  Abandonment(const Abandonment&) = delete;
  Abandonment& operator=(const Abandonment&) = delete;

 private:
  std::shared_ptr<Attempt> attempt_;
};

}  // namespace

asio::awaitable<std::unique_ptr<Channel>> async_open(asio::any_io_executor executor, ConnectionConfig config,
                                                     ConnectionHooks hooks, Deadline deadline) {
  const Parking parking(executor);
  const auto attempt = std::make_shared<Attempt>(std::move(config), std::move(hooks), deadline, parking.state());
  const Abandonment abandonment(attempt);
  AsyncContext::of(executor).threads().run([attempt] { attempt->run(); });
  const Deadline limit = deadline.is_never() ? deadline : Deadline::at(deadline.point() + k_last_words);
  const Woken woken = co_await parking.wait(limit);
  if (auto made = attempt->take(); made != nullptr) co_return made;
  if (woken == Woken::cancelled) {
    throw DatabaseInterrupted(fmt::format("interrupted while connecting to {}", attempt->target()));
  }
  throw DatabaseTimeoutError(
      TimeoutKind::connect,
      fmt::format("cannot connect to {}: not even its address was known in time", attempt->target()),
      "Is the host name right, and do the name servers answer?");
}

}  // namespace migrate::engine::detail

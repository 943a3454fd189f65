#include "migrate/runtime/queue_watchdog.hpp"

#include <fmt/format.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <csignal>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

namespace migrate::runtime {
namespace {

using Milliseconds = std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

/// For the watchdog's own questions: it is of no use when it is slower than what it watches.
constexpr Milliseconds k_answer_limit{2000};
constexpr Milliseconds k_connect_limit{5000};
/// The run does not wait longer for a cancel request to be over. One that comes later still finds another transaction.
constexpr Milliseconds k_cancel_limit{3000};
constexpr Milliseconds k_pause_after_trouble{1000};
/// Shorter than any wait for a lock, so that it is known for whom we waited.
constexpr Milliseconds k_grace{150};

engine::ConnectionConfig patient_with_nobody(const engine::ConnectionConfig& config) {
  const auto given = config.parts().connect_timeout;
  return config.with({.connect_timeout = given.count() > 0 ? std::min(given, k_connect_limit) : k_connect_limit,
                      .command_timeout = k_answer_limit,
                      .connect_retries = 0,
                      .application_name = "migrate watchdog"});
}

/// When to look: never sooner than `grace` after a transaction began, then again every `interval`.
struct Rhythm {
  explicit Rhythm(const QueueLimits& limits) {
    if (limits.max_blocked.count() <= 0) return;
    grace = std::min(limits.max_blocked / 2, k_grace);
    interval = std::clamp(limits.max_blocked / 5, Milliseconds(50), Milliseconds(1000));
  }
  [[nodiscard]] Milliseconds tick() const { return std::max(grace / 2, Milliseconds(20)); }

  Milliseconds grace{k_grace};
  Milliseconds interval{100};
};

/// What the backend is doing; only that of our own user in our own database counts as ours.
std::string ask_state(int pid) {
  return fmt::format(
      "SELECT s.state, s.xact_start::text FROM pg_catalog.pg_stat_get_activity({}) s"
      " WHERE s.usesysid = (SELECT oid FROM pg_catalog.pg_roles WHERE rolname = session_user)"
      " AND s.datid = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())",
      pid);
}

/// For as long as the transaction is the one we looked at. A COMMIT that waits for a standby is done: cancelling it
/// would only give up the wait.
std::string ask_cancel(int pid, const std::string& transaction) {
  return fmt::format(
      "SELECT pg_catalog.pg_cancel_backend(s.pid) FROM pg_catalog.pg_stat_get_activity({}) s"
      " WHERE s.state = 'active' AND s.xact_start::text = '{}' AND s.wait_event IS DISTINCT FROM 'SyncRep'",
      pid, transaction);
}

}  // namespace

/// The watchdog's thread, and what it shares with the run.
class QueueWatchdog::Patrol {
 public:
  Patrol(const engine::ConnectionConfig& config, QueueLimits limits, std::function<void(const std::string&)> on_trouble)
      : config_(patient_with_nobody(config)),
        limits_(limits),
        on_trouble_(std::move(on_trouble)),
        rhythm_(limits),
        stop_event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

  ~Patrol() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
      if (abortable_ != nullptr) abortable_->abort();
    }
    if (stop_event_ >= 0) ::eventfd_write(stop_event_, 1);
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
    if (stop_event_ >= 0) ::close(stop_event_);
  }
  Patrol(const Patrol&) = delete;
  Patrol& operator=(const Patrol&) = delete;

  void begin(int pid) {
    if (limits_.server_pid != 0) pid = limits_.server_pid;
    start();
    const std::lock_guard lock(mutex_);
    if (!held_ || pid != pid_) {
      waited_for_.clear();
      since_ = Clock::now();
      overdue_ = false;
    }
    pid_ = pid;
    running_ = pid > 0;
    spent_ = false;
    report_.reset();
    if (!overdue_) return;
    rung_ = true;
    changed_.notify_all();
  }

  void end(bool transaction_open) noexcept {
    std::unique_lock lock(mutex_);
    running_ = false;
    held_ = transaction_open;
    changed_.wait_for(lock, k_cancel_limit, [this] { return !cancelling_; });
  }

  std::vector<Blocker> waited_for() {
    const std::lock_guard lock(mutex_);
    return waited_for_;
  }

  std::optional<QueueReport> take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(report_, std::nullopt);
  }

 private:
  void start();
  void work();
  /// How long to sleep until the backend has to be looked at; nothing: now.
  [[nodiscard]] std::optional<Milliseconds> until_due() const;
  /// One look; how long to sleep until the next.
  Milliseconds look(int pid);
  Milliseconds look_at_queue(int pid);
  /// Whether the request was sent.
  bool cancel(int pid, const std::string& transaction, QueueReport report);
  void connect();
  void disconnect() noexcept;
  /// Whether the limits are passed but nothing ran; how long to sleep then.
  Milliseconds note_overdue(bool overdue);
  void note_waiting(std::vector<Blocker> blockers);
  void tell(const std::string& trouble);

  const engine::ConnectionConfig config_;
  const QueueLimits limits_;
  const std::function<void(const std::string&)> on_trouble_;
  const Rhythm rhythm_;
  const int stop_event_;

  std::mutex mutex_;  ///< guards all up to the thread
  std::condition_variable changed_;
  int pid_ = 0;
  bool running_ = false;     ///< a message is being answered
  bool held_ = false;        ///< no message, but its transaction is open
  bool overdue_ = false;     ///< the limits are passed, but nothing ran that could be cancelled
  bool spent_ = false;       ///< the message has been cancelled
  bool cancelling_ = false;  ///< a request is on its way
  bool rung_ = false;
  bool stopping_ = false;
  Clock::time_point since_;  ///< of the transaction
  std::optional<QueueReport> report_;
  std::vector<Blocker> waited_for_;
  const engine::Connection* abortable_ = nullptr;
  std::thread thread_;

  std::optional<engine::Connection> connection_;  ///< the thread's, as is what follows
  bool told_ = false;
};

void QueueWatchdog::Patrol::start() {
  if (thread_.joinable() || told_) return;
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  // Signals of the process belong to the caller's threads.
  pthread_sigmask(SIG_SETMASK, &all, &before);
  try {
    thread_ = std::thread([this] { work(); });
  } catch (const std::exception& error) {
    tell(error.what());
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void QueueWatchdog::Patrol::work() {
  std::unique_lock lock(mutex_);
  Milliseconds pause = rhythm_.grace;
  while (!stopping_) {
    changed_.wait_for(lock, pause, [this] { return stopping_ || rung_; });
    rung_ = false;
    if (stopping_) break;
    if (const auto early = until_due()) {
      pause = *early;
      continue;
    }
    const int pid = pid_;
    lock.unlock();
    pause = look(pid);
    lock.lock();
  }
  lock.unlock();
  disconnect();
}

std::optional<Milliseconds> QueueWatchdog::Patrol::until_due() const {
  // Nobody wakes the thread for a message that begins: that would cost every one of them something.
  if ((!running_ && !held_) || spent_) return rhythm_.tick();
  const auto early = std::chrono::ceil<Milliseconds>(since_ + rhythm_.grace - Clock::now());
  return early.count() > 0 ? std::optional(early) : std::nullopt;
}

Milliseconds QueueWatchdog::Patrol::look(int pid) {
  try {
    if (!connection_) connect();
    return look_at_queue(pid);
  } catch (const std::exception& error) {
    disconnect();
    tell(error.what());
    return std::max(rhythm_.interval, k_pause_after_trouble);
  }
}

Milliseconds QueueWatchdog::Patrol::look_at_queue(int pid) {
  const auto began = Clock::now();
  const auto state = connection_->execute(ask_state(pid));
  const auto transaction = state.rows() > 0 ? state.get(0, 1) : std::nullopt;
  QueueReport report;
  if (transaction) report.blocked = blocked_by(*connection_, pid);
  // It waits in the background, where nobody waits for it.
  std::erase_if(report.blocked, [](const Blocked& session) { return session.autovacuum; });
  if (limits_.passed_by(report.blocked)) {
    if (state.get(0, 0) == "active") {
      report.culprits = blockers_of(*connection_, pid);
      if (cancel(pid, std::string(*transaction), std::move(report))) return rhythm_.interval;
    }
    return note_overdue(true);
  }
  if (transaction && state.get(0, 0) == "active") note_waiting(blockers_of(*connection_, pid));
  Milliseconds pause = note_overdue(false);
  if (!report.blocked.empty() && limits_.max_blocked.count() > 0) {
    const auto left = limits_.max_blocked - report.blocked.front().blocked_for + Milliseconds(5);
    pause = std::clamp(left, Milliseconds(5), pause);
  }
  // The server is asked no more than a tenth of the time, however long its queues are.
  return std::max(pause, std::chrono::ceil<Milliseconds>(Clock::now() - began) * 9);
}

void QueueWatchdog::Patrol::note_waiting(std::vector<Blocker> blockers) {
  if (blockers.empty()) return;
  const std::lock_guard lock(mutex_);
  waited_for_ = std::move(blockers);
}

Milliseconds QueueWatchdog::Patrol::note_overdue(bool overdue) {
  const std::lock_guard lock(mutex_);
  overdue_ = overdue;
  // A message that began during this look has rung no bell.
  return overdue && running_ ? Milliseconds(2) : rhythm_.interval;
}

bool QueueWatchdog::Patrol::cancel(int pid, const std::string& transaction, QueueReport report) {
  {
    const std::lock_guard lock(mutex_);
    if (!running_ || spent_ || stopping_ || pid != pid_) return false;
    cancelling_ = true;
  }
  bool sent = false;
  std::exception_ptr trouble;
  try {
    sent = connection_->execute(ask_cancel(pid, transaction)).scalar() == "t";
  } catch (...) {
    trouble = std::current_exception();
  }
  {
    const std::lock_guard lock(mutex_);
    cancelling_ = false;
    spent_ = sent;
    if (sent) report_ = std::move(report);
  }
  changed_.notify_all();
  if (trouble) std::rethrow_exception(trouble);
  return sent;
}

void QueueWatchdog::Patrol::connect() {
  engine::ConnectionHooks hooks;
  hooks.interrupt_fd = stop_event_;
  connection_.emplace(engine::Connection::connect(config_, std::move(hooks)));
  connection_->set_hooks({});  // from here on the end breaks the connection, which is faster
  connection_->allow_abort();
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) connection_->abort();
    abortable_ = &*connection_;
  }
  // It may have nothing to ask for hours.
  if (connection_->server_version() >= 140000) connection_->execute("SET idle_session_timeout = 0");
}

void QueueWatchdog::Patrol::disconnect() noexcept {
  {
    const std::lock_guard lock(mutex_);
    abortable_ = nullptr;
  }
  connection_.reset();
}

void QueueWatchdog::Patrol::tell(const std::string& trouble) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || std::exchange(told_, true)) return;
  }
  if (on_trouble_) on_trouble_(fmt::format("the queue watchdog cannot see who waits for this run: {}", trouble));
}

QueueWatchdog::QueueWatchdog(const engine::ConnectionConfig& config, QueueLimits limits,
                             std::function<void(const std::string&)> on_trouble)
    : patrol_(limits.off() ? nullptr : std::make_unique<Patrol>(config, limits, std::move(on_trouble))) {}

QueueWatchdog::~QueueWatchdog() = default;

void QueueWatchdog::begin(int pid) {
  if (patrol_ != nullptr) patrol_->begin(pid);
}

void QueueWatchdog::end(bool transaction_open) noexcept {
  if (patrol_ != nullptr) patrol_->end(transaction_open);
}

std::optional<QueueReport> QueueWatchdog::take() {
  return patrol_ != nullptr ? patrol_->take() : std::nullopt;
}

std::vector<Blocker> QueueWatchdog::waited_for() const {
  return patrol_ != nullptr ? patrol_->waited_for() : std::vector<Blocker>();
}

QueueWatch::QueueWatch(QueueWatchdog* watchdog, const engine::Connection& connection, bool blocks_others)
    : watchdog_(blocks_others ? watchdog : nullptr), connection_(connection) {
  if (watchdog_ != nullptr) watchdog_->begin(connection.backend_pid());
}

QueueWatch::~QueueWatch() {
  if (watchdog_ == nullptr) return;
  watchdog_->end(connection_.transaction_status() == engine::TransactionStatus::in_transaction);
}

}  // namespace migrate::runtime

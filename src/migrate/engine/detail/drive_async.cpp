#include "migrate/engine/detail/drive_async.hpp"

#include <fcntl.h>
#include <sys/socket.h>

#include <asio/associated_cancellation_slot.hpp>
#include <asio/associated_executor.hpp>
#include <asio/dispatch.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>
#include <cerrno>
#include <exception>
#include <mutex>
#include <optional>
#include <system_error>
#include <utility>

#include "migrate/engine/detail/async_context.hpp"
#include "migrate/engine/error.hpp"

namespace migrate::engine::detail {
namespace {

using Resume = asio::async_result<asio::use_awaitable_t<>, void()>::handler_type;
using WaitType = asio::posix::stream_descriptor::wait_type;

/// All that must be gone before the context is.
struct Io {
  explicit Io(const asio::any_io_executor& executor) : descriptor(executor), timer(executor) {}

  asio::posix::stream_descriptor descriptor;
  asio::steady_timer timer;
  bool reading = false;
  bool writing = false;
};

}  // namespace

/// Everything happens in turns, one at a time: a mutex does what a strand would, for a third of the price. It is never
/// held while a coroutine runs.
class AsyncDriver::State final : public ContextGuest, public std::enable_shared_from_this<State> {
 public:
  explicit State(const asio::any_io_executor& given)
      : ContextGuest(AsyncContext::of(given).guests()), executor(given), io_(std::in_place, given) {}
  ~State() override { leave(); }

  void begin(Operation& operation, Want want, Resume resume);
  void rethrow();
  void abort(std::function<void()> first) noexcept;
  void release() noexcept;
  void require_free() const;
  [[nodiscard]] bool attached() const noexcept;
  void context_gone() noexcept override;

  const asio::any_io_executor executor;

 private:
  template <typename Turn>
  void take_turn(Turn turn);
  void watch_caller(std::uint64_t number);
  void advance(bool readable) noexcept;
  void arm(Want want);
  void attach(int fd);
  void wait(WaitType what, bool& waiting);
  void arm_deadline();
  void cut(Cut why) noexcept;
  void finish() noexcept;

  // Callbacks of an operation may ask whether the connection is alive, or abort it.
  mutable std::recursive_mutex mutex_;
  std::optional<Io> io_;
  Operation* operation_ = nullptr;
  std::optional<Resume> resume_;  ///< without an operation: to be resumed at the end of the turn
  std::uint64_t number_ = 0;      ///< of the drive: what belongs to an earlier one comes too late
  int watched_ = -1;              ///< the descriptor that ours is a duplicate of
  Deadline armed_ = Deadline::never();
  std::exception_ptr thrown_;
};

/// In a handler of the context, where the coroutine may go on.
template <typename Turn>
void AsyncDriver::State::take_turn(Turn turn) {
  std::optional<Resume> go_on;
  {
    const std::lock_guard lock(mutex_);
    if (operation_ == nullptr) return;
    turn();
    if (operation_ != nullptr) return;
    go_on.emplace(std::move(*resume_));
    resume_.reset();
  }
  if (asio::get_associated_executor(*go_on) == executor) {
    (*go_on)();
  } else {
    asio::dispatch(std::move(*go_on));
  }
}

void AsyncDriver::State::begin(Operation& operation, Want want, Resume resume_with) {
  // Once unlocked, another thread may resume the coroutine, which may be all that holds us.
  const auto kept = shared_from_this();
  const std::lock_guard lock(mutex_);
  operation_ = &operation;
  resume_.emplace(std::move(resume_with));
  try {
    watch_caller(++number_);
    return arm(want);
  } catch (...) {
    thrown_ = std::current_exception();
  }
  finish();
  asio::post(std::move(*resume_));
  resume_.reset();
}

void AsyncDriver::State::watch_caller(std::uint64_t number) {
  auto slot = asio::get_associated_cancellation_slot(*resume_);
  if (!slot.is_connected()) return;
  slot.assign([weak = weak_from_this(), number](asio::cancellation_type_t) {
    const auto self = weak.lock();
    if (self == nullptr || !self->attached()) return;
    asio::post(self->executor, [self, number] {
      self->take_turn([&] {
        if (number == self->number_ && !self->operation_->is_cut()) self->cut(Cut::interrupt);
      });
    });
  });
}

void AsyncDriver::State::advance(bool readable) noexcept {
  try {
    const Want want = operation_->step(readable);
    if (want != Want::done) return arm(want);
  } catch (...) {
    thrown_ = std::current_exception();
  }
  finish();
}

void AsyncDriver::State::arm(Want want) {
  attach(operation_->fd());
  if (want != Want::write) wait(asio::posix::stream_descriptor::wait_read, io_->reading);
  if (want != Want::read) wait(asio::posix::stream_descriptor::wait_write, io_->writing);
  arm_deadline();
}

void AsyncDriver::State::attach(int fd) {
  if (fd == watched_) return;
  asio::error_code ignored;
  io_->descriptor.close(ignored);
  watched_ = -1;
  const int copy = ::fcntl(fd, F_DUPFD_CLOEXEC, 0);
  if (copy < 0) throw std::system_error(errno, std::generic_category(), "cannot duplicate a connection's descriptor");
  io_->descriptor.assign(copy);
  watched_ = fd;
}

void AsyncDriver::State::wait(WaitType what, bool& waiting) {
  // One that was called off may not have ended yet; it will look around when it does.
  if (std::exchange(waiting, true)) return;
  const bool reads = what == asio::posix::stream_descriptor::wait_read;
  io_->descriptor.async_wait(what, [self = shared_from_this(), &waiting, reads](const asio::error_code& error) {
    {
      const std::lock_guard lock(self->mutex_);
      waiting = false;
    }
    self->take_turn([&] { self->advance(reads && !error); });
  });
}

void AsyncDriver::State::arm_deadline() {
  const Deadline deadline = operation_->deadline();
  if (deadline.point() == armed_.point()) return;
  armed_ = deadline;
  if (deadline.is_never()) {
    io_->timer.cancel();
    return;
  }
  io_->timer.expires_at(deadline.point());
  io_->timer.async_wait([self = shared_from_this(), number = number_, deadline](const asio::error_code& error) {
    if (error) return;
    self->take_turn([&] {
      if (number != self->number_ || self->armed_.point() != deadline.point()) return;
      self->armed_ = Deadline::never();
      self->cut(Cut::timeout);
    });
  });
}

void AsyncDriver::State::cut(Cut why) noexcept {
  try {
    // What has come already counts, late or not.
    const Want want = operation_->step(true);
    if (want == Want::done) return finish();
    operation_->cut(why);
  } catch (...) {
    thrown_ = std::current_exception();
    return finish();
  }
  advance(false);
}

/// Ends the drive. Whoever has the turn resumes the coroutine.
void AsyncDriver::State::finish() noexcept {
  // After a cut the operation may have had us watch something of its own.
  const bool own = operation_->is_cut() || thrown_ != nullptr;
  operation_ = nullptr;
  ++number_;
  if (!armed_.is_never()) io_->timer.cancel();
  armed_ = Deadline::never();
  asio::error_code ignored;
  if (own) {
    io_->descriptor.close(ignored);
    watched_ = -1;
  } else if (io_->reading || io_->writing) {
    io_->descriptor.cancel(ignored);
  }
}

void AsyncDriver::State::rethrow() {
  if (thrown_ != nullptr) std::rethrow_exception(std::exchange(thrown_, nullptr));
}

void AsyncDriver::State::abort(std::function<void()> first) noexcept {
  const std::lock_guard lock(mutex_);
  if (!io_) return;
  asio::post(executor, [self = shared_from_this(), call = std::move(first)] {
    const std::lock_guard turn(self->mutex_);
    if (self->operation_ != nullptr) call();
    if (self->io_->descriptor.is_open()) ::shutdown(self->io_->descriptor.native_handle(), SHUT_RDWR);
  });
}

void AsyncDriver::State::release() noexcept {
  const std::lock_guard lock(mutex_);
  if (!io_) return;
  asio::error_code ignored;
  io_->descriptor.close(ignored);
  watched_ = -1;
}

void AsyncDriver::State::require_free() const {
  const std::lock_guard lock(mutex_);
  if (operation_ != nullptr) {
    throw DatabaseArgumentError("another coroutine waits for the server on this connection already",
                                "Give each coroutine a connection of its own.");
  }
  if (io_) return;
  throw DatabaseArgumentError("the execution context of this connection has ended",
                              "Keep the io_context alive for as long as connections are used.");
}

bool AsyncDriver::State::attached() const noexcept {
  const std::lock_guard lock(mutex_);
  return io_.has_value();
}

void AsyncDriver::State::context_gone() noexcept {
  const std::lock_guard lock(mutex_);
  operation_ = nullptr;
  io_.reset();
  resume_.reset();
}

AsyncDriver::AsyncDriver(const asio::any_io_executor& executor) : state_(std::make_shared<State>(executor)) {}
AsyncDriver::~AsyncDriver() = default;
AsyncDriver::AsyncDriver(AsyncDriver&&) noexcept = default;
AsyncDriver& AsyncDriver::operator=(AsyncDriver&&) noexcept = default;

asio::awaitable<void> AsyncDriver::drive(Operation& operation) const {
  const std::shared_ptr<State> state = state_;
  state->require_free();
  // Nothing of an earlier drive looks at an operation any more, so the first step needs no turn.
  const Want want = operation.step(false);
  if (want == Want::done) co_return;
  // Only what needs no destructor is captured: GCC 12 destroys such temporaries of a coroutine twice.
  State* const bare = state.get();
  Operation* const driven = &operation;
  co_await asio::async_initiate<const asio::use_awaitable_t<>&, void()>(
      [bare, driven, want](auto resume) { bare->begin(*driven, want, std::move(resume)); }, asio::use_awaitable);
  state->rethrow();
}

void AsyncDriver::release() const noexcept {
  state_->release();
}

void AsyncDriver::abort(std::function<void()> first) const noexcept {
  state_->abort(std::move(first));
}

bool AsyncDriver::attached() const noexcept {
  return state_->attached();
}

const asio::any_io_executor& AsyncDriver::executor() const noexcept {
  return state_->executor;
}

}  // namespace migrate::engine::detail

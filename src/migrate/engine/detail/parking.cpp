#include "migrate/engine/detail/parking.hpp"

#include <asio/associated_cancellation_slot.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>
#include <mutex>
#include <optional>
#include <utility>

#include "migrate/engine/detail/async_context.hpp"

namespace migrate::engine::detail {

using Resume = asio::async_result<asio::use_awaitable_t<>, void()>::handler_type;

class Parking::State final : public ContextGuest, public std::enable_shared_from_this<State> {
 public:
  explicit State(const asio::any_io_executor& executor)
      : ContextGuest(AsyncContext::of(executor).guests()), timer_(std::in_place, executor) {}
  ~State() override { leave(); }

  void suspend(Resume resume, Deadline deadline);
  void signal() noexcept;
  Woken take() noexcept;
  void context_gone() noexcept override;

 private:
  void watch(Deadline deadline, std::uint64_t number);
  /// Under the lock, so that context_gone() cannot overtake the post.
  void resume(Woken why);

  std::mutex mutex_;
  std::optional<asio::steady_timer> timer_;
  std::optional<Resume> resume_;
  std::uint64_t number_ = 0;  ///< of the wait: what belongs to an earlier one comes too late
  bool signalled_ = false;
  Woken woken_ = Woken::signal;
};

void Parking::State::suspend(Resume resume_with, Deadline deadline) {
  // Once unlocked, another thread may resume the coroutine, which may be all that holds us.
  const auto kept = shared_from_this();
  const std::lock_guard lock(mutex_);
  const std::uint64_t number = ++number_;
  resume_.emplace(std::move(resume_with));
  if (std::exchange(signalled_, false)) return resume(Woken::signal);
  if (auto slot = asio::get_associated_cancellation_slot(*resume_); slot.is_connected()) {
    slot.assign([weak = weak_from_this(), number](asio::cancellation_type_t) {
      const auto self = weak.lock();
      if (self == nullptr) return;
      const std::lock_guard locked(self->mutex_);
      if (number == self->number_) self->resume(Woken::cancelled);
    });
  }
  if (!deadline.is_never()) watch(deadline, number);
}

void Parking::State::watch(Deadline deadline, std::uint64_t number) {
  timer_->expires_at(deadline.point());
  timer_->async_wait([self = shared_from_this(), number](const asio::error_code& error) {
    if (error) return;
    const std::lock_guard lock(self->mutex_);
    if (number == self->number_) self->resume(Woken::late);
  });
}

void Parking::State::signal() noexcept {
  const std::lock_guard lock(mutex_);
  if (!resume_) {
    signalled_ = true;
    return;
  }
  resume(Woken::signal);
}

void Parking::State::resume(Woken why) {
  if (!resume_) return;
  woken_ = why;
  Resume go_on = std::move(*resume_);
  resume_.reset();
  ++number_;
  timer_->cancel();
  asio::post(std::move(go_on));
}

Woken Parking::State::take() noexcept {
  const std::lock_guard lock(mutex_);
  return woken_;
}

void Parking::State::context_gone() noexcept {
  const std::lock_guard lock(mutex_);
  ++number_;
  timer_.reset();
  resume_.reset();
}

Parking::Parking(const asio::any_io_executor& executor) : state_(std::make_shared<State>(executor)) {}

Parking::~Parking() = default;

asio::awaitable<Woken> Parking::wait(Deadline deadline) const {
  const std::shared_ptr<State> state = state_;
  // Only what needs no destructor is captured: GCC 12 destroys such temporaries of a coroutine twice.
  State* const bare = state.get();
  co_await asio::async_initiate<const asio::use_awaitable_t<>&, void()>(
      [bare, deadline](auto resume) { bare->suspend(std::move(resume), deadline); }, asio::use_awaitable);
  co_return state->take();
}

void Parking::signal(State& state) noexcept {
  state.signal();
}

}  // namespace migrate::engine::detail

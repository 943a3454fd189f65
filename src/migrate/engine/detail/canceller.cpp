#include "migrate/engine/detail/canceller.hpp"

#include <libpq-fe.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>
#include <thread>
#include <utility>

namespace migrate::engine::detail {
namespace {

/// Signals of the process belong to the caller's threads.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  sigset_t before_{};
};

}  // namespace

struct Canceller::Shared {
  Shared() : event(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}
  ~Shared() {
    if (event >= 0) ::close(event);
  }
  Shared(const Shared&) = delete;
  Shared& operator=(const Shared&) = delete;

  enum class State { running, sent, failed };

  void finish(bool success) noexcept {
    state.store(success ? State::sent : State::failed, std::memory_order_release);
    // Nobody could be told of a failure to tell.
    [[maybe_unused]] const int told = ::eventfd_write(event, 1);
  }

  const int event;
  std::atomic<State> state{State::running};
};

CancelKey cancel_key(pg_conn* connection) noexcept {
  try {
    return {PQgetCancel(connection), PQfreeCancel};
  } catch (...) {
    return nullptr;
  }
}

Canceller::Canceller(CancelKey key) noexcept {
  try {
    auto shared = std::make_shared<Shared>();
    if (key == nullptr || shared->event < 0) return;
    const SignalsBlocked blocked;
    std::thread([shared, held = std::move(key)] {
      std::array<char, 256> error{};
      shared->finish(PQcancel(held.get(), error.data(), static_cast<int>(error.size())) == 1);
    }).detach();
    shared_ = std::move(shared);
  } catch (...) {
    shared_.reset();
  }
}

int Canceller::fd() const noexcept {
  return shared_ != nullptr ? shared_->event : -1;
}

std::optional<bool> Canceller::answer() const noexcept {
  if (shared_ == nullptr) return false;
  const Shared::State state = shared_->state.load(std::memory_order_acquire);
  if (state == Shared::State::running) return std::nullopt;
  return state == Shared::State::sent;
}

}  // namespace migrate::engine::detail

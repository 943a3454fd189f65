#include "migrate/engine/detail/canceller.hpp"

#include <libpq-fe.h>

#include <array>
#include <condition_variable>
#include <csignal>
#include <mutex>
#include <thread>

namespace migrate::engine::detail {
namespace {

using Request = std::unique_ptr<PGcancel, decltype(&PQfreeCancel)>;

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
  std::mutex mutex;
  std::condition_variable changed;
  bool over = false;
  bool sent = false;

  void finish(bool success) {
    const std::lock_guard lock(mutex);
    over = true;
    sent = success;
    changed.notify_all();
  }
};

Canceller::Canceller(pg_conn* connection) noexcept {
  try {
    shared_ = std::make_shared<Shared>();
    Request request(PQgetCancel(connection), PQfreeCancel);
    if (request == nullptr) {
      shared_->finish(false);
      return;
    }
    const SignalsBlocked blocked;
    std::thread([shared = shared_, held = std::move(request)] {
      std::array<char, 256> error{};
      shared->finish(PQcancel(held.get(), error.data(), static_cast<int>(error.size())) == 1);
    }).detach();
  } catch (...) {
    shared_.reset();
  }
}

bool Canceller::finished(Deadline deadline) noexcept {
  if (shared_ == nullptr) return false;
  std::unique_lock lock(shared_->mutex);
  const auto over = [this] { return shared_->over; };
  if (deadline.is_never()) {
    shared_->changed.wait(lock, over);
    return shared_->sent;
  }
  return shared_->changed.wait_until(lock, deadline.point(), over) && shared_->sent;
}

}  // namespace migrate::engine::detail

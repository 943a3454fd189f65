#include "migrate/engine/upkeep_thread.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

namespace migrate::engine {

struct UpkeepThread::State {
  std::mutex mutex;
  std::condition_variable changed;
  bool started = false;
  bool rung = false;
  bool stopped = false;

  /// False: the end has come.
  bool sleep(std::chrono::nanoseconds time) {
    // Far from where adding it to a point in time would overflow.
    constexpr std::chrono::hours k_longest(24);
    std::unique_lock lock(mutex);
    changed.wait_for(lock, std::min<std::chrono::nanoseconds>(time, k_longest), [this] { return rung || stopped; });
    rung = false;
    return !stopped;
  }
};

UpkeepThread::UpkeepThread() : state_(std::make_shared<State>()) {}

UpkeepThread::~UpkeepThread() {
  stop();
}

void UpkeepThread::start(Work work) {
  {
    const std::lock_guard lock(state_->mutex);
    if (std::exchange(state_->started, true)) return;
  }
  std::thread([state = state_, work = std::move(work)] {
    while (const auto pause = work()) {
      if (!state->sleep(*pause)) return;
    }
  }).detach();
}

std::function<void()> UpkeepThread::bell() const {
  return [state = state_] {
    const std::lock_guard lock(state->mutex);
    state->rung = true;
    state->changed.notify_one();
  };
}

void UpkeepThread::stop() noexcept {
  const std::lock_guard lock(state_->mutex);
  state_->stopped = true;
  state_->changed.notify_one();
}

}  // namespace migrate::engine

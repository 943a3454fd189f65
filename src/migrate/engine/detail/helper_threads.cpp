#include "migrate/engine/detail/helper_threads.hpp"

#include <pthread.h>

#include <condition_variable>
#include <csignal>
#include <deque>
#include <mutex>
#include <system_error>
#include <thread>

namespace migrate::engine::detail {
namespace {

/// What a job under way is given when nobody needs it any more.
constexpr std::chrono::milliseconds k_parting{200};

}  // namespace

struct HelperThreads::Shared {
  Shared(std::size_t most_threads, std::chrono::milliseconds idle_time) : most(most_threads), idle_limit(idle_time) {}

  void work();

  const std::size_t most;
  const std::chrono::milliseconds idle_limit;
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<std::function<void()>> jobs;
  std::size_t threads = 0;
  std::size_t idle = 0;
  bool ending = false;
};

void HelperThreads::Shared::work() {
  // Signals of the process belong to the caller's threads.
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
  std::unique_lock lock(mutex);
  for (;;) {
    ++idle;
    const bool called = changed.wait_for(lock, idle_limit, [this] { return ending || !jobs.empty(); });
    --idle;
    if (!called || ending) break;
    auto job = std::move(jobs.front());
    jobs.pop_front();
    lock.unlock();
    job();
    job = nullptr;
    lock.lock();
  }
  --threads;
  changed.notify_all();
}

HelperThreads::HelperThreads(std::size_t most, std::chrono::milliseconds idle)
    : shared_(std::make_shared<Shared>(most, idle)) {}

HelperThreads::~HelperThreads() {
  std::deque<std::function<void()>> dropped;
  std::unique_lock lock(shared_->mutex);
  shared_->ending = true;
  dropped.swap(shared_->jobs);
  shared_->changed.notify_all();
  shared_->changed.wait_for(lock, k_parting, [this] { return shared_->threads == 0; });
}

void HelperThreads::run(std::function<void()> job) {
  const std::lock_guard lock(shared_->mutex);
  if (shared_->ending) return;
  shared_->jobs.push_back(std::move(job));
  if (shared_->jobs.size() > shared_->idle && shared_->threads < shared_->most) {
    try {
      std::thread([shared = shared_] { shared->work(); }).detach();
      ++shared_->threads;
    } catch (const std::system_error&) {
      // Another thread will come to it, if there is one.
      if (shared_->threads == 0) {
        shared_->jobs.pop_back();
        throw;
      }
    }
  }
  shared_->changed.notify_one();
}

}  // namespace migrate::engine::detail

#include "migrate/engine/detail/helper_threads.hpp"

#include <atomic>
#include <catch2/catch.hpp>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

namespace {

using namespace std::chrono_literals;
using migrate::engine::detail::HelperThreads;

/// Holds jobs until it is opened.
class Gate {
 public:
  void pass() {
    std::unique_lock lock(mutex_);
    ++inside_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
    --inside_;
    changed_.notify_all();
  }
  bool wait_for(int inside) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, 10s, [&] { return inside_ == inside; });
  }
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
  int inside_ = 0;
};

}  // namespace

TEST_CASE("helper threads run jobs side by side, up to their number", "[engine][async]") {
  const auto gate = std::make_shared<Gate>();
  const auto done = std::make_shared<std::atomic<int>>(0);
  HelperThreads threads(3);
  for (int n = 0; n < 10; ++n) {
    threads.run([gate, done] {
      gate->pass();
      ++*done;
    });
  }
  REQUIRE(gate->wait_for(3));
  std::this_thread::sleep_for(20ms);
  CHECK(gate->wait_for(3));
  gate->open();
  for (int n = 0; n < 500 && *done < 10; ++n) std::this_thread::sleep_for(10ms);
  CHECK(*done == 10);
}

TEST_CASE("helper threads that end drop what has not begun, and leave a stuck job to itself", "[engine][async]") {
  const auto gate = std::make_shared<Gate>();
  const auto done = std::make_shared<std::atomic<int>>(0);
  const auto job = [gate, done] {
    gate->pass();
    ++*done;
  };
  std::optional<HelperThreads> threads(std::in_place, 1U);
  threads->run(job);
  threads->run(job);
  REQUIRE(gate->wait_for(1));
  const auto begun = std::chrono::steady_clock::now();
  threads.reset();
  CHECK(std::chrono::steady_clock::now() - begun < 5s);
  gate->open();
  REQUIRE(gate->wait_for(0));
  for (int n = 0; n < 500 && *done < 1; ++n) std::this_thread::sleep_for(10ms);
  CHECK(*done == 1);
}

TEST_CASE("a helper thread that was idle for long is replaced by a new one", "[engine][async]") {
  HelperThreads threads(2, 1ms);
  const auto done = std::make_shared<std::atomic<int>>(0);
  for (int n = 1; n <= 20; ++n) {
    threads.run([done] { ++*done; });
    for (int m = 0; m < 1000 && *done < n; ++m) std::this_thread::sleep_for(1ms);
    REQUIRE(*done == n);
    if (n % 2 == 0) std::this_thread::sleep_for(5ms);
  }
}

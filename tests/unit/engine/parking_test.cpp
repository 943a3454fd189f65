#include "migrate/engine/detail/parking.hpp"

#include <asio/bind_cancellation_slot.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <asio/this_coro.hpp>
#include <catch2/catch.hpp>
#include <memory>
#include <optional>
#include <thread>

namespace {

using namespace std::chrono_literals;
using migrate::engine::Deadline;
using migrate::engine::detail::Parking;
using migrate::engine::detail::Woken;

asio::awaitable<void> park(const Parking& parking, Deadline deadline, std::optional<Woken>& woken) {
  woken = co_await parking.wait(deadline);
}

}  // namespace

TEST_CASE("a parked coroutine is woken by a signal of any thread, also by one that came before", "[engine][async]") {
  asio::io_context context(1);
  const Parking parking(context.get_executor());
  for (int round = 0; round < 200; ++round) {
    std::optional<Woken> woken;
    asio::co_spawn(context, park(parking, Deadline::after(30s), woken), asio::detached);
    std::thread other([state = parking.state()] { Parking::signal(*state); });
    context.restart();
    context.run();
    other.join();
    REQUIRE(woken == Woken::signal);
  }
}

TEST_CASE("a parked coroutine goes on at its deadline, and a later signal counts for the next wait",
          "[engine][async]") {
  asio::io_context context(1);
  const Parking parking(context.get_executor());
  std::optional<Woken> woken;
  asio::co_spawn(context, park(parking, Deadline::after(10ms), woken), asio::detached);
  context.run();
  CHECK(woken == Woken::late);
  Parking::signal(*parking.state());
  asio::co_spawn(context, park(parking, Deadline::never(), woken), asio::detached);
  context.restart();
  context.run();
  CHECK(woken == Woken::signal);
}

TEST_CASE("a parked coroutine that is cancelled goes on, and is not woken twice", "[engine][async]") {
  asio::io_context context(1);
  asio::cancellation_signal signal;
  const Parking parking(context.get_executor());
  std::optional<Woken> woken;
  asio::co_spawn(context, park(parking, Deadline::after(30s), woken),
                 asio::bind_cancellation_slot(signal.slot(), asio::detached));
  asio::post(context, [&] {
    asio::post(context, [&] {
      signal.emit(asio::cancellation_type::terminal);
      Parking::signal(*parking.state());
    });
  });
  context.run();
  CHECK(woken == Woken::cancelled);
}

TEST_CASE("a context that ends drops those who are parked, and a signal then goes nowhere", "[engine][async]") {
  struct Witness {
    bool& gone;
    ~Witness() { gone = true; }
  };
  std::optional<Woken> woken;
  bool gone = false;
  std::shared_ptr<Parking::State> state;
  {
    asio::io_context context(1);
    const auto wait = [](std::optional<Woken>& told, std::shared_ptr<Parking::State>& kept,
                         bool& dropped) -> asio::awaitable<void> {
      const Witness witness{dropped};
      const Parking parking(co_await asio::this_coro::executor);
      kept = parking.state();
      told = co_await parking.wait(Deadline::never());
    };
    asio::co_spawn(context, wait(woken, state, gone), asio::detached);
    context.poll();
    CHECK_FALSE(gone);
  }
  CHECK(gone);
  CHECK_FALSE(woken);
  REQUIRE(state != nullptr);
  Parking::signal(*state);
  CHECK(state.use_count() == 1);
}

#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <chrono>
#include <csignal>
#include <thread>

#include "migrate/base/clock.hpp"
#include "migrate/base/process.hpp"

using namespace migrate::base;
using namespace std::chrono_literals;

namespace {

/// A pipe that becomes readable when told to.
class Interrupt {
 public:
  Interrupt() { REQUIRE(::pipe(ends_.data()) == 0); }
  ~Interrupt() {
    for (const int end : ends_) ::close(end);
  }
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;
  [[nodiscard]] int descriptor() const { return ends_[0]; }
  void raise() const { REQUIRE(::write(ends_[1], "!", 1) == 1); }

 private:
  std::array<int, 2> ends_{};
};

}  // namespace

TEST_CASE("an interrupt kills a program and what it started", "[base][process]") {
  const Interrupt interrupt;
  std::thread later([&] {
    std::this_thread::sleep_for(300ms);
    interrupt.raise();
  });
  const Stopwatch watch;
  const auto result = run_process({"sh", "-c", "sleep 60 & echo $!; wait"},
                                  {.interrupt_fd = interrupt.descriptor(), .own_group = true});
  later.join();
  CHECK(result.interrupted);
  CHECK_FALSE(result.timed_out);
  CHECK(result.exit_code == 128 + SIGKILL);
  CHECK(watch.elapsed() < 30s);
  const pid_t grandchild = std::stoi(result.output);
  // Whoever adopts the orphan reaps it when it comes to it: until then it is a zombie.
  bool gone = false;
  for (int tries = 0; tries < 200 && !gone; ++tries) {
    const auto state = run_process({"cat", "/proc/" + std::to_string(grandchild) + "/stat"}).output;
    gone = state.empty() || state.find(") Z") != std::string::npos;
    if (!gone) std::this_thread::sleep_for(10ms);
  }
  CHECK(gone);
}

TEST_CASE("a program that closed its streams is interrupted like any other", "[base][process]") {
  const Interrupt interrupt;
  interrupt.raise();
  const auto result = run_process({"sh", "-c", "exec >&- 2>&-; sleep 60"}, {.interrupt_fd = interrupt.descriptor()});
  CHECK(result.interrupted);
}

TEST_CASE("a program that nobody interrupts gives its whole output", "[base][process]") {
  const Interrupt interrupt;
  const auto result = run_process({"sh", "-c", "head -c 300000 /dev/zero; echo end >&2; exit 4"},
                                  {.interrupt_fd = interrupt.descriptor(), .own_group = true});
  CHECK_FALSE(result.interrupted);
  CHECK(result.exit_code == 4);
  CHECK(result.output.size() == 300000);
  CHECK(result.errors == "end\n");
}

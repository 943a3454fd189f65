#include "migrate/cli/signals.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdint>

namespace migrate::cli {
namespace {

void raise_event(int descriptor) {
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(descriptor, &one, sizeof one);
}

}  // namespace

SignalWatch::SignalWatch() {
  sigset_t watched;
  sigemptyset(&watched);
  sigaddset(&watched, SIGINT);
  sigaddset(&watched, SIGTERM);
  ::pthread_sigmask(SIG_BLOCK, &watched, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  signals_ = ::signalfd(-1, &watched, SFD_CLOEXEC);
  interrupt_ = ::eventfd(0, EFD_CLOEXEC);
  stop_ = ::eventfd(0, EFD_CLOEXEC);
  thread_ = std::thread([this] { watch(); });
}

SignalWatch::~SignalWatch() {
  raise_event(stop_);
  thread_.join();
  for (const int descriptor : {signals_, interrupt_, stop_}) ::close(descriptor);
}

void SignalWatch::watch() {
  for (;;) {
    std::array<pollfd, 2> wait{{{signals_, POLLIN, 0}, {stop_, POLLIN, 0}}};
    if (::poll(wait.data(), wait.size(), -1) < 0) continue;
    if (wait[1].revents != 0) return;
    signalfd_siginfo info{};
    if (::read(signals_, &info, sizeof info) != sizeof info) continue;
    const int number = static_cast<int>(info.ssi_signo);
    if (!protected_ || received_ != 0) ::_exit(128 + number);
    received_ = number;
    raise_event(interrupt_);
  }
}

}  // namespace migrate::cli

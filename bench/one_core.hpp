#pragma once
#include <fmt/format.h>
#include <sched.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>

namespace bench {

/// Keeps this thread on one core, and the server's processes that serve it on the same. A query that has to wake
/// another, idle core takes several times as long as one that does not, and which it is the kernel decides anew each
/// time: figures of a single connection would be of two kinds. Ends by letting the thread go wherever it might before.
class OneCore {
 public:
  OneCore() {
    if (sched_getaffinity(0, sizeof before_, &before_) != 0) return;
    for (int core = 0; core < CPU_SETSIZE; ++core) {
      if (CPU_ISSET(core, &before_)) core_ = core;
    }
    CPU_ZERO(&chosen_);
    CPU_SET(core_, &chosen_);
    if (sched_setaffinity(0, sizeof chosen_, &chosen_) != 0) refusal_ = std::strerror(errno);
  }
  ~OneCore() { sched_setaffinity(0, sizeof before_, &before_); }
  OneCore(const OneCore&) = delete;
  OneCore& operator=(const OneCore&) = delete;

  /// The server's process `pid`, if it runs on this machine and may be moved.
  void bring(int pid) {
    std::string name;
    std::ifstream("/proc/" + std::to_string(pid) + "/comm") >> name;
    if (!name.starts_with("postgres")) {
      refusal_ = "the server is not on this machine";
    } else if (sched_setaffinity(pid, sizeof chosen_, &chosen_) != 0) {
      refusal_ = std::strerror(errno);
    }
  }

  /// What came of it, for the reader of the figures.
  [[nodiscard]] std::string report() const {
    if (refusal_.empty()) return fmt::format("client and server's processes on core {}", core_);
    return fmt::format("not on one core ({}): figures of a single connection may be of two kinds", refusal_);
  }

 private:
  cpu_set_t before_{};
  cpu_set_t chosen_{};
  int core_ = 0;
  std::string refusal_;
};

}  // namespace bench

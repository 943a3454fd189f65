#pragma once
#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>

#include "migrate/script/detail/module_child.hpp"
#include "migrate/script/detail/module_wire.hpp"
#include "migrate/script/module.hpp"

namespace migrate::script::detail {

/// How a process ended.
struct ProcessEnd {
  int signal = 0;  ///< 0: it called exit
  int exit_code = 0;
  bool cut = false;  ///< it lived on without its connection to migrate, and was killed

  /// "crashed (signal 11, segmentation fault)"
  [[nodiscard]] std::string words() const;
};

/// migrate's side of the process of the modules. Used by one thread, which must outlive it.
class ModuleProcess {
 public:
  /// Forks. `modules` must outlive it. Throws base::Error when there can be no process.
  ModuleProcess(const ModuleSet& modules, bool use_libraries, int interrupt_fd);
  /// Kills it, with all it started.
  ~ModuleProcess();
  ModuleProcess(const ModuleProcess&) = delete;
  ModuleProcess& operator=(const ModuleProcess&) = delete;

  /// Both throw Interrupted. False, nothing: the process ended, see end().
  bool send(FrameKind kind, std::string_view bytes);
  std::optional<Frame> receive();

  /// After the process ended by itself.
  [[nodiscard]] const ProcessEnd& end() const noexcept { return end_; }
  /// Number of the revision that was being loaded last.
  [[nodiscard]] unsigned current() const noexcept { return shared_->current; }

 private:
  void fork_child(const ModuleSet& modules, bool use_libraries);
  /// Until the socket is ready for `events`, or 100 ms have passed.
  void wait(short events) const;
  bool reap(int flags);
  /// Learns how it ended: now, or after a short while.
  void learn_end();
  void kill() const noexcept;

  FrameSocket socket_;
  SharedState* shared_ = nullptr;
  pid_t child_ = -1;  ///< -1: reaped
  int interrupt_fd_;
  ProcessEnd end_;
};

}  // namespace migrate::script::detail

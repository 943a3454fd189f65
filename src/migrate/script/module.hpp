#pragma once
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "migrate/script/error.hpp"
#include "migrate/script/section.hpp"

/// Loads compiled revisions and runs them. Where their code lives: in a process of their own, so that one that crashes,
/// ends the process or never returns harms nobody; or in this process, for applications that want it so.
namespace migrate::script {

/// One shared library: a file, or bytes that a bundle carries.
struct ModuleImage {
  std::string revision;            ///< empty for what is no revision
  std::filesystem::path path{};    ///< file to load; or
  std::span<const char> bytes{};   ///< the library itself, kept alive by the caller as long as the runner
  std::filesystem::path source{};  ///< shown to users
};

struct ModuleSet {
  ModuleImage support;
  std::vector<ModuleImage> libraries;  ///< of a bundle: the C++ runtime, used where the system's own will not do
  std::vector<ModuleImage> revisions;
};

struct ServeReply {
  bool error = false;
  std::string bytes;
};

/// Answers one request of a running revision. What it throws ends the revision and leaves ModuleRunner::run.
using Serve = std::function<ServeReply(std::string_view request)>;

/// A running revision's process ended: a crash, or a call of exit(). The message names the file and says how.
class ModuleCrash : public base::Error {
 public:
  ModuleCrash(const std::string& message, int signal, int exit_code, std::string hint = {})
      : Error(message, std::move(hint)), signal_(signal), exit_code_(exit_code) {}
  [[nodiscard]] int signal() const noexcept { return signal_; }  ///< 0: it called exit
  [[nodiscard]] int exit_code() const noexcept { return exit_code_; }

 private:
  int signal_;
  int exit_code_;
};

/// Used by one thread, which must outlive it: the process of the modules ends with the thread that started it.
class ModuleRunner {
 public:
  ModuleRunner() = default;
  virtual ~ModuleRunner() = default;
  ModuleRunner(const ModuleRunner&) = delete;
  ModuleRunner& operator=(const ModuleRunner&) = delete;

  /// Loads all of them, in place of those loaded before. Throws RevisionError, which names the file: a symbol is
  /// missing, its static objects crashed, it has no upgrade(). Throws Interrupted.
  virtual void load(const ModuleSet& modules) = 0;

  /// Whether the loaded revision has the function.
  [[nodiscard]] virtual bool has(std::string_view revision, Direction direction) const = 0;

  /// Runs a function that is there, to its end; `info` is what it is told at the start. True when it returned; false
  /// when it threw, and its last request said what. Throws ModuleCrash, Interrupted, and what `serve` throws. After any
  /// of these the next call loads the modules again.
  virtual bool run(std::string_view revision, Direction direction, std::string_view info, const Serve& serve) = 0;
};

/// In a process of their own. `interrupt_fd`: once readable, the process is killed and Interrupted thrown; -1: never.
std::unique_ptr<ModuleRunner> isolated_runner(int interrupt_fd = -1);

/// In this process. A crash is the caller's, and a loop cannot be interrupted.
std::unique_ptr<ModuleRunner> in_process_runner();

}  // namespace migrate::script

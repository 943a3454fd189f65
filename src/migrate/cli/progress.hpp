#pragma once
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "migrate/cli/json.hpp"
#include "migrate/cli/session.hpp"
#include "migrate/command/move.hpp"

namespace migrate::cli {

/// Tells of a move as it goes on: on a terminal a line with a running clock, in a pipe one line per finished step, with
/// --json one object per event.
class Progress {
 public:
  Progress(Session& session, json::EventMarks marks);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  [[nodiscard]] command::MoveEvents events();
  /// Of a command that only compiles, or whose answer is a script: nothing goes to stdout.
  [[nodiscard]] command::CompileEvents compile_events();

 private:
  void backfilled(const command::StepReport& report, const runtime::BackfillProgress& progress);
  void warned(const std::string& text);
  void compiling(std::size_t count);
  void compiled(std::size_t count, double seconds);
  void started(const command::StepReport& report);
  void done(const command::StepReport& report);
  void tick(const std::stop_token& stop);

  Session& session_;
  json::EventMarks marks_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::string line_;  ///< of the running step; empty between steps
  base::Stopwatch watch_;
  base::Stopwatch told_;  ///< since the last word about the running backfill
  std::jthread clock_;
};

}  // namespace migrate::cli

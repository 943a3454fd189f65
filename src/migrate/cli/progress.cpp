#include "migrate/cli/progress.hpp"

#include <fmt/format.h>

#include <chrono>

#include "migrate/base/text.hpp"
#include "migrate/cli/json.hpp"

namespace migrate::cli {
namespace {

/// "12 ms", "3.4 s", "2 min 5 s"
std::string duration_text(double milliseconds) {
  if (milliseconds < 1000) return fmt::format("{:.0f} ms", milliseconds);
  const double seconds = milliseconds / 1000;
  if (seconds < 60) return fmt::format("{:.1f} s", seconds);
  const auto whole = static_cast<long>(seconds);
  return fmt::format("{} min {} s", whole / 60, whole % 60);
}

/// "messages: 120000 of about 1000000 rows changed"
std::string backfill_text(const runtime::BackfillProgress& progress) {
  const auto total = progress.done || progress.estimated_rows < progress.rows
                         ? ""
                         : fmt::format(" of about {}", progress.estimated_rows);
  return fmt::format("{}: {}{} rows changed{}", progress.table, progress.rows, total,
                     progress.batches <= 1 && progress.resumed ? ", going on where an earlier run stopped" : "");
}

std::string revisions_text(std::size_t count) {
  return fmt::format("{} C++ revision{}", count, count == 1 ? "" : "s");
}

}  // namespace

Progress::Progress(Session& session, json::EventMarks marks) : session_(session), marks_(std::move(marks)) {
  if (session_.output.progress_visible() && !session_.json) {
    clock_ = std::jthread([this](const std::stop_token& stop) { tick(stop); });
  }
}

Progress::~Progress() {
  if (clock_.joinable()) {
    clock_.request_stop();
    wake_.notify_all();
  }
}

command::MoveEvents Progress::events() {
  command::MoveEvents events;
  events.on_start = [this](const command::StepReport& report) { started(report); };
  events.on_done = [this](const command::StepReport& report) { done(report); };
  events.on_retry = [this](const command::StepReport& report, int attempt, const std::string& reason) {
    session_.report.begin_again(report);
    if (session_.json) session_.output.answer(json::retried(report, attempt, reason, marks_));
    session_.output.note(
        fmt::format("  {}: attempt {} could not get a lock ({}); trying again", report.step.revision, attempt, reason));
  };
  events.on_lock_wait = [this](const std::string& holder) {
    if (session_.json) session_.output.answer(json::run_lock_wait(holder, marks_));
    session_.output.note(fmt::format("Waiting for another migrate run: {}", holder));
  };
  events.on_reconnect = [this](const std::string& reason, const std::vector<std::string>& rows) {
    if (session_.json) session_.output.answer(json::reconnected(reason, rows, marks_));
    session_.output.note(
        fmt::format("Connected again, going on from {}: {}", rows.empty() ? "base" : base::join(rows, ", "), reason));
  };
  events.on_warning = [this](const std::string& text) { warned(text); };
  events.on_resume = [this](const command::StepReport& report, std::size_t statement) {
    if (session_.json) session_.output.answer(json::resumed(report, statement, marks_));
    session_.output.note(fmt::format("  {}: statement {} was done by an earlier run", report.step.revision, statement));
  };
  events.on_untried = [this](const command::StepReport& report, const std::string& why) {
    if (session_.json) session_.output.answer(json::untried(report, why, marks_));
    session_.output.note(fmt::format("  {}: passed over: {}", report.step.revision, why));
  };
  events.on_hook_output = [this](const std::string& text) {
    if (session_.json) session_.output.answer(json::told("hook", text, marks_));
    session_.output.note(text);
  };
  events.on_log = [this](const std::string& text) {
    if (session_.json) session_.output.answer(json::told("log", text, marks_));
    session_.output.note(fmt::format("  {}", text));
  };
  events.on_backfill = [this](const command::StepReport& report, const runtime::BackfillProgress& progress) {
    backfilled(report, progress);
  };
  events.compile = compile_events();
  if (session_.json) {
    events.compile.on_start = [this](std::size_t count) { session_.output.answer(json::compiling(count, marks_)); };
    events.compile.on_done = [this](std::size_t count, double seconds) {
      session_.output.answer(json::compiled(count, seconds, marks_));
    };
  }
  return events;
}

command::CompileEvents Progress::compile_events() {
  command::CompileEvents events;
  if (session_.json) return events;
  events.on_start = [this](std::size_t count) { compiling(count); };
  events.on_done = [this](std::size_t count, double seconds) { compiled(count, seconds); };
  return events;
}

void Progress::backfilled(const command::StepReport& report, const runtime::BackfillProgress& progress) {
  const std::lock_guard guard(mutex_);
  const bool first = progress.batches <= 1;
  const double pause = session_.json ? 1000 : 10'000;
  if (!clock_.joinable() && !first && !progress.done && told_.milliseconds() < pause) return;
  told_ = base::Stopwatch();
  if (session_.json) {
    session_.output.answer(json::backfill(report, progress, marks_));
    return;
  }
  const auto text = backfill_text(progress);
  if (!clock_.joinable() || progress.done || (first && progress.resumed)) session_.output.note("  " + text);
  if (clock_.joinable()) line_ = fmt::format("{}; {}", report.line, text);
}

/// The queue watchdog warns from a thread of its own.
void Progress::warned(const std::string& text) {
  const std::lock_guard guard(mutex_);
  session_.report.findings.push_back(command::warning_finding(text));
  if (session_.json) session_.output.answer(json::told("warning", text, marks_));
  session_.output.note("Warning: " + text);
}

void Progress::compiling(std::size_t count) {
  const std::lock_guard guard(mutex_);
  line_ = fmt::format("Compiling {}", revisions_text(count));
  watch_ = base::Stopwatch();
  if (clock_.joinable()) {
    session_.output.progress(line_);
  } else {
    session_.output.note(line_);
  }
}

void Progress::compiled(std::size_t count, double seconds) {
  const std::lock_guard guard(mutex_);
  line_.clear();
  // Where the line above stays for good, quick work needs no second one.
  if (!clock_.joinable() && seconds < 2) return;
  session_.output.finish(
      fmt::format("Compiled {} {}", revisions_text(count),
                  session_.output.styled_note(Output::Style::dim, fmt::format("({})", duration_text(seconds * 1000)))));
}

void Progress::started(const command::StepReport& report) {
  session_.report.begin(report);
  if (session_.json) {
    session_.output.answer(json::step(report, false, marks_));
    return;
  }
  const std::lock_guard guard(mutex_);
  line_ = report.line;
  watch_ = base::Stopwatch();
}

void Progress::done(const command::StepReport& report) {
  session_.report.end(report);
  if (session_.json) {
    session_.output.answer(json::step(report, true, marks_));
    return;
  }
  const std::lock_guard guard(mutex_);
  if (!report.untried.empty()) {
    line_.clear();
    session_.output.finish(fmt::format("{}: passed over: {}", report.line, report.untried));
    return;
  }
  session_.output.finish(fmt::format(
      "{} {}", report.line,
      session_.output.styled_note(Output::Style::dim, fmt::format("({})", duration_text(report.milliseconds)))));
  line_.clear();
}

void Progress::tick(const std::stop_token& stop) {
  std::unique_lock guard(mutex_);
  while (!stop.stop_requested()) {
    wake_.wait_for(guard, stop, std::chrono::milliseconds(200), [] { return false; });
    // Quick steps get no running clock: it would only flicker.
    if (!line_.empty() && watch_.milliseconds() > 300) {
      session_.output.progress(fmt::format("{} … {}", line_, duration_text(watch_.milliseconds())));
    }
  }
}

}  // namespace migrate::cli

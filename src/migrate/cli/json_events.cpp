#include <nlohmann/json.hpp>

#include "migrate/cli/json.hpp"

/// Version 1 of the events of a run; docs/json.md tells all of them.
namespace migrate::cli::json {
namespace {

using nlohmann::ordered_json;

constexpr int k_version = 1;

/// One line.
std::string text(const ordered_json& value) {
  return value.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

std::string marked(ordered_json object, const EventMarks& marks) {
  if (!marks.tag.empty()) object["tag"] = marks.tag;
  if (marks.dry_run) object["dry_run"] = true;
  return text(object);
}

}  // namespace

std::string start(const std::string& command, const std::vector<std::string>& targets, const EventMarks& marks) {
  return marked({{"event", "start"},
                 {"version", k_version},
                 {"tool", "migrate " MIGRATE_VERSION},
                 {"command", command},
                 {"targets", targets}},
                marks);
}

std::string retried(const command::StepReport& report, int attempt, const std::string& reason,
                    const EventMarks& marks) {
  return marked({{"event", "retry"}, {"revision", report.step.revision}, {"attempt", attempt}, {"reason", reason}},
                marks);
}

std::string run_lock_wait(const std::string& holder, const EventMarks& marks) {
  return marked({{"event", "wait"}, {"holder", holder}}, marks);
}

std::string reconnected(const std::string& reason, const std::vector<std::string>& rows, const EventMarks& marks) {
  return marked({{"event", "reconnect"}, {"reason", reason}, {"heads", rows}}, marks);
}

std::string resumed(const command::StepReport& report, std::size_t statement, const EventMarks& marks) {
  return marked({{"event", "resume"}, {"revision", report.step.revision}, {"statement", statement}}, marks);
}

std::string told(const char* event, const std::string& message, const EventMarks& marks) {
  return marked({{"event", event}, {"message", message}}, marks);
}

std::string notice(const engine::Notice& notice, bool dry_run) {
  ordered_json object{{"event", "notice"}, {"severity", notice.severity}, {"message", notice.message}};
  if (!notice.detail.empty()) object["detail"] = notice.detail;
  return marked(std::move(object), {{}, dry_run});
}

std::string step(const command::StepReport& report, bool done, const EventMarks& marks) {
  const bool upgrade = report.step.direction == script::Direction::upgrade;
  ordered_json object{{"event", "step"},
                      {"status", !report.untried.empty() ? "untried"
                                 : done                  ? "done"
                                                         : "started"},
                      {"direction", report.step.stamp ? "stamp"
                                    : upgrade         ? "upgrade"
                                                      : "downgrade"},
                      {"revision", report.step.revision},
                      {"from", report.step.from},
                      {"to", report.step.to},
                      {"message", report.title},
                      {"path", report.path.string()}};
  if (done) object["milliseconds"] = report.milliseconds;
  if (!report.untried.empty()) object["reason"] = report.untried;
  return marked(std::move(object), marks);
}

std::string untried(const command::StepReport& report, const std::string& why, const EventMarks& marks) {
  return marked({{"event", "untried"}, {"revision", report.step.revision}, {"reason", why}}, marks);
}

std::string backfill(const command::StepReport& report, const runtime::BackfillProgress& progress,
                     const EventMarks& marks) {
  ordered_json object{{"event", "backfill"},
                      {"status", progress.done ? "done" : "running"},
                      {"revision", report.step.revision},
                      {"table", progress.table},
                      {"rows", progress.rows},
                      {"estimated_rows", progress.estimated_rows},
                      {"batches", progress.batches},
                      {"resumed", progress.resumed}};
  return marked(std::move(object), marks);
}

std::string compiling(std::size_t count, const EventMarks& marks) {
  ordered_json object{{"event", "compile"}, {"status", "started"}, {"revisions", count}};
  return marked(std::move(object), marks);
}

std::string compiled(std::size_t count, double seconds, const EventMarks& marks) {
  ordered_json object{{"event", "compile"}, {"status", "done"}, {"revisions", count}, {"milliseconds", seconds * 1000}};
  return marked(std::move(object), marks);
}

std::string finished(const command::MoveReport& report, const EventMarks& marks) {
  ordered_json object{{"event", "finished"},
                      {"changed", !report.steps.empty() && !report.dry_run},
                      {"steps", report.steps.size()},
                      {"heads_before", report.rows_before},
                      {"heads", report.rows}};
  if (!report.ahead.empty()) object["ahead"] = report.ahead;
  return marked(std::move(object), marks);
}

std::string failure(const command::Failure& failure, bool dry_run) {
  ordered_json object{{"event", "error"}, {"exit_code", static_cast<int>(failure.code)}, {"message", failure.message}};
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) object[name] = value;
  };
  add("sqlstate", failure.sqlstate);
  add("detail", failure.detail);
  add("where", failure.where);
  add("revision", failure.revision);
  add("revision_id", failure.revision_id);
  add("statement", failure.statement);
  add("state", failure.state);
  add("hint", failure.hint);
  if (failure.heads) object["heads"] = *failure.heads;
  object["retry_helps"] = failure.retry_helps();
  return marked(std::move(object), {{}, dry_run});
}

}  // namespace migrate::cli::json

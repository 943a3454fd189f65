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

std::string tagged(ordered_json object, const std::string& tag) {
  if (!tag.empty()) object["tag"] = tag;
  return text(object);
}

}  // namespace

std::string start(const std::string& command, const std::vector<std::string>& targets, const std::string& tag) {
  return tagged({{"event", "start"},
                 {"version", k_version},
                 {"tool", "migrate " MIGRATE_VERSION},
                 {"command", command},
                 {"targets", targets}},
                tag);
}

std::string retried(const command::StepReport& report, int attempt, const std::string& reason, const std::string& tag) {
  return tagged({{"event", "retry"}, {"revision", report.step.revision}, {"attempt", attempt}, {"reason", reason}},
                tag);
}

std::string run_lock_wait(const std::string& holder, const std::string& tag) {
  return tagged({{"event", "wait"}, {"holder", holder}}, tag);
}

std::string reconnected(const std::string& reason, const std::vector<std::string>& rows, const std::string& tag) {
  return tagged({{"event", "reconnect"}, {"reason", reason}, {"heads", rows}}, tag);
}

std::string resumed(const command::StepReport& report, std::size_t statement, const std::string& tag) {
  return tagged({{"event", "resume"}, {"revision", report.step.revision}, {"statement", statement}}, tag);
}

std::string told(const char* event, const std::string& message, const std::string& tag) {
  return tagged({{"event", event}, {"message", message}}, tag);
}

std::string notice(const engine::Notice& notice) {
  ordered_json object{{"event", "notice"}, {"severity", notice.severity}, {"message", notice.message}};
  if (!notice.detail.empty()) object["detail"] = notice.detail;
  return text(object);
}

std::string step(const command::StepReport& report, bool done, const std::string& tag) {
  const bool upgrade = report.step.direction == script::Direction::upgrade;
  ordered_json object{{"event", "step"},
                      {"status", done ? "done" : "started"},
                      {"direction", report.step.stamp ? "stamp"
                                    : upgrade         ? "upgrade"
                                                      : "downgrade"},
                      {"revision", report.step.revision},
                      {"from", report.step.from},
                      {"to", report.step.to},
                      {"message", report.title},
                      {"path", report.path.string()}};
  if (done) object["milliseconds"] = report.milliseconds;
  return tagged(std::move(object), tag);
}

std::string backfill(const command::StepReport& report, const runtime::BackfillProgress& progress,
                     const std::string& tag) {
  ordered_json object{{"event", "backfill"},
                      {"status", progress.done ? "done" : "running"},
                      {"revision", report.step.revision},
                      {"table", progress.table},
                      {"rows", progress.rows},
                      {"estimated_rows", progress.estimated_rows},
                      {"batches", progress.batches},
                      {"resumed", progress.resumed}};
  return tagged(std::move(object), tag);
}

std::string compiling(std::size_t count, const std::string& tag) {
  ordered_json object{{"event", "compile"}, {"status", "started"}, {"revisions", count}};
  return tagged(std::move(object), tag);
}

std::string compiled(std::size_t count, double seconds, const std::string& tag) {
  ordered_json object{{"event", "compile"}, {"status", "done"}, {"revisions", count}, {"milliseconds", seconds * 1000}};
  return tagged(std::move(object), tag);
}

std::string finished(const command::MoveReport& report, const std::string& tag) {
  ordered_json object{{"event", "finished"},
                      {"changed", !report.steps.empty()},
                      {"steps", report.steps.size()},
                      {"heads_before", report.rows_before},
                      {"heads", report.rows}};
  if (!report.ahead.empty()) object["ahead"] = report.ahead;
  return tagged(std::move(object), tag);
}

std::string failure(const command::Failure& failure) {
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
  return text(object);
}

}  // namespace migrate::cli::json

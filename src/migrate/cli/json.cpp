#include "migrate/cli/json.hpp"

#include <nlohmann/json.hpp>

#include "migrate/cli/json_values.hpp"

namespace migrate::cli::json {
namespace {

using nlohmann::ordered_json;

/// Bytes that are not UTF-8 (a path may hold them) become U+FFFD instead of an exception.
std::string text(const ordered_json& value, int indent = -1) {
  return value.dump(indent, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace

ordered_json to_json(const command::RevisionView& revision) {
  return {{"revision", revision.id},
          {"down_revision", revision.parents},
          {"depends_on", revision.dependencies},
          {"branch_labels", revision.labels},
          {"children", revision.children},
          {"head", revision.head},
          {"effective_head", revision.effective_head},
          {"current", revision.current},
          {"branch_point", revision.branch_point},
          {"merge_point", revision.merge_point},
          {"message", revision.message},
          {"created", revision.created},
          {"type", revision.cpp ? "cpp" : "sql"},
          {"path", revision.path.string()}};
}

ordered_json to_json(const std::vector<command::RevisionView>& revisions) {
  auto list = ordered_json::array();
  for (const auto& revision : revisions) list.push_back(to_json(revision));
  return list;
}

std::string revisions(const std::vector<command::RevisionView>& revisions) {
  return text({{"revisions", to_json(revisions)}}, 2);
}

std::string branches(const std::vector<command::BranchPoint>& points) {
  auto list = ordered_json::array();
  for (const auto& point : points) {
    auto entry = to_json(point.revision);
    entry["branches"] = to_json(point.children);
    list.push_back(std::move(entry));
  }
  return text({{"branch_points", std::move(list)}}, 2);
}

std::string current(const command::CurrentReport& report) {
  return text({{"database", report.database},
               {"at_heads", report.at_heads},
               {"heads", report.heads},
               {"revisions", to_json(report.revisions)},
               {"half_done", report.half_done ? to_json(*report.half_done) : ordered_json(nullptr)}},
              2);
}

std::string settings(const std::vector<command::Setting>& settings) {
  auto list = ordered_json::array();
  for (const auto& setting : settings) {
    list.push_back({{"key", setting.key}, {"value", setting.value}, {"origin", setting.origin}});
  }
  return text({{"settings", std::move(list)}}, 2);
}

std::string rebase(const command::RebaseReport& report) {
  auto paths = ordered_json::array();
  for (const auto& path : report.rewritten) paths.push_back(path.string());
  return text({{"onto", report.onto}, {"moved", report.moved}, {"rewritten", std::move(paths)}}, 2);
}

std::string new_file(const command::NewFileReport& report) {
  return text({{"revision", report.id}, {"path", report.path.string()}}, 2);
}

std::string ensured(const command::EnsureVersionReport& report) {
  return text({{"table", report.table}, {"created", report.created}}, 2);
}

std::string laid_out(const command::InitReport& report) {
  const auto names = [](const std::vector<std::filesystem::path>& files) {
    auto list = ordered_json::array();
    for (const auto& file : files) list.push_back(file.string());
    return list;
  };
  return text(
      {{"directory", report.directory.string()}, {"created", names(report.created)}, {"kept", names(report.kept)}}, 2);
}

std::string built(const command::BuildReport& report) {
  auto list = ordered_json::array();
  for (const auto& revision : report.revisions) {
    ordered_json entry{{"revision", revision.id},        {"message", revision.title},
                       {"path", revision.path.string()}, {"module", revision.module.string()},
                       {"cached", revision.cached},      {"seconds", revision.seconds},
                       {"warnings", revision.warnings}};
    if (!revision.command.empty()) entry["command"] = revision.command;
    list.push_back(std::move(entry));
  }
  return text({{"revisions", std::move(list)}, {"sql_revisions", report.sql}}, 2);
}

std::string bundled(const command::BundleReport& report) {
  return text({{"path", report.path.string()},
               {"size", report.size},
               {"revisions", report.revisions},
               {"cpp", report.cpp},
               {"heads", report.heads},
               {"libraries", report.libraries},
               {"needed", report.needed}},
              2);
}

std::string database(const server::ServerStatus& status) {
  return text({{"running", status.running},
               {"exists", status.exists},
               {"pid", status.pid},
               {"version", status.version},
               {"data_directory", status.data_directory.string()},
               {"socket_directory", status.socket_directory.string()}},
              2);
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
  if (!tag.empty()) object["tag"] = tag;
  return text(object);
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
  if (!tag.empty()) object["tag"] = tag;
  return text(object);
}

std::string compiling(std::size_t count, const std::string& tag) {
  ordered_json object{{"event", "compile"}, {"status", "started"}, {"revisions", count}};
  if (!tag.empty()) object["tag"] = tag;
  return text(object);
}

std::string compiled(std::size_t count, double seconds, const std::string& tag) {
  ordered_json object{{"event", "compile"}, {"status", "done"}, {"revisions", count}, {"milliseconds", seconds * 1000}};
  if (!tag.empty()) object["tag"] = tag;
  return text(object);
}

std::string finished(const command::MoveReport& report) {
  ordered_json object{{"event", "finished"},
                      {"changed", !report.steps.empty()},
                      {"steps", report.steps.size()},
                      {"heads_before", report.rows_before},
                      {"heads", report.rows}};
  if (!report.ahead.empty()) object["ahead"] = report.ahead;
  return text(object);
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
  add("statement", failure.statement);
  add("state", failure.state);
  add("hint", failure.hint);
  if (failure.heads) object["heads"] = *failure.heads;
  object["retry_helps"] = failure.retry_helps();
  return text(object);
}

std::string object(const std::vector<std::pair<std::string, std::string>>& fields) {
  ordered_json result = ordered_json::object();
  for (const auto& [name, value] : fields) result[name] = value;
  return text(result, 2);
}

}  // namespace migrate::cli::json

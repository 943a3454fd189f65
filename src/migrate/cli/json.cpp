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

ordered_json names(const std::vector<std::filesystem::path>& files) {
  auto list = ordered_json::array();
  for (const auto& file : files) list.push_back(file.string());
  return list;
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

std::string opened(const std::vector<std::filesystem::path>& files) {
  return text({{"paths", names(files)}}, 2);
}

std::string laid_out(const command::InitReport& report) {
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

std::string object(const std::vector<std::pair<std::string, std::string>>& fields) {
  ordered_json result = ordered_json::object();
  for (const auto& [name, value] : fields) result[name] = value;
  return text(result, 2);
}

}  // namespace migrate::cli::json

#include <nlohmann/json.hpp>

#include "migrate/cli/json.hpp"
#include "migrate/cli/json_values.hpp"

namespace migrate::cli::json {
namespace {

using nlohmann::ordered_json;

std::string document(const ordered_json& value) {
  return value.dump(2, ' ', false, ordered_json::error_handler_t::replace);
}

ordered_json to_json(const command::EditedRevision& edited) {
  return {{"revision", edited.revision}, {"path", edited.path.string()}, {"changes", edited.changes}};
}

/// Null where no journal is kept.
ordered_json journal_state(const command::StatusReport& report) {
  if (report.journal_table.empty()) return nullptr;
  return {{"table", report.journal_table}, {"exists", report.journal_exists}, {"readable", report.journal_readable}};
}

}  // namespace

ordered_json to_json(const std::vector<runtime::Journal::HalfDone>& half_done) {
  auto list = ordered_json::array();
  for (const auto& row : half_done) {
    list.push_back({{"revision", row.revision},
                    {"direction", row.direction},
                    {"statement", row.statement},
                    {"statements", row.statements},
                    {"outcome", row.outcome}});
  }
  return list;
}

std::string status(const command::StatusReport& report) {
  auto edited = ordered_json::array();
  for (const auto& revision : report.edited) edited.push_back(to_json(revision));
  return document({{"database", report.database},
                   {"version_table", {{"table", report.version_table}, {"exists", report.version_table_exists}}},
                   {"up_to_date", report.up_to_date()},
                   {"current", report.rows},
                   {"unknown", report.unknown},
                   {"revisions", report.revisions},
                   {"applied", report.applied},
                   {"pending", to_json(report.pending)},
                   {"edits_known", report.edits_known},
                   {"edited", std::move(edited)},
                   {"half_done", to_json(report.half_done)},
                   {"journal", journal_state(report)},
                   {"last", report.last ? to_json(*report.last) : ordered_json(nullptr)}});
}

std::string answered(const command::WaitReport& report) {
  return document({{"database", report.database},
                   {"server_version", report.server_version},
                   {"attempts", report.attempts},
                   {"milliseconds", report.milliseconds}});
}

}  // namespace migrate::cli::json

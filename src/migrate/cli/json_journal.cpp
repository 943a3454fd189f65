#include <nlohmann/json.hpp>

#include "migrate/cli/json.hpp"
#include "migrate/cli/json_values.hpp"

namespace migrate::cli::json {
namespace {

using nlohmann::ordered_json;

/// What a row does not have is null.
ordered_json or_null(const std::string& text) {
  return text.empty() ? ordered_json(nullptr) : ordered_json(text);
}

}  // namespace

ordered_json to_json(const runtime::JournalRow& row) {
  return {{"revision", row.revision},
          {"direction", row.direction},
          {"statement", row.statement ? ordered_json(*row.statement) : ordered_json(nullptr)},
          {"statements", row.statements},
          {"outcome", row.outcome},
          {"started_at", row.started_at},
          {"finished_at", or_null(row.finished_at)},
          {"duration_ms", row.duration_ms},
          {"who", row.who},
          {"host", or_null(row.host)},
          {"tool", or_null(row.tool)},
          {"checksum", or_null(row.checksum)},
          {"message", or_null(row.message)}};
}

std::string journal(const command::LogReport& report) {
  auto rows = ordered_json::array();
  for (const auto& row : report.rows) rows.push_back(to_json(row));
  const ordered_json document{{"table", report.table}, {"exists", report.exists}, {"rows", std::move(rows)}};
  return document.dump(2, ' ', false, ordered_json::error_handler_t::replace);
}

std::string accepted(const command::AcceptReport& report) {
  const ordered_json document{{"accepted", report.accepted}, {"unchanged", report.unchanged}};
  return document.dump(2, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace migrate::cli::json

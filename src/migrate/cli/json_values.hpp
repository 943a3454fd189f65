#pragma once
#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "migrate/command/log.hpp"
#include "migrate/command/revision_view.hpp"

/// Values that several answers hold in the same form.
namespace migrate::cli::json {

nlohmann::ordered_json to_json(const command::RevisionView& revision);
nlohmann::ordered_json to_json(const std::vector<command::RevisionView>& revisions);
/// What a row does not have is null.
nlohmann::ordered_json to_json(const runtime::JournalRow& row);
nlohmann::ordered_json to_json(const std::vector<runtime::Journal::HalfDone>& half_done);

}  // namespace migrate::cli::json

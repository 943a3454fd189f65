#include <nlohmann/json.hpp>

#include "migrate/cli/json.hpp"
#include "migrate/command/difference_text.hpp"

namespace migrate::cli::json {
namespace {

using nlohmann::ordered_json;

ordered_json to_json(const command::Leftover& leftover) {
  const auto& id = leftover.entity;
  ordered_json object{{"kind", schema::kind_name(id.kind)}, {"schema", id.schema}};
  if (!id.of.empty()) object["of"] = id.of;
  object["name"] = id.name;
  if (!id.signature.empty()) object["signature"] = id.signature;
  object["text"] = leftover.text;
  return object;
}

ordered_json to_json(const command::Finding& failure) {
  return {{"message", failure.message}, {"file", failure.file},        {"line", failure.line},
          {"column", failure.column},   {"statement", failure.detail}, {"hint", failure.hint}};
}

ordered_json to_json(const command::VerifiedRevision& one) {
  auto leftovers = ordered_json::array();
  for (const auto& leftover : one.leftovers) leftovers.push_back(to_json(leftover));
  return {{"revision", one.revision},
          {"title", one.title},
          {"path", one.path.string()},
          {"verdict", command::to_string(one.verdict)},
          {"line", one.line == 0 ? ordered_json(nullptr) : ordered_json(one.line)},
          {"leftovers", std::move(leftovers)},
          {"failure", one.failure ? to_json(*one.failure) : ordered_json(nullptr)},
          {"milliseconds", one.milliseconds}};
}

ordered_json end_of(const command::VerifyReport& report) {
  if (!report.end) return nullptr;
  auto differences = ordered_json::array();
  for (const auto& change : report.end->plan.changes) differences.push_back(command::describe(change));
  return {{"target", report.target}, {"equal", report.end->equal()}, {"differences", std::move(differences)}};
}

}  // namespace

std::string verified(const command::VerifyReport& report) {
  auto revisions = ordered_json::array();
  for (const auto& one : report.revisions) revisions.push_back(to_json(one));
  const ordered_json document{
      {"holds", report.holds()}, {"total", report.total}, {"revisions", std::move(revisions)}, {"end", end_of(report)}};
  return document.dump(2, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace migrate::cli::json

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "migrate/cli/report_formats.hpp"

namespace migrate::cli {
namespace {

using command::Finding;
using command::Level;
using nlohmann::ordered_json;

/// A path as a URI reference: what is not plain is written as %XX.
std::string uri(std::string_view path) {
  constexpr std::string_view k_plain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/@!$&'()*+,;=";
  std::string text;
  for (const char c : path) {
    if (k_plain.find(c) != std::string_view::npos) {
      text += c;
    } else {
      text += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return text;
}

ordered_json artifact(const std::string& file) {
  if (file.starts_with('/')) return {{"uri", "file://" + uri(file)}};
  return {{"uri", uri(file)}, {"uriBaseId", "%SRCROOT%"}};
}

const char* level_text(Level level) {
  return level == Level::error ? "error" : level == Level::warning ? "warning" : "note";
}

ordered_json location(const Finding& finding, const RunReport& report) {
  const bool placed = !finding.file.empty();
  ordered_json region{{"startLine", std::max<std::size_t>(finding.line, 1)}};
  if (placed && finding.column != 0) region["startColumn"] = finding.column;
  return {{"physicalLocation",
           {{"artifactLocation", artifact(placed ? finding.file : report.config_file.string())},
            {"region", std::move(region)}}}};
}

ordered_json result(const Finding& finding, const RunReport& report, std::size_t rule, const std::string& print) {
  ordered_json properties = ordered_json::object();
  if (!finding.revision.empty()) properties["revision"] = finding.revision;
  if (!finding.detail.empty()) properties["detail"] = finding.detail;
  ordered_json object{{"ruleId", finding.rule},
                      {"ruleIndex", rule},
                      {"level", level_text(finding.level)},
                      {"message", {{"text", whole_message(finding)}}},
                      {"locations", ordered_json::array({location(finding, report)})},
                      {"partialFingerprints", {{"migrateFinding/v1", print}}}};
  if (!properties.empty()) object["properties"] = std::move(properties);
  return object;
}

/// Rules that were met, in the order they were met.
std::vector<std::string> rules_of(const std::vector<Finding>& findings) {
  std::vector<std::string> rules;
  for (const auto& finding : findings) {
    if (std::ranges::find(rules, finding.rule) == rules.end()) rules.push_back(finding.rule);
  }
  return rules;
}

ordered_json driver(const std::vector<std::string>& rules) {
  auto list = ordered_json::array();
  for (const auto& rule : rules) {
    list.push_back({{"id", rule}, {"shortDescription", {{"text", command::describe_rule(rule) + "."}}}});
  }
  return {{"name", "migrate"},
          {"version", MIGRATE_VERSION},
          {"semanticVersion", MIGRATE_VERSION},
          {"rules", std::move(list)}};
}

}  // namespace

std::string sarif(const RunReport& report) {
  const auto rules = rules_of(report.findings);
  const auto prints = fingerprints(report.findings);
  auto results = ordered_json::array();
  for (std::size_t i = 0; i < report.findings.size(); ++i) {
    const auto& finding = report.findings[i];
    const auto rule = static_cast<std::size_t>(std::ranges::find(rules, finding.rule) - rules.begin());
    results.push_back(result(finding, report, rule, prints[i]));
  }
  const bool ran = report.exit_code == 0 || report.exit_code == 3;
  const ordered_json invocation{{"commandLine", report.command},
                                {"executionSuccessful", ran},
                                {"exitCode", report.exit_code},
                                {"startTimeUtc", report.started_at + "Z"}};
  const ordered_json run{{"tool", {{"driver", driver(rules)}}},
                         {"invocations", ordered_json::array({invocation})},
                         {"columnKind", "unicodeCodePoints"},
                         {"results", std::move(results)}};
  const ordered_json log{{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                         {"version", "2.1.0"},
                         {"runs", ordered_json::array({run})}};
  return log.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

std::string code_quality(const RunReport& report) {
  const auto prints = fingerprints(report.findings);
  auto list = ordered_json::array();
  for (std::size_t i = 0; i < report.findings.size(); ++i) {
    const auto& finding = report.findings[i];
    const auto& file = finding.file.empty() ? report.config_file.string() : finding.file;
    const auto* const severity = finding.level == Level::error     ? "major"
                                 : finding.level == Level::warning ? "minor"
                                                                   : "info";
    list.push_back({{"description", whole_message(finding)},
                    {"check_name", finding.rule},
                    {"fingerprint", prints[i]},
                    {"severity", severity},
                    {"location", {{"path", file}, {"lines", {{"begin", std::max<std::size_t>(finding.line, 1)}}}}}});
  }
  return list.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace migrate::cli

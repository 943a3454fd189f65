#include "migrate/cli/report_formats.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "migrate/base/digest.hpp"
#include "migrate/base/text.hpp"

namespace migrate::cli {
namespace {

using command::Finding;
using command::Level;

std::string escaped_data(std::string_view text) {
  auto result = base::replace_all(text, "%", "%25");
  result = base::replace_all(result, "\r", "%0D");
  return base::replace_all(result, "\n", "%0A");
}

std::string escaped_property(std::string_view text) {
  return base::replace_all(base::replace_all(escaped_data(text), ":", "%3A"), ",", "%2C");
}

/// What says the same of two findings.
std::string subject(const Finding& finding) {
  return fmt::format("{}\n{}\n{}", finding.rule, finding.file,
                     finding.revision.empty() ? finding.message : finding.revision);
}

std::string workflow_command(const Finding& finding) {
  std::vector<std::string> properties;
  const auto add = [&](std::string_view name, const std::string& value) {
    properties.push_back(fmt::format("{}={}", name, escaped_property(value)));
  };
  if (!finding.file.empty()) add("file", finding.file);
  if (!finding.file.empty() && finding.line != 0) add("line", std::to_string(finding.line));
  if (!finding.file.empty() && finding.column != 0) add("col", std::to_string(finding.column));
  add("title", "migrate: " + command::describe_rule(finding.rule));
  const auto* const name = finding.level == Level::error     ? "error"
                           : finding.level == Level::warning ? "warning"
                                                             : "notice";
  std::string text = finding.message;
  if (!finding.detail.empty()) text += "\n" + finding.detail;
  if (!finding.hint.empty()) text += "\nNext: " + finding.hint;
  return fmt::format("::{} {}::{}\n", name, base::join(properties, ","), escaped_data(text));
}

}  // namespace

std::string workflow_commands(std::span<const Finding> findings) {
  std::string text;
  for (const auto& finding : findings) text += workflow_command(finding);
  return text;
}

std::string fingerprint(const Finding& finding, std::size_t nth) {
  return base::sha256_hex(fmt::format("{}\n{}", subject(finding), nth));
}

std::vector<std::string> fingerprints(std::span<const Finding> findings) {
  std::map<std::string, std::size_t> seen;
  std::vector<std::string> result;
  for (const auto& finding : findings) result.push_back(fingerprint(finding, seen[subject(finding)]++));
  return result;
}

std::string whole_message(const Finding& finding) {
  if (finding.hint.empty()) return finding.message;
  return finding.message + "\n" + finding.hint;
}

}  // namespace migrate::cli

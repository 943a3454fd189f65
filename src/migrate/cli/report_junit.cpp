#include <fmt/format.h>

#include <algorithm>

#include "migrate/base/text.hpp"
#include "migrate/cli/report_formats.hpp"

namespace migrate::cli {
namespace {

using command::Finding;
using command::Level;

/// Length of the character, or 0 for bytes that are no UTF-8.
std::size_t character_size(std::string_view text) {
  const auto first = static_cast<unsigned char>(text.front());
  const std::size_t size = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  if (size > text.size() || base::first_invalid_utf8(text.substr(0, size))) return 0;
  return size;
}

/// XML knows no other control characters than these, not even escaped.
bool is_xml(std::string_view character) {
  const auto first = static_cast<unsigned char>(character.front());
  if (character.size() == 1) return first >= 0x20 || first == '\t' || first == '\n' || first == '\r';
  return character != "\xEF\xBF\xBE" && character != "\xEF\xBF\xBF";
}

/// For text between tags and between quotes.
std::string escaped(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const auto size = character_size(text);
    const auto character = text.substr(0, std::max<std::size_t>(size, 1));
    text.remove_prefix(character.size());
    if (size == 0 || !is_xml(character)) {
      result += "\xEF\xBF\xBD";
    } else if (character == "&") {
      result += "&amp;";
    } else if (character == "<") {
      result += "&lt;";
    } else if (character == ">") {
      result += "&gt;";
    } else if (character == "\"") {
      result += "&quot;";
    } else if (character == "\n" || character == "\r" || character == "\t") {
      result += fmt::format("&#{};", static_cast<int>(character.front()));
    } else {
      result += character;
    }
  }
  return result;
}

std::string attribute(std::string_view name, std::string_view value) {
  return fmt::format(" {}=\"{}\"", name, escaped(value));
}

/// Line ends stay what they are, so that people can read it.
std::string body(std::string_view text) {
  return base::replace_all(escaped(text), "&#10;", "\n");
}

std::string seconds(double milliseconds) {
  return fmt::format("{:.3f}", milliseconds / 1000);
}

/// A revision that failed and a check that did not hold are failures; a run that could not be is an error.
bool is_failure(const Finding& finding, const RunReport& report) {
  return report.exit_code == 3 || !finding.revision.empty();
}

struct Counts {
  std::size_t tests = 0, failures = 0, errors = 0, skipped = 0;
};

/// The elements inside of a case.
std::string complaint(const Finding& finding, const RunReport& report, Counts& counts) {
  const bool failure = is_failure(finding, report);
  ++(failure ? counts.failures : counts.errors);
  const auto* const tag = failure ? "failure" : "error";
  std::string text;
  if (!finding.file.empty()) {
    text += finding.file;
    if (finding.line != 0) text += fmt::format(":{}", finding.line);
    if (finding.column != 0) text += fmt::format(":{}", finding.column);
    text += "\n";
  }
  text += whole_message(finding);
  if (!finding.detail.empty()) text += "\n" + finding.detail;
  return fmt::format("      <{0}{1}{2}>{3}</{0}>\n", tag, attribute("message", finding.message),
                     attribute("type", finding.rule), body(text));
}

std::string test_case(const RunReport& report, const std::string& name, const std::string& file, std::size_t line,
                      double milliseconds, const std::string& inside) {
  std::string text = "    <testcase" + attribute("name", name) + attribute("classname", report.command);
  if (!file.empty()) text += attribute("file", file);
  if (line != 0) text += attribute("line", std::to_string(line));
  text += attribute("time", seconds(milliseconds));
  return inside.empty() ? text + "/>\n" : text + ">\n" + inside + "    </testcase>\n";
}

/// What is wrong with a step: the first finding about it that was not told yet.
std::string inside_of(const ReportCase& one, const RunReport& report, std::vector<const Finding*>& untold,
                      Counts& counts) {
  const auto found = std::ranges::find_if(
      untold, [&](const Finding* finding) { return finding->revision == one.revision && one.revision != ""; });
  if (one.outcome == ReportCase::Outcome::taken_back) {
    ++counts.skipped;
    return "      <skipped message=\"rolled back with the step that failed\"/>\n";
  }
  if (found == untold.end() || one.outcome != ReportCase::Outcome::running) return {};
  const Finding* finding = *found;
  untold.erase(found);
  return complaint(*finding, report, counts);
}

std::string name_of(const Finding& finding) {
  const auto& about = finding.revision.empty() ? finding.file : finding.revision;
  return about.empty() ? finding.rule : fmt::format("{}: {}", finding.rule, about);
}

std::string all_cases(const RunReport& report, Counts& counts) {
  std::vector<const Finding*> untold;
  for (const auto& finding : report.findings) {
    if (finding.level == Level::error) untold.push_back(&finding);
  }
  std::string text;
  const auto add = [&](const std::string& name, const std::string& file, std::size_t line, double milliseconds,
                       const std::string& inside) {
    ++counts.tests;
    text += test_case(report, name, file, line, milliseconds, inside);
  };
  for (const auto& one : report.cases) {
    const auto inside = inside_of(one, report, untold, counts);
    add(one.name, one.file, 0, one.milliseconds, inside);
  }
  for (const auto* finding : untold) {
    add(name_of(*finding), finding->file, finding->line, 0, complaint(*finding, report, counts));
  }
  // Some readers take a report without cases for a fault.
  if (counts.tests == 0) add(report.command, "", 0, report.milliseconds, "");
  return text;
}

std::string warnings(const RunReport& report) {
  std::string text;
  for (const auto& finding : report.findings) {
    if (finding.level != Level::error) text += fmt::format("{}: {}\n", finding.rule, whole_message(finding));
  }
  return text.empty() ? text : fmt::format("    <system-err>{}</system-err>\n", body(text));
}

}  // namespace

std::string junit(const RunReport& report) {
  Counts counts;
  const auto cases = all_cases(report, counts);
  const auto numbers =
      fmt::format(" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{}\"", counts.tests,
                  counts.failures, counts.errors, counts.skipped, seconds(report.milliseconds));
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"migrate\"{0}>\n  <testsuite{1}{0}{2}>\n{3}{4}"
      "  </testsuite>\n</testsuites>\n",
      numbers, attribute("name", report.command), attribute("timestamp", report.started_at), cases, warnings(report));
}

}  // namespace migrate::cli

#include "migrate/command/finding.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "migrate/base/text.hpp"

namespace migrate::command {
namespace {

struct Rule {
  std::string_view name;
  std::string_view description;
};

constexpr std::array<Rule, 25> k_rules{{
    {"revision-failed", "A revision failed; the database stands at the last good one"},
    {"invalid-input", "The command line, the configuration, a revision file or a target is not right"},
    {"check-failed", "A check did not hold"},
    {"database-unreachable", "The database could not be reached, or the connection was lost"},
    {"run-locked", "Another run works on this database"},
    {"timeout", "A lock or statement timeout, after all tries"},
    {"database-ahead", "The version table names a revision that these files do not have"},
    {"refused", "Something was refused, and nothing was run"},
    {"irreversible-revision", "A downgrade would have to pass a revision without a downgrade section"},
    {"destructive-step", "Steps would lose data, and nobody agreed to that"},
    {"plan-mismatch", "The database or the files are not what a plan was made for"},
    {"edited-revision", "A revision was edited after it had been applied"},
    {"interrupted", "A signal ended the run"},
    {"warning", "A warning"},
    {"pending-revision", "A revision is not applied to this database"},
    {"half-done-revision", "A revision was begun and not ended"},
    {"unknown-revision", "The version table names a revision that these files do not have"},
    {"journal-unreadable", "This role may not read the journal"},
    {"not-at-heads", "The database does not stand at the heads of these files"},
    {"several-heads", "The history has more than one head"},
    {"schema-differs", "The database differs from the desired schema"},
    {"unmanaged-object", "An object of a kind that is not compared stands on one side only"},
    {"downgrade-does-not-restore", "A downgrade leaves another schema than there was before the upgrade"},
    {"downgrade-failed", "A downgrade cannot be run"},
    {"upgrade-not-repeatable", "An upgrade does not do the same again after its downgrade"},
}};

constexpr std::array<std::string_view, 6> k_file_types{".sql", ".cpp", ".hpp", ".toml", ".env", ".mako"};

std::string rule_of(const Failure& failure) {
  if (!failure.rule.empty()) return failure.rule;
  switch (failure.code) {
    case ExitCode::usage:
      return "invalid-input";
    case ExitCode::check_failed:
      return "check-failed";
    case ExitCode::unreachable:
      return "database-unreachable";
    case ExitCode::locked:
      return "run-locked";
    case ExitCode::timeout:
      return "timeout";
    case ExitCode::database_ahead:
      return "database-ahead";
    case ExitCode::refused:
      return "refused";
    default:
      return static_cast<int>(failure.code) >= 128 ? "interrupted" : "revision-failed";
  }
}

/// Takes ":12" off the text; 0 when there is none.
std::size_t take_number(std::string_view& text) {
  std::size_t number = 0;
  if (!text.starts_with(':')) return 0;
  const auto [end, error] = std::from_chars(text.data() + 1, text.data() + text.size(), number);
  if (error != std::errc() || end == text.data() + 1) return 0;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

void take_place(Finding& finding, const FilePlace& place) {
  finding.file = place.file;
  finding.line = place.line;
  finding.column = place.column;
}

/// The number in the first "line 12: " of the text, which tells of an edit.
std::size_t edited_line(std::string_view text) {
  for (const auto line : base::split(text, '\n')) {
    auto rest = base::trim(line);
    if (!rest.starts_with("line ")) continue;
    const std::string number = ":" + std::string(rest.substr(5));
    std::string_view digits = number;
    return take_number(digits);
  }
  return 0;
}

std::string paragraphs(std::initializer_list<std::string_view> texts) {
  std::string result;
  for (const auto text : texts) {
    if (text.empty()) continue;
    if (!result.empty()) result += '\n';
    result += text;
  }
  return result;
}

/// Where a compiler saw its first error.
std::optional<FilePlace> first_error(std::string_view text) {
  for (const auto line : base::split(text, '\n')) {
    if (line.find("error: ") == std::string_view::npos) continue;
    if (auto place = place_at_start(line)) return place;
  }
  return std::nullopt;
}

/// The lines of a message, those without a place of their own kept with the one before them.
std::vector<Finding> by_line(const Finding& common, std::string_view message) {
  std::vector<Finding> found;
  for (const auto line : base::split(message, '\n')) {
    const auto place = place_at_start(line);
    if (!place && !found.empty()) {
      found.back().message.append("\n").append(line);
      continue;
    }
    Finding finding = common;
    finding.message = place ? line.substr(place->size) : line;
    if (place) take_place(finding, *place);
    found.push_back(std::move(finding));
  }
  for (auto& finding : found) {
    if (finding.line == 0 && !finding.file.empty()) finding.line = edited_line(finding.message);
  }
  return found;
}

}  // namespace

std::string describe_rule(std::string_view rule) {
  const auto* const found = std::ranges::find(k_rules, rule, &Rule::name);
  return std::string(found == k_rules.end() ? rule : found->description);
}

std::optional<FilePlace> place_at_start(std::string_view text) {
  text = text.substr(0, text.find('\n'));
  std::size_t end = std::string_view::npos;
  for (const auto type : k_file_types) {
    for (auto at = text.find(type); at != std::string_view::npos; at = text.find(type, at + 1)) {
      const auto behind = at + type.size();
      if (behind == text.size() || text[behind] == ':') end = std::min(end, behind);
    }
  }
  if (end == std::string_view::npos) return std::nullopt;
  FilePlace place;
  place.file = text.substr(0, end);
  // "cannot read versions/a.sql: …" is a sentence with a file in it.
  if (!place.file.starts_with('/') && place.file.find(' ') != std::string::npos) return std::nullopt;
  std::string_view rest = text.substr(end);
  place.line = take_number(rest);
  if (place.line != 0) place.column = take_number(rest);
  if (!rest.empty() && !rest.starts_with(": ")) return std::nullopt;
  place.size = text.size() - rest.size() + (rest.empty() ? 0 : 2);
  return place;
}

std::vector<Finding> findings_of(const Failure& failure) {
  Finding common;
  common.rule = rule_of(failure);
  common.revision = failure.revision_id;
  common.hint = failure.hint;
  const std::string code = failure.sqlstate.empty() ? "" : fmt::format("SQLSTATE {}", failure.sqlstate);
  common.detail = paragraphs({code, failure.statement, failure.detail, failure.state});
  if (const auto place = place_at_start(failure.where)) {
    take_place(common, *place);
  } else if (place_at_start(failure.message)) {
    return by_line(common, failure.message);
  } else if (const auto error = first_error(failure.detail)) {
    take_place(common, *error);
  }
  const std::string step = base::replace_all(failure.revision, "Running ", "");
  common.message = step.empty() ? failure.message : fmt::format("{}: {}", step, failure.message);
  return {common};
}

Finding warning_finding(const std::string& text) {
  Finding common;
  common.rule = "warning";
  common.level = Level::warning;
  auto finding = by_line(common, text).front();
  if (finding.message.find("was edited after it had been applied") != std::string::npos)
    finding.rule = "edited-revision";
  return finding;
}

Finding edited_finding(const EditedRevision& edited) {
  Finding finding;
  finding.rule = "edited-revision";
  finding.message = fmt::format("revision {} was edited after it had been applied", edited.revision);
  finding.file = edited.path.string();
  finding.line = edited_line(edited.changes);
  finding.revision = edited.revision;
  finding.detail = edited.changes;
  finding.hint = "Undo the edit and write a new revision instead, or say with `migrate accept` that the file is right.";
  return finding;
}

}  // namespace migrate::command

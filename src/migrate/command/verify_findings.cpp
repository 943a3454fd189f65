#include <fmt/format.h>

#include "migrate/base/text.hpp"
#include "migrate/command/difference_text.hpp"
#include "migrate/command/verify.hpp"

namespace migrate::command {
namespace {

std::string rule_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::not_restored:
      return "downgrade-does-not-restore";
    case Verdict::downgrade_failed:
      return "downgrade-failed";
    case Verdict::second_upgrade_failed:
    case Verdict::second_upgrade_differs:
      return "upgrade-not-repeatable";
    default:
      return "revision-failed";
  }
}

std::string hint_for(Verdict verdict) {
  switch (verdict) {
    case Verdict::not_restored:
      return "Let the downgrade undo this too; or leave the downgrade section away when the revision cannot be undone.";
    case Verdict::second_upgrade_failed:
    case Verdict::second_upgrade_differs:
      return "The downgrade leaves something that the catalog does not show, such as rows or a sequence's value.";
    default:
      return {};
  }
}

Finding finding_of(const VerifiedRevision& one) {
  std::vector<std::string> texts;
  for (const auto& leftover : one.leftovers) texts.push_back(leftover.text);
  Finding finding = one.failure.value_or(Finding{});
  if (finding.line == 0) {
    finding.file = one.path.string();
    finding.line = one.line;
  }
  finding.rule = rule_of(one.verdict);
  finding.revision = one.revision;
  finding.message = fmt::format("{}: {}: {}", one.revision, describe(one.verdict),
                                one.failure ? one.failure->message : base::join(texts, "; "));
  if (finding.hint.empty()) finding.hint = hint_for(one.verdict);
  return finding;
}

}  // namespace

std::vector<Finding> findings_of(const VerifyReport& report) {
  std::vector<Finding> result;
  for (const auto& one : report.revisions) {
    if (!holds(one.verdict)) result.push_back(finding_of(one));
  }
  if (!report.end) return result;
  for (const auto& change : report.end->plan.changes) {
    Finding finding{.rule = "schema-differs",
                    .message = fmt::format("the revisions do not end at {}: {}", report.target, describe(change))};
    finding.hint =
        "Write a revision for it (`migrate revision --autogenerate`), or correct the schema files where the revisions "
        "are right.";
    result.push_back(std::move(finding));
  }
  return result;
}

}  // namespace migrate::command

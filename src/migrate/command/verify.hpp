#pragma once
#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "migrate/command/comparison.hpp"
#include "migrate/command/compile.hpp"
#include "migrate/command/finding.hpp"

namespace migrate::command {

/// What became of a revision that was taken up, down and up again.
enum class Verdict {
  ok,
  irreversible,           ///< it has no downgrade; only the way up was taken
  not_restored,           ///< the downgrade leaves another schema than there was before
  downgrade_failed,       ///< the server refused it
  second_upgrade_failed,  ///< applied again after its downgrade
  second_upgrade_differs,
  upgrade_failed  ///< what is behind it was not tried
};

/// The word that stands for it in JSON: "not_restored".
std::string_view to_string(Verdict verdict) noexcept;
/// For people: "downgrade does not restore".
std::string_view describe(Verdict verdict) noexcept;
/// Nothing is wrong with the revision.
bool holds(Verdict verdict) noexcept;

/// An entity that is not as it was: "index public.ix_users_email is left behind".
struct Leftover {
  schema::EntityId entity;
  std::string text;
};

struct VerifiedRevision {
  std::string revision;
  std::string title;
  std::filesystem::path path;
  Verdict verdict = Verdict::ok;
  std::size_t line = 0;               ///< of the section at fault; 0: of a C++ revision, or nothing is
  std::vector<Leftover> leftovers{};  ///< what differs
  std::optional<Finding> failure{};   ///< what the server said, and where
  double milliseconds = 0;            ///< for all of it
};

struct VerifyReport {
  std::vector<VerifiedRevision> revisions;  ///< in the order they were tried
  std::size_t total = 0;                    ///< that there are
  std::string target;                       ///< what the end was compared with; empty: there is no such file
  std::optional<Comparison> end{};          ///< nothing without a target, or when the end was not reached

  [[nodiscard]] bool upgrade_failed() const;
  /// Every revision holds, and so does the end.
  [[nodiscard]] bool holds() const;
};

/// Told as it goes on. Any may be empty; none may throw.
struct VerifyEvents {
  std::function<void(std::size_t number, std::size_t total, const std::string& revision)> on_start;
  std::function<void(const VerifiedRevision&)> on_done;
  CompileEvents compile;
};

/// Tries the whole history on a scratch database: each revision up, down and up again, with the catalog read in
/// between. Then compares its end with autogenerate.target, where that exists. The project's database is not asked.
/// Throws what keeps it from trying: script errors, SchemaError, server::ServerError, engine::DatabaseError, and
/// runtime::StepError for a lost connection and an interrupt.
VerifyReport verify(const Context& context, const VerifyEvents& events = {});

/// What is wrong, as programs want it.
std::vector<Finding> findings_of(const VerifyReport& report);

}  // namespace migrate::command

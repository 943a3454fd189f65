#include "migrate/command/verify.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <future>
#include <map>

#include "migrate/base/clock.hpp"
#include "migrate/command/cpp_loader.hpp"
#include "migrate/command/desired_schema.hpp"
#include "migrate/command/detail/leftovers.hpp"
#include "migrate/command/rename_annotations.hpp"
#include "migrate/command/trial_database.hpp"
#include "migrate/script/plan.hpp"

namespace migrate::command {
namespace {

struct VerdictWords {
  std::string_view name, text;
};
constexpr std::array<VerdictWords, 7> k_words{{{"ok", "ok"},
                                               {"irreversible", "irreversible"},
                                               {"not_restored", "downgrade does not restore"},
                                               {"downgrade_failed", "downgrade failed"},
                                               {"second_upgrade_failed", "upgrade after downgrade failed"},
                                               {"second_upgrade_differs", "upgrade after downgrade differs"},
                                               {"upgrade_failed", "upgrade failed"}}};

/// What undoes exactly this step, whatever else there is.
script::Step reversed(const script::Step& step, const std::vector<std::string>& rows_before) {
  script::Step back;
  back.direction = script::Direction::downgrade;
  back.revision = step.revision;
  back.from = step.to;
  back.to = step.from;
  for (auto row = step.rows.rbegin(); row != step.rows.rend(); ++row) back.rows.push_back({row->to, row->from});
  back.rows_after = rows_before;
  return back;
}

/// A revision, ready to go up and down.
struct Trial {
  runtime::PreparedStep up;
  std::optional<runtime::PreparedStep> down;
};

/// Functions of C++ revisions: all are compiled and loaded at once, and taken one by one.
class LoadedRevisions {
 public:
  LoadedRevisions(const Context& context, const script::RevisionGraph& graph, const CompileEvents& events) {
    std::vector<runtime::CppStep> steps;
    for (script::Index i = 0; i < graph.size(); ++i) {
      if (graph[i].type != script::RevisionType::cpp) continue;
      for (const auto direction : {script::Direction::upgrade, script::Direction::downgrade}) {
        steps.push_back({&graph[i], direction});
      }
    }
    if (steps.empty()) return;
    auto bodies = cpp_loader(context, events)(steps);
    for (std::size_t i = 0; i < steps.size(); ++i) {
      bodies_[{steps[i].revision->id, steps[i].direction}] = std::move(bodies.at(i));
    }
  }

  [[nodiscard]] runtime::CppLoader loader() const {
    return [this](std::span<const runtime::CppStep> steps) {
      std::vector<runtime::CppBody> result;
      for (const auto& step : steps) result.push_back(bodies_.at({step.revision->id, step.direction}));
      return result;
    };
  }

 private:
  std::map<std::pair<std::string, script::Direction>, runtime::CppBody> bodies_;
};

std::vector<Trial> prepare(const script::RevisionGraph& graph, const runtime::CppLoader& loader) {
  std::vector<Trial> trials;
  if (graph.size() == 0) return trials;
  const auto ups = script::plan_upgrade(graph, {}, "heads");
  std::vector<std::string> rows;
  for (auto& up : runtime::prepare_steps(graph, ups, loader)) {
    const std::array<script::Step, 1> back{reversed(up.step, rows)};
    rows = up.step.rows_after;
    Trial& trial = trials.emplace_back(Trial{std::move(up), std::nullopt});
    try {
      trial.down = std::move(runtime::prepare_steps(graph, back, loader).front());
    } catch (const script::IrreversibleError&) {
      // That is what the verdict says.
    }
  }
  return trials;
}

/// Everything counts: what a setting leaves out of comparisons is there all the same.
catalog::ReadOptions whole_database(const Config& config) {
  auto options = read_options(config);
  options.schemas = {"*"};
  options.exclude.clear();
  options.foreign = true;
  for (auto& table : options.own_tables) table.schema.clear();
  return options;
}

Finding failure_of(const runtime::StepError& error) {
  const auto& facts = error.facts();
  Finding finding{.rule = "revision-failed", .message = facts.message, .revision = facts.step.revision};
  if (const auto place = place_at_start(facts.place)) {
    finding.file = place->file;
    finding.line = place->line;
    finding.column = place->column;
  }
  finding.detail = facts.statement;
  finding.hint = facts.hint;
  return finding;
}

/// Rethrows what is no fault of the revision.
void require_fault(const runtime::StepError& error) {
  const auto cause = error.facts().cause;
  if (cause == runtime::StepFailure::connection || cause == runtime::StepFailure::interrupted) throw;
}

class Verification {
 public:
  Verification(const Context& context, SchemaReader& reader)
      : options_(whole_database(context.config)),
        database_(context, reader.scratch()),
        before_(database_.read(options_)) {}

  VerifiedRevision verify(const Trial& trial) {
    const base::Stopwatch watch;
    VerifiedRevision result{trial.up.step.revision, trial.up.title, trial.up.path};
    up_and_down(trial, result);
    if (!command::holds(result.verdict) && result.verdict != Verdict::upgrade_failed) database_.start_over();
    result.milliseconds = watch.milliseconds();
    return result;
  }

  schema::Model read(const catalog::ReadOptions& options) { return database_.read(options); }

 private:
  void up_and_down(const Trial& trial, VerifiedRevision& result) {
    if (!attempt(result, Verdict::upgrade_failed, trial.up, [&] { database_.advance(trial.up); })) return;
    auto after = database_.read(options_);
    const auto before = std::exchange(before_, after);
    if (!trial.down) {
      result.verdict = Verdict::irreversible;
      return;
    }
    if (!attempt(result, Verdict::downgrade_failed, *trial.down, [&] { database_.run(*trial.down); })) return;
    if (!same(result, Verdict::not_restored, *trial.down, before)) return;
    if (!attempt(result, Verdict::second_upgrade_failed, trial.up, [&] { database_.run(trial.up); })) return;
    same(result, Verdict::second_upgrade_differs, trial.up, after);
  }

  template <typename Action>
  static bool attempt(VerifiedRevision& result, Verdict otherwise, const runtime::PreparedStep& step, Action action) {
    try {
      action();
      return true;
    } catch (const runtime::StepError& error) {
      require_fault(error);
      result.failure = failure_of(error);
      blame(result, otherwise, step);
      return false;
    }
  }

  bool same(VerifiedRevision& result, Verdict otherwise, const runtime::PreparedStep& step,
            const schema::Model& wanted) {
    result.leftovers = detail::leftovers(database_.read(options_), wanted);
    if (result.leftovers.empty()) return true;
    blame(result, otherwise, step);
    return false;
  }

  static void blame(VerifiedRevision& result, Verdict verdict, const runtime::PreparedStep& step) {
    result.verdict = verdict;
    if (!step.cpp_body) result.line = static_cast<std::size_t>(step.section_line);
  }

  catalog::ReadOptions options_;
  TrialDatabase database_;
  schema::Model before_;
};

/// The desired schema, when there is one.
std::optional<SchemaSource> existing_target(const Context& context) {
  auto source = target_source(context);
  const bool any = std::ranges::any_of(source.files, [](const auto& file) {
    std::error_code ignored;
    return std::filesystem::exists(file, ignored);
  });
  if (!any) return std::nullopt;
  return source;
}

}  // namespace

std::string_view to_string(Verdict verdict) noexcept {
  return k_words.at(static_cast<std::size_t>(verdict)).name;
}

std::string_view describe(Verdict verdict) noexcept {
  return k_words.at(static_cast<std::size_t>(verdict)).text;
}

bool holds(Verdict verdict) noexcept {
  return verdict == Verdict::ok || verdict == Verdict::irreversible;
}

bool VerifyReport::upgrade_failed() const {
  return !revisions.empty() && revisions.back().verdict == Verdict::upgrade_failed;
}

bool VerifyReport::holds() const {
  return std::ranges::all_of(revisions, [](const auto& one) { return command::holds(one.verdict); }) &&
         (!end || end->equal());
}

VerifyReport verify(const Context& context, const VerifyEvents& events) {
  const auto graph = load_graph(context);
  const LoadedRevisions loaded(context, graph, events.compile);
  const auto trials = prepare(graph, loaded.loader());
  VerifyReport report;
  report.total = trials.size();
  SchemaReader reader(context);
  const auto target = existing_target(context);
  std::future<schema::Model> wanted;
  if (target) {
    report.target = describe(context, *target);
    wanted = std::async(std::launch::async, [&] { return reader.read(*target); });
  }
  Verification verification(context, reader);
  for (std::size_t i = 0; i < trials.size(); ++i) {
    if (events.on_start) events.on_start(i + 1, trials.size(), trials[i].up.step.revision);
    report.revisions.push_back(verification.verify(trials[i]));
    if (events.on_done) events.on_done(report.revisions.back());
    if (report.upgrade_failed()) return report;
  }
  if (!target) return report;
  auto options = read_options(context.config);
  for (auto& table : options.own_tables) table.schema.clear();
  auto end = verification.read(options);
  auto desired = wanted.get();
  schema::PlanOptions plan;
  plan.diff.renames = renames_of(*target, end, desired);
  report.end = compare(reader, std::move(end), std::move(desired), plan, {"the revisions", report.target});
  return report;
}

}  // namespace migrate::command

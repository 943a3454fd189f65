#include "migrate/runtime/version_apply.hpp"

#include <fmt/format.h>

#include "migrate/base/process.hpp"
#include "migrate/base/text.hpp"
#include "migrate/runtime/step_error.hpp"

namespace migrate::runtime {
namespace {

[[noreturn]] void fail(const VersionApplyHook& hook, const PreparedStep& step, const std::vector<std::string>& rows,
                       const std::string& what) {
  StepFailureFacts facts;
  facts.cause = StepFailure::hook;
  facts.step = step.step;
  facts.title = step.title;
  facts.place = hook.origin;
  facts.message = fmt::format("on_version_apply hook failed: {} {}", base::join(hook.command, " "), what);
  facts.rows = rows;
  facts.state = fmt::format("The step itself is committed: the database stands at {}.",
                            rows.empty() ? std::string("base (no revision applied)") : base::join(rows, ", "));
  facts.hint = "Mend the hook, and run it by hand for this step: the next run goes on behind it.";
  throw StepError(std::move(facts));
}

}  // namespace

VersionApplyHooks::VersionApplyHooks(std::vector<VersionApplyHook> hooks) {
  for (auto& hook : hooks) {
    if (hook.command.empty()) {
      sql_.push_back({HookSql(hook.sql), std::move(hook.origin)});
    } else {
      commands_.push_back(std::move(hook));
    }
  }
}

std::vector<VersionApplyHooks::Statement> VersionApplyHooks::statements(const PreparedStep& step) const {
  std::vector<Statement> result;
  if (sql_.empty()) return result;
  const HookValues values = hook_values(step);
  for (const auto& hook : sql_) {
    for (auto& statement : hook.sql.statements(values)) result.push_back({std::move(statement), hook.origin});
  }
  return result;
}

void VersionApplyHooks::run_commands(const PreparedStep& step, const std::vector<std::string>& rows,
                                     const std::function<void(const std::string&)>& on_output) const {
  if (commands_.empty()) return;
  const HookValues values = hook_values(step);
  base::ProcessOptions options;
  for (const auto& [name, value] : hook_names()) {
    options.environment["MIGRATE_" + base::to_upper(name)] = values.*value;
  }
  for (const auto& hook : commands_) {
    std::vector<std::string> command;
    for (const auto& word : hook.command) command.push_back(with_hook_values(word, values));
    options.working_directory = hook.working_directory;
    base::ProcessResult result;
    try {
      result = base::run_process(command, options);
    } catch (const base::Error& error) {
      fail(hook, step, rows, error.what());
    }
    for (const auto& text : {result.output, result.errors}) {
      if (const auto said = base::trim(text); !said.empty() && on_output) on_output(std::string(said));
    }
    if (result.exit_code != 0) fail(hook, step, rows, fmt::format("ended with exit code {}", result.exit_code));
  }
}

std::string with_hook_values(std::string_view word, const HookValues& values) {
  std::string text;
  for (std::size_t at = 0; at < word.size();) {
    const auto rest = word.substr(at);
    const HookName* found = nullptr;
    for (const auto& name : hook_names()) {
      if (rest.starts_with('{') && rest.substr(1).starts_with(name.name) &&
          rest.substr(1 + name.name.size()).starts_with('}')) {
        found = &name;
      }
    }
    text += found != nullptr ? values.*(found->value) : std::string(1, word[at]);
    at += found != nullptr ? found->name.size() + 2 : 1;
  }
  return text;
}

}  // namespace migrate::runtime

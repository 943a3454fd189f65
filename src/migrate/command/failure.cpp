#include "migrate/command/failure.hpp"

#include <fmt/format.h>

#include <csignal>

#include "migrate/base/text.hpp"
#include "migrate/command/check.hpp"
#include "migrate/command/context.hpp"
#include "migrate/command/destructive.hpp"
#include "migrate/command/edited.hpp"
#include "migrate/command/plan_check.hpp"
#include "migrate/command/proof.hpp"
#include "migrate/command/rebase.hpp"
#include "migrate/runtime/offline.hpp"
#include "migrate/runtime/run_lock.hpp"
#include "migrate/runtime/step_error.hpp"
#include "migrate/script/cpp_build.hpp"
#include "migrate/script/error.hpp"
#include "migrate/script/module.hpp"
#include "migrate/script/template.hpp"

namespace migrate::command {
namespace {

ExitCode interrupted(int signal) {
  return signal == SIGTERM ? static_cast<ExitCode>(143) : ExitCode::interrupted;
}

ExitCode code_of(runtime::StepFailure cause, int signal) {
  switch (cause) {
    case runtime::StepFailure::timeout:
      return ExitCode::timeout;
    case runtime::StepFailure::connection:
      return ExitCode::unreachable;
    case runtime::StepFailure::interrupted:
      return interrupted(signal);
    case runtime::StepFailure::uncertain:
      return ExitCode::refused;
    default:
      return ExitCode::revision_failed;
  }
}

std::string server_details(const engine::ErrorFields& fields) {
  std::vector<std::string> lines;
  const auto add = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) lines.push_back(fmt::format("{}: {}", name, value));
  };
  add("detail", fields.detail);
  add("context", fields.context);
  add("query", fields.internal_query);
  return base::join(lines, "\n");
}

Failure describe(const runtime::StepError& error, int signal) {
  const auto& facts = error.facts();
  Failure failure;
  failure.code = code_of(facts.cause, signal);
  failure.message = facts.message;
  failure.where = facts.place;
  failure.revision = runtime::describe_step(facts.step, facts.title);
  failure.revision_id = facts.step.revision;
  failure.statement = facts.statement;
  failure.state = facts.state;
  failure.hint = facts.hint;
  if (facts.rows_certain) failure.heads = facts.rows;
  if (facts.fields) {
    failure.sqlstate = facts.fields->sqlstate;
    failure.detail = server_details(*facts.fields);
  }
  return failure;
}

Failure describe(const engine::DatabaseError& error, int signal) {
  Failure failure;
  failure.message = error.what();
  failure.hint = error.hint();
  failure.sqlstate = error.sqlstate();
  failure.state = "Nothing was run.";
  if (const auto* sql = dynamic_cast<const engine::SqlError*>(&error)) {
    failure.detail = server_details(sql->fields());
    failure.code = sql->is_timeout() ? ExitCode::timeout : ExitCode::revision_failed;
  } else if (dynamic_cast<const engine::DatabaseInterrupted*>(&error) != nullptr) {
    failure.code = interrupted(signal);
  } else if (dynamic_cast<const engine::DatabaseArgumentError*>(&error) != nullptr) {
    failure.code = ExitCode::usage;
  } else if (const auto* timeout = dynamic_cast<const engine::DatabaseTimeoutError*>(&error)) {
    const bool connecting =
        timeout->kind() == engine::TimeoutKind::connect || timeout->kind() == engine::TimeoutKind::pool;
    failure.code = connecting ? ExitCode::unreachable : ExitCode::timeout;
  } else {
    failure.code = ExitCode::unreachable;
  }
  return failure;
}

ExitCode code_of(const base::Error& error) {
  if (dynamic_cast<const runtime::RunLockError*>(&error) != nullptr) return ExitCode::locked;
  if (dynamic_cast<const script::DatabaseAheadError*>(&error) != nullptr) return ExitCode::database_ahead;
  if (dynamic_cast<const script::IrreversibleError*>(&error) != nullptr) return ExitCode::refused;
  if (dynamic_cast<const AlreadyAppliedError*>(&error) != nullptr) return ExitCode::refused;
  if (dynamic_cast<const EditedError*>(&error) != nullptr) return ExitCode::refused;
  if (dynamic_cast<const DestructiveError*>(&error) != nullptr) return ExitCode::refused;
  if (dynamic_cast<const PlanMismatch*>(&error) != nullptr) return ExitCode::refused;
  if (dynamic_cast<const NotUpToDateError*>(&error) != nullptr) return ExitCode::check_failed;
  if (dynamic_cast<const ProofError*>(&error) != nullptr) return ExitCode::revision_failed;
  if (dynamic_cast<const server::ServerError*>(&error) != nullptr) return ExitCode::unreachable;
  return ExitCode::usage;
}

/// The compiler's own words, many lines of them, go below the sentence.
Failure describe(const script::CompileError& error) {
  const std::string_view text = error.what();
  const auto end = text.find('\n');
  Failure failure;
  failure.code = ExitCode::usage;
  failure.message = text.substr(0, end);
  if (end != std::string_view::npos) failure.detail = base::trim(text.substr(end));
  failure.state = "Nothing was run.";
  failure.hint = error.hint();
  return failure;
}

Failure describe(const base::Error& error, int signal) {
  Failure failure;
  failure.code = code_of(error);
  failure.message = error.what();
  failure.hint = error.hint();
  if (dynamic_cast<const EditedError*>(&error) != nullptr) failure.rule = "edited-revision";
  if (dynamic_cast<const DestructiveError*>(&error) != nullptr) failure.rule = "destructive-step";
  if (dynamic_cast<const PlanMismatch*>(&error) != nullptr) failure.rule = "plan-mismatch";
  if (dynamic_cast<const script::IrreversibleError*>(&error) != nullptr) failure.rule = "irreversible-revision";
  if (dynamic_cast<const NotUpToDateError*>(&error) != nullptr) failure.rule = "not-at-heads";
  if (dynamic_cast<const script::Interrupted*>(&error) != nullptr) {
    failure.code = interrupted(signal);
    failure.state = "Nothing was run.";
  } else if (dynamic_cast<const script::ModuleCrash*>(&error) != nullptr) {
    failure.code = ExitCode::revision_failed;
    failure.state = "Nothing of it was run.";
  }
  return failure;
}

}  // namespace

bool Failure::retry_helps() const {
  return code == ExitCode::unreachable || code == ExitCode::locked || code == ExitCode::timeout ||
         static_cast<int>(code) >= 128;
}

Failure describe_failure(const std::exception_ptr& error, int signal) {
  try {
    std::rethrow_exception(error);
  } catch (const runtime::StepError& step) {
    return describe(step, signal);
  } catch (const engine::DatabaseError& database) {
    return describe(database, signal);
  } catch (const script::CompileError& text) {
    return describe(text);
  } catch (const base::Error& known) {
    return describe(known, signal);
  } catch (const std::bad_alloc&) {
    return {.code = ExitCode::revision_failed, .message = "out of memory"};
  } catch (const std::exception& unknown) {
    return {.code = ExitCode::revision_failed,
            .message = fmt::format("internal error: {}", unknown.what()),
            .hint = "This is a fault of migrate itself: please report it with the command you ran."};
  }
}

}  // namespace migrate::command

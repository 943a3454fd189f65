#include "migrate/runtime/prepared_step.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <thread>

#include "migrate/runtime/revision_content.hpp"
#include "migrate/script/error.hpp"
#include "migrate/sql/checksum.hpp"
#include "migrate/sql/position.hpp"

namespace migrate::runtime {
namespace {

[[noreturn]] void refuse(const PreparedStep& step, std::size_t offset, const std::string& what, std::string hint) {
  throw script::RevisionError(fmt::format("{}: {}", place(step.path, step.text, offset), what), std::move(hint));
}

void check_statement(const PreparedStep& step, const sql::Statement& statement) {
  if (!step.transaction) return;
  const bool begins = statement.control == sql::TransactionControl::begins;
  if (begins || statement.control == sql::TransactionControl::ends) {
    refuse(step, statement.text.offset, fmt::format("{} inside a section that runs in a transaction", statement.kind),
           fmt::format("migrate wraps each section in BEGIN and COMMIT itself: remove this statement, or write"
                       " `-- migrate:{} transaction:false` at the marker in line {} to control transactions yourself.",
                       to_string(step.step.direction), step.section_line));
  }
  if (statement.refuses_transaction) {
    refuse(
        step, statement.text.offset, fmt::format("PostgreSQL refuses this {} inside a transaction", statement.kind),
        fmt::format("Write `-- migrate:{} transaction:false` at the marker in line {}, best in a revision of its own.",
                    to_string(step.step.direction), step.section_line));
  }
}

void load_section(PreparedStep& prepared, const script::Revision& revision) {
  script::SqlRevision loaded = script::load_sql_revision(revision);
  const auto& section = loaded.section(prepared.step.direction);
  if (!section) {
    throw script::IrreversibleError(
        fmt::format("{}: revision {} has no downgrade section: it cannot be undone", revision.path.string(),
                    revision.id),
        "Add a `-- migrate:downgrade` section (it may be empty when there is nothing to undo), or restore a backup.");
  }
  prepared.text = std::move(loaded.text);
  prepared.body = section->body;
  prepared.transaction = section->transaction;
  prepared.section_line = section->marker_line;
  try {
    prepared.statements = sql::split(section->body.of(prepared.text));
  } catch (const sql::SqlSyntaxError& error) {
    refuse(prepared, section->body.offset + error.offset(), error.what(), error.hint());
  }
  for (auto& statement : prepared.statements) {
    statement.text.offset += section->body.offset;
    if (statement.copy_data) statement.copy_data->offset += section->body.offset;
    check_statement(prepared, statement);
  }
  prepared.checksum = sql::section_checksum(prepared.text, prepared.statements);
}

void load_cpp_text(PreparedStep& prepared, const script::Revision& revision) {
  auto content = upgrade_content(revision);
  prepared.text = std::move(content.text);
  prepared.body = content.body;
  prepared.checksum = std::move(content.checksum);
}

PreparedStep prepare(const script::RevisionGraph& graph, const script::Step& step) {
  PreparedStep prepared;
  prepared.step = step;
  const auto index = graph.find(step.revision);
  if (!index) return prepared;  // a stamp to base names no revision
  const script::Revision& revision = graph[*index];
  prepared.path = revision.path;
  prepared.title = revision.title();
  if (step.stamp) return prepared;
  if (revision.type == script::RevisionType::cpp) {
    prepared.transaction = revision.transaction;
    load_cpp_text(prepared, revision);
    return prepared;
  }
  load_section(prepared, revision);
  return prepared;
}

[[noreturn]] void refuse_without_function(const script::Revision& revision, script::Direction direction) {
  if (direction == script::Direction::upgrade) {
    throw script::RevisionError(fmt::format("{}: there is no upgrade function", revision.path.string()),
                                "Write `void upgrade(migrate::Operations& op) { … }`, outside any namespace.");
  }
  throw script::IrreversibleError(
      fmt::format("{}: revision {} has no downgrade function: it cannot be undone", revision.path.string(),
                  revision.id),
      "Add `void downgrade(migrate::Operations& op) { … }` (it may be empty when there is nothing to undo), or restore"
      " a backup.");
}

void load_cpp(const script::RevisionGraph& graph, std::span<PreparedStep> prepared, const CppLoader& loader) {
  std::vector<CppStep> wanted;
  std::vector<PreparedStep*> places;
  for (auto& step : prepared) {
    const auto index = graph.find(step.step.revision);
    if (step.step.stamp || !index || graph[*index].type != script::RevisionType::cpp) continue;
    wanted.push_back({&graph[*index], step.step.direction});
    places.push_back(&step);
  }
  if (wanted.empty()) return;
  if (!loader) {
    throw script::RevisionError(
        fmt::format("{}: C++ revisions cannot be run here", wanted.front().revision->path.string()),
        "Rewrite the revision as a .sql file.");
  }
  auto bodies = loader(wanted);
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (!bodies.at(i)) refuse_without_function(*wanted[i].revision, wanted[i].direction);
    places[i]->cpp_body = std::move(bodies[i]);
  }
}

/// Runs `work(i)` for every i on all cores; the failure of the lowest i is the one reported.
template <class Work>
void for_each_index(std::size_t count, Work work) {
  std::vector<std::exception_ptr> failures(count);
  std::atomic<std::size_t> next{0};
  const auto loop = [&] {
    for (std::size_t i = next++; i < count; i = next++) {
      try {
        work(i);
      } catch (...) {
        failures[i] = std::current_exception();
      }
    }
  };
  constexpr std::size_t k_worth_a_thread = 32;
  const std::size_t threads = std::min<std::size_t>(std::thread::hardware_concurrency(), count / k_worth_a_thread);
  std::vector<std::jthread> workers;
  for (std::size_t i = 1; i < threads; ++i) workers.emplace_back(loop);
  loop();
  workers.clear();
  for (const auto& failure : failures) {
    if (failure) std::rethrow_exception(failure);
  }
}

}  // namespace

bool PreparedStep::touches_session() const {
  return std::ranges::any_of(statements, [](const auto& statement) { return statement.touches_session; });
}

std::vector<PreparedStep> prepare_steps(const script::RevisionGraph& graph, std::span<const script::Step> steps,
                                        const CppLoader& loader) {
  std::vector<PreparedStep> prepared(steps.size());
  for_each_index(steps.size(), [&](std::size_t i) { prepared[i] = prepare(graph, steps[i]); });
  load_cpp(graph, prepared, loader);
  return prepared;
}

std::string place(const std::filesystem::path& path, std::string_view text, std::size_t offset) {
  const sql::Position position = sql::position_at(text, offset);
  return fmt::format("{}:{}:{}", path.string(), position.line, position.column);
}

}  // namespace migrate::runtime

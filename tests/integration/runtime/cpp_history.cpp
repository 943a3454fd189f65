#include "cpp_history.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "migrate/runtime/offline.hpp"
#include "migrate/runtime/outcome.hpp"
#include "migrate/schema/module/abi.h"
#include "migrate/schema/request.hpp"
#include "migrate/script/plan.hpp"

namespace migrate::test {
namespace {

thread_local const Function* running = nullptr;

void call_running(void* operations) {
  (*running)(*static_cast<schema::Operations*>(operations));
}

/// The host's end of a channel, as script's in-process runner has it.
struct Host {
  const script::Serve* serve;
  std::string reply;
  std::exception_ptr thrown;

  static int call(void* self, const char* request, std::size_t size, const char** reply, std::size_t* length) {
    auto& host = *static_cast<Host*>(self);
    bool error = true;
    if (!host.thrown) {
      try {
        auto answer = (*host.serve)({request, size});
        error = answer.error;
        host.reply = std::move(answer.bytes);
      } catch (...) {
        host.thrown = std::current_exception();
      }
    }
    if (host.thrown) host.reply = schema::encode(schema::ErrorReply{schema::ErrorKind::other, "the run is over", {}});
    *reply = host.reply.data();
    *length = host.reply.size();
    return error ? 1 : 0;
  }
};

}  // namespace

runtime::CppBody body_of(const Function& function) {
  if (!function) return {};
  return [&function](std::string_view info, const script::Serve& serve) {
    Host host{&serve, {}, {}};
    const MigrateChannel channel{&host, Host::call, nullptr};
    running = &function;
    const int failed = migrate_run_revision(call_running, &channel, info.data(), info.size());
    if (host.thrown) std::rethrow_exception(host.thrown);
    return failed == 0;
  };
}

CppHistory::CppHistory() = default;

void CppHistory::add(const std::string& id, Function upgrade, Function downgrade, bool transaction) {
  texts_.push_back(fmt::format("// step {}\n//\n// revision: {}\n// down_revision: {}\n{}", id, id,
                               revisions_.empty() ? "" : revisions_.back().id,
                               transaction ? "" : "// transaction: false\n"));
  revisions_.push_back(script::parse_header(texts_.back(), fmt::format("versions/{}.cpp", id)));
  revisions_.back().text = texts_.back();
  functions_.emplace_back(id, Functions{std::move(upgrade), std::move(downgrade)});
}

void CppHistory::add_sql(const std::string& id, const std::string& upgrade) {
  texts_.push_back(fmt::format("-- step {}\n--\n-- revision: {}\n-- down_revision: {}\n\n-- migrate:upgrade\n{}\n", id,
                               id, revisions_.empty() ? "" : revisions_.back().id, upgrade));
  revisions_.push_back(script::parse_header(texts_.back(), fmt::format("versions/{}.sql", id)));
  revisions_.back().text = texts_.back();
}

script::RevisionGraph CppHistory::graph() const {
  return script::RevisionGraph(revisions_);
}

std::vector<runtime::PreparedStep> CppHistory::prepared(script::Direction direction) const {
  const auto history = graph();
  const bool up = direction == script::Direction::upgrade;
  const std::string row = this->row();
  std::vector<std::string> rows;
  if (!row.empty()) rows.push_back(row);
  const auto steps = up ? script::plan_upgrade(history, rows, "head") : script::plan_downgrade(history, rows, "base");
  return runtime::prepare_steps(history, steps, [&](std::span<const runtime::CppStep> wanted) {
    std::vector<runtime::CppBody> bodies;
    for (const auto& step : wanted) {
      const auto found =
          std::ranges::find(functions_, step.revision->id, [](const auto& entry) { return entry.first; });
      bodies.push_back(
          body_of(step.direction == script::Direction::upgrade ? found->second.upgrade : found->second.downgrade));
    }
    return bodies;
  });
}

engine::Connection CppHistory::connect() {
  engine::ConnectionParts parts;
  parts.url = database_.url();
  parts.echo = true;
  engine::ConnectionHooks hooks;
  hooks.interrupt_fd = interrupt_fd_;
  hooks.log = [this](const base::LogEvent& event) {
    const bool sets_up = event.message.starts_with("SET idle_") && event.message.find("BEGIN") == std::string::npos;
    if (event.name == "statement" && !sets_up) sent_.push_back(event.message);
  };
  return engine::Connection::connect(engine::ConnectionConfig::create(std::move(parts)), std::move(hooks));
}

void CppHistory::run(const runtime::ExecutorOptions& options, runtime::ExecutorEvents events,
                     script::Direction direction) {
  const auto steps = prepared(direction);
  auto connection = connect();
  auto table = runtime::VersionTable::locate(connection, "", "alembic_version");
  const auto rows = table.read(connection);
  sent_.clear();
  const int pid = connection.backend_pid();
  events.read_rows_again = [this, pid](const runtime::FailureNote& note) {
    return runtime::rows_after_loss(database_.config(), pid, "", "alembic_version", note);
  };
  auto with_interrupt = options;
  with_interrupt.interrupt_fd = interrupt_fd_;
  runtime::Executor(connection, table, rows, std::move(with_interrupt), std::move(events)).run(steps);
}

void CppHistory::upgrade(const runtime::ExecutorOptions& options, runtime::ExecutorEvents events) {
  run(options, std::move(events), script::Direction::upgrade);
}

void CppHistory::downgrade(const runtime::ExecutorOptions& options) {
  run(options, {}, script::Direction::downgrade);
}

runtime::StepFailureFacts CppHistory::failure(const runtime::ExecutorOptions& options, runtime::ExecutorEvents events) {
  try {
    upgrade(options, std::move(events));
  } catch (const runtime::StepError& error) {
    return error.facts();
  }
  throw std::logic_error("the run was to fail, but went through");
}

std::string CppHistory::script(bool transaction_per_migration) const {
  const runtime::VersionTable table("", "alembic_version", false);
  return runtime::write_offline_script(prepared(script::Direction::upgrade), table,
                                       {.transaction_per_migration = transaction_per_migration});
}

std::string CppHistory::row() const {
  if (!has_table("alembic_version")) return {};
  return query("SELECT string_agg(version_num, ' ') FROM public.alembic_version");
}

bool CppHistory::has_table(const std::string& name) const {
  return !query(fmt::format("SELECT to_regclass('public.{}')", name)).empty();
}

std::vector<std::string> CppHistory::sent_with(std::string_view text) const {
  std::vector<std::string> found;
  std::ranges::copy_if(sent_, std::back_inserter(found),
                       [&](const auto& message) { return message.find(text) != std::string::npos; });
  return found;
}

Interrupt::Interrupt() {
  if (::pipe(ends_) != 0) throw std::runtime_error("no pipe");
}

Interrupt::~Interrupt() {
  ::close(ends_[0]);
  ::close(ends_[1]);
}

void Interrupt::raise() const {
  if (::write(ends_[1], "!", 1) != 1) throw std::runtime_error("the pipe is closed");
}

}  // namespace migrate::test

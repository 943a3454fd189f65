#include "migrate/command/trial_database.hpp"

#include <cctype>
#include <optional>

#include "migrate/base/text.hpp"
#include "migrate/command/missing_role.hpp"
#include "migrate/runtime/executor.hpp"
#include "migrate/sql/quote.hpp"

namespace migrate::command {
namespace {

/// The first name in the text, unquoted and in the server's case; empty when there is none.
std::string leading_name(std::string_view text) {
  std::string name;
  if (text.starts_with('"')) {
    for (std::size_t i = 1; i < text.size(); ++i) {
      if (text[i] == '"' && (i + 1 == text.size() || text[i + 1] != '"')) return name;
      if (text[i] == '"') ++i;
      name += text[i];
    }
    return {};
  }
  for (const char c : text) {
    if (std::isspace(static_cast<unsigned char>(c)) != 0 || c == ';') break;
    name += c;
  }
  return base::to_lower(name);
}

/// Of "CREATE ROLE app LOGIN", "CREATE USER …"; empty for another statement.
std::string created_role(const sql::Statement& statement, std::string_view text) {
  if (statement.kind != "CREATE ROLE") return {};
  for (int word = 0; word < 2; ++word) {
    const auto end = text.find_first_of(" \t\r\n");
    if (end == std::string_view::npos) return {};
    text = base::trim(text.substr(end));
  }
  return leading_name(text);
}

/// The role that is in the way, in the server's words.
std::optional<std::string> present_role(const engine::ErrorFields& fields) {
  constexpr std::string_view k_before = "role \"", k_after = "\" already exists";
  const std::string_view message = fields.message;
  const bool fits = fields.sqlstate == "42710" && message.starts_with(k_before) && message.ends_with(k_after) &&
                    message.size() > k_before.size() + k_after.size();
  if (!fits) return std::nullopt;
  return std::string(message.substr(k_before.size(), message.size() - k_before.size() - k_after.size()));
}

/// False: the server does not want to.
bool try_to(engine::Connection& connection, const std::string& sql) {
  try {
    connection.execute(sql);
    return true;
  } catch (const engine::SqlError&) {
    return false;
  }
}

runtime::ExecutorOptions executor_options(const Context& context) {
  runtime::ExecutorOptions options;
  options.lock_timeout.clear();
  options.idle_timeout.clear();
  options.statement_timeout = context.config.safety.statement_timeout;
  options.interrupt_fd = context.interrupt_fd;
  options.inputs = {context.config.naming_convention, context.config.x};
  options.journal.enabled = false;
  return options;
}

}  // namespace

TrialDatabase::TrialDatabase(const Context& context, const ScratchServer& server) : context_(context), server_(server) {
  connect();
}

TrialDatabase::~TrialDatabase() {
  try {
    drop_database();
  } catch (const std::exception&) {
    // The server is gone, and the database with it; or it will be found there under its name.
  }
}

void TrialDatabase::connect() {
  database_ = std::make_unique<ScratchDatabase>(server_);
  connection_ = std::make_unique<engine::Connection>(database_->connect());
  reader_ = std::make_unique<engine::Connection>(database_->connect());
  rows_.clear();
}

void TrialDatabase::drop_database() {
  reader_.reset();
  connection_.reset();
  if (database_) database_->owns_roles(stub_roles_);
  database_.reset();
  if (made_roles_.empty()) return;
  auto connection = server_.connect();
  for (const auto& role : made_roles_) try_to(connection, "DROP ROLE IF EXISTS " + sql::quote_identifier(role));
  made_roles_.clear();
}

void TrialDatabase::run(const runtime::PreparedStep& step) {
  const auto table = runtime::VersionTable::locate(*connection_, std::string_view(), context_.config.version_table);
  runtime::Executor executor(*connection_, table, rows_, executor_options(context_));
  executor.run({&step, 1});
  rows_ = step.step.rows_after;
  for (const auto& statement : step.statements) {
    if (auto role = created_role(statement, statement.text.of(step.text)); !role.empty()) made_roles_.insert(role);
  }
}

void TrialDatabase::advance(const runtime::PreparedStep& step) {
  std::set<std::string> tried;
  for (;;) {
    try {
      run(step);
      done_.push_back(&step);
      return;
    } catch (const runtime::StepError& error) {
      if (!make_way(error, tried)) throw;
    }
    if (!step.transaction) start_over();
  }
}

bool TrialDatabase::make_way(const runtime::StepError& error, std::set<std::string>& tried) {
  const auto& fields = error.facts().fields;
  if (!fields) return false;
  auto server = server_.connect();
  if (const auto role = missing_role(*fields); role && tried.insert(*role).second) {
    if (!try_to(server, "CREATE ROLE " + sql::quote_identifier(*role))) return false;
    stub_roles_.push_back(*role);
    return true;
  }
  // Another command may have left it on the throw-away server. On somebody's own it is not ours to drop.
  const auto role = server_.is_throwaway() ? present_role(*fields) : std::nullopt;
  return role && tried.insert(*role).second && try_to(server, "DROP ROLE " + sql::quote_identifier(*role));
}

void TrialDatabase::start_over() {
  const auto steps = std::exchange(done_, {});
  drop_database();
  connect();
  for (const auto* step : steps) advance(*step);
}

schema::Model TrialDatabase::read(const catalog::ReadOptions& options) {
  return catalog::read_model(*reader_, options);
}

}  // namespace migrate::command

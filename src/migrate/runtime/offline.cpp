#include "migrate/runtime/offline.hpp"

#include <fmt/format.h>

#include "migrate/base/text.hpp"
#include "migrate/runtime/cpp_script.hpp"
#include "migrate/sql/quote.hpp"

namespace migrate::runtime {
namespace {

using script::Direction;

/// Writes one script; keeps track of whether a transaction is open.
class Writer {
 public:
  Writer(const VersionTable& table, const OfflineOptions& options)
      : table_(table), options_(options), journal_(table, options.journal, false) {}

  std::string write(std::span<const PreparedStep> steps) {
    timeouts();
    if (options_.create_table) statement(table_.create_statement(true));
    if (journal_.enabled() && !steps.empty()) statement(journal_.create_statement(true));
    for (const auto& step : steps) write_step(step);
    end();
    return std::move(text_);
  }

 private:
  void statement(std::string_view sql) { text_.append(sql).append(";\n\n"); }

  void begin() {
    if (!open_) statement("BEGIN");
    open_ = true;
  }

  void end() {
    if (open_) statement("COMMIT");
    open_ = false;
  }

  void timeouts() {
    const auto set = [&](std::string_view name, const std::string& value) {
      if (!value.empty()) statement(fmt::format("SET {} = {}", name, sql::quote_literal(value)));
    };
    set("lock_timeout", options_.lock_timeout);
    set("statement_timeout", options_.statement_timeout);
  }

  void write_step(const PreparedStep& step) {
    const bool transactional = step.transaction || step.step.stamp;
    if (!transactional) end();
    if (transactional) begin();
    text_ += fmt::format("-- {}\n\n", base::replace_all(describe_step(step.step, step.title), "\n", " "));
    // The guard comes first, so that nothing runs on a database that is somewhere else.
    for (const auto& change : step.step.rows) guard(change);
    const bool touched = step.cpp_body ? write_cpp(step) : write_section(step);
    if (touched) reset();
    begin();
    for (const auto& change : step.step.rows) statement(table_.change(change));
    note(step);
    hooks(step);
    if (options_.transaction_per_migration || !transactional) end();
  }

  /// True when something may be left in the session.
  bool write_section(const PreparedStep& step) {
    for (const auto& part : step.statements) {
      write_statement(part.text.of(step.text),
                      part.copy_data ? std::optional(part.copy_data->of(step.text)) : std::nullopt);
    }
    return step.touches_session();
  }

  bool write_cpp(const PreparedStep& step) {
    using Kind = PlacedStatement::Kind;
    bool touched = false;
    bool outside = !step.transaction;
    for (const auto& part : offline_statements(step, options_.inputs, options_.on_log)) {
      if (part.kind != Kind::statement) {
        outside = part.kind == Kind::begin_autocommit;
        if (outside) end();
        continue;
      }
      if (!outside) begin();
      touched = touched || part.touches_session;
      write_statement(part.sql, part.copy_data);
    }
    return touched;
  }

  void write_statement(std::string_view sql, const std::optional<std::string_view>& copy_data) {
    text_.append(sql).append(";\n");
    if (copy_data) {
      text_.append(*copy_data);
      if (!copy_data->empty() && !copy_data->ends_with('\n')) text_ += '\n';
      text_ += "\\.\n";
    }
    text_ += '\n';
  }

  void reset() {
    text_ += "SET SESSION AUTHORIZATION DEFAULT;\nRESET ROLE;\nRESET ALL;\n\n";
    timeouts();
  }

  /// Without the section's text, which stands above already.
  void note(const PreparedStep& step) {
    if (!journal_.enabled()) return;
    auto entry = journal_entry(step);
    entry.body = {};
    statement(journal_.insert(entry));
  }

  void hooks(const PreparedStep& step) {
    if (!options_.on_version_apply.has_sql()) return;
    for (const auto& hook : options_.on_version_apply.statements(step)) statement(hook.sql);
    reset();
  }

  void guard(const script::RowChange& change) {
    const std::string row = change.from.empty() ? change.to : change.from;
    const std::string wrong = change.from.empty() ? "IF EXISTS" : "IF NOT EXISTS";
    const std::string complaint = change.from.empty() ? fmt::format("the database already has revision {}", row)
                                                      : fmt::format("the database is not at revision {}", row);
    const std::string body = fmt::format(
        "BEGIN {} (SELECT FROM {} WHERE version_num = {}) THEN RAISE EXCEPTION USING MESSAGE = {}; END IF; END", wrong,
        table_.qualified_name(), sql::quote_literal(row), sql::quote_literal(complaint));
    // A quoted string, not $$: the id could hold a dollar sign.
    statement(fmt::format("DO {}", sql::quote_literal(body)));
  }

  const VersionTable& table_;
  const OfflineOptions& options_;
  Journal journal_;
  std::string text_;
  bool open_ = false;
};

}  // namespace

std::string write_offline_script(std::span<const PreparedStep> steps, const VersionTable& table,
                                 const OfflineOptions& options) {
  return Writer(table, options).write(steps);
}

std::string describe_step(const script::Step& step, std::string_view title) {
  const std::string_view verb = step.stamp ? "stamp" : step.direction == Direction::upgrade ? "upgrade" : "downgrade";
  std::string line = fmt::format("Running {} {} -> {}", verb, base::join(step.from, ", "), base::join(step.to, ", "));
  if (!title.empty()) line += fmt::format(", {}", title);
  return line;
}

}  // namespace migrate::runtime

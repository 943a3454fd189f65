#pragma once
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "migrate/runtime/executor.hpp"
#include "migrate/schema/operations.hpp"
#include "support/temp_database.hpp"

namespace migrate::test {

using Function = std::function<void(schema::Operations&)>;

/// A line of C++ and SQL revisions whose functions live in the test, and a database to run them on. Requests go through
/// bytes and the entry of real modules.
class CppHistory {
 public:
  CppHistory();

  /// The next revision; its file would be versions/<id>.cpp. Without `downgrade` it is irreversible.
  void add(const std::string& id, Function upgrade, Function downgrade = {}, bool transaction = true);
  void add_sql(const std::string& id, const std::string& upgrade);

  /// Runs to the head with a connection of its own. Throws StepError …
  void upgrade(const runtime::ExecutorOptions& options = {}, runtime::ExecutorEvents events = {});
  /// Runs back to base.
  void downgrade(const runtime::ExecutorOptions& options = {});
  /// upgrade(), which must fail; how.
  runtime::StepFailureFacts failure(const runtime::ExecutorOptions& options = {}, runtime::ExecutorEvents events = {});
  /// The upgrade from base as --sql prints it.
  [[nodiscard]] std::string script(bool transaction_per_migration = true) const;
  [[nodiscard]] std::vector<runtime::PreparedStep> prepared(script::Direction direction) const;

  [[nodiscard]] const TempDatabase& database() const { return database_; }
  [[nodiscard]] std::string query(std::string_view sql) const { return database_.query(sql); }
  /// The version rows; "" when there are none, or no table.
  [[nodiscard]] std::string row() const;
  [[nodiscard]] bool has_table(const std::string& name) const;
  /// What the last run sent, a message each; the timeouts that it begins with left out.
  [[nodiscard]] const std::vector<std::string>& sent() const { return sent_; }
  /// Those that hold the text.
  [[nodiscard]] std::vector<std::string> sent_with(std::string_view text) const;
  /// Becomes readable to interrupt the runs.
  void set_interrupt(int fd) { interrupt_fd_ = fd; }

 private:
  struct Functions {
    Function upgrade, downgrade;
  };
  [[nodiscard]] script::RevisionGraph graph() const;
  [[nodiscard]] engine::Connection connect();
  void run(const runtime::ExecutorOptions& options, runtime::ExecutorEvents events, script::Direction direction);

  TempDatabase database_;
  std::deque<std::string> texts_;
  std::vector<script::Revision> revisions_;
  std::vector<std::pair<std::string, Functions>> functions_;
  std::vector<std::string> sent_;
  int interrupt_fd_ = -1;
};

/// A function as the body of a step.
runtime::CppBody body_of(const Function& function);

/// A pipe whose reading end becomes readable when it is told to.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;
  [[nodiscard]] int fd() const noexcept { return ends_[0]; }
  void raise() const;

 private:
  int ends_[2] = {-1, -1};
};

}  // namespace migrate::test

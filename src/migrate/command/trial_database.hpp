#pragma once
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "migrate/catalog/read_model.hpp"
#include "migrate/command/context.hpp"
#include "migrate/command/scratch_database.hpp"
#include "migrate/runtime/prepared_step.hpp"
#include "migrate/runtime/step_error.hpp"

namespace migrate::command {

/// A scratch database on which steps are tried, up and down, by the project's settings, but without hooks, journal and
/// run lock. Roles belong to the server: those that a step makes go with the database, those that a step expects are
/// made, without login.
class TrialDatabase {
 public:
  /// Both must outlive it.
  TrialDatabase(const Context& context, const ScratchServer& server);
  ~TrialDatabase();
  TrialDatabase(const TrialDatabase&) = delete;
  TrialDatabase& operator=(const TrialDatabase&) = delete;

  /// An upgrade for the first time; start_over() repeats it, so that it must live as long as this. Throws
  /// runtime::StepError.
  void advance(const runtime::PreparedStep& step);
  /// Any step, for a try. Throws runtime::StepError; what it did outside a transaction remains.
  void run(const runtime::PreparedStep& step);
  /// Brings an empty database to where advance() has come, whatever was tried since.
  void start_over();

  [[nodiscard]] schema::Model read(const catalog::ReadOptions& options);

 private:
  void connect();
  void drop_database();
  /// Whether the step may get through now.
  bool make_way(const runtime::StepError& error, std::set<std::string>& tried);

  const Context& context_;
  const ScratchServer& server_;
  std::vector<const runtime::PreparedStep*> done_;
  std::vector<std::string> rows_;
  std::vector<std::string> stub_roles_;  ///< made for the steps
  std::set<std::string> made_roles_;     ///< made by them
  std::unique_ptr<ScratchDatabase> database_;
  std::unique_ptr<engine::Connection> connection_, reader_;
};

}  // namespace migrate::command

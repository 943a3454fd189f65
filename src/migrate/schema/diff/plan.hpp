#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "migrate/schema/diff/change.hpp"

/// From differences to statements in an order that PostgreSQL takes.
namespace migrate::schema {

/// What a statement may do to the data or to who works with it.
enum class HazardKind { data_loss, rewrite, scan, lock, index_build, irreversible };

struct Hazard {
  HazardKind kind = HazardKind::data_loss;
  std::string text{};  ///< "drops column public.users.email and its values"
  bool operator==(const Hazard&) const = default;
};

/// "data loss: drops column public.users.email and its values".
std::string describe(const Hazard& hazard);

struct PlannedStatement {
  std::string sql{};  ///< one statement, without a semicolon
  std::vector<Hazard> hazards{};
  EntityId subject{};
  /// Runs by itself outside a transaction: PostgreSQL refuses it inside (CREATE INDEX CONCURRENTLY), or what it does
  /// can be used only after its commit (ALTER TYPE … ADD VALUE).
  bool outside = false;
  /// Starts a transaction of its own, so that locks taken before it are gone (VALIDATE CONSTRAINT).
  bool apart = false;
};

/// Statements that run in one transaction, or one after the other outside transactions.
struct Group {
  bool transactional = true;
  std::vector<PlannedStatement> statements{};
};

struct PlanOptions {
  DiffOptions diff{};
  /// For tables that exist: indexes concurrently, constraints NOT VALID and validated apart, NOT NULL by proof.
  bool online = false;
};

struct Plan {
  std::vector<Change> changes{};
  std::vector<Suggestion> suggestions{};
  std::vector<Group> groups{};  ///< none: nothing to do
};

/// Statements that turn a database with schema `from` into one with schema `to`. The way back is the same with both
/// exchanged, a dump the plan from an empty model. Throws base::Error as diff() does.
Plan plan(const Model& from, const Model& to, const PlanOptions& options = {});

/// The plan as an SQL script, a statement to a paragraph, hazards as comments before it.
std::string to_script(const std::vector<Group>& groups);

}  // namespace migrate::schema

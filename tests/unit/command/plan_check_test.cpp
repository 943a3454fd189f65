#include "migrate/command/plan_check.hpp"

#include <catch2/catch.hpp>

using namespace migrate;
using Catch::Contains;

namespace {

command::PlannedStep step(const std::string& revision, const std::string& checksum, std::size_t transaction) {
  command::PlannedStep result;
  result.step.revision = revision;
  result.path = "versions/" + revision + ".cpp";
  result.checksum = checksum;
  result.cpp = true;
  result.rows_transaction = transaction;
  auto& statement = result.statements.emplace_back();
  statement.file = result.path;
  statement.line = 3;
  statement.sql = "CREATE TABLE " + revision + " ()";
  statement.transaction = transaction;
  return result;
}

command::Plan two_steps() {
  command::Plan plan;
  plan.rows_after = {"b2"};
  plan.steps = {step("a1", "c1:aa", 1), step("b2", "c1:bb", 2)};
  return plan;
}

std::string mismatch(const command::Plan& plan, const command::Plan& now) {
  try {
    command::require_content(plan, now);
  } catch (const command::PlanMismatch& error) {
    return error.what();
  }
  return {};
}

}  // namespace

TEST_CASE("a plan fits itself", "[plan_check]") {
  CHECK(mismatch(two_steps(), two_steps()).empty());
  CHECK_NOTHROW(command::require_start(two_steps(), {}));
  const std::vector<script::Step> steps{two_steps().steps[0].step, two_steps().steps[1].step};
  CHECK_NOTHROW(command::require_steps(two_steps(), steps));
}

TEST_CASE("all that differs from a plan is named at once", "[plan_check]") {
  auto now = two_steps();
  now.steps[0].checksum = "c1:cc";
  now.steps[1].statements[0].sql = "CREATE TABLE other ()";
  now.transaction_per_migration = false;
  CHECK(mismatch(two_steps(), now) ==
        "this is not what was planned:\n  versions/a1.cpp: revision a1: its content was changed since\n"
        "  versions/b2.cpp: revision b2: statement 1 was `CREATE TABLE b2 ()` (versions/b2.cpp:3), is `CREATE TABLE "
        "other ()` (versions/b2.cpp:3)\n  transaction_per_migration is false, and was true");
}

TEST_CASE("more statements and other data and other transactions are other than planned", "[plan_check]") {
  auto now = two_steps();
  now.steps[0].statements.emplace_back();
  CHECK_THAT(mismatch(two_steps(), now), Contains("it had 1 statements, and has 2"));
  now = two_steps();
  now.steps[0].statements[0].copy_bytes = 1;
  CHECK_THAT(mismatch(two_steps(), now), Contains("the data of statement 1 was changed"));
  now = two_steps();
  now.steps[1].statements[0].transaction.reset();
  CHECK_THAT(mismatch(two_steps(), now), Contains("revision b2: its transactions begin and end elsewhere"));
}

TEST_CASE("other steps than planned are listed beside the plan's", "[plan_check]") {
  const auto plan = two_steps();
  const std::vector<script::Step> fewer{plan.steps[0].step};
  CHECK_THROWS_WITH(command::require_steps(plan, fewer),
                    "the plan upgrades a1, b2, and these files now would upgrade a1");
  std::vector<script::Step> moved{plan.steps[0].step, plan.steps[1].step};
  moved[1].from = {"x"};
  CHECK_THROWS_WITH(command::require_steps(plan, moved),
                    "the plan upgrades a1, b2, and these files now give the same revisions other parents");
  CHECK_THROWS_WITH(
      command::require_start(plan, {"b2"}),
      "the plan begins at base (no revision applied), and the database stands at b2, where the plan ends");
}

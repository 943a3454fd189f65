#include "migrate/command/destructive.hpp"

#include <catch2/catch.hpp>

#include "migrate/script/error.hpp"

using namespace migrate;
using command::Consent;
using command::DestructiveError;
using command::DestructiveGuard;
using command::DestructivePolicy;
using script::Direction;

namespace {

command::Context context_with(DestructivePolicy upgrades, std::optional<DestructivePolicy> downgrades = {}) {
  command::Context context;
  context.config.safety.destructive = upgrades;
  context.config.safety.destructive_downgrade = downgrades;
  return context;
}

std::vector<runtime::PreparedStep> step(const std::string& sql) {
  std::vector<runtime::PreparedStep> steps(1);
  steps[0].step.revision = "a1";
  steps[0].path = "versions/a1.sql";
  steps[0].text = sql;
  steps[0].statements = sql::split(sql);
  return steps;
}

/// Answers, and notes how often it was asked.
struct Person {
  Consent answer = Consent::given;
  int asked = 0;

  command::AskConsent ask() {
    return [this](std::span<const command::DestructiveStatement>) {
      ++asked;
      return answer;
    };
  }
};

}  // namespace

TEST_CASE("every statement that loses data is found with its place", "[destructive]") {
  const auto context = context_with(DestructivePolicy::ask);
  const auto found = command::destructive_statements(
      context, step("SELECT 1;\n  DROP TABLE t; ALTER TABLE u\n DROP a;\n-- c\nTRUNCATE v;"));
  REQUIRE(found.size() == 3);
  CHECK(command::describe(found[0]) == "versions/a1.sql:2:3: DROP TABLE t: loses table t and its rows");
  CHECK(command::describe(found[1]) == "versions/a1.sql:2:17: ALTER TABLE u DROP a: loses column a of u");
  CHECK(found[2].place == "versions/a1.sql:5:1");
}

TEST_CASE("what was agreed to is not asked about again and what is new is", "[destructive]") {
  const auto context = context_with(DestructivePolicy::ask);
  Person person;
  DestructiveGuard guard(context, Direction::upgrade, false, person.ask());
  guard.check(step("SELECT 1"));
  CHECK(person.asked == 0);
  guard.check(step("DROP TABLE t;\nDROP TABLE u"));
  guard.check(step("DROP TABLE t"));
  CHECK(person.asked == 1);
  guard.check(step("DROP TABLE other"));
  CHECK(person.asked == 2);
}

TEST_CASE("no is a refusal and an interrupt is an interrupt", "[destructive]") {
  const auto context = context_with(DestructivePolicy::ask);
  Person person{Consent::refused};
  DestructiveGuard guard(context, Direction::upgrade, false, person.ask());
  CHECK_THROWS_AS(guard.check(step("DROP TABLE t")), DestructiveError);
  person.answer = Consent::interrupted;
  CHECK_THROWS_AS(guard.check(step("DROP TABLE t")), script::Interrupted);
}

TEST_CASE("the policy of the direction decides and leave overrides it", "[destructive]") {
  const auto steps = step("DROP TABLE t");
  const auto context = context_with(DestructivePolicy::allow, DestructivePolicy::refuse);
  Person person;
  CHECK_NOTHROW(DestructiveGuard(context, Direction::upgrade, false, person.ask()).check(steps));
  CHECK_THROWS_AS(DestructiveGuard(context, Direction::downgrade, false, person.ask()).check(steps), DestructiveError);
  CHECK_NOTHROW(DestructiveGuard(context, Direction::downgrade, true, person.ask()).check(steps));
  CHECK(person.asked == 0);
  const auto both = context_with(DestructivePolicy::refuse);
  CHECK_THROWS_AS(DestructiveGuard(both, Direction::downgrade, false, {}).check(steps), DestructiveError);
}

// C++ revisions that ended half-way behind what they had committed.
#include <catch2/catch.hpp>

#include "cpp_project.hpp"

namespace {

using namespace migrate::test;
using Catch::Contains;

std::string tally(Project& project) {
  return project.database().query("SELECT string_agg(step, ' ' ORDER BY step) FROM tally");
}

constexpr const char* k_block =
    "  {\n    auto block = op.autocommit_block();\n"
    "    op.create_index(\"one_id\", \"one\", {\"id\"}, {.concurrently = true});\n"
    "    op.execute(\"INSERT INTO tally VALUES ('alone')\");\n  }\n";

void make_tables(Project& project) {
  project.database().execute("CREATE TABLE tally (step text); CREATE TABLE one (id int); CREATE TABLE stop (id int)");
}

}  // namespace

TEST_CASE("a C++ revision goes on behind its autocommit block", "[cli][cpp][journal]") {
  Project project;
  make_tables(project);
  project.database().execute("INSERT INTO stop VALUES (0)");
  add_cpp(project, "a1", "",
          std::string("  op.execute(\"INSERT INTO tally VALUES ('before')\");\n") + k_block +
              "  op.execute(\"INSERT INTO tally SELECT 'after' || 1 / id FROM stop\");");
  expect_refused(project.migrate("upgrade"), 1,
                 {"division by zero", "3 statements sent before are committed and stay"});
  CHECK(tally(project) == "alone before");
  project.database().execute("UPDATE stop SET id = 1");
  expect_done(project.migrate("upgrade"));
  CHECK(tally(project) == "after1 alone before");
}

TEST_CASE("what a C++ revision asked the database itself is not done twice unseen", "[cli][cpp][journal]") {
  const bool alone = GENERATE(false, true);
  CAPTURE(alone);
  Project project;
  make_tables(project);
  project.database().execute("INSERT INTO stop VALUES (0)");
  const std::string ask =
      "  op.get_bind().execute(\"SELECT 1\");\n  op.get_bind().execute(\"INSERT INTO tally VALUES ($1)\", "
      "{\"asked\"});\n";
  add_cpp(project, "a1", "",
          (alone ? "  {\n    auto block = op.autocommit_block();\n" + ask + "  }\n" : ask) + k_block +
              "  op.execute(\"INSERT INTO tally SELECT 'after' || 1 / id FROM stop\");");
  CHECK(project.migrate("upgrade").exit_code == 1);
  project.database().execute("UPDATE stop SET id = 1");
  const int line = k_first_line + (alone ? 3 : 1);
  expect_refused(project.migrate("upgrade"), 8,
                 {"carried this statement out", "what it answered is not kept", "INSERT INTO tally VALUES ($1)",
                  fmt::format("a1.cpp:{}", line), "--retry-statement", "--skip-statement"});
  CHECK(tally(project) == "alone asked");
  SECTION("not again") {
    expect_done(project.migrate("upgrade", "--skip-statement"));
    CHECK(tally(project) == "after1 alone asked");
  }
  SECTION("again") {
    expect_done(project.migrate("upgrade", "--retry-statement"));
    CHECK(tally(project) == "after1 alone asked asked");
  }
}

TEST_CASE("a COPY of a C++ revision outside transactions is not done twice", "[cli][cpp][journal]") {
  Project project;
  make_tables(project);
  const auto write = [&](std::string_view data, std::string_view last) {
    add_cpp(
        project, "a1", "",
        fmt::format("  auto block = op.autocommit_block();\n  op.execute(\"COPY tally FROM stdin;\\n{}\\n\\\\.\\n\");\n"
                    "  op.execute(\"{}\");",
                    data, last));
  };
  write("copied", "SELECT 1 / 0");
  expect_refused(project.migrate("upgrade"), 1, {"division by zero"});
  write("other", "SELECT 1");
  expect_refused(project.migrate("upgrade"), 8, {"statement 1 was another one"});
  write("copied", "SELECT 1");
  expect_done(project.migrate("upgrade"));
  CHECK(tally(project) == "copied");
}

#include "cpp_project.hpp"

using namespace migrate::test;

TEST_CASE("a revision compiled with checked containers gets a support library of the same shape", "[cli][cpp]") {
  Project project("[alembic.cpp]\nflags = [\"-D_GLIBCXX_DEBUG\"]\n");
  add_cpp(project, "a1", "", R"(  op.create_table("users", column("id", BigInteger{}, primary_key));)",
          R"(  op.drop_table("users");)");
  expect_done(project.migrate("upgrade", "head"));
  CHECK(project.database().query("SELECT to_regclass('users') IS NOT NULL") == "t");
  expect_done(project.migrate("downgrade", "base"));
}

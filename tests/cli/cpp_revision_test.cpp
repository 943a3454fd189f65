// Revisions written in C++, from the file to the catalog, as a user meets them.
#include <csignal>
#include <thread>

#include "cpp_project.hpp"

using namespace migrate::test;
using Catch::Contains;

namespace {

constexpr const char* k_create = R"(  op.create_table("users", column("id", BigInteger{}, primary_key));
  op.create_table("messages", column("id", BigInteger{}, primary_key), column("user_id", BigInteger{}, not_null),
                  column("content", Text{}, not_null, server_default("''")));
  op.create_foreign_key("fk_messages_user", "messages", "users", {"user_id"}, {"id"}, {.ondelete = "CASCADE"});)";
constexpr const char* k_drop = R"(  op.drop_table("messages");
  op.drop_table("users");)";
constexpr const char* k_add = R"(  op.add_column("messages", column("content_length", Integer{}, nullable));
  op.create_index("ix_messages_user", "messages", {"user_id", "id"});)";
constexpr const char* k_take = R"(  op.drop_index("ix_messages_user", "messages");
  op.drop_column("messages", "content_length");)";

std::string columns(Project& project, const std::string& table) {
  return project.database().query(
      "SELECT coalesce(string_agg(attname || ' ' || format_type(atttypid, atttypmod), ', ' ORDER BY attnum), '')"
      " FROM pg_attribute WHERE attrelid = to_regclass('" +
      table + "') AND attnum > 0 AND NOT attisdropped");
}

bool has_index(Project& project) {
  return project.database().query("SELECT to_regclass('ix_messages_user') IS NOT NULL") == "t";
}

}  // namespace

TEST_CASE("C++ revisions go up and down between SQL revisions", "[cli][cpp]") {
  Project project;
  add_cpp(project, "a1", "", k_create, k_drop);
  project.add_sql("b2", "a1", "INSERT INTO users VALUES (1);", "DELETE FROM users;");
  add_cpp(project, "c3", "b2", k_add, k_take);
  const auto up = project.migrate("upgrade", "head");
  expect_done(up);
  CHECK_THAT(up.err,
             Contains("Running upgrade  -> a1, revision a1 (") && Contains("Running upgrade b2 -> c3, revision c3 ("));
  CHECK(up.out.empty());
  CHECK(columns(project, "messages") == "id bigint, user_id bigint, content text, content_length integer");
  CHECK(has_index(project));
  CHECK(project.database().query("SELECT confdeltype FROM pg_constraint WHERE conname = 'fk_messages_user'") == "c");
  CHECK(project.migrate("current").out == "c3 (head)\n");
  expect_done(project.migrate("downgrade", "-1"));
  CHECK(columns(project, "messages") == "id bigint, user_id bigint, content text");
  CHECK_FALSE(has_index(project));
  expect_done(project.migrate("downgrade", "base"));
  CHECK(tables(project.database()) == 1);
  CHECK(version_rows(project.database()).empty());
}

TEST_CASE("what must be compiled is told once, and what is in the cache is not told", "[cli][cpp]") {
  Project project;
  add_cpp(project, "a1", "",
          fmt::format("  op.create_table(\"{}\", column(\"id\", Integer{{}}));", never_seen(project)),
          "  op.execute(\"SELECT 1\");");
  const auto first = project.migrate("upgrade");
  expect_done(first);
  CHECK_THAT(first.err, Contains("Compiling 1 C++ revision\n"));
  CHECK(first.err.find("Compiling") == first.err.rfind("Compiling"));
  const auto second = project.migrate("downgrade", "base");
  expect_done(second);
  CHECK_THAT(second.err, !Contains("Compil"));
}

TEST_CASE("with --json compiling is an event, with -q nothing is said", "[cli][cpp][json]") {
  Project project;
  add_cpp(project, "a1", "", "  op.execute(\"SELECT '" + never_seen(project) + "'\");");
  const auto result = project.migrate("--json", "upgrade");
  expect_done(result);
  CHECK_THAT(result.out, Contains(R"({"event":"compile","status":"started","revisions":1})"
                                  "\n") &&
                             Contains(R"({"event":"compile","status":"done","revisions":1,"milliseconds":)"));
  CHECK(result.err.empty());
  Project quiet;
  add_cpp(quiet, "a1", "", "  op.execute(\"SELECT '" + never_seen(quiet) + "'\");");
  const auto silent = quiet.migrate("-q", "upgrade");
  expect_done(silent);
  CHECK(silent.err.empty());
}

TEST_CASE("a revision that does not compile stops the run before anything is run", "[cli][cpp]") {
  Project project;
  project.add_sql("a1", "", "CREATE TABLE one (id int);");
  add_cpp(project, "b2", "a1", "  op.create_tabel(\"two\");");
  add_cpp(project, "c3", "b2", "  op.nonsense();");
  const auto refused = project.migrate("upgrade");
  expect_refused(refused, 2,
                 {"versions/b2.cpp:11:", "create_tabel", "versions/c3.cpp:11:", "nonsense", "Nothing was run."});
  CHECK(tables(project.database()) == 0);
  // Up to the revision before it, nothing is in the way.
  expect_done(project.migrate("upgrade", "a1"));
  const auto json = project.migrate("--json", "upgrade");
  CHECK(json.exit_code == 2);
  CHECK_THAT(json.out, Contains("\"exit_code\":2") && Contains("create_tabel") && Contains("\"retry_helps\":false"));
}

TEST_CASE("without a compiler the message names the way out", "[cli][cpp]") {
  Project project;
  add_cpp(project, "a1", "", k_create);
  const auto result = project.run({"upgrade"}, {{"PATH", "/nonexistent"}});
  expect_refused(result, 2, {"migrate bundle", "Nothing was run."});
  CHECK(tables(project.database()) == 0);
}

TEST_CASE("questions about revisions never compile one", "[cli][cpp]") {
  const Project project;
  add_cpp(project, "a1", "", "  does not compile");
  const TempDir cache;
  const Environment environment{{"PATH", "/nonexistent"}, {"XDG_CACHE_HOME", cache.path().string()}};
  CHECK(project.run({"history"}, environment).out == "<base> -> a1 (head), revision a1\n");
  CHECK(project.run({"heads"}, environment).out == "a1 (head)\n");
  CHECK(project.run({"current"}, environment).exit_code == 0);
  CHECK(project.run({"show", "a1"}, environment).exit_code == 0);
  expect_done(project.run({"stamp", "head"}, environment));
  CHECK(project.run({"current"}, environment).out == "a1 (head)\n");
  CHECK(std::filesystem::is_empty(cache.path()));
}

TEST_CASE("an exception out of a revision rolls it back and is told with its words", "[cli][cpp]") {
  Project project;
  project.add_sql("a1", "", "CREATE TABLE one (id int);");
  add_cpp(project, "b2", "a1",
          "  op.create_table(\"two\", column(\"id\", Integer{}));\n  throw std::runtime_error(\"no such luck\");");
  const auto result = project.migrate("upgrade");
  expect_refused(result, 1, {"no such luck", "versions/b2.cpp", "a1 -> b2"});
  CHECK(version_rows(project.database()) == "a1");
  CHECK(project.database().query("SELECT to_regclass('two') IS NULL") == "t");
}

TEST_CASE("a statement that fails is told with the line that asked for it", "[cli][cpp]") {
  Project project;
  add_cpp(project, "a1", "",
          "  op.create_table(\"one\", column(\"id\", Integer{}));\n  op.drop_column(\"one\", \"nothing\");");
  const auto result = project.migrate("upgrade");
  expect_refused(result, 1,
                 {"nothing", "SQLSTATE 42703", fmt::format("versions/a1.cpp:{}", k_first_line + 1), "DROP COLUMN"});
  CHECK(project.database().query("SELECT to_regclass('one') IS NULL") == "t");
}

TEST_CASE("a revision that crashes is reported and harms nothing", "[cli][cpp]") {
  Project project;
  project.add_sql("a1", "", "CREATE TABLE one (id int);");
  add_cpp(project, "b2", "a1",
          "  op.create_table(\"two\", column(\"id\", Integer{}));\n  *static_cast<volatile int*>(nullptr) = 1;");
  expect_refused(project.migrate("upgrade"), 1, {"versions/b2.cpp", "signal 11"});
  CHECK(version_rows(project.database()) == "a1");
  Project loading;
  loading.add_revision(
      "a1.cpp", cpp_text("a1", "", "  op.execute(\"SELECT 1\");") +
                    "\nstatic const int k_early = [] { *static_cast<volatile int*>(nullptr) = 1; return 1; }();\n");
  const auto result = loading.migrate("upgrade");
  CHECK(result.exit_code != 0);
  CHECK_THAT(result.err, Contains("versions/a1.cpp") && Contains("signal 11"));
  CHECK(tables(loading.database()) == 0);
}

TEST_CASE("a revision that never ends is ended by a signal", "[cli][cpp]") {
  Project project;
  add_cpp(project, "a1", "",
          "  op.create_table(\"one\", column(\"id\", Integer{}));\n  op.log(\"turning\");\n  for (volatile int i = 0;; "
          "i = i + 1) {}");
  BackgroundMigrate program({"upgrade"}, project.path());
  while (program.running() && program.err_so_far().find("turning") == std::string::npos) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  program.signal(SIGTERM);
  const auto result = program.wait();
  INFO(result.err);
  CHECK(result.exit_code == 143);
  CHECK(project.database().query("SELECT to_regclass('one') IS NULL") == "t");
}

TEST_CASE("a revision without downgrade() is refused before anything is undone", "[cli][cpp]") {
  Project project;
  add_cpp(project, "a1", "", "  op.create_table(\"one\", column(\"id\", Integer{}));");
  project.add_sql("b2", "a1", "SELECT 1;", "SELECT 1;");
  expect_done(project.migrate("upgrade"));
  expect_refused(project.migrate("downgrade", "base"), 8, {"a1", "downgrade"});
  CHECK(version_rows(project.database()) == "b2");
}

TEST_CASE("the script of a C++ revision is the SQL that would run", "[cli][cpp][offline]") {
  Project project;
  add_cpp(project, "a1", "", k_create, k_drop);
  const auto script = project.migrate("upgrade", "--sql");
  expect_done(script);
  CHECK_THAT(script.out, Contains("CREATE TABLE users") && Contains("ON DELETE CASCADE") && Contains("INSERT INTO") &&
                             Contains("COMMIT;"));
  CHECK(tables(project.database()) == 0);
  project.database().execute(script.out);
  CHECK(version_rows(project.database()) == "a1");
  CHECK(columns(project, "messages") == "id bigint, user_id bigint, content text");
  CHECK_THAT(project.migrate("downgrade", "a1:base", "--sql").out, Contains("DROP TABLE messages"));
  add_cpp(project, "b2", "a1", "  op.get_bind().execute(\"SELECT 1\");");
  const auto live = project.migrate("upgrade", "a1:b2", "--sql");
  expect_refused(live, 2, {fmt::format("versions/b2.cpp:{}", k_first_line)});
}

TEST_CASE("naming convention, -x and the project's own headers reach a C++ revision", "[cli][cpp]") {
  Project project(
      "[alembic.naming_convention]\nuq = \"uq_%(table_name)s_%(column_0_name)s\"\n[alembic.cpp]\n"
      "include_dirs = [\"include\"]\nflags = [\"-DWIDTH=12\"]\n");
  project.directory().write("include/shop.hpp", "inline const char* shop_table() { return \"orders\"; }\n");
  project.add_revision("a1.cpp",
                       cpp_text("a1", "",
                                "  op.create_table(shop_table(), column(\"code\", String{WIDTH}));\n"
                                "  op.create_unique_constraint(nullptr, shop_table(), {\"code\"});\n"
                                "  op.create_table_comment(shop_table(), op.x(\"tenant\", \"nobody\"));")
                           .insert(std::string("// revision a1\n//\n// revision: a1\n// down_revision: \n\n").size(),
                                   "#include \"shop.hpp\"\n"));
  expect_done(project.migrate("-x", "tenant=ada", "upgrade"));
  CHECK(columns(project, "orders") == "code character varying(12)");
  CHECK(project.database().query(
            "SELECT conname FROM pg_constraint WHERE contype = 'u' AND conrelid = 'orders'::regclass") ==
        "uq_orders_code");
  CHECK(project.database().query("SELECT obj_description('orders'::regclass)") == "ada");
}

// Migrations from code, as an application runs them: settings without a file, one call a command.
#include "migrate/command/api.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <thread>

#include "migrate/runtime/step_error.hpp"
#include "support/temp_database.hpp"
#include "support/temp_dir.hpp"

using namespace migrate;
using Catch::Contains;

namespace {

/// A folder of SQL revisions and a database, as an application would have them.
struct Application {
  test::TempDatabase database;
  test::TempDir directory;

  Application() {
    add("a1", "", "CREATE TABLE one (id int);", "DROP TABLE one;");
    add("b2", "a1", "CREATE TABLE two (id int);", "DROP TABLE two;");
  }

  void add(const std::string& id, const std::string& down, const std::string& up, const std::string& undo) const {
    directory.write("history/" + id + ".sql", "-- the tables of " + id + "\n-- revision: " + id +
                                                  "\n-- down_revision: " + down + "\n-- migrate:upgrade\n" + up +
                                                  "\n-- migrate:downgrade\n" + undo + "\n");
  }
  [[nodiscard]] command::ConfigValues values() const {
    return {.url = database.uri(), .version_locations = {"history"}, .directory = directory.path()};
  }
  [[nodiscard]] command::Config config() const { return command::make_config(values()); }
};

std::string fault_of(command::ConfigValues values) {
  try {
    (void)command::make_config(std::move(values));
    return "";
  } catch (const command::ConfigError& error) {
    return std::string(error.what()) + "\n" + error.hint();
  }
}

}  // namespace

TEST_CASE("an application moves its database up and down with settings made in code", "[api]") {
  Application application;
  const auto config = application.config();
  CHECK(command::current(config).revisions.empty());
  std::vector<std::string> lines;
  command::MoveEvents events;
  events.on_done = [&](const command::StepReport& step) { lines.push_back(step.line); };
  const auto up = command::upgrade(config, "head", events);
  CHECK(up.rows == std::vector<std::string>{"b2"});
  CHECK(lines == std::vector<std::string>{"Running upgrade  -> a1, the tables of a1",
                                          "Running upgrade a1 -> b2, the tables of b2"});
  CHECK(command::current(config).at_heads);
  CHECK(command::upgrade(config).steps.empty());
  CHECK(application.database.query("SELECT to_regclass('two')") == "two");
  CHECK(command::downgrade(config, "-1").rows == std::vector<std::string>{"a1"});
  CHECK(application.database.query("SELECT to_regclass('two') IS NULL") == "t");
  CHECK(command::stamp(config, "head").rows == std::vector<std::string>{"b2"});
  CHECK(application.database.query("SELECT to_regclass('two') IS NULL") == "t");
}

TEST_CASE("an application asks about the files without a database", "[api]") {
  const Application application;
  auto values = application.values();
  values.url = "postgresql://nobody@127.0.0.1:1/nothing";
  const auto config = command::make_config(values);
  REQUIRE(command::heads(config).size() == 1);
  CHECK(command::heads(config)[0].id == "b2");
  CHECK(command::history(config).size() == 2);
  CHECK(command::history(config, ":a1").front().id == "a1");
  CHECK_THAT(command::upgrade_script(config), Contains("CREATE TABLE one") && Contains("CREATE TABLE two"));
  CHECK_THAT(command::downgrade_script(config, "b2:a1"), Contains("DROP TABLE two") && !Contains("DROP TABLE one"));
  CHECK(command::build(config).revisions.empty());
  CHECK(command::build(config).sql == 2);
  // What belongs to a checkout is not made for an application.
  CHECK_FALSE(std::filesystem::exists(application.directory.path() / ".migrate"));
}

TEST_CASE("an application writes a revision file and finds it in its history", "[api]") {
  const Application application;
  const auto config = application.config();
  const auto made = command::revision(config, "add three");
  CHECK(made.path.parent_path() == application.directory.path() / "history");
  CHECK(command::heads(config)[0].id == made.id);
}

TEST_CASE("C++ revisions run in a process of their own, or in the application's when it wants that", "[api][cpp]") {
  Application application;
  application.directory.write("history/c3.cpp",
                              "// revision: c3\n// down_revision: b2\n#include <migrate/op.hpp>\n#include <unistd.h>\n"
                              "using namespace migrate;\nvoid upgrade(Operations& op) {\n"
                              "  op.create_table(\"three\", column(\"id\", Integer{}));\n"
                              "  op.log(std::to_string(getpid()));\n}\n"
                              "void downgrade(Operations& op) { op.drop_table(\"three\"); }\n");
  auto values = application.values();
  values.cpp.cache_dir = MIGRATE_TEST_CACHE "/migrate";
  command::Context context;
  context.config = command::make_config(values);
  std::string process;
  command::MoveEvents events;
  events.on_log = [&](const std::string& text) { process = text; };
  for (const bool isolated : {true, false}) {
    context.isolate_revisions = isolated;
    command::upgrade(context, {.target = "head"}, events);
    CHECK(application.database.query("SELECT to_regclass('three')") == "three");
    CHECK((process == std::to_string(getpid())) == !isolated);
    CHECK(command::downgrade(context, {.target = "b2"}).rows == std::vector<std::string>{"b2"});
    CHECK(application.database.query("SELECT to_regclass('three') IS NULL") == "t");
  }
  CHECK(command::build(context.config).revisions.at(0).cached);
  CHECK_FALSE(std::filesystem::exists(application.directory.path() / ".migrate"));
}

TEST_CASE("a failing revision is an exception that says where the database stands", "[api]") {
  Application application;
  application.add("c3", "b2", "CREATE TABLE three (id nonsense);", "");
  const auto config = application.config();
  try {
    command::upgrade(config);
    FAIL("the revision cannot have worked");
  } catch (const runtime::StepError& error) {
    CHECK(error.facts().rows == std::vector<std::string>{"b2"});
  }
  CHECK(command::current(config).revisions.at(0).id == "b2");
  try {
    command::upgrade(config);
  } catch (...) {
    const auto failure = command::describe_failure(std::current_exception(), 0);
    CHECK(failure.code == command::ExitCode::revision_failed);
    CHECK(failure.sqlstate == "42704");
    CHECK_THAT(failure.where, Contains("c3.sql:5:"));
  }
}

TEST_CASE("copies of an application that start at once move the database one after the other", "[api]") {
  Application application;
  application.add("c3", "b2", "SELECT pg_sleep(0.3);", "");
  const auto config = application.config();
  std::vector<std::size_t> steps(4);
  {
    std::vector<std::jthread> starts;
    for (auto& count : steps) starts.emplace_back([&] { count = command::upgrade(config).steps.size(); });
  }
  std::ranges::sort(steps);
  CHECK(steps == std::vector<std::size_t>{0, 0, 0, 3});
  CHECK(command::current(config).at_heads);
}

TEST_CASE("settings made in code are checked as those of a file, all at once", "[api][config]") {
  command::ConfigValues values;
  values.url = "mysql://u:geheim@h/d";
  values.version_locations.clear();
  values.version_table.clear();
  values.safety = {.lock_timeout = "soon", .lock_retries = -1};
  values.naming_convention.pk = "pk_{tabel_name}";
  values.on_version_apply.resize(2);
  values.on_version_apply[0].sql = "COMMIT";
  const auto fault = fault_of(values);
  for (const std::string member : {"url", "version_locations", "version_table", "safety.lock_timeout",
                                   "safety.lock_retries", "naming_convention.pk", "on_version_apply"}) {
    CHECK_THAT(fault, Contains("make_config: " + member + ": "));
  }
  CHECK_THAT(fault, !Contains("geheim"));
  engine::ConnectionParts parts;
  parts.pool.pool_size = -3;
  CHECK_THAT(fault_of({.engine = parts}), Contains("make_config: engine: "));
  CHECK(fault_of({}).empty());
}

TEST_CASE("settings made in code count paths from their directory and keep the defaults of the file", "[api][config]") {
  const test::TempDir directory;
  const auto config = command::make_config(
      {.version_locations = {"a", "/elsewhere"}, .directory = directory.path() / "x/..", .x = {{"tenant", "one"}}});
  CHECK(config.directory == directory.path());
  CHECK(config.version_locations == std::vector<std::filesystem::path>{directory.path() / "a", "/elsewhere"});
  CHECK(config.cpp.project_dir == directory.path());
  CHECK(config.version_table == "alembic_version");
  CHECK(config.safety.lock_timeout == "5s");
  CHECK(config.file_template == "{rev}_{slug}");
  CHECK(config.x.size() == 1);
  CHECK_FALSE(config.embedded);
  CHECK(command::make_config({.url = "embedded"}).embedded);
}

// `migrate build`, and what editors are told.
#include <csignal>
#include <nlohmann/json.hpp>
#include <thread>

#include "cpp_project.hpp"

using namespace migrate::test;
using Catch::Contains;
using nlohmann::json;

namespace fs = std::filesystem;

namespace {

constexpr const char* k_body = "  op.execute(\"SELECT 1\");";

std::string compile_commands(const Project& project) {
  return project.directory().read(".migrate/compile_commands.json");
}

}  // namespace

TEST_CASE("build compiles what is not compiled yet, oldest first, without a database", "[cli][cpp][build]") {
  TempDir directory;
  directory.write("alembic.toml", "[alembic]\nengine.url = \"postgresql://127.0.0.1:1/nothing\"\n");
  directory.write("versions/b2.cpp", cpp_text("b2", "a1", k_body));
  directory.write("versions/a1.cpp", cpp_text("a1", "", k_body + std::string(" // ") + directory.path().string()));
  directory.write("versions/c3.sql", "-- revision: c3\n-- down_revision: b2\n-- migrate:upgrade\n");
  const auto first = run_migrate({"build"}, directory.path());
  expect_done(first);
  CHECK_THAT(first.out, Contains("a1 compiled in ") && Contains(" s, revision a1\nb2 "));
  CHECK_THAT(first.err, Contains("Compiling "));
  const auto second = run_migrate({"build"}, directory.path());
  CHECK(second.out == "a1 cached, revision a1\nb2 cached, revision b2\n");
  CHECK(second.err.empty());
  CHECK(run_migrate({"build", "b2"}, directory.path()).out == "b2 cached, revision b2\n");
  CHECK(run_migrate({"build", "base:a1"}, directory.path()).out == "a1 cached, revision a1\n");
  CHECK(run_migrate({"build", "b2", "a1:b2"}, directory.path()).out == second.out);
  const auto none = run_migrate({"build", "c3"}, directory.path());
  CHECK(none.exit_code == 0);
  CHECK(none.out.empty());
  CHECK_THAT(none.err, Contains("written in SQL"));
  expect_refused(run_migrate({"build", "d4"}, directory.path()), 2, {"d4"});
}

TEST_CASE("build answers as JSON with the modules it made", "[cli][cpp][build][json]") {
  const Project project;
  add_cpp(project, "a1", "", k_body);
  const auto result = project.migrate("--json", "build");
  expect_done(result);
  CHECK(result.err.empty());
  const auto answer = json::parse(result.out);
  REQUIRE(answer["revisions"].size() == 1);
  const auto& built = answer["revisions"][0];
  CHECK(built["revision"] == "a1");
  CHECK(built["path"] == (project.path() / "versions/a1.cpp").string());
  CHECK(fs::exists(built["module"].get<std::string>()));
  CHECK(built["cached"].is_boolean());
  CHECK(answer["sql_revisions"] == 0);
}

TEST_CASE("build shows warnings and commands when asked to say more", "[cli][cpp][build]") {
  const Project project("[alembic.cpp]\nflags = [\"-Wunused-variable\"]\n");
  add_cpp(project, "a1", "", fmt::format("  int {} = 0;", never_seen(project)));
  const auto quiet = project.migrate("build");
  expect_done(quiet);
  CHECK_THAT(quiet.err, Contains("The compiler warned about 1 of them; -v shows what it said"));
  add_cpp(project, "a1", "", fmt::format("  int {}_again = 0;", never_seen(project)));
  const auto loud = project.migrate("-v", "build");
  expect_done(loud);
  CHECK_THAT(loud.err, Contains("versions/a1.cpp:11:") && Contains("unused variable"));
  CHECK_THAT(loud.out, Contains("-std=c++20") && Contains(".so\n"));
}

TEST_CASE("build reports every revision that does not compile", "[cli][cpp][build]") {
  const Project project;
  add_cpp(project, "a1", "", "  op.nonsense();");
  add_cpp(project, "b2", "a1", k_body);
  add_cpp(project, "c3", "b2", "  int x = \"text\";");
  expect_refused(project.migrate("build"), 2, {"versions/a1.cpp:11:", "nonsense", "versions/c3.cpp:11:"});
  expect_done(project.migrate("build", "b2"));
}

TEST_CASE("a signal ends build and its compilers", "[cli][cpp][build]") {
  const Project project("[alembic.cpp]\ncompiler = \"./slow\"\n");
  // Where it is asked to make a file, it takes its time; asked who it is, it answers.
  const auto slow =
      project.directory().write("slow",
                                "#!/bin/sh\ncase \"$*\" in\n  *' -o '*) echo $$ >> started; exec sleep 600 ;;\n"
                                "esac\nexec c++ \"$@\"\n");
  fs::permissions(slow, fs::perms::owner_all);
  add_cpp(project, "a1", "", k_body);
  BackgroundMigrate program({"build"}, project.path());
  const auto started = project.path() / "started";
  while (program.running() && !fs::exists(started)) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  program.signal(SIGTERM);
  const auto result = program.wait(std::chrono::seconds(30));
  INFO(result.err);
  CHECK(result.exit_code == 143);
  CHECK_THAT(result.err, Contains("Nothing was run."));
  for (const auto& pid : migrate::base::split_list(project.directory().read("started"), '\n')) {
    CHECK(::kill(std::stoi(pid), 0) != 0);
  }
}

TEST_CASE("editors learn how each C++ revision is compiled", "[cli][cpp][editors]") {
  const Project project("revision_type = \"cpp\"");
  const auto made = project.migrate("revision", "-m", "first", "--rev-id", "a1");
  expect_done(made);
  const auto commands = json::parse(compile_commands(project));
  REQUIRE(commands.size() == 1);
  CHECK(commands[0]["file"] == (project.path() / "versions/a1_first.cpp").string());
  CHECK(commands[0]["directory"] == project.path().string());
  bool found = false;
  for (const auto& word : commands[0]["arguments"]) {
    const auto text = word.get<std::string>();
    if (text.starts_with("-I")) found = found || fs::exists(fs::path(text.substr(2)) / "migrate/op.hpp");
  }
  for (const auto& word : commands[0]["arguments"]) {
    found = found || fs::exists(fs::path(word.get<std::string>()) / "migrate/op.hpp");
  }
  CHECK(found);
  CHECK(project.directory().read(".migrate/.gitignore") == "*\n");

  // It follows the files, and is left alone when it says what it should.
  const auto written = fs::last_write_time(project.path() / ".migrate/compile_commands.json");
  expect_done(project.migrate("build"));
  CHECK(fs::last_write_time(project.path() / ".migrate/compile_commands.json") == written);
  add_cpp(project, "b2", "a1", k_body);
  expect_done(project.migrate("build"));
  CHECK(json::parse(compile_commands(project)).size() == 2);
}

TEST_CASE("a project that cannot be written is compiled and moved all the same", "[cli][cpp][editors]") {
  Project project;
  add_cpp(project, "a1", "", "  op.create_table(\"one\", column(\"id\", Integer{}));");
  project.directory().write(".migrate", "not a folder");
  const auto result = project.migrate("upgrade");
  expect_done(result);
  CHECK_THAT(result.err, !Contains("compile_commands"));
  CHECK(tables(project.database()) == 2);
  expect_done(project.migrate("build"));
  CHECK(project.directory().read(".migrate") == "not a folder");
}

TEST_CASE("an SQL project gets nothing for editors", "[cli][editors]") {
  const Project project;
  expect_done(project.migrate("revision", "-m", "first"));
  expect_done(project.migrate("upgrade"));
  CHECK_FALSE(fs::exists(project.path() / ".migrate"));
}

TEST_CASE("an empty folder becomes a C++ project that moves a database", "[cli][cpp][init]") {
  TempDatabase database;
  const TempDir directory;
  const Environment environment{{"DATABASE_URL", database.uri()}};
  const auto migrate = [&](const std::vector<std::string>& words) {
    return run_migrate(words, directory.path(), environment);
  };
  const auto laid_out = migrate({"init", "-t", "cpp"});
  expect_done(laid_out);
  CHECK_THAT(laid_out.err, Contains("versions/.clangd") && Contains("fill in the C++"));
  CHECK_THAT(directory.read("versions/.clangd"), Contains("CompilationDatabase: ../.migrate"));

  // As the template leaves it, a revision compiles, goes up and comes down.
  const auto made = migrate({"revision", "-m", "create accounts", "--rev-id", "a1"});
  expect_done(made);
  CHECK(made.out == (directory.path() / "versions/a1_create_accounts.cpp").string() + "\n");
  expect_done(migrate({"upgrade"}));
  expect_done(migrate({"downgrade", "base"}));

  auto text = directory.read("versions/a1_create_accounts.cpp");
  const auto fill = [&](const std::string& function, const std::string& body) {
    const auto at = text.find(function);
    REQUIRE(at != std::string::npos);
    text.insert(text.find('\n', at) + 1, body);
  };
  fill("void upgrade(", "  op.create_table(\"accounts\", column(\"id\", BigInteger{}, primary_key));\n");
  fill("void downgrade(", "  op.drop_table(\"accounts\");\n");
  directory.write("versions/a1_create_accounts.cpp", text);
  expect_done(migrate({"upgrade", "head"}));
  CHECK(database.query("SELECT to_regclass('accounts')") == "accounts");
  CHECK(migrate({"current"}).out == "a1 (head)\n");
  expect_done(migrate({"downgrade", "-1", "--allow-destructive"}));
  CHECK(database.query("SELECT to_regclass('accounts') IS NULL") == "t");
}

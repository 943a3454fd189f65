// One file that carries migrate and all revisions: made in a project, run where nothing of the project is.
#include <fmt/format.h>
#include <sys/stat.h>

#include <chrono>

#include "bundled.hpp"

using namespace migrate::test;

namespace {

std::string bytes_of(const fs::path& file) {
  return migrate::base::read_file(file);
}

}  // namespace

TEST_CASE("a bundle moves a database up and down where nothing of the project is left", "[cli][bundle]") {
  Bundled bundle;
  const auto made = bundle.make();
  expect_done(made);
  CHECK(made.out == bundle.file().string() + "\n");
  CHECK(made.err.find("2 revisions, ") != std::string::npos);
  fs::rename(bundle.project.path() / "versions", bundle.project.path() / "gone");
  fs::remove(bundle.project.path() / "alembic.toml");

  auto& database = bundle.project.database();
  expect_done(bundle.run_there({"upgrade", "head"}));
  CHECK(version_rows(database) == "bbbb");
  CHECK(tables(database) == 3);
  CHECK(bundle.run_there({"current"}).out == "bbbb (head)\n");
  CHECK(bundle.run({"history"}).out == "aaaa -> bbbb (head), revision bbbb\n<base> -> aaaa, revision aaaa\n");
  CHECK(bundle.run({"heads"}).out == "bbbb (head)\n");
  CHECK(bundle.run({"show", "aaaa"}).out.find("versions/aaaa.sql") != std::string::npos);

  const Environment variable{{"PATH", "/nonexistent"}, {"DATABASE_URL", database.uri()}};
  expect_done(bundle.run({"downgrade", "base"}, variable));
  CHECK(version_rows(database).empty());
  expect_done(bundle.run({"stamp", "head"}, variable));
  CHECK(bundle.run({"current", "--check-heads"}, variable).exit_code == 0);
  CHECK(fs::is_empty(bundle.empty.path()));
}

TEST_CASE("a bundle writes the same script as the project it was made of", "[cli][bundle]") {
  Bundled bundle;
  expect_done(bundle.make());
  const auto script = bundle.run({"upgrade", "base:head", "--sql"});
  expect_done(script);
  CHECK(script.out == bundle.project.migrate("upgrade", "base:head", "--sql").out);
}

TEST_CASE("a failing revision of a bundle is told by its place in the file it came from", "[cli][bundle]") {
  Bundled bundle;
  bundle.project.add_sql("cccc", "bbbb", "SELECT 1;\nSELECT nonsense;");
  expect_done(bundle.make());
  const auto failed = bundle.run_there({"upgrade", "head"});
  CHECK(failed.exit_code == 1);
  CHECK(failed.err.find("versions/cccc.sql:8:8") != std::string::npos);
  CHECK(version_rows(bundle.project.database()) == "bbbb");
}

TEST_CASE("a bundle says what it is", "[cli][bundle]") {
  Bundled bundle;
  expect_done(bundle.make());
  CHECK(bundle.run({"--version"}).out.find("\nbundle: 2 revisions, head bbbb\n") != std::string::npos);
  const auto config = bundle.run({"config"});
  expect_done(config);
  CHECK(config.out.find("bundle = 2 revisions, head bbbb  # shop-migrate") != std::string::npos);
  CHECK(run_migrate({"--version"}, bundle.empty.path()).out.find("bundle") == std::string::npos);
}

TEST_CASE("a bundle refuses what would write revision files", "[cli][bundle]") {
  Bundled bundle;
  expect_done(bundle.make());
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{{"init"},
                                                                                     {"revision", "-m", "x"},
                                                                                     {"merge", "heads"},
                                                                                     {"edit", "head"},
                                                                                     {"rebase", "head"},
                                                                                     {"build"},
                                                                                     {"bundle", "-o", "second"}}) {
    expect_refused(bundle.run(words), 2, {"shop-migrate is a bundle", "`" + words.front() + "`", "Next: "});
  }
  CHECK(fs::is_empty(bundle.empty.path()));
}

TEST_CASE("a bundle without a database does not start one of its own", "[cli][bundle]") {
  Bundled bundle;
  expect_done(bundle.make());
  expect_refused(bundle.run({"upgrade", "head"}), 2, {"no database is named", "--url"});
  CHECK(fs::is_empty(bundle.empty.path()));
}

TEST_CASE("no alembic.toml is searched by a bundle, but -c replaces its configuration", "[cli][bundle]") {
  Bundled bundle;
  expect_done(bundle.make());
  bundle.empty.write("alembic.toml", "[alembic]\nnonsense = 1\n");
  expect_done(bundle.run_there({"upgrade", "aaaa"}));
  bundle.empty.write("other.toml", fmt::format("[alembic]\nversion_table = \"moves\"\nengine.url = \"{}\"\n",
                                               bundle.project.database().uri()));
  expect_done(bundle.run({"-c", "other.toml", "stamp", "bbbb"}));
  CHECK(version_rows(bundle.project.database()) == "aaaa");
  CHECK(bundle.project.database().query("SELECT version_num FROM moves") == "bbbb");
}

TEST_CASE("settings come along in a bundle", "[cli][bundle]") {
  Bundled bundle("version_table = \"moves\"\ntransaction_per_migration = false");
  expect_done(bundle.make());
  expect_done(bundle.run_there({"upgrade", "head"}));
  CHECK(bundle.project.database().query("SELECT version_num FROM moves") == "bbbb");
}

TEST_CASE("a bundle is made of the table that -n names", "[cli][bundle]") {
  Bundled bundle;
  bundle.project.directory().write(
      "alembic.toml", "[alembic]\n[billing]\nversion_locations = [\"billing\"]\nversion_table = \"billing_version\"\n");
  bundle.project.directory().write("billing/b1.sql", "-- revision: b1\n-- down_revision:\n\n-- migrate:upgrade\n");
  expect_done(bundle.project.migrate("-n", "billing", "bundle", "-o", bundle.file().string()));
  CHECK(bundle.run({"heads"}).out == "b1 (head)\n");
  CHECK(bundle.run({"-n", "billing", "heads"}).out == "b1 (head)\n");
  expect_refused(bundle.run({"-n", "shop", "heads"}), 2, {"[billing]", "[shop]"});
  expect_done(bundle.run_there({"upgrade", "head"}));
  CHECK(bundle.project.database().query("SELECT version_num FROM billing_version") == "b1");
}

TEST_CASE("passwords of alembic.toml are not in the bundle", "[cli][bundle]") {
  Bundled bundle;
  bundle.project.directory().write("alembic.toml", R"(# the old one was postgresql://app:c0mment-secret@old/shop
[alembic]
[alembic.engine]
url = "postgresql://app:url-s3cret@db.example/shop?sslpassword=qu3ry-secret&sslmode=require"
[alembic.autogenerate]
dev_url = "postgresql://dev:d3v-secret@localhost/dev"
[[alembic.post_write_hooks]]
command = ["notify", "--token", "h00k-secret"]
[billing.engine]
url = "postgresql://app:b1lling-secret@db.example/billing"
)");
  const auto made = bundle.make();
  expect_done(made);
  CHECK(made.err.find("password") != std::string::npos);
  const auto bytes = bytes_of(bundle.file());
  CHECK(bytes.find("db.example/shop?") != std::string::npos);
  for (const char* secret :
       {"c0mment-secret", "url-s3cret", "qu3ry-secret", "d3v-secret", "h00k-secret", "b1lling-secret"}) {
    INFO(secret);
    CHECK(bytes.find(secret) == std::string::npos);
    CHECK(made.err.find(secret) == std::string::npos);
  }
  const auto config = bundle.run({"config"});
  expect_done(config);
  CHECK(config.out.find("engine.url = postgresql://app@db.example/shop?sslmode=require") != std::string::npos);
}

TEST_CASE("the value of a variable is not in the bundle", "[cli][bundle]") {
  Bundled bundle;
  const std::string url = "postgresql://app:env-s3cret@db.example/shop";
  expect_done(bundle.project.run({"bundle", "-o", bundle.file().string()}, {{"DATABASE_URL", url}}));
  CHECK(bytes_of(bundle.file()).find("env-s3cret") == std::string::npos);
}

TEST_CASE("a variable of engine.url need not be set where the bundle is made", "[cli][bundle]") {
  Bundled bundle;
  bundle.project.directory().write("alembic.toml", "[alembic]\n[alembic.engine]\nurl = \"${SHOP_URL}\"\n");
  expect_done(bundle.make());
  expect_refused(bundle.run({"current"}), 2, {"SHOP_URL", "alembic.toml"});
  expect_done(bundle.run({"current"}, {{"SHOP_URL", bundle.project.database().uri()}}));
}

TEST_CASE("a damaged bundle says so and runs nothing", "[cli][bundle]") {
  Bundled bundle;
  expect_done(bundle.make());
  const auto whole = migrate::base::read_file(bundle.file());
  SECTION("a revision was changed") {
    change(bundle.file(), "CREATE TABLE orders", "CREATE TABLE 0rders");
    expect_refused(bundle.run_there({"upgrade", "head"}), 2, {"shop-migrate", "versions/bbbb.sql", "damaged"});
  }
  SECTION("the configuration was changed") {
    change(bundle.file(), "DATABASE_URL", "DATABASE_URI");
    expect_refused(bundle.run_there({"upgrade", "head"}), 2, {"shop-migrate", "alembic.toml", "damaged"});
  }
  SECTION("the list was changed") {
    change(bundle.file(), "revision/versions/bbbb", "revision/versions/bbbc");
    expect_refused(bundle.run_there({"upgrade", "head"}), 2, {"shop-migrate", "damaged"});
  }
  SECTION("the end is cut off") {
    for (const std::size_t lost : {std::size_t{1}, std::size_t{200}, std::size_t{1500}}) {
      migrate::base::replace_file(bundle.file(), std::string_view(whole).substr(0, whole.size() - lost));
      expect_refused(bundle.run_there({"upgrade", "head"}), 2, {"shop-migrate", "cut off"});
    }
  }
  CHECK(version_rows(bundle.project.database()) == "(no table)");
}

TEST_CASE("a bundle replaces a file only with --force, and never the program that makes it", "[cli][bundle]") {
  Bundled bundle;
  bundle.elsewhere.write("shop-migrate", "precious");
  expect_refused(bundle.make(), 2, {"shop-migrate", "exists already", "--force"});
  CHECK(bundle.elsewhere.read("shop-migrate") == "precious");
  expect_done(bundle.make({"--force"}));
  expect_done(bundle.run({"heads"}));
  expect_done(bundle.make({"--force"}));
  struct stat facts {};
  REQUIRE(::stat(bundle.file().c_str(), &facts) == 0);
  CHECK((facts.st_mode & 07777U) == 0755U);

  expect_refused(bundle.project.migrate("bundle", "--force", "-o", MIGRATE_BINARY), 2, {"running program"});
  expect_refused(bundle.project.migrate("bundle", "--force", "-o", bundle.elsewhere.path().string()), 2, {"directory"});
  expect_refused(bundle.project.migrate("bundle", "-o", "no/such/folder/file"), 2, {"no/such/folder/file"});
  expect_refused(bundle.project.migrate("bundle"), 2, {"-o shop-migrate"});
}

TEST_CASE("a bundle of revisions that are not right is not made", "[cli][bundle]") {
  Bundled bundle;
  bundle.project.add_revision("cccc.sql", "-- revision: cccc\n-- down_revision: bbbb\n\n-- migrate:upgrad\n");
  expect_refused(bundle.make(), 2, {"cccc.sql:4"});
  CHECK(fs::is_empty(bundle.elsewhere.path()));
}

TEST_CASE("a bundle of no revisions is not made", "[cli][bundle]") {
  Bundled bundle;
  fs::remove_all(bundle.project.path() / "versions");
  expect_refused(bundle.make(), 2, {"no revisions"});
  CHECK(fs::is_empty(bundle.elsewhere.path()));
}

TEST_CASE("a bundle of SQL alone refuses revisions in C++ by name", "[cli][bundle]") {
  Bundled bundle;
  expect_done(bundle.make({"--sql-only"}));
  bundle.project.add_revision("cccc_code.cpp", "// revision: cccc\n// down_revision: bbbb\n");
  expect_refused(bundle.make({"--sql-only", "--force"}), 2, {"versions/cccc_code.cpp", "C++", "--sql-only"});
  CHECK(bundle.run({"heads"}).out == "bbbb (head)\n");
}

TEST_CASE("a bundle tells of itself as JSON", "[cli][bundle]") {
  Bundled bundle;
  const auto made = bundle.make({"--json"});
  expect_done(made);
  CHECK(made.out.find("\"revisions\": 2") != std::string::npos);
  CHECK(made.out.find("\"bbbb\"") != std::string::npos);
}

TEST_CASE("a bundle of two thousand revisions starts fast", "[cli][bundle]") {
  Bundled bundle;
  std::string below = "bbbb";
  for (int i = 0; i < 2000; ++i) {
    const auto id = fmt::format("r{}", i);
    bundle.project.add_sql(id, below, fmt::format("CREATE TABLE t{} (id bigint);", i));
    below = id;
  }
  expect_done(bundle.make());
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < 5; ++i) CHECK(bundle.run({"heads"}).out == "r1999 (head)\n");
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  CHECK(took.count() < 5);  // 0.03 s each on an idle machine
}

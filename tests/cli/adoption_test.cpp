// Databases that others made: Alembic's, and what pg_dump writes.
#include "expect.hpp"
#include "migrate/base/process.hpp"

using namespace migrate::test;

namespace {

migrate::base::ProcessResult run(const std::vector<std::string>& command, const std::filesystem::path& directory = {}) {
  migrate::base::ProcessOptions options;
  options.working_directory = directory;
  return migrate::base::run_process(command, options);
}

void check(const migrate::base::ProcessResult& result) {
  INFO(result.output << result.errors);
  REQUIRE(result.exit_code == 0);
}

/// An Alembic environment on the same database, with the same ids.
void add_alembic(Project& project) {
  project.directory().write("alembic.ini", "[alembic]\nscript_location = py\n");
  // SQLAlchemy does not decode a socket directory in the place of the host.
  const auto url = project.database().url();
  const std::string uri = "postgresql://" + url.user + "@/" + url.database + "?host=" + url.hosts.at(0).name;
  project.directory().write("py/env.py",
                            "from alembic import context\nfrom sqlalchemy import create_engine\n"
                            "with create_engine('" +
                                uri +
                                "').connect() as c:\n"
                                "    context.configure(connection=c)\n"
                                "    with context.begin_transaction():\n        context.run_migrations()\n");
  const auto revision = [&](const std::string& id, const std::string& down, const std::string& table) {
    project.directory().write("py/versions/" + id + ".py",
                              "revision = '" + id + "'\ndown_revision = " + (down.empty() ? "None" : "'" + down + "'") +
                                  "\nfrom alembic import op\ndef upgrade():\n    op.execute('CREATE TABLE " + table +
                                  " (id int)')\ndef downgrade():\n    op.execute('DROP TABLE " + table + "')\n");
    project.add_sql(id, down, "CREATE TABLE " + table + " (id int);", "DROP TABLE " + table + ";");
  };
  revision("aaaaaaaaaaa1", "", "one");
  revision("bbbbbbbbbbb2", "aaaaaaaaaaa1", "two");
  revision("ccccccccccc3", "bbbbbbbbbbb2", "three");
}

}  // namespace

TEST_CASE("a database that Alembic migrated is taken over, and Alembic can go on after us", "[cli][adoption]") {
  Project project;
  add_alembic(project);
  const auto alembic = [&](const std::vector<std::string>& words) {
    std::vector<std::string> command{"alembic"};
    command.insert(command.end(), words.begin(), words.end());
    return run(command, project.path());
  };
  check(alembic({"upgrade", "aaaaaaaaaaa1"}));
  CHECK(project.migrate("current").out == "aaaaaaaaaaa1\n");
  expect_done(project.migrate("upgrade", "+1"));
  const auto seen = alembic({"current"});
  CHECK(seen.output.find("bbbbbbbbbbb2") != std::string::npos);
  check(alembic({"upgrade", "head"}));
  CHECK(project.migrate("current").out == "ccccccccccc3 (head)\n");
  expect_done(project.migrate("downgrade", "base"));
  CHECK(tables(project.database()) == 1);
}

TEST_CASE("Alembic goes on from a version table that we made", "[cli][adoption]") {
  Project project;
  add_alembic(project);
  expect_done(project.migrate("upgrade", "+1"));
  check(run({"alembic", "upgrade", "head"}, project.path()));
  CHECK(version_rows(project.database()) == "ccccccccccc3");
  CHECK(project.database().rows("SELECT column_name, data_type, character_maximum_length, is_nullable"
                                " FROM information_schema.columns WHERE table_name = 'alembic_version'") ==
        std::vector<std::vector<std::string>>{{"version_num", "character varying", "32", "NO"}});
  CHECK(project.database().query("SELECT conname FROM pg_constraint WHERE conrelid = 'alembic_version'::regclass") ==
        "alembic_version_pkc");
}

TEST_CASE("what pg_dump writes is a revision as it is", "[cli][adoption]") {
  TempDatabase source;
  source.execute(
      "CREATE SCHEMA shop; CREATE TABLE shop.items (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text, n int);"
      "INSERT INTO shop.items (name, n) VALUES ('a;b', 1), (E'tab\\there', 2), (E'back\\\\slash', 3), (NULL, 4), ('-- "
      "migrate:downgrade', 5), ('', 6);"
      "CREATE FUNCTION shop.twice(int) RETURNS int LANGUAGE sql AS $$ SELECT $1 * 2; $$;"
      "CREATE FUNCTION shop.thrice(a int) RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT CASE WHEN a > 0 THEN a * 3 ELSE "
      "0 END; END;"
      "CREATE FUNCTION shop.touch() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN NEW.n := shop.twice(NEW.n); RETURN "
      "NEW; END $f$;"
      "CREATE TRIGGER touch BEFORE UPDATE ON shop.items FOR EACH ROW EXECUTE FUNCTION shop.touch();"
      "CREATE VIEW shop.names AS SELECT name FROM shop.items; COMMENT ON TABLE shop.items IS 'it''s; here';");
  const auto dump = run({"pg_dump", "--no-owner", "-d", source.uri()});
  check(dump);
  REQUIRE(dump.output.find("set_config('search_path', ''") != std::string::npos);

  Project project;
  project.add_revision("a1.sql", "-- import\n-- revision: a1\n\n-- migrate:upgrade\n" + dump.output +
                                     "\n-- migrate:downgrade\nDROP SCHEMA shop CASCADE;\n");
  project.add_sql("b2", "a1", "CREATE TABLE after_dump AS SELECT current_setting('search_path') AS p;",
                  "DROP TABLE after_dump;");
  const auto result = project.migrate("upgrade", "head");
  expect_done(result);
  CHECK(project.database().rows("SELECT * FROM shop.items ORDER BY id") ==
        source.rows("SELECT * FROM shop.items ORDER BY id"));
  CHECK(project.database().query("SELECT shop.thrice(4)") == "12");
  CHECK(project.database().query("SELECT p FROM public.after_dump") == "\"$user\", public");
  CHECK(version_rows(project.database()) == "b2");
  expect_done(project.migrate("downgrade", "base"));
  expect_done(project.migrate("upgrade", "head"));
}

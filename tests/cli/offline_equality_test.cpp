// `upgrade a:b --sql | psql` must leave what the online run leaves, by the word of pg_dump; the same for downgrade.
#include <catch2/catch.hpp>

#include "expect.hpp"
#include "migrate/base/process.hpp"
#include "migrate/base/text.hpp"

namespace {

using namespace migrate;

base::ProcessResult run(const std::vector<std::string>& command, const std::string& input = {}) {
  base::ProcessOptions options;
  options.input = input;
  auto result = base::run_process(command, options);
  INFO(result.errors);
  REQUIRE(result.exit_code == 0);
  return result;
}

/// pg_dump's text without the lines that differ between two dumps of one database, and without what the journal says of
/// times and hosts.
std::string dump(test::TempDatabase& database) {
  const std::string dumped = run({"pg_dump", "--exclude-table-data=*_log*", "-d", database.uri()}).output;
  std::string text;
  for (const auto line : base::split(dumped, '\n')) {
    if (!line.starts_with("\\restrict") && !line.starts_with("\\unrestrict")) text.append(line).append("\n");
  }
  return text;
}

void psql(test::TempDatabase& database, const std::string& script) {
  run({"psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", database.uri(), "-f", "-"}, script);
}

void add_history(test::Project& project) {
  project.add_sql("a1", "", "CREATE TABLE items (id int PRIMARY KEY, name text);", "DROP TABLE items;");
  project.add_sql("b2", "a1",
                  "COPY items FROM stdin;\n1\tone; -- \\\\ two\n2\t\\N\n\\.\nSET search_path = '';\n"
                  "CREATE FUNCTION public.n() RETURNS bigint LANGUAGE sql AS $$ SELECT count(*) FROM public.items; $$;",
                  "DROP FUNCTION n(); DELETE FROM items;");
  project.add_revision(
      "c3.sql",
      "-- c\n-- revision: c3\n-- down_revision: b2\n\n-- migrate:upgrade transaction:false\n"
      "CREATE INDEX CONCURRENTLY items_name ON items (name);\nCREATE TYPE mood AS ENUM ('ok');\n\n"
      "-- migrate:downgrade transaction:false\nDROP TYPE mood;\nDROP INDEX CONCURRENTLY items_name;\n");
  project.add_sql("d4", "c3", "ALTER TYPE mood ADD VALUE 'happy'; CREATE TABLE moods (m mood);", "DROP TABLE moods;");
  project.add_sql("e5", "c3", "CREATE VIEW names AS SELECT name FROM items;", "DROP VIEW names;");
  project.add_sql("f6", "d4, e5", "INSERT INTO items VALUES (3, 'it''s');", "DELETE FROM items WHERE id = 3;");
}

}  // namespace

TEST_CASE("a script run by psql leaves what the online run leaves", "[cli][offline]") {
  for (const std::string settings : {"", "transaction_per_migration = false\n"}) {
    test::Project online(settings);
    test::Project offline(settings);
    add_history(online);
    add_history(offline);
    for (auto* project : {&online, &offline}) test::expect_done(project->migrate("upgrade", "a1"));

    test::expect_done(online.migrate("upgrade", "f6"));
    psql(offline.database(), offline.migrate("upgrade", "a1:f6", "--sql").out);
    CHECK(dump(offline.database()) == dump(online.database()));

    test::expect_done(online.migrate("downgrade", "a1"));
    psql(offline.database(), offline.migrate("downgrade", "f6:a1", "--sql").out);
    CHECK(dump(offline.database()) == dump(online.database()));
  }
}

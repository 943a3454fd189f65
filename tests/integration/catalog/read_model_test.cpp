#include "migrate/catalog/read_model.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "migrate/base/files.hpp"
#include "migrate/base/text.hpp"
#include "migrate/engine/connection.hpp"
#include "migrate/engine/sql_error.hpp"
#include "model_text.hpp"
#include "support/temp_database.hpp"

namespace migrate::test {
namespace {

using catalog::read_model;
using catalog::ReadOptions;

const std::string k_data = std::string(MIGRATE_SOURCE_DIR) + "/tests/data/";

std::string names(const schema::Model& model) {
  std::vector<std::string> all;
  for (const auto& [id, entity] : model.entities()) all.push_back(describe(id));
  return base::join(all, "\n");
}

schema::Model read(const TempDatabase& database, const ReadOptions& options = {}) {
  auto connection = database.connect();
  return read_model(connection, options);
}

TEST_CASE("an empty database holds the schema public", "[catalog]") {
  const TempDatabase database;
  const auto model = read(database);
  CHECK(model.server_version >= 130000);
  CHECK(names(model) == "schema public");
}

// The expected text was written by lines_of() and read line by line; it shows what each attribute looks like.
TEST_CASE("every kind and attribute of a rich schema is read", "[catalog]") {
  const TempDatabase database;
  database.execute(base::read_file(k_data + "rich_schema.sql"));
  const auto model = read(database, {.acl = true, .foreign = true});
  std::vector<std::string> expected;
  const std::string text = base::read_file(k_data + "rich_schema.model.txt");
  for (const auto line : base::split(base::trim(text), '\n')) expected.emplace_back(line);
  const std::string read_text = base::join(lines_of(model), "\n");
  const auto lines = base::split(read_text, '\n');
  for (std::size_t i = 0; i < std::min(lines.size(), expected.size()); ++i) {
    INFO("line " << i + 1);
    REQUIRE(lines[i] == expected[i]);
  }
  CHECK(lines.size() == expected.size());
}

TEST_CASE("only what is asked for is read", "[catalog]") {
  const TempDatabase database;
  database.execute(base::read_file(k_data + "rich_schema.sql"));
  const auto all = read(database);
  CHECK(attributes(all, "table app.users").find("acl") == std::string::npos);
  CHECK(attributes(all, "table app.users").find("owner") == std::string::npos);
  CHECK(names(all).find("default privileges") == std::string::npos);
  CHECK(names(all).find("\nforeign table") == std::string::npos);
  CHECK(names(all).find("unmanaged object \"foreign table app.remote\"") != std::string::npos);
  CHECK(names(all).find("unmanaged object \"server far\"") != std::string::npos);
  CHECK(names(all).find("app.remote.") == std::string::npos);

  const auto odd = read(database, {.schemas = {"Odd*"}});
  CHECK(odd.find({schema::EntityKind::table, "Odd Name", "", "Table One", ""}) != nullptr);
  CHECK(names(odd).find(" app.") == std::string::npos);
}

TEST_CASE("excluded names and tables of our own are left out with all their parts", "[catalog]") {
  const TempDatabase database;
  database.execute(R"sql(
    CREATE TABLE alembic_version (version_num varchar(32) CONSTRAINT alembic_version_pkc PRIMARY KEY);
    CREATE TABLE alembic_version_log (id serial PRIMARY KEY, at timestamptz);
    CREATE INDEX ON alembic_version_log (at);
    CREATE TABLE t (a integer, b integer, CONSTRAINT positive CHECK (a > 0));
    CREATE INDEX t_temporary ON t (b);
    CREATE TABLE secret (id serial PRIMARY KEY);
    CREATE FUNCTION secret_function() RETURNS integer LANGUAGE sql AS 'SELECT 1';
    CREATE OPERATOR ## (LEFTARG = integer, RIGHTARG = integer, FUNCTION = int4eq);
    CREATE SCHEMA staging; CREATE TABLE staging.x (a integer);
  )sql");
  ReadOptions options;
  options.own_tables = {{"", "alembic_version"}, {"public", "alembic_version_log"}};
  options.exclude = {"public.secret*", "public.t.b", "public.t_temp*", "public.##*", "staging"};
  CHECK(names(read(database, options)) ==
        "schema public\ntable public.t\ncolumn public.t.a\nconstraint public.t.positive");
  options.own_tables = {{"elsewhere", "alembic_version"}};
  options.exclude = {};
  CHECK(names(read(database, options)).find("table public.alembic_version\n") != std::string::npos);
}

TEST_CASE("members of extensions and temporary objects are nobody's schema", "[catalog]") {
  const TempDatabase database;
  auto connection = database.connect();
  connection.execute(R"sql(
    CREATE EXTENSION hstore; CREATE EXTENSION citext; CREATE EXTENSION btree_gist;
    CREATE TEMPORARY TABLE passing (a integer PRIMARY KEY);
    CREATE TYPE pg_temp.briefly AS ENUM ('x');
    CREATE TABLE kept (a citext DEFAULT 'x', b hstore);
    CREATE TABLE member (id serial PRIMARY KEY); ALTER EXTENSION hstore ADD TABLE member;
  )sql");
  const auto model = read_model(connection);
  CHECK(names(model) ==
        "schema public\nextension btree_gist\nextension citext\nextension hstore\n"
        "table public.kept\ncolumn public.kept.a\ncolumn public.kept.b");
  const auto* column = model.find({schema::EntityKind::column, "public", "kept", "a", ""});
  REQUIRE(column != nullptr);
  CHECK(column->fact("type") == "public.citext");
  CHECK(std::ranges::count(column->needs, schema::EntityId{schema::EntityKind::extension, "", "", "citext", ""}) == 1);
}

TEST_CASE("what nobody manages is told by name", "[catalog]") {
  const TempDatabase database;
  database.execute(R"sql(
    CREATE EXTENSION citext;
    CREATE FUNCTION f(citext) RETURNS text LANGUAGE sql AS 'SELECT $1::text';
    ALTER FUNCTION f(citext) DEPENDS ON EXTENSION citext;
    CREATE FUNCTION to_list(text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT AS 'SELECT ARRAY[$1]';
    CREATE CAST (text AS text[]) WITH FUNCTION to_list(text) AS ASSIGNMENT;
    CREATE OPERATOR <#> (LEFTARG = integer, RIGHTARG = bigint, FUNCTION = int48eq);
    CREATE OPERATOR CLASS odd FOR TYPE integer USING hash AS OPERATOR 1 =;
    CREATE CONVERSION lossless FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
    CREATE TEXT SEARCH PARSER words (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype);
    CREATE TEXT SEARCH TEMPLATE plain (LEXIZE = dsimple_lexize);
    CREATE ACCESS METHOD second_heap TYPE TABLE HANDLER heap_tableam_handler;
    CREATE SUBSCRIPTION away CONNECTION 'host=/nowhere dbname=x password=hidden' PUBLICATION p
      WITH (connect = false, slot_name = NONE);
    SELECT lo_create(0);
  )sql");
  std::string unmanaged;
  const auto model = read(database);
  for (const auto& [id, entity] : model.entities()) {
    if (id.kind == schema::EntityKind::unmanaged) unmanaged += id.name + "\n";
  }
  database.execute("ALTER SUBSCRIPTION away DISABLE; DROP SUBSCRIPTION away");
  CHECK(unmanaged ==
        "access method second_heap\ncast (pg_catalog.text AS pg_catalog.text[])\nconversion public.lossless\n"
        "function public.f(public.citext) depends on extension citext\nlarge objects\n"
        "operator class public.odd USING hash\noperator family public.odd USING hash\n"
        "operator public.<#>(integer,bigint)\nsubscription away\n"
        "text search parser public.words\ntext search template public.plain\n");
}

TEST_CASE("reading does not depend on the session and leaves it as it was", "[catalog]") {
  const TempDatabase database;
  database.execute(
      "CREATE SCHEMA s; CREATE TABLE s.t (a timestamptz DEFAULT '2020-02-03 04:05:06+00', b interval DEFAULT '1 day',"
      "c double precision DEFAULT 0.1); CREATE VIEW s.v AS SELECT a FROM s.t WHERE a > '2020-02-03 00:00:00+00'");
  const auto plain = read(database);
  auto connection = database.connect();
  connection.execute(
      "SET search_path = s, public; SET DateStyle = 'German'; SET TimeZone = 'Asia/Kolkata'; SET extra_float_digits = "
      "-5; SET IntervalStyle = 'iso_8601'; SET quote_all_identifiers = on");
  CHECK(difference(plain, read_model(connection)).empty());
  CHECK(connection.execute("SHOW search_path").text(0, 0) == "s, public");
  CHECK(connection.transaction_status() == engine::TransactionStatus::idle);
  CHECK(connection.execute("CREATE TABLE s.still_writable ()").command_tag() == "CREATE TABLE");
}

TEST_CASE("invalid indexes and constraints on the way are told as such", "[catalog]") {
  const TempDatabase database;
  database.execute("CREATE TABLE t (a integer); INSERT INTO t VALUES (1), (1)");
  auto connection = database.connect();
  CHECK_THROWS_AS(connection.execute("CREATE UNIQUE INDEX CONCURRENTLY broken ON t (a)"), engine::UniqueViolation);
  connection.execute("ALTER TABLE t ADD CONSTRAINT later CHECK (a > 1) NOT VALID");
  const auto model = read_model(connection);
  CHECK(attributes(model, "index public.t.broken") ==
        "definition=CREATE UNIQUE INDEX broken ON public.t USING btree (a)\nunique=true\nvalid=false");
  CHECK(attributes(model, "constraint public.t.later") ==
        "columns={a}\ndefinition=CHECK ((a > 1)) NOT VALID\ntype=check\nvalid=false");
}

}  // namespace
}  // namespace migrate::test

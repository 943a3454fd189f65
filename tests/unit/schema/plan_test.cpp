#include <catch2/catch.hpp>

#include "diff_models.hpp"

using namespace migrate::schema;
using namespace diff_models;

namespace {

std::string up(const Model& from, const Model& to) {
  return statements(plan(from, to));
}

std::size_t at(const std::string& text, const std::string& part) {
  INFO(text);
  const auto found = text.find(part);
  REQUIRE(found != std::string::npos);
  return found;
}

}  // namespace

TEST_CASE("views are dropped before and made after what they show", "[schema][diff]") {
  const auto with_type = [](const std::string& type) {
    Schema schema;
    schema.table("t", {{"a", type}});
    schema.view("b_first", " SELECT a", {column_id("t", "a")});
    schema.view("a_second", " SELECT a", {column_id("b_first", "a"), view_id("b_first")});
    return schema;
  };
  CHECK(up(with_type("integer"), with_type("bigint")) ==
        "DROP VIEW public.a_second\n"
        "DROP VIEW public.b_first\n"
        "ALTER TABLE public.t ALTER COLUMN a TYPE bigint\n"
        "CREATE VIEW public.b_first AS\n SELECT a\n"
        "CREATE VIEW public.a_second AS\n SELECT a\n");
}

TEST_CASE("tables that refer to each other get their foreign keys last and lose them first", "[schema][diff]") {
  Schema both;
  both.table("a", {{"id", "integer"}}).table("b", {{"id", "integer"}});
  for (const auto& [from, to] : {std::pair{"a", "b"}, {"b", "a"}}) {
    both.constraint(from, std::string(from) + "_fk", "foreign key",
                    std::string("FOREIGN KEY (id) REFERENCES public.") + to + "(id)", {table_id(to)});
    both.model()
        .entities()
        .at({EntityKind::constraint, "public", from, std::string(from) + "_fk", {}})
        .facts["references"] = std::string("public.") + to;
  }
  const auto made = up(Schema(), both);
  CHECK(at(made, "ADD CONSTRAINT a_fk") > at(made, "CREATE TABLE public.b"));
  const auto gone = up(both, Schema());
  CHECK(at(gone, "DROP CONSTRAINT a_fk") < at(gone, "DROP TABLE public.b"));
  CHECK(at(gone, "DROP CONSTRAINT b_fk") < at(gone, "DROP TABLE public.a"));
}

TEST_CASE("a check that calls a function over its own table stands apart", "[schema][diff]") {
  const auto schema = Schema()
                          .table("t", {{"a", "integer"}})
                          .function("ok", "public.t", {table_id("t")})
                          .constraint("t", "c", "check", "CHECK (public.ok(t.*))", {function_id("ok", "public.t")});
  const auto made = up(Schema(), schema);
  CHECK(at(made, "CREATE TABLE") < at(made, "FUNCTION public.ok"));
  CHECK(at(made, "FUNCTION public.ok") < at(made, "ADD CONSTRAINT c"));
  const auto gone = up(schema, Schema());
  CHECK(at(gone, "DROP CONSTRAINT c") < at(gone, "DROP FUNCTION"));
  CHECK(at(gone, "DROP FUNCTION") < at(gone, "DROP TABLE"));
}

TEST_CASE("functions come before the tables whose defaults call them", "[schema][diff]") {
  Schema schema;
  schema.function("next", "").table("a", {{"id", "integer"}});
  auto& column = schema.model().entities().at(column_id("a", "id"));
  column.facts["default"] = "public.next()";
  column.needs.push_back(function_id("next"));
  const auto made = up(Schema(), schema);
  CHECK(made.starts_with("SET LOCAL check_function_bodies = off\n"));
  CHECK(at(made, "FUNCTION public.next") < at(made, "CREATE TABLE"));
}

TEST_CASE("a default gives way while the function under it is replaced", "[schema][diff]") {
  const auto with = [](const std::string& returns) {
    Schema schema;
    schema.function("f", "").table("t", {{"id", "integer"}});
    schema.model().entities().at(function_id("f")).facts["returns"] = returns;
    auto& column = schema.model().entities().at(column_id("t", "id"));
    column.facts["default"] = "public.f()";
    column.needs.push_back(function_id("f"));
    return schema;
  };
  CHECK(up(with("integer"), with("bigint")) ==
        "SET LOCAL check_function_bodies = off\n"
        "ALTER TABLE public.t ALTER COLUMN id DROP DEFAULT\n"
        "DROP FUNCTION public.f()\n"
        "CREATE OR REPLACE FUNCTION public.f() …\n"
        "ALTER TABLE public.t ALTER COLUMN id SET DEFAULT public.f()\n");
}

TEST_CASE("an added value is committed before it is used and only then", "[schema][diff]") {
  const auto with = [](std::vector<std::string> labels, const std::string& value) {
    Schema schema;
    schema.add({EntityKind::enum_type, "public", {}, "mood", {}}).table("t", {{"m", "public.mood"}});
    schema.model().entities().at({EntityKind::enum_type, "public", {}, "mood", {}}).lists["labels"] = std::move(labels);
    schema.model().entities().at(column_id("t", "m")).facts["default"] = "'" + value + "'::public.mood";
    return schema;
  };
  const auto unused = plan(with({"a"}, "a"), with({"a", "b"}, "a"));
  REQUIRE(unused.groups.size() == 1);
  CHECK(unused.groups[0].transactional);
  const auto used = plan(with({"a"}, "a"), with({"a", "b"}, "b"));
  REQUIRE(used.groups.size() == 2);
  CHECK_FALSE(used.groups[0].transactional);
  CHECK(used.groups[0].statements[0].sql == "ALTER TYPE public.mood ADD VALUE 'b'");
  CHECK(statements(plan(with({"b", "d"}, "b"), with({"a", "b", "c", "d", "e"}, "b"))) ==
        "ALTER TYPE public.mood ADD VALUE 'a' BEFORE 'b'\n"
        "ALTER TYPE public.mood ADD VALUE 'c' AFTER 'b'\n"
        "ALTER TYPE public.mood ADD VALUE 'e'\n");
}

TEST_CASE("statements that lose data say so", "[schema][diff]") {
  const auto from = Schema().table("t", {{"a", "integer"}, {"gone", "text"}}).table("old", {{"x", "text"}});
  const auto to = Schema().table("t", {{"a", "text"}});
  const auto script = to_script(plan(from, to).groups);
  CHECK_THAT(script, Catch::Contains("-- hazard: data loss: drops column public.t.gone and its values\n"));
  CHECK_THAT(script,
             Catch::Contains("-- hazard: data loss: drops table public.old and its rows\nDROP TABLE public.old;"));
  CHECK_THAT(script, Catch::Contains("-- hazard: rewrite: rewrites table public.t"));
}

TEST_CASE("values go over by a cast where types have one and by their text elsewhere", "[schema][diff]") {
  const auto retype = [](const std::string& from, const std::string& to) {
    const auto text = up(Schema().table("t", {{"a", from}}), Schema().table("t", {{"a", to}}));
    return text.substr(text.find(" TYPE ") + 6);
  };
  CHECK(retype("integer", "bigint") == "bigint\n");
  CHECK(retype("character varying(10)", "text") == "text\n");
  CHECK(retype("text", "integer") == "integer USING a::integer\n");
  CHECK(retype("integer", "boolean") == "boolean USING a::boolean\n");
  CHECK(retype("uuid", "bytea") == "bytea USING a::text::bytea\n");
  CHECK(retype("public.mood", "public.state") == "public.state USING a::text::public.state\n");
  CHECK(retype("integer", "integer[]") == "integer[] USING ARRAY[a]::integer[]\n");
}

TEST_CASE("online forms hold no lock while work is done", "[schema][diff]") {
  const auto from = Schema().table("t", {{"a", "integer"}}).index("t", "changed", "a").index("t", "gone", "a");
  auto to = Schema()
                .table("t", {{"a", "integer"}})
                .index("t", "changed", "a")
                .index("t", "fresh", "a")
                .constraint("t", "c", "check", "CHECK ((a > 0))")
                .constraint("t", "u", "unique", "UNIQUE NULLS NOT DISTINCT (a) DEFERRABLE");
  to.model().entities().at({EntityKind::index, "public", "t", "changed", {}}).facts["definition"] += " WHERE (a > 1)";
  to.model().entities().at({EntityKind::index, "public", "t", "fresh", {}}).facts["definition"] += " WHERE (a > 2)";
  to.model().entities().at(column_id("t", "a")).facts["not_null"] = "true";
  const auto made = plan(from, to, {{}, true});
  std::string text;
  for (const auto& group : made.groups) {
    text += group.transactional ? "-- transaction\n" : "-- outside\n";
    for (const auto& statement : group.statements) text += statement.sql + "\n";
  }
  CHECK(text ==
        "-- transaction\n"
        "ALTER TABLE public.t ADD CONSTRAINT a__not_null CHECK (a IS NOT NULL) NOT VALID\n"
        "-- transaction\n"
        "ALTER TABLE public.t VALIDATE CONSTRAINT a__not_null\n"
        "-- transaction\n"
        "ALTER TABLE public.t ALTER COLUMN a SET NOT NULL\n"
        "ALTER TABLE public.t DROP CONSTRAINT a__not_null\n"
        "ALTER TABLE public.t ADD CONSTRAINT c CHECK ((a > 0)) NOT VALID\n"
        "ALTER INDEX public.changed RENAME TO changed__old\n"
        "-- outside\n"
        "CREATE INDEX CONCURRENTLY changed ON public.t USING btree (a) WHERE (a > 1)\n"
        "DROP INDEX CONCURRENTLY public.changed__old\n"
        "CREATE INDEX CONCURRENTLY fresh ON public.t USING btree (a) WHERE (a > 2)\n"
        "DROP INDEX CONCURRENTLY public.gone\n"
        "CREATE UNIQUE INDEX CONCURRENTLY u ON public.t (a) NULLS NOT DISTINCT\n"
        "-- transaction\n"
        "ALTER TABLE public.t ADD CONSTRAINT u UNIQUE USING INDEX u DEFERRABLE\n"
        "-- transaction\n"
        "ALTER TABLE public.t VALIDATE CONSTRAINT c\n");
}

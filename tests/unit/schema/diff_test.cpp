#include <catch2/catch.hpp>

#include "diff_models.hpp"
#include "migrate/base/error.hpp"

using namespace migrate::schema;
using namespace diff_models;

namespace {

std::string listed(const Differences& differences) {
  std::string text;
  for (const auto& change : differences.changes) {
    text += std::string(kind_name(change.kind)) + " " + describe(change.from);
    if (change.kind == ChangeKind::rename) text += " to " + change.to.name;
    for (const auto& attribute : change.attributes) text += " " + attribute.name;
    text += "\n";
  }
  return text;
}

}  // namespace

TEST_CASE("equal schemas have no differences and need no plan", "[schema][diff]") {
  const auto schema = Schema().table("t", {{"a", "integer"}, {"b", "text"}});
  CHECK(diff(schema, schema).changes.empty());
  CHECK(plan(schema, schema).groups.empty());
}

TEST_CASE("the order of columns and what is only told are no differences", "[schema][diff]") {
  auto from = Schema().table("t", {{"a", "integer"}, {"b", "text"}});
  auto to = Schema().table("t", {{"b", "text"}, {"a", "integer"}});
  from.add({EntityKind::extension, {}, {}, "citext", {}}, {{"version", "1.5"}});
  to.add({EntityKind::extension, {}, {}, "citext", {}}, {{"version", "1.6"}});
  CHECK(listed(diff(from, to)).empty());
}

TEST_CASE("differences name the entity and the attributes", "[schema][diff]") {
  const auto from = Schema().table("t", {{"a", "integer"}, {"gone", "text"}}).table("old", {{"x", "text"}});
  const auto to = Schema().table("t", {{"a", "bigint"}, {"fresh", "date"}}).table("new", {{"y", "text"}});
  CHECK(listed(diff(from, to)) ==
        "create table public.new\n"
        "drop table public.old\n"
        "alter column public.t.a type\n"
        "create column public.t.fresh\n"
        "drop column public.t.gone\n");
}

TEST_CASE("constraints and indexes that only the name tells apart are renamed", "[schema][diff]") {
  const auto from = Schema()
                        .table("t", {{"a", "integer"}})
                        .constraint("t", "old_check", "check", "CHECK ((a > 0))")
                        .index("t", "old_index", "a");
  const auto to = Schema()
                      .table("t", {{"a", "integer"}})
                      .constraint("t", "new_check", "check", "CHECK ((a > 0))")
                      .index("t", "new_index", "a");
  CHECK(listed(diff(from, to)) ==
        "rename constraint public.t.old_check to new_check\n"
        "rename index public.t.old_index to new_index\n");
  CHECK(statements(plan(from, to)) ==
        "ALTER TABLE public.t RENAME CONSTRAINT old_check TO new_check\n"
        "ALTER INDEX public.old_index RENAME TO new_index\n");
}

TEST_CASE("what looks like a rename is suggested and not done", "[schema][diff]") {
  const auto from = Schema().table("t", {{"email", "text"}}).table("users", {{"id", "integer"}, {"name", "text"}});
  const auto to = Schema().table("t", {{"mail", "text"}}).table("people", {{"id", "integer"}, {"name", "text"}});
  const auto found = diff(from, to);
  CHECK(found.changes.size() == 4);
  REQUIRE(found.suggestions.size() == 2);
  CHECK(found.suggestions[0].from == column_id("t", "email"));
  CHECK(found.suggestions[0].to == column_id("t", "mail"));
  CHECK(found.suggestions[1].from == table_id("users"));
}

TEST_CASE("two candidates are no suggestion", "[schema][diff]") {
  const auto from = Schema().table("t", {{"email", "text"}});
  const auto to = Schema().table("t", {{"mail", "text"}, {"address", "text"}});
  CHECK(diff(from, to).suggestions.empty());
}

TEST_CASE("a rename that was asked for takes parts and texts along", "[schema][diff]") {
  const auto from = Schema()
                        .table("users", {{"email", "text"}})
                        .constraint("users", "c", "check", "CHECK ((email <> ''::text))")
                        .index("users", "i", "email");
  const auto to = Schema()
                      .table("people", {{"mail", "text"}})
                      .constraint("people", "c", "check", "CHECK ((mail <> ''::text))")
                      .index("people", "i", "mail");
  DiffOptions options;
  options.renames = {{column_id("users", "email"), "mail"}, {table_id("users"), "people"}};
  CHECK(listed(diff(from, to, options)) ==
        "rename table public.users to people\n"
        "rename column public.people.email to mail\n");
}

TEST_CASE("a rename of what is not there or to what is taken is refused", "[schema][diff]") {
  const auto schema = Schema().table("t", {{"a", "text"}, {"b", "text"}});
  const auto with = [&](Rename rename) { return diff(schema, schema, {{std::move(rename)}, {}}); };
  CHECK_THROWS_WITH(with({table_id("missing"), "x"}), Catch::Contains("the old schema does not have it"));
  CHECK_THROWS_WITH(with({column_id("t", "a"), "b"}), Catch::Contains("that name is taken"));
}

TEST_CASE("kinds can be passed over with their parts", "[schema][diff]") {
  const auto from = Schema().table("t", {{"a", "integer"}}).view("v", "SELECT 1", {});
  const auto to = Schema().table("t", {{"a", "bigint"}});
  CHECK(listed(diff(from, to, {{}, {EntityKind::view}})) == "alter column public.t.a type\n");
  CHECK(listed(diff(from, to, {{}, {EntityKind::view, EntityKind::table}})).empty());
}

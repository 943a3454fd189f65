#include "migrate/schema/model.hpp"

#include <catch2/catch.hpp>

using namespace migrate::schema;

TEST_CASE("a model gives the parts of a table by position", "[schema]") {
  Model model;
  model.add({.id = {EntityKind::table, "public", "", "users", ""}});
  model.add({.id = {EntityKind::column, "public", "users", "a", ""}, .position = 2});
  model.add({.id = {EntityKind::column, "public", "users", "b", ""}, .position = 1});
  model.add({.id = {EntityKind::column, "public", "users_old", "c", ""}, .position = 1});
  model.add({.id = {EntityKind::constraint, "public", "users", "d", ""}});
  const auto columns = model.parts({EntityKind::table, "public", "", "users", ""}, EntityKind::column);
  REQUIRE(columns.size() == 2);
  CHECK(columns[0]->id.name == "b");
  CHECK(columns[1]->id.name == "a");
}

TEST_CASE("entities are described as people name them", "[schema]") {
  CHECK(describe({EntityKind::table, "public", "", "users", ""}) == "table public.users");
  CHECK(describe({EntityKind::column, "public", "Users", "e mail", ""}) == "column public.\"Users\".\"e mail\"");
  CHECK(describe({EntityKind::function, "public", "", "total", "integer"}) == "function public.total(integer)");
  CHECK(describe({EntityKind::extension, "", "", "citext", ""}) == "extension citext");
}

TEST_CASE("an absent attribute reads as empty", "[schema]") {
  const Entity entity{.facts = {{"type", "text"}}, .lists = {{"labels", {"a", "b"}}}};
  CHECK(entity.fact("type") == "text");
  CHECK(entity.fact("default").empty());
  CHECK(entity.list("labels").size() == 2);
  CHECK(entity.list("options").empty());
  CHECK(entity.has("labels"));
  CHECK_FALSE(entity.has("default"));
}

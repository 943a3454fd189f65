#include "migrate/runtime/hook_sql.hpp"

#include <catch2/catch.hpp>

#include "migrate/runtime/version_apply.hpp"
#include "migrate/sql/placeholder.hpp"

using namespace migrate;
using runtime::HookSql;
using runtime::HookValues;
using Strings = std::vector<std::string>;

namespace {

const HookValues k_values{"b2", "upgrade", "b2,c3", "it's \\ {heads} :'heads'"};

Strings names(std::string_view text) {
  Strings found;
  for (const auto& placeholder : sql::find_placeholders(text)) {
    CHECK(placeholder.text.of(text) == ":'" + std::string(placeholder.name) + "'");
    found.emplace_back(placeholder.name);
  }
  return found;
}

}  // namespace

TEST_CASE("placeholders are found outside quotes, comments and casts only", "[sql]") {
  CHECK(names(":'a'") == Strings{"a"});
  CHECK(names("SELECT :'a',:'b'||:'a'") == Strings{"a", "b", "a"});
  CHECK(names("SELECT ':''a''', \":'b'\", $$:'c'$$, $x$ :'d' $x$, E'\\':\\'e\\'' -- :'f'\n/* :'g' /* */ :'h' */")
            .empty());
  CHECK(names("SELECT x::'a', x : 'b', : 'c', :a, :\"d\", :E'e', :$$f$$").empty());
  CHECK(names("SELECT x ::text, :'a' ''").size() == 1);
  CHECK(names(":'a'\n'b'") == Strings{"a"});
  CHECK(names("").empty());
  CHECK(names(":").empty());
  CHECK_THROWS_AS(names("SELECT :'a"), sql::SqlSyntaxError);
}

TEST_CASE("a hook's statements get their values as literals, each once", "[runtime][hooks]") {
  const HookSql hook("SELECT :'revision', ':''heads'''; \n CALL f(:'heads') ;; INSERT INTO t VALUES (:'title')");
  CHECK(hook.statements(k_values) == Strings{"SELECT 'b2', ':''heads'''", "CALL f('b2,c3')",
                                             "INSERT INTO t VALUES (E'it''s \\\\ {heads} :''heads''')"});
  CHECK(HookSql("SELECT :'direction'").statements({"", "stamp", "", ""}) == Strings{"SELECT 'stamp'"});
}

TEST_CASE("words of a command get their values, and nothing is looked at twice", "[runtime][hooks]") {
  const auto word = [](std::string_view text) { return runtime::with_hook_values(text, k_values); };
  CHECK(word("{revision}") == "b2");
  CHECK(word("a{direction}b{heads}{title}") == "aupgradebb2,c3it's \\ {heads} :'heads'");
  CHECK(word("{other} {revision {} } {") == "{other} {revision {} } {");
  CHECK(word("{{revision}}") == "{b2}");
  CHECK(word("").empty());
}

TEST_CASE("the values of a step name its heads afterwards, and a stamp is a stamp", "[runtime][hooks]") {
  runtime::PreparedStep step;
  step.step.revision = "b2";
  step.step.direction = script::Direction::downgrade;
  step.step.rows_after = {"a1", "c3"};
  step.title = "two";
  const auto values = runtime::hook_values(step);
  CHECK(values.revision == "b2");
  CHECK(values.direction == "downgrade");
  CHECK(values.heads == "a1,c3");
  CHECK(values.title == "two");
  step.step.stamp = true;
  step.step.rows_after.clear();
  CHECK(runtime::hook_values(step).direction == "stamp");
  CHECK(runtime::hook_values(step).heads.empty());
}

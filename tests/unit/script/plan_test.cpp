#include <catch2/catch.hpp>

#include "history_text.hpp"
#include "migrate/base/text.hpp"
#include "migrate/script/plan.hpp"

namespace {

using namespace migrate;
using script::RowChange;
using script::Step;
using test::fault_of;
using test::graph_of;
using Strings = std::vector<std::string>;

std::string revisions_of(const std::vector<Step>& steps) {
  Strings ids;
  for (const auto& step : steps) ids.push_back(step.revision);
  return base::join(ids, " ");
}

std::string stamped(std::string_view history, const Strings& rows, const Strings& targets, bool purge = false) {
  const auto graph = graph_of(history);
  try {
    const auto steps = script::plan_stamp(graph, rows, targets, purge);
    return base::join(steps.empty() ? rows : steps.back().rows_after, " ");
  } catch (const script::ResolutionError& error) {
    return std::string(test::name_of(error.fault()));
  }
}

const char* const k_merged = "a -> b; a -> c; e = merge(b, c)";

}  // namespace

TEST_CASE("an upgrade step inserts, replaces or merges rows", "[script][plan]") {
  const auto graph = graph_of(k_merged);
  const auto steps = script::plan_upgrade(graph, {}, "head");
  REQUIRE(revisions_of(steps) == "a c b e");
  CHECK(steps[0].rows == std::vector<RowChange>{{"", "a"}});
  CHECK(steps[1].rows == std::vector<RowChange>{{"a", "c"}});
  CHECK(steps[2].rows == std::vector<RowChange>{{"", "b"}});
  CHECK(steps[3].rows == std::vector<RowChange>{{"b", ""}, {"c", "e"}});
  CHECK(steps[3].from == Strings{"b", "c"});
  CHECK(steps[3].to == Strings{"e"});
  CHECK(steps[2].rows_after == Strings{"b", "c"});
  CHECK(steps[0].from.empty());
}

TEST_CASE("a downgrade step deletes, replaces or splits rows", "[script][plan]") {
  const auto graph = graph_of(k_merged);
  const auto steps = script::plan_downgrade(graph, Strings{"e"}, "base");
  REQUIRE(revisions_of(steps) == "e b c a");
  CHECK(steps[0].rows == std::vector<RowChange>{{"", "b"}, {"e", "c"}});
  CHECK(steps[0].from == Strings{"e"});
  CHECK(steps[0].to == Strings{"b", "c"});
  CHECK(steps[1].rows == std::vector<RowChange>{{"b", ""}});
  CHECK(steps[2].rows == std::vector<RowChange>{{"c", "a"}});
  CHECK(steps[3].rows == std::vector<RowChange>{{"a", ""}});
  CHECK(steps[3].rows_after.empty());
}

TEST_CASE("a merge that names an ancestor among its parents keeps one row", "[script][plan]") {
  const auto graph = graph_of("a -> b; c; a -> x; e = merge(b, x, a); e depends c");
  const auto steps = script::plan_upgrade(graph, {}, "heads");
  CHECK(steps.back().rows_after == Strings{"e"});
  const auto back = script::plan_downgrade(graph, Strings{"e"}, "b");
  REQUIRE(back.size() == 1);
  CHECK(back[0].rows_after == Strings{"b", "c", "x"});
}

TEST_CASE("what is applied already is no step", "[script][plan]") {
  const auto graph = graph_of("a -> b -> c");
  CHECK(script::plan_upgrade(graph, Strings{"c"}, "head").empty());
  CHECK(script::plan_upgrade(graph, Strings{"c"}, "a").empty());
  CHECK(script::plan_upgrade(graph, Strings{"b"}, "base").empty());
  CHECK(script::plan_upgrade(graph, Strings{"b"}, "current").empty());
  CHECK(script::plan_downgrade(graph, Strings{"b"}, "b").empty());
  CHECK(script::plan_downgrade(graph, {}, "base").empty());
}

TEST_CASE("relative targets count from the one row", "[script][plan]") {
  const auto graph = graph_of("a -> b -> c -> d");
  CHECK(revisions_of(script::plan_upgrade(graph, Strings{"b"}, "+1")) == "c");
  CHECK(revisions_of(script::plan_downgrade(graph, Strings{"c"}, "-1")) == "c");
  CHECK(revisions_of(script::plan_downgrade(graph, Strings{"c"}, "-3")) == "c b a");
  CHECK(revisions_of(script::plan_downgrade(graph, Strings{"c"}, "current-2")) == "c b");
  CHECK(revisions_of(script::plan_upgrade(graph, {}, "head-1")) == "a b c");
  CHECK(fault_of([&] { script::plan_downgrade(graph, Strings{"c"}, "-4"); }) == "relative-out-of-range");
  CHECK(fault_of([&] { script::plan_downgrade(graph, Strings{"c"}, "+1"); }) == "relative-out-of-range");
  CHECK(fault_of([&] { script::plan_upgrade(graph, Strings{"c"}, "-1"); }) == "relative-out-of-range");
}

TEST_CASE("relative targets with several rows are refused and told how to be exact", "[script][plan]") {
  const auto graph = graph_of("a -> b -> c; b -> d; label left on c");
  const Strings rows = {"c", "d"};
  CHECK(fault_of([&] { script::plan_downgrade(graph, rows, "-1"); }) == "ambiguous-current");
  CHECK(fault_of([&] { script::plan_upgrade(graph, rows, "+1"); }) == "ambiguous-current");
  CHECK(revisions_of(script::plan_downgrade(graph, rows, "left@-1")) == "c");
  try {
    script::plan_downgrade(graph, rows, "-1");
  } catch (const script::ResolutionError& error) {
    CHECK_THAT(error.what(), Catch::Contains("c (left), d"));
    CHECK_THAT(error.hint(), Catch::Contains("c@-1"));
  }
}

TEST_CASE("a downgrade takes down what depends on it, never what it depends on", "[script][plan]") {
  const auto graph = graph_of("a -> b -> c; x -> y -> z; y depends b");
  CHECK(revisions_of(script::plan_downgrade(graph, Strings{"c", "z"}, "a")) == "c z y b");
  const auto steps = script::plan_downgrade(graph, Strings{"c", "z"}, "x");
  CHECK(revisions_of(steps) == "z y");
  CHECK(steps.back().rows_after == Strings{"c", "x"});
}

TEST_CASE("a downgrade to what is not on the way down is refused with the reason", "[script][plan]") {
  const auto graph = graph_of("a -> b -> c; x -> y; y depends b");
  CHECK(fault_of([&] { script::plan_downgrade(graph, Strings{"a"}, "c"); }) == "not-on-path");
  try {
    script::plan_downgrade(graph, Strings{"y"}, "b");
    FAIL("downgraded to a mere dependency");
  } catch (const script::ResolutionError& error) {
    CHECK_THAT(error.what(), Catch::Contains("only because another revision depends on it"));
    CHECK_THAT(error.hint(), Catch::Contains("stands at y"));
  }
}

TEST_CASE("a branch in front of the target keeps the other branches up", "[script][plan]") {
  const auto graph = graph_of("a -> b -> c; b -> d; label left on c; label right on d; x -> y");
  const Strings rows = {"c", "d", "y"};
  CHECK(revisions_of(script::plan_downgrade(graph, rows, "b")) == "c d");
  CHECK(revisions_of(script::plan_downgrade(graph, rows, "left@b")) == "c");
  CHECK(revisions_of(script::plan_downgrade(graph, rows, "x@base")) == "y x");
  CHECK(revisions_of(script::plan_downgrade(graph, rows, "base")) == "c d b a y x");
  CHECK(fault_of([&] { script::plan_downgrade(graph, rows, "left@y"); }) == "not-in-branch");
}

TEST_CASE("rows that overlap are refused by an upgrade and healed by a downgrade", "[script][plan]") {
  const auto graph = graph_of("a -> b -> c -> d; b -> x");
  const Strings rows = {"b", "d"};
  CHECK(fault_of([&] { script::plan_upgrade(graph, rows, "x"); }) == "overlapping-revisions");
  const auto steps = script::plan_downgrade(graph, rows, "a");
  CHECK(revisions_of(steps) == "d c b");
  CHECK(steps[1].rows == std::vector<RowChange>{{"c", ""}});
  CHECK(steps.back().rows_after == Strings{"a"});
}

TEST_CASE("an unknown row stops every plan but a stamp with purge", "[script][plan]") {
  const auto graph = graph_of("a -> b");
  const Strings rows = {"gone"};
  const Strings target = {"b"};
  CHECK_THROWS_AS(script::plan_upgrade(graph, rows, "head"), script::DatabaseAheadError);
  CHECK_THROWS_AS(script::plan_downgrade(graph, rows, "base"), script::DatabaseAheadError);
  CHECK_THROWS_AS(script::plan_stamp(graph, rows, target, false), script::DatabaseAheadError);
  const auto steps = script::plan_stamp(graph, rows, target, true);
  REQUIRE(steps.size() == 2);
  CHECK(steps[0].rows == std::vector<RowChange>{{"gone", ""}});
  CHECK(steps[1].rows == std::vector<RowChange>{{"", "b"}});
  CHECK(steps[1].rows_after == Strings{"b"});
}

TEST_CASE("a stamp takes the place of rows above and below it and leaves the others", "[script][plan][stamp]") {
  const auto two = "a -> b -> c; b -> d; x -> y; label left on c";
  CHECK(stamped(two, {}, {"b"}) == "b");
  CHECK(stamped(two, {"c", "d", "y"}, {"b"}) == "b y");
  CHECK(stamped(two, {"a", "y"}, {"c"}) == "c y");
  CHECK(stamped(two, {"c"}, {"d"}) == "c d");
  CHECK(stamped(two, {"c", "y"}, {"c"}) == "c y");
  CHECK(stamped(two, {"c", "y"}, {"base"}).empty());
  CHECK(stamped(two, {"c", "y"}, {"left@base"}) == "y");
  CHECK(stamped(two, {"c", "y"}, {"current-1"}) == "ambiguous-current");
  CHECK(stamped(two, {"c"}, {"current-1"}) == "b");
}

TEST_CASE("a stamp is one step with from and to, and runs no script", "[script][plan][stamp]") {
  const auto graph = graph_of("a -> b -> c; b -> d");
  const auto steps = script::plan_stamp(graph, Strings{"c", "d"}, Strings{"a"}, false);
  REQUIRE(steps.size() == 1);
  CHECK(steps[0].stamp);
  CHECK(steps[0].from == Strings{"c", "d"});
  CHECK(steps[0].to == Strings{"a"});
  CHECK(steps[0].rows == std::vector<RowChange>{{"c", ""}, {"d", "a"}});
}

TEST_CASE("several stamps at once each move their own rows", "[script][plan][stamp]") {
  const auto two = "a -> b -> c; b -> d; x -> y";
  CHECK(stamped(two, {"a", "x"}, {"c", "y"}) == "c y");
  CHECK(stamped(two, {"a", "x"}, {"c", "x"}) == "c x");
  CHECK(stamped(two, {}, {"heads"}) == "c d y");
  CHECK(stamped(two, {"c", "x"}, {"heads"}) == "c d y");
}

TEST_CASE("stamps that cannot be meant are refused before anything moves", "[script][plan][stamp]") {
  const auto two = "a -> b -> c; b -> d; e = merge(c, d)";
  CHECK(stamped(two, {}, {"a", "c"}) == "overlapping-revisions");
  CHECK(stamped(two, {}, {"c", "c"}) == "overlapping-revisions");
  CHECK(stamped(two, {"e"}, {"c", "d"}) == "overlapping-revisions");
  CHECK(stamped(two, {"e"}, {"c", "d"}, true) == "c d");
  CHECK(stamped(two, {"a", "c"}, {"b"}) == "overlapping-revisions");
  CHECK(stamped(two, {"a", "c"}, {"b"}, true) == "b");
  CHECK(stamped(two, {"c"}, {"base", "d"}) == "overlapping-revisions");
  CHECK(stamped(two, {"c"}, {"-1"}) == "ambiguous-current");
  CHECK(stamped("a -> b -> c", {}, {"-1"}) == "b");
  CHECK(stamped(two, {"c"}, {"current"}, true) == "ambiguous-current");
}

TEST_CASE("ties between lines are broken by load order and written order of parents", "[script][plan][order]") {
  const auto graph = graph_of("a -> b; a -> c; e = merge(c, b); x -> y; z");
  CHECK(revisions_of(script::plan_upgrade(graph, {}, "heads")) == "a x y z b c e");
  CHECK(revisions_of(script::plan_downgrade(graph, Strings{"z", "y", "e"}, "base")) == "e c b z y x a");
}

TEST_CASE("a history of ten thousand with merges is planned in moments", "[script][plan][scale]") {
  std::vector<script::Revision> revisions(10000);
  const auto id = [](std::size_t i) { return "r" + std::to_string(i); };
  for (std::size_t i = 0; i < revisions.size(); ++i) {
    revisions[i].id = id(i);
    if (i % 10 == 5)
      revisions[i].down_revisions = {id(i - 3)};
    else if (i > 10 && i % 10 == 8)
      revisions[i].down_revisions = {id(i - 1), id(i - 4)};
    else if (i > 0)
      revisions[i].down_revisions = {id(i - 1)};
    if (i > 500 && i % 7 == 0) revisions[i].depends_on = {id(i - 400), id(i - 300)};
  }
  const script::RevisionGraph graph(std::move(revisions));
  const auto up = script::plan_upgrade(graph, {}, "heads");
  CHECK(up.size() == 10000);
  CHECK(script::plan_downgrade(graph, up.back().rows_after, "base").size() == 10000);
}

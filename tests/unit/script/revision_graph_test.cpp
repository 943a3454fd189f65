#include <catch2/catch.hpp>

#include "history_text.hpp"
#include "migrate/script/revision_graph.hpp"

namespace {

using namespace migrate;
using script::Index;
using script::RevisionError;
using test::graph_of;
using test::ids_of;

std::string ids_of_flags(const script::RevisionGraph& graph, const std::vector<bool>& flags) {
  std::vector<Index> set;
  for (Index i = 0; i < flags.size(); ++i) {
    if (flags[i]) set.push_back(i);
  }
  return ids_of(graph, set);
}

std::string fault_of_graph(std::string_view history) {
  try {
    graph_of(history);
  } catch (const RevisionError& error) {
    return std::string(error.what()) + " | " + error.hint();
  }
  return {};
}

}  // namespace

TEST_CASE("heads, bases, branch and merge points follow the parent links", "[script][graph]") {
  const auto graph = graph_of("a -> b -> c; b -> d; e = merge(c, d); x -> y; y depends e");
  CHECK(ids_of(graph, graph.bases()) == "a x");
  CHECK(ids_of(graph, graph.heads()) == "e y");
  CHECK(ids_of(graph, graph.real_heads()) == "y");
  CHECK(graph.is_branch_point(graph.find("b").value()));
  CHECK_FALSE(graph.is_branch_point(graph.find("e").value()));
  CHECK(graph.is_merge_point(graph.find("e").value()));
  CHECK_FALSE(graph.find("zz"));
}

TEST_CASE("ancestors and descendants go through dependencies, lineage does not", "[script][graph]") {
  const auto graph = graph_of("a -> b; x -> y; y depends b");
  const Index y[] = {graph.find("y").value()};
  const Index a[] = {graph.find("a").value()};
  CHECK(ids_of_flags(graph, graph.ancestors(y)) == "a b x y");
  CHECK(ids_of_flags(graph, graph.lineage_ancestors(y)) == "x y");
  CHECK(ids_of_flags(graph, graph.descendants(a)) == "a b y");
  CHECK(ids_of_flags(graph, graph.lineage_descendants(a)) == "a b");
}

TEST_CASE("a dependency that an ancestor has already is not one of the edges", "[script][graph]") {
  const auto graph = graph_of(
      "d1; d2; a -> b -> c -> e; b -> f; b depends d1; c depends d1, d2; e depends d1, d2; "
      "f depends d2; g = merge(e, f); g depends d2");
  const auto normalized = [&](std::string_view id) {
    return ids_of(graph, graph.normalized_dependencies(graph.find(id).value()));
  };
  CHECK(normalized("b") == "d1");
  CHECK(normalized("c") == "d2");
  CHECK(normalized("e").empty());
  CHECK(normalized("f") == "d2");
  CHECK(normalized("g").empty());
  CHECK(ids_of(graph, graph.dependencies(graph.find("e").value())) == "d1 d2");
}

TEST_CASE("a dependency on a parent is one edge, a parent named twice one link", "[script][graph]") {
  auto revisions = test::revisions_of("a -> b; b depends a");
  revisions[1].down_revisions = {"a", "a"};
  const script::RevisionGraph graph(std::move(revisions));
  CHECK(graph.edges(1) == std::vector<Index>{0});
  CHECK(graph.parents(1) == std::vector<Index>{0});
  CHECK(graph.children(0) == std::vector<Index>{1});
}

TEST_CASE("depends_on takes ids, labels and partial ids that are long enough", "[script][graph]") {
  const auto graph = graph_of("abcdef12 -> b; label core on b; x; y; z; x depends core; y depends abcde; z depends b");
  const auto on = [&](std::string_view id) { return ids_of(graph, graph.dependencies(graph.find(id).value())); };
  CHECK(on("x") == "b");
  CHECK(on("y") == "abcdef12");
  CHECK(on("z") == "b");
  CHECK_THAT(fault_of_graph("abcdef12 -> b; y; y depends abcd"),
             Catch::Contains("y.sql") && Catch::Contains("at least 5"));
  CHECK_THAT(fault_of_graph("abcdef12 -> abcdef13; y; y depends abcdef"), Catch::Contains("abcdef12, abcdef13"));
}

TEST_CASE("labels are carried up the branch and down to where it leaves another", "[script][graph]") {
  const auto graph = graph_of("a -> b -> c -> d -> e; b -> x; label feature on d");
  std::string carriers;
  for (Index i = 0; i < graph.size(); ++i) {
    if (!graph.labels(i).empty()) carriers += graph[i].id;
  }
  CHECK(carriers == "cde");
  CHECK(graph.find_label("feature") == graph.find("d"));
}

TEST_CASE("two files with one id are both named", "[script][graph]") {
  auto revisions = test::revisions_of("a -> b");
  revisions.push_back(revisions[1]);
  revisions.back().path = "other/b.sql";
  CHECK_THROWS_WITH(script::RevisionGraph(revisions),
                    Catch::Contains("revision id 'b'") && Catch::Contains("b.sql and other/b.sql"));
}

TEST_CASE("a label used twice, or one that is an id, names the files", "[script][graph]") {
  CHECK_THAT(fault_of_graph("a -> b; a -> c; label same on b; label same on c"),
             Catch::Contains("label 'same'") && Catch::Contains("b.sql and c.sql"));
  CHECK_THAT(fault_of_graph("a -> b; label a on b"), Catch::Contains("b.sql") && Catch::Contains("also a revision id"));
}

TEST_CASE("a parent or dependency no file has names the file and what was probably meant", "[script][graph]") {
  auto revisions = test::revisions_of("b03417887b93 -> e9844b552bfa");
  revisions[1].down_revisions = {"b03417887b39"};
  try {
    const script::RevisionGraph graph(revisions);
    FAIL("a missing parent was accepted");
  } catch (const RevisionError& error) {
    CHECK_THAT(error.what(), Catch::Contains("e9844b552bfa.sql: down_revision 'b03417887b39'"));
    CHECK_THAT(error.hint(), Catch::Contains("b03417887b93"));
  }
  revisions[1].down_revisions = {"b0341788"};
  try {
    const script::RevisionGraph graph(revisions);
    FAIL("a partial parent was accepted");
  } catch (const RevisionError& error) {
    CHECK_THAT(error.hint(), Catch::Contains("full id: 'b03417887b93'"));
  }
  CHECK_THAT(fault_of_graph("a; b depends zz"), Catch::Contains("b.sql: depends_on 'zz'"));
}

TEST_CASE("a revision that stands on itself is named", "[script][graph]") {
  CHECK_THAT(fault_of_graph("a -> a"), Catch::Contains("a.sql: revision 'a' names itself in down_revision"));
  CHECK_THAT(fault_of_graph("a -> b; b depends b"), Catch::Contains("b.sql: revision 'b' names itself in depends_on"));
  CHECK_THAT(fault_of_graph("a -> b; label me on b; b depends me"), Catch::Contains("names itself in depends_on"));
}

TEST_CASE("a cycle lists its members in order, not what hangs on it", "[script][graph]") {
  const auto fault = fault_of_graph("r -> a -> b -> c -> d; c -> a");
  CHECK_THAT(fault, Catch::Contains("cycle: down_revision"));
  CHECK_THAT(fault, Catch::Contains("a -> b -> c -> a") || Catch::Contains("b -> c -> a -> b") ||
                        Catch::Contains("c -> a -> b -> c"));
  CHECK_THAT(fault, !Catch::Contains("d.sql") && !Catch::Contains("r.sql"));
}

TEST_CASE("a cycle through a dependency is told from one of parents", "[script][graph]") {
  const auto fault = fault_of_graph("a -> b; x -> y; b depends y; y depends b");
  CHECK_THAT(fault, Catch::Contains("dependency cycle") && Catch::Contains("b.sql") && Catch::Contains("y.sql"));
  CHECK_THAT(fault_of_graph("a -> b -> c; a depends c"), Catch::Contains("dependency cycle"));
}

TEST_CASE("a long history is built, ordered and checked without deep recursion", "[script][graph]") {
  std::vector<script::Revision> revisions(50000);
  for (std::size_t i = 0; i < revisions.size(); ++i) {
    revisions[i].id = "r" + std::to_string(i);
    if (i > 0) revisions[i].down_revisions = {"r" + std::to_string(i - 1)};
    if (i > 100) revisions[i].depends_on = {"r" + std::to_string(i - 100)};
  }
  const script::RevisionGraph graph(std::move(revisions));
  const auto top = graph.heads();
  REQUIRE(top.size() == 1);
  const auto flags = graph.ancestors(top);
  CHECK(std::count(flags.begin(), flags.end(), true) == 50000);
}

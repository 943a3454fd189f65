#include "migrate/cli/graph_formats.hpp"

#include <catch2/catch.hpp>

using namespace migrate;
using command::RevisionView;

namespace {

RevisionView revision(std::string id, std::vector<std::string> parents, std::string title) {
  RevisionView result;
  result.id = std::move(id);
  result.parents = std::move(parents);
  result.title = std::move(title);
  return result;
}

/// A merge, a branch, a base of its own that another revision depends on, and where the database stands.
std::vector<RevisionView> sample() {
  auto merge = revision("d4", {"b2", "c3"}, "join");
  merge.head = true;
  merge.merge_point = true;
  auto side = revision("c3", {"a1"}, "side");
  side.labels = {"chat", "billing"};
  side.dependencies = {"e5"};
  auto apart = revision("e5", {}, "apart");
  apart.effective_head = true;
  auto middle = revision("b2", {"a1"}, "middle");
  middle.current = true;
  return {merge, side, apart, middle, revision("a1", {}, "first")};
}

std::string id_and_title(const RevisionView& view) {
  return view.id + "\n  " + view.title + "\n";
}

}  // namespace

TEST_CASE("Mermaid: bases first, dependencies dashed", "[cli][graph]") {
  CHECK(cli::mermaid(sample()) == R"(flowchart TD
    rev_a1["a1<br/>first"]
    rev_b2["b2 (current)<br/>middle"]:::current
    rev_e5["e5 (effective head)<br/>apart"]
    rev_c3["c3 (chat, billing)<br/>side"]
    rev_d4["d4 (head)<br/>join"]
    rev_a1 --> rev_b2
    rev_a1 --> rev_c3
    rev_e5 -.-> rev_c3
    rev_b2 --> rev_d4
    rev_c3 --> rev_d4
    classDef current stroke-width:4px
)");
  CHECK(cli::mermaid({}) == "flowchart TD\n");
}

TEST_CASE("dot: bases first, dependencies dashed", "[cli][graph]") {
  CHECK(cli::dot(sample()) == R"(digraph history {
    node [shape=box];
    "a1" [label="a1\nfirst"];
    "b2" [label="b2 (current)\nmiddle", penwidth=3];
    "e5" [label="e5 (effective head)\napart"];
    "c3" [label="c3 (chat, billing)\nside"];
    "d4" [label="d4 (head)\njoin"];
    "a1" -> "b2";
    "a1" -> "c3";
    "e5" -> "c3" [style=dashed];
    "b2" -> "d4";
    "c3" -> "d4";
}
)");
  CHECK(cli::dot({}) == "digraph history {\n    node [shape=box];\n}\n");
}

TEST_CASE("parents and dependencies outside the list are drawn once, as cut off", "[cli][graph]") {
  auto first = revision("b2", {"a1"}, "first");
  auto second = revision("c3", {"a1"}, "second");
  second.dependencies = {"e5", "a1"};
  const std::vector<RevisionView> range{second, first};
  CHECK(cli::mermaid(range) == R"(flowchart TD
    rev_b2["b2<br/>first"]
    rev_c3["c3<br/>second"]
    rev_a1["a1 …"]:::outside
    rev_a1 --> rev_b2
    rev_a1 --> rev_c3
    rev_e5["e5 …"]:::outside
    rev_e5 -.-> rev_c3
    rev_a1 -.-> rev_c3
    classDef outside stroke-dasharray:2 4
)");
  CHECK(cli::dot(range) == R"(digraph history {
    node [shape=box];
    "b2" [label="b2\nfirst"];
    "c3" [label="c3\nsecond"];
    "a1" [label="a1 …", style=dotted];
    "a1" -> "b2";
    "a1" -> "c3";
    "e5" [label="e5 …", style=dotted];
    "e5" -> "c3" [style=dashed];
    "a1" -> "c3" [style=dashed];
}
)");
}

TEST_CASE("what a title holds is never taken for Mermaid's own words", "[cli][graph]") {
  const auto drawn = [](const std::string& title) {
    const auto text = cli::mermaid(std::vector{revision("a", {}, title)});
    const std::string begin = "flowchart TD\n    rev_a[\"a<br/>";
    REQUIRE(text.starts_with(begin));
    REQUIRE(text.ends_with("\"]\n"));
    return text.substr(begin.size(), text.size() - begin.size() - 3);
  };
  CHECK(drawn("add \"x\"]; end") == "add #34;x#34;#93;#59; end");
  CHECK(drawn("#35; & <b>`*`</b>") == "#35;35#59; #38; #60;b#62;#96;#42;#96;#60;/b#62;");
  CHECK(drawn("%%{init: {}}%%") == "#37;#37;#123;init: #123;#125;#125;#37;#37;");
  CHECK(drawn("tab\there\\n\x1b[0m\x7f") == "tab here#92;n #91;0m ");
  CHECK(drawn("größe, 100 (ok)") == "größe, 100 (ok)");
}

TEST_CASE("every id has a name of its own in Mermaid", "[cli][graph]") {
  const std::vector<RevisionView> odd{revision("end", {}, ""), revision("a.b", {"end"}, ""),
                                      revision("a_2eb", {"a.b"}, ""), revision("ä\"", {"a_2eb"}, "")};
  const auto text = cli::mermaid(odd);
  CHECK(text.find("    rev_end --> rev_a_2eb\n") != std::string::npos);
  CHECK(text.find("    rev_a_2eb --> rev_a_5f2eb\n") != std::string::npos);
  CHECK(text.find("    rev_a_5f2eb --> rev__c3_a4_22\n") != std::string::npos);
}

TEST_CASE("what a title or an id holds never ends a string of dot", "[cli][graph]") {
  const std::vector<RevisionView> odd{revision("a\"b\\", {}, "say \"x\"\\n, \\G\r\n<b>")};
  CHECK(cli::dot(odd) ==
        "digraph history {\n    node [shape=box];\n"
        R"(    "a\"b\\" [label="a\"b\\\nsay \"x\"\\n, \\G  <b>"];)"
        "\n}\n");
}

TEST_CASE("the lines of a long entry stand beside the graph in one column", "[cli][graph]") {
  const cli::Output output;
  CHECK(cli::graph_text(sample(), id_and_title, output) == R"(*   d4
|\    join
| |
| * c3
| |   side
| |
| | * e5
| |     apart
| |
* | b2
|/    middle
|
* a1
    first

)");
}

TEST_CASE("the lines of the graph are coloured, and the words beside them left alone", "[cli][graph]") {
  cli::Output output;
  output.configure(cli::Color::always, false, false);
  const std::vector<RevisionView> merge{revision("m", {"a", "b"}, ""), revision("b", {}, ""), revision("a", {}, "")};
  const auto text = cli::graph_text(
      merge, [](const RevisionView& view) { return view.id; }, output);
  CHECK(text ==
        "* m\n"
        "\033[31m|\033[0m\033[32m\\\033[0m\n"
        "\033[31m|\033[0m * b\n"
        "* a\n");
}

TEST_CASE("an entry without a word still has its place in the graph", "[cli][graph]") {
  const cli::Output output;
  CHECK(cli::graph_text(
            sample(), [](const RevisionView&) { return std::string(); }, output) == "*\n|\\\n| *\n| | *\n* |\n|/\n*\n");
}

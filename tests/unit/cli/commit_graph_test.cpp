#include "migrate/cli/commit_graph.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>

#include "drawn_graph.hpp"
#include "migrate/base/text.hpp"
#include "migrate/cli/graph_formats.hpp"

using namespace migrate;
using migrate::test::DrawnGraph;

namespace {

using Parents = std::vector<std::vector<std::size_t>>;
constexpr std::size_t k_all_lanes = 100000;
constexpr std::size_t k_outside = cli::CommitGraph::k_outside;

/// A history as lines "commit: parent parent", newest first.
std::vector<command::RevisionView> history(std::string_view text) {
  std::vector<command::RevisionView> result;
  for (const auto line : base::split(text, '\n')) {
    if (base::trim(line).empty()) continue;
    const auto parts = base::split(line, ':');
    command::RevisionView revision;
    revision.id = base::trim(parts.at(0));
    revision.parents = base::split_list(parts.at(1), ' ');
    result.push_back(std::move(revision));
  }
  return result;
}

std::string drawn(std::string_view text, std::size_t max_lanes = k_all_lanes) {
  const cli::Output output;
  return "\n" +
         cli::graph_text(
             history(text), [](const command::RevisionView& revision) { return revision.id; }, output, max_lanes);
}

/// The rows of a drawing, one per line of a text; `below`: straight rows after each commit, as long entries need.
std::vector<std::string> rows(const Parents& parents, std::size_t max_lanes, std::size_t below = 0) {
  std::vector<std::string> result;
  cli::CommitGraph graph(max_lanes);
  for (std::size_t commit = 0; commit < parents.size(); ++commit) {
    const auto entry = graph.draw(commit, parents[commit]);
    if (entry.gap && below == 0) result.push_back(entry.gap->text());
    for (const auto& row : entry.before) result.push_back(row.text());
    result.push_back(entry.commit.text());
    for (const auto& row : entry.after) result.push_back(row.text());
    for (std::size_t i = 0; i < below; ++i) result.push_back(graph.straight().text());
  }
  return result;
}

/// Children before parents. `spread`: how far down parents are looked for.
Parents random_history(std::mt19937& random, std::size_t size, std::size_t spread) {
  const auto pick = [&](std::size_t below) { return std::uniform_int_distribution<std::size_t>(0, below - 1)(random); };
  Parents result(size);
  for (std::size_t commit = 0; commit < size; ++commit) {
    const std::size_t count = std::vector<std::size_t>{0, 1, 1, 1, 1, 1, 2, 2, 3, 6}.at(pick(10));
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t parent = commit + 1 + pick(spread);
      result[commit].push_back(parent < size && pick(20) != 0 ? parent : k_outside);
    }
  }
  return result;
}

/// What the lines must lead to: every parent once, except that each one outside has a line of its own.
DrawnGraph::Ends expected(std::vector<std::size_t> parents) {
  std::ranges::sort(parents);
  DrawnGraph::Ends result;
  for (const std::size_t parent : parents) {
    if (parent == k_outside) {
      result.push_back(DrawnGraph::k_cut);
    } else if (result.empty() || result.back() != parent) {
      result.push_back(parent);
    }
  }
  return result;
}

void check_readable(const Parents& parents, std::size_t below) {
  const auto picture = rows(parents, k_all_lanes, below);
  const DrawnGraph read(picture);
  INFO("the drawing:\n" << base::join(picture, "\n"));
  const bool readable = read.faults().empty();
  if (!readable) FAIL(read.faults().front());
  REQUIRE(read.commits().size() == parents.size());
  for (std::size_t commit = 0; commit < parents.size(); ++commit) {
    INFO("commit " << commit);
    REQUIRE(read.commits()[commit] == expected(parents[commit]));
  }
}

}  // namespace

TEST_CASE("a linear history is one line", "[cli][graph]") {
  CHECK(drawn("") == "\n");
  CHECK(drawn("a:") == "\n* a\n");
  CHECK(drawn("c: b\nb: a\na:") == "\n* c\n* b\n* a\n");
}

TEST_CASE("a branch leaves at a merge and ends at the branch point", "[cli][graph]") {
  CHECK(drawn("m: b c\nc: a\nb: a\na: z\nz:") == R"(
* m
|\
| * c
* | b
|/
* a
* z
)");
  CHECK(drawn("d: a\nc: a\nb: a\na:") == R"(
* d
| * c
|/
| * b
|/
* a
)");
}

TEST_CASE("a merge of what is on its way already leads to the lines that exist", "[cli][graph]") {
  CHECK(drawn("x: a\nm: b a\nb: a\na:") == R"(
* x
| * m
|/|
| * b
|/
* a
)");
  CHECK(drawn("m: a b\nn: c b\nc: b\nb: a\na:") == R"(
* m
|\
| | * n
| |/|
| | * c
| |/
| * b
|/
* a
)");
  CHECK(drawn("x: b\ny: a\nm: c b\nc: b\nb: a\na:") == R"(
* x
| * y
| | * m
| |/|
|/| |
| | * c
| |/
|/|
* | b
|/
* a
)");
}

TEST_CASE("a merge meets the line at its right side", "[cli][graph]") {
  CHECK(drawn("m: b c\nx: c\nn: b2 c\nb2: b\nc: b\nb:") == R"(
* m
|\
| | * x
| |/
| | * n
| |/|
| | * b2
| |/
|/|
| * c
|/
* b
)");
  CHECK(drawn("m: n c\nn: b c\nc: b\nb:") == R"(
* m
|\
* | n
|\|
| * c
|/
* b
)");
}

TEST_CASE("far lines cross the ones between", "[cli][graph]") {
  CHECK(drawn("a: z\nb: y\nc: x\nd: w\ne: z\nz: y\ny: x\nx: w\nw:") == R"(
* a
| * b
| | * c
| | | * d
| | | | * e
| |_|_|/
|/| | |
* | | | z
|/ / /
* | | y
|/ /
* | x
|/
* w
)");
}

TEST_CASE("a merge of many parents reaches out with arms", "[cli][graph]") {
  CHECK(drawn("o: a b c d\nd: r\nc: r\nb: r\na: r\nr:") == R"(
*---. o
|\ \ \
| | | * d
| | * | c
| | |/
| * | b
| |/
* | a
|/
* r
)");
  // Lines on its right make room before it.
  CHECK(drawn("x: o\ny: r\no: a b c\nc: r\nb: r\na: r\nr:") == R"(
* x
| * y
|  \
*-. | o
|\ \ \
| | * | c
| | |/
| * | b
| |/
* | a
|/
* r
)");
}

TEST_CASE("several bases end apart from each other", "[cli][graph]") {
  CHECK(drawn("b: a\na:\nd: c\nc:") == "\n* b\n* a\n\n* d\n* c\n");
  CHECK(drawn("t: a\nb:\nc:\na:") == R"(
* t
| * b
|
| * c
* a
)");
  CHECK(drawn("t: u\nx: y\nu:\ny: z\nz:") == R"(
* t
| * x
* | u
 /
* y
* z
)");
}

TEST_CASE("parents outside the list are cut off", "[cli][graph]") {
  CHECK(drawn("c: b\nb: a") == "\n* c\n* b\n:\n");
  CHECK(drawn("m: b x\nt: y\nb: a\na:") == R"(
* m
|\
| :
|
| * t
| :
* b
* a
)");
  CHECK(drawn("p: q\nr: s\nq: x\ns: y z") == R"(
* p
| * r
* | q
: |
 /
* s
|\
: :
)");
}

TEST_CASE("a parent above its child counts as outside", "[cli][graph]") {
  CHECK(drawn("a:\nb: a\nb: b") == "\n* a\n\n* b\n:\n\n* b\n:\n");
}

TEST_CASE("every line of a drawing leads from a commit to its parents", "[cli][graph]") {
  for (unsigned seed = 0; seed < 3000; ++seed) {
    std::mt19937 random(seed);
    INFO("seed " << seed);
    const std::size_t size = 1 + seed % 40;
    check_readable(random_history(random, size, 1 + seed % 17), seed % 3 == 0 ? 2 : 0);
  }
}

TEST_CASE("a drawing has no more lanes than allowed, and shows every commit", "[cli][graph]") {
  CHECK(drawn("a: z\nb: y\nc: x\nd: w\ne: z\nz: y\ny: x\nx: w\nw:", 2) == R"(
* a
| * b
| | ~ * c
| | ~ * d
| | ~ * e
| |_~
|/| ~
* | ~ z
|/ /~
* | ~ y
|/ /
* | x
|/
* w
)");
  for (unsigned seed = 0; seed < 300; ++seed) {
    std::mt19937 random(seed);
    const auto parents = random_history(random, 40, 30);
    const auto all = rows(parents, k_all_lanes);
    const auto some = rows(parents, 3);
    CHECK(some.size() <= all.size());
    CHECK(std::ranges::all_of(some, [](const std::string& row) { return row.size() <= 9; }));
    const auto commits = [](const std::vector<std::string>& picture) {
      std::vector<std::string> result;
      for (const auto& row : picture) {
        if (row.find('*') != std::string::npos) result.push_back(row.substr(0, 5));
      }
      return result;
    };
    CHECK(commits(some) == commits(all));
  }
}

TEST_CASE("ten thousand commits in five thousand lanes are drawn", "[cli][graph]") {
  constexpr std::size_t k_half = 5000;
  Parents parents(2 * k_half);
  for (std::size_t commit = 0; commit < k_half; ++commit) parents[commit] = {2 * k_half - 1 - commit};
  const auto picture = rows(parents, cli::CommitGraph::k_max_lanes);
  CHECK(picture.size() == 2 * k_half);
  CHECK(picture[k_half].size() == 2 * cli::CommitGraph::k_max_lanes + 3);
  CHECK(picture.back() == "*");
}

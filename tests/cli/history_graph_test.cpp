// How `history` draws: on a terminal, in a pipe, and in the formats other programs draw from.
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

#include "expect.hpp"

using namespace migrate::test;

namespace {

constexpr const char* k_plain =
    "b2, c3 -> d4 (head) (mergepoint), join\n"
    "a1 (e5) -> c3, side\n"
    "<base> (b2) -> e5 (chat) (effective head), apart\n"
    "a1 -> b2, middle\n"
    "<base> -> a1 (branchpoint), first\n";

void add(Project& project, const std::string& id, const std::string& down, const std::string& title,
         const std::string& more = "") {
  project.add_revision(id + ".sql", "-- " + title + "\n--\n-- revision: " + id + "\n-- down_revision: " + down + "\n" +
                                        more + "\n-- migrate:upgrade\nSELECT 1;\n\n-- migrate:downgrade\n");
}

/// A branch point, a merge, and a base that stands between the two sides by its dependencies: there is one order only.
void add_history(Project& project) {
  add(project, "a1", "", "first");
  add(project, "b2", "a1", "middle");
  add(project, "c3", "a1", "side", "-- depends_on: e5\n");
  add(project, "d4", "b2, c3", "join");
  add(project, "e5", "", "apart", "-- branch_labels: chat\n-- depends_on: b2\n");
}

/// What the program writes when stdout is a terminal, with plain line ends.
std::string on_terminal(const Project& project, const std::vector<std::string>& arguments) {
  std::vector<std::string> words{MIGRATE_BINARY};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (auto& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  int terminal = -1;
  const pid_t child = ::forkpty(&terminal, nullptr, nullptr, nullptr);
  REQUIRE(child >= 0);
  if (child == 0) {
    ::unsetenv("NO_COLOR");
    if (::chdir(project.path().c_str()) == 0) ::execv(argv[0], argv.data());
    ::_exit(127);
  }
  std::string text;
  std::array<char, 4096> buffer{};
  for (ssize_t got = 0; (got = ::read(terminal, buffer.data(), buffer.size())) > 0;) {
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
  ::close(terminal);
  int status = 0;
  ::waitpid(child, &status, 0);
  INFO(text);
  CHECK(status == 0);
  std::erase(text, '\r');
  return text;
}

bool coloured(const std::string& text) {
  return text.find('\033') != std::string::npos;
}

}  // namespace

TEST_CASE("history in a pipe is one line per revision, unless --graph asks for the drawing", "[cli][graph]") {
  Project project;
  add_history(project);
  CHECK(project.migrate("history").out == k_plain);
  CHECK(project.migrate("history", "--no-graph", "--format", "text").out == k_plain);
  const auto drawn = project.migrate("history", "--graph");
  expect_done(drawn);
  CHECK(drawn.err.empty());
  CHECK(drawn.out ==
        "* b2, c3 -> d4 (head) (mergepoint), join\n"
        "|\\\n"
        "| * a1 (e5) -> c3, side\n"
        "| | * <base> (b2) -> e5 (chat) (effective head), apart\n"
        "* | a1 -> b2, middle\n"
        "|/\n"
        "* <base> -> a1 (branchpoint), first\n");
  const auto painted = project.migrate("--color", "always", "history", "--graph");
  CHECK(painted.out.find("\033[31m|\033[0m\033[32m\\\033[0m\n") != std::string::npos);
}

TEST_CASE("history on a terminal is drawn and coloured, unless told otherwise", "[cli][graph]") {
  Project project;
  add_history(project);
  const auto drawn = on_terminal(project, {"history"});
  CHECK(coloured(drawn));
  CHECK(drawn.starts_with("* b2, c3 -> "));
  CHECK(on_terminal(project, {"--color", "never", "history"}) == project.migrate("history", "--graph").out);
  CHECK(on_terminal(project, {"--color", "never", "history", "--no-graph"}) == k_plain);
  CHECK(on_terminal(project, {"history", "--format", "dot"}) == project.migrate("history", "--format", "dot").out);
}

TEST_CASE("long entries stand beside the graph", "[cli][graph]") {
  Project project;
  add_history(project);
  const auto result = project.migrate("history", "-v", "--graph", "-r", "a1:d4");
  expect_done(result);
  INFO(result.out);
  CHECK(result.out.starts_with("*   Rev: d4 (head) (mergepoint)\n|\\  Merges: b2, c3\n| | Path: "));
  CHECK(result.out.find("\n| |     join\n| |\n") != std::string::npos);
  CHECK(result.out.find("\n* | Rev: b2\n|/  Parent: a1\n|   Path: ") != std::string::npos);
  const auto range = project.migrate("history", "-v", "--graph", "-r", "b2:b2");
  CHECK(range.out.starts_with("* Rev: b2\n: Parent: a1\n  Path: "));
}

TEST_CASE("a range is drawn with its ends cut off", "[cli][graph]") {
  Project project;
  add_history(project);
  CHECK(project.migrate("history", "--graph", "-r", "b2:b2").out == "* a1 -> b2, middle\n:\n");
  const auto dot = project.migrate("history", "--format", "dot", "-r", "b2:b2").out;
  CHECK(dot.find("\"a1\" [label=\"a1 \xE2\x80\xA6\", style=dotted];") != std::string::npos);
  CHECK(dot.find("\"a1\" -> \"b2\";") != std::string::npos);
}

TEST_CASE("history marks where the database stands in every format", "[cli][graph]") {
  Project project;
  add_history(project);
  expect_done(project.migrate("upgrade", "b2"));
  CHECK(project.migrate("history", "-i", "--graph").out.find("* | a1 -> b2 (current), middle\n") != std::string::npos);
  CHECK(project.migrate("history", "-i", "--format", "mermaid").out.find("b2 (current)<br/>middle\"]:::current") !=
        std::string::npos);
  CHECK(project.migrate("history", "-i", "--format", "dot").out.find("b2 (current)\\nmiddle\", penwidth=3]") !=
        std::string::npos);
}

TEST_CASE("history prints nothing but the drawing in a format for programs", "[cli][graph]") {
  Project project;
  add_history(project);
  const auto mermaid = project.migrate("history", "--format", "mermaid");
  expect_done(mermaid);
  CHECK(mermaid.err.empty());
  CHECK(mermaid.out.starts_with("flowchart TD\n"));
  CHECK(mermaid.out.find("    rev_e5 -.-> rev_c3\n") != std::string::npos);
  const auto dot = project.migrate("history", "--format", "dot");
  expect_done(dot);
  CHECK(dot.err.empty());
  CHECK(dot.out.starts_with("digraph history {\n"));
  CHECK(dot.out.find("    \"e5\" -> \"c3\" [style=dashed];\n") != std::string::npos);
  CHECK(dot.out.ends_with("}\n"));
  CHECK(project.migrate("history", "--format", "json").out == project.migrate("history", "--json").out);
}

TEST_CASE("options of history that contradict each other are refused", "[cli][graph]") {
  Project project;
  add_history(project);
  expect_refused(project.migrate("history", "--format", "svg"), 2, {"svg", "mermaid"});
  expect_refused(project.migrate("history", "--graph", "--no-graph"), 2, {"--graph"});
  expect_refused(project.migrate("history", "--graph", "--format", "dot"), 2, {"--graph", "--format"});
  CHECK(project.migrate("history", "--json", "--format", "dot").exit_code == 2);
}

TEST_CASE("an empty history is an empty drawing", "[cli][graph]") {
  const Project project;
  CHECK(project.migrate("history", "--graph").out.empty());
  CHECK(project.migrate("history", "--format", "mermaid").out == "flowchart TD\n");
}

#include <catch2/catch.hpp>

#include "unit/script/render.hpp"

using migrate::test::render;

TEST_CASE("text without anything special comes out byte by byte", "[template]") {
  for (const std::string text : {"", "\n", "a", "a\n", "\n\n a\tb \r\nc", "SELECT '{}', 5 % 2, $1, $$x$$; -- ü 日本\n",
                                 "a \\ b", "100%", "x ## y\n", "a % if\n", "<b>&</b>", "{name}", "\\"}) {
    CHECK(render(text) == text);
  }
}

TEST_CASE("a variable is put where its name stands", "[template]") {
  CHECK(render("rev ${up_revision}!") == "rev b03417887b93!");
  CHECK(render("${ up_revision }${up_revision}") == "b03417887b93b03417887b93");
  CHECK(render("a\n${message}\nb") == "a\nadd users\nand more\nb");
}

TEST_CASE("values are never read as template again", "[template]") {
  const migrate::script::TemplateVariables variables = {{"x", "${y}\n% if\n## z\n<%text>\\\n"}};
  CHECK(migrate::script::render_template("${x}|", "t", variables) == "${y}\n% if\n## z\n<%text>\\\n|");
}

TEST_CASE("None is written as Python writes it", "[template]") {
  CHECK(render("${branch_labels}") == "None");
}

TEST_CASE("a comment line vanishes with its line end", "[template]") {
  CHECK(render("## c\nA\n  ## d\nB\n## e") == "A\nB\n");
  CHECK(render("A\r\n## c\r\nB\r\n") == "A\r\nB\r\n");
  CHECK(render("## ${unknown} % if <%\nA") == "A");
}

TEST_CASE("a comment goes on after an escaped line end", "[template]") {
  CHECK(render("## c \\\nstill\nA") == "A");
}

TEST_CASE("doc blocks vanish and leave their line end", "[template]") {
  CHECK(render("a\n<%doc>x ${unknown}\n% if\n</%doc>\nb") == "a\n\nb");
  CHECK(render("a<%doc></%doc>b") == "ab");
}

TEST_CASE("text blocks come out as they are", "[template]") {
  CHECK(render("a <%text>${x} % y\n% if\n## z\n\\\n</%text> b") == "a ${x} % y\n% if\n## z\n\\\n b");
}

TEST_CASE("an escaped line end joins lines", "[template]") {
  CHECK(render("a\\\nb\\\r\nc") == "abc");
  CHECK(render("a\\\n  % if True:\nb\n% endif\n") == "ab\n");
}

TEST_CASE("two percent signs at the start of a line are one", "[template]") {
  CHECK(render("%% a\n  %% b\n%%% c\nd %% e\n") == "% a\n  % b\n%% c\nd %% e\n");
}

TEST_CASE("a byte order mark is not part of the template", "[template]") {
  CHECK(render("\xEF\xBB\xBF% if True:\na\n% endif\n") == "a\n");
}

TEST_CASE("an expression may hold braces and bars in strings", "[template]") {
  CHECK(render("${'}'}${\"|\"}${'${VAR:-x}'}${'it\\'s'}") == "}|${VAR:-x}it's");
}

TEST_CASE("an expression may go over lines and hold comments", "[template]") {
  CHECK(render("${up_revision # the id }\n  if True else 'x'}!\n") == "b03417887b93!\n");
}

TEST_CASE("filters apply from left to right", "[template]") {
  CHECK(render("${' Ab ' | trim}|${' Ab ' | trim,upper}|${' Ab '|lower , trim}|${' Ab '|n}") == "Ab|AB|ab| Ab ");
  CHECK(render("${depends_on | comma,n}") == "a1, b2");
  CHECK(render("${depends_on | comma,upper}") == "A1, B2");
  CHECK(render("${branch_labels | comma,n}|${down_revision | comma,n}|${nothing | comma}") == "|e9844b552bfa|");
  CHECK(render("${branch_labels | str}") == "None");
}

TEST_CASE("Alembic's own revision template renders", "[template]") {
  const std::string text =
      "\"\"\"${message}\n\nRevision ID: ${up_revision}\nRevises: ${down_revision | comma,n}\n\"\"\"\n"
      "revision = ${repr(up_revision)}\ndown_revision = ${repr(down_revision)}\n"
      "branch_labels = ${repr(branch_labels)}\ndepends_on = ${repr(depends_on)}\n\n"
      "def upgrade() -> None:\n    ${upgrades if upgrades else \"pass\"}\n";
  CHECK(render(text) ==
        "\"\"\"add users\nand more\n\nRevision ID: b03417887b93\nRevises: e9844b552bfa\n\"\"\"\n"
        "revision = 'b03417887b93'\ndown_revision = 'e9844b552bfa'\n"
        "branch_labels = None\ndepends_on = ('a1', 'b2')\n\n"
        "def upgrade() -> None:\n    pass\n");
}

#include <catch2/catch.hpp>

#include "unit/script/render.hpp"

using migrate::test::render;

TEST_CASE("control lines vanish with their indentation and line end", "[template]") {
  CHECK(render("x\n\n  % if True:\n    y\n\t%endif\nz") == "x\n\n    y\nz");
  CHECK(render("%if 1:\r\nx\r\n%endif\r\ny") == "x\r\ny");
  CHECK(render("% if True:\nx\n% endif") == "x\n");
}

TEST_CASE("the first branch that holds is taken", "[template]") {
  const auto branch = [](const std::string& a, const std::string& b) {
    return render("% if " + a + ":\n1\n% elif " + b + ":\n2\n% else:\n3\n% endif\n");
  };
  CHECK(branch("True", "True") == "1\n");
  CHECK(branch("False", "True") == "2\n");
  CHECK(branch("''", "None") == "3\n");
  CHECK(render("% if nothing:\nx\n% endif\n") == "");
  CHECK(render("% if False:\n% else:\n% endif\nz") == "z");
}

TEST_CASE("branches that are not taken are not evaluated", "[template]") {
  CHECK(render("% if False:\n${nothing[0]}\n% elif True:\nok\n% elif nothing[0]:\n% endif\n") == "ok\n");
}

TEST_CASE("a loop writes its body for each item", "[template]") {
  CHECK(render("% for x in items:\n-- ${x}\n% endfor\n") == "-- p\n-- q\n-- r\n");
  CHECK(render("% for line in message.splitlines():\n-- ${line}\n% endfor\n") == "-- add users\n-- and more\n");
  CHECK(render("a\n% for x in nothing:\n${x}\n% endfor\nb") == "a\nb");
  CHECK(render("% for x in ['a', 1, None]:\n${x}\\\n% endfor\n") == "a1None");
}

TEST_CASE("a loop knows where it stands", "[template]") {
  CHECK(render("% for x in items:\n${loop.index}${'<' if loop.first else ''}${x}${'' if loop.last else ','}\\\n% "
               "endfor\n") == "0<p,1q,2r");
  CHECK(render("% for x in items:\n${loop.reverse_index}${loop.even}${loop.odd} \\\n% endfor\n") ==
        "2TrueFalse 1FalseTrue 0TrueFalse ");
}

TEST_CASE("the inner loop's name and place hide the outer one's", "[template]") {
  CHECK(render("% for x in ['a','b']:\n% for x in items:\n${x}${loop.index}\\\n% endfor\n/${x}${loop.index} \\\n% "
               "endfor\n") == "p0q1r2/a0 p0q1r2/b1 ");
}

TEST_CASE("a loop's name may hide a variable while it lasts", "[template]") {
  CHECK(render("% for message in items:\n${message}\\\n% endfor\n ${message.upper()}") == "pqr ADD USERS\nAND MORE");
}

TEST_CASE("blocks nest", "[template]") {
  CHECK(render("% for x in items:\n% if x == 'q':\n% for y in ['1','2']:\n${x}${y}\n% endfor\n% else:\n-\n% endif\n% "
               "endfor\n") == "-\nq1\nq2\n-\n");
}

TEST_CASE("a control line may carry a comment and go over lines", "[template]") {
  CHECK(render("% if True and \\\n  True: # why\nx\n% endif # if\n") == "x\n");
}

TEST_CASE("blanks around the word of a control line do not matter", "[template]") {
  CHECK(render("%if(True):\nx\n%   endif   \n% for x   in items :\n${x}\\\n%endfor") == "x\npqr");
}

#include <catch2/catch.hpp>

#include "unit/script/render.hpp"

namespace {
std::string value_of(const std::string& expression) {
  return migrate::test::render("${" + expression + "}");
}
}  // namespace

TEST_CASE("literals are themselves", "[template]") {
  CHECK(value_of("'a'") == "a");
  CHECK(value_of("\"it's\"") == "it's");
  CHECK(value_of("'a\\n\\t\\\\\\'b'") == "a\n\t\\'b");
  CHECK(value_of("007 + 35") == "42");
  CHECK(value_of("-1") == "-1");
  CHECK(value_of("None") == "None");
  CHECK(value_of("True") == "True");
  CHECK(value_of("()") == "()");
  CHECK(value_of("('a',)") == "('a',)");
  CHECK(value_of("('a', 1, None)") == "('a', 1, None)");
}

TEST_CASE("conditional expressions choose, and only the chosen side is evaluated", "[template]") {
  CHECK(value_of("upgrades if upgrades else 'pass'") == "pass");
  CHECK(value_of("up_revision if up_revision else nothing[0]") == "b03417887b93");
  CHECK(value_of("1 if False else 2 if False else 3") == "3");
  CHECK(value_of("1 if True else 2 if False else 3") == "1");
  CHECK(value_of("(1 if False else 2) if True else 3") == "2");
}

TEST_CASE("and and or give the deciding value, not and comparisons a truth value", "[template]") {
  CHECK(value_of("'' or 'x'") == "x");
  CHECK(value_of("'a' or nothing[0]") == "a");
  CHECK(value_of("'a' and 'b'") == "b");
  CHECK(value_of("nothing and nothing[0]") == "()");
  CHECK(value_of("not upgrades") == "True");
  CHECK(value_of("not not 'x'") == "True");
  CHECK(value_of("not not not 'x'") == "False");
  CHECK(value_of("True or False and False") == "True");
  CHECK(value_of("not 'a' == 'b'") == "True");
}

TEST_CASE("comparisons look at kind and content", "[template]") {
  CHECK(value_of("up_revision == 'b03417887b93'") == "True");
  CHECK(value_of("1 == '1'") == "False");
  CHECK(value_of("branch_labels == None") == "True");
  CHECK(value_of("branch_labels is None") == "True");
  CHECK(value_of("branch_labels is not None") == "False");
  CHECK(value_of("depends_on == ('a1', 'b2')") == "True");
  CHECK(value_of("1 != 2") == "True");
  CHECK(value_of("len(items) >= 3") == "True");
  CHECK(value_of("len(items) > 3") == "False");
  CHECK(value_of("'a' < 'b'") == "True");
  CHECK(value_of("2 <= 1") == "False");
}

TEST_CASE("in looks into lists and texts", "[template]") {
  CHECK(value_of("'q' in items") == "True");
  CHECK(value_of("'x' not in items") == "True");
  CHECK(value_of("'users' in message") == "True");
  CHECK(value_of("'' in message") == "True");
}

TEST_CASE("an index counts from either end", "[template]") {
  CHECK(value_of("items[0]") == "p");
  CHECK(value_of("items[-1]") == "r");
  CHECK(value_of("items[len(nothing)]") == "p");
  CHECK(value_of("['a','b'][1]") == "b");
  CHECK(value_of("message.splitlines()[0]") == "add users");
}

TEST_CASE("plus joins what is alike", "[template]") {
  CHECK(value_of("'a' + 'b' + 'c'") == "abc");
  CHECK(value_of("1 + 2") == "3");
  CHECK(value_of("','.join(items + ['s'])") == "p,q,r,s");
}

TEST_CASE("functions work on any value", "[template]") {
  CHECK(value_of("len('日本')") == "2");
  CHECK(value_of("len(items)") == "3");
  CHECK(value_of("str(None) + str(1)") == "None1");
  CHECK(value_of("comma(depends_on)") == "a1, b2");
  CHECK(value_of("comma(None)") == "");
  CHECK(value_of("comma(None) == ''") == "True");
}

TEST_CASE("repr writes what Python could read", "[template]") {
  CHECK(value_of("repr('a')") == "'a'");
  CHECK(value_of("repr(\"it's\")") == "\"it's\"");
  CHECK(value_of("repr('\\'\"')") == "'\\'\"'");
  CHECK(value_of("repr('a\\n\\\\ é')") == "'a\\n\\\\ é'");
  CHECK(value_of("repr(None)") == "None");
  CHECK(value_of("repr(items)") == "('p', 'q', 'r')");
}

TEST_CASE("methods of texts do what Python's do", "[template]") {
  CHECK(value_of("', '.join(items)") == "p, q, r");
  CHECK(value_of("', '.join(nothing)") == "");
  CHECK(value_of("' a b '.strip() + '|' + ' a'.lstrip() + '|' + 'a '.rstrip() + '|'") == "a b|a|a|");
  CHECK(value_of("'xxaxx'.strip('x')") == "a");
  CHECK(value_of("'   '.strip() == ''") == "True");
  CHECK(value_of("'Ab'.upper() + 'Ab'.lower()") == "ABab");
  CHECK(value_of("'a-b-c'.replace('-', '--')") == "a--b--c");
  CHECK(value_of("'a,,b'.split(',')") == "('a', '', 'b')");
  CHECK(value_of("'a\\nb\\n'.splitlines()") == "('a', 'b')");
  CHECK(value_of("''.splitlines()") == "()");
  CHECK(value_of("'\\n'.splitlines()") == "('',)");
  CHECK(value_of("message.startswith('add') and not message.endswith('x')") == "True");
}

#include <catch2/catch.hpp>

#include "unit/script/render.hpp"

using Catch::Contains;
using Catch::StartsWith;
using migrate::test::fault_of;

TEST_CASE("an unknown name is found in the branch that is not taken too, with the nearest known one", "[template]") {
  CHECK_THAT(fault_of("a\n\n${mesage}\n"),
             StartsWith("t.mako:3: unknown variable 'mesage'") && Contains("Did you mean 'message'?"));
  CHECK_THAT(fault_of("% if False:\n${up_revisoin}\n% endif\n"), StartsWith("t.mako:2:") && Contains("'up_revision'"));
  CHECK_THAT(fault_of("${zzzzzzz}"), Contains("Known: ") && Contains("down_revision"));
  CHECK_THAT(fault_of("% for x in items:\n% endfor\n${x}"), StartsWith("t.mako:3: unknown variable 'x'"));
  CHECK_THAT(fault_of("${loop.index}"), Contains("unknown variable 'loop.index'"));
  CHECK_THAT(fault_of("% for x in items:\n${loop.indx}\n% endfor\n"), Contains("Did you mean 'loop.index'?"));
}

TEST_CASE("unknown filters, functions and methods are named with the nearest known one", "[template]") {
  CHECK_THAT(fault_of("\n${message | trimm}"),
             StartsWith("t.mako:2: unknown filter 'trimm'") && Contains("Did you mean 'trim'?"));
  CHECK_THAT(fault_of("${message | zzzzzz}"), Contains("Known: comma, lower, n, str, trim, upper"));
  CHECK_THAT(fault_of("${message | trim,}"), Contains("a filter is missing"));
  CHECK_THAT(fault_of("${rep(message)}"), Contains("unknown function 'rep'") && Contains("Did you mean 'repr'?"));
  CHECK_THAT(fault_of("${message.uper()}"), Contains("unknown method 'uper'") && Contains("Did you mean 'upper'?"));
  CHECK_THAT(fault_of("${len()}"), Contains("len() takes 1 argument, not 0"));
  CHECK_THAT(fault_of("${'a'.replace('b')}"), Contains("replace() takes 2 arguments, not 1"));
}

TEST_CASE("what is opened and not closed is named where it was opened", "[template]") {
  CHECK_THAT(fault_of("a\n${message\n\n"), StartsWith("t.mako:2: '${' is never closed"));
  CHECK_THAT(fault_of("a\n${message + 'x}\n"), StartsWith("t.mako:2: a string that starts with '"));
  CHECK_THAT(fault_of("\n\n% if True:\n% for x in items:\n% endfor\n"), StartsWith("t.mako:3: '% if' is never closed"));
  CHECK_THAT(fault_of("% for x in items:\n"), Contains("Close it with '% endfor'"));
  CHECK_THAT(fault_of("\n<%text>abc"), StartsWith("t.mako:2: <%text> is never closed"));
  CHECK_THAT(fault_of("\n<%doc>abc</doc>"), StartsWith("t.mako:2: <%doc> is never closed"));
  CHECK_THAT(fault_of("${'a}"), Contains("never closed"));
  CHECK_THAT(fault_of("${"), Contains("never closed"));
  CHECK_THAT(fault_of("${message|"), Contains("never closed"));
}

TEST_CASE("what closes nothing is refused", "[template]") {
  CHECK_THAT(fault_of("a\n% endif\n"), StartsWith("t.mako:2: '% endif' without '% if' before it"));
  CHECK_THAT(fault_of("% endfor\n"), Contains("'% endfor' without '% for'"));
  CHECK_THAT(fault_of("% else:\n"), Contains("'% else' without '% if'"));
  CHECK_THAT(fault_of("</%text>"), Contains("</%text> closes nothing"));
  CHECK_THAT(fault_of("\n</%doc>\n"), StartsWith("t.mako:2: </%doc> closes nothing"));
  CHECK_THAT(fault_of("% if True:\n% for x in items:\n% endif\n"),
             StartsWith("t.mako:3: '% endif' inside the '% for' of line 2") && Contains("'% endfor'"));
  CHECK_THAT(fault_of("% if True:\n% else:\n% elif True:\n% endif\n"), StartsWith("t.mako:3: '% elif' after '% else'"));
  CHECK_THAT(fault_of("% if True:\n% else:\n% else:\n% endif\n"), StartsWith("t.mako:3: '% else' after '% else'"));
  CHECK_THAT(fault_of("% if True:\n% endif x\n"), Contains("nothing may stand behind '% endif'"));
}

TEST_CASE("control lines that are none say so", "[template]") {
  CHECK_THAT(fault_of("a\n  % while True:\n"),
             StartsWith("t.mako:2: '% while' is not a control line") && Contains("'%%'"));
  CHECK_THAT(fault_of("% iff True:\n"), Contains("Did you mean 'if'?"));
  CHECK_THAT(fault_of("% 50 percent\n"), Contains("is not a control line"));
  CHECK_THAT(fault_of("%\n"), Contains("a line of only '%'"));
  CHECK_THAT(fault_of("% if True\n% endif\n"), StartsWith("t.mako:1: ':' is missing at the end of the line"));
  CHECK_THAT(fault_of("% if:\n% endif\n"), Contains("a condition is missing"));
  CHECK_THAT(fault_of("% if True: x\n% endif\n"), Contains("unexpected 'x' behind ':'"));
  CHECK_THAT(fault_of("% for in items:\n% endfor\n"), Contains("'in' is missing after '% for in'"));
  CHECK_THAT(fault_of("% for a, b in items:\n% endfor\n"), Contains("several names"));
  CHECK_THAT(fault_of("% for x items:\n% endfor\n"), Contains("'in' is missing"));
}

TEST_CASE("Python is refused with the way out", "[template]") {
  CHECK_THAT(fault_of("a\n<% x = 1 %>"),
             StartsWith("t.mako:2: <% Python code %> is not supported") && Contains("without Python"));
  CHECK_THAT(fault_of("<%! import os %>"), StartsWith("t.mako:1: <%! is not supported"));
  CHECK_THAT(fault_of("<%namespace file=\"x\"/>"), StartsWith("t.mako:1: <%namespace is not supported"));
  CHECK_THAT(fault_of("<%inherit file=\"x\"/>"), StartsWith("t.mako:1: <%inherit is not supported"));
  CHECK_THAT(fault_of("<%def name=\"f()\">"), Contains("<%def is not supported"));
  CHECK_THAT(fault_of("<%text filter=\"h\">x</%text>"), Contains("<%text is not supported"));
}

TEST_CASE("expressions that are none say where", "[template]") {
  CHECK_THAT(fault_of("${}"), Contains("an expression is missing"));
  CHECK_THAT(fault_of("${ | trim}"), Contains("an expression is missing"));
  CHECK_THAT(fault_of("${message message}"), Contains("unexpected 'message'"));
  CHECK_THAT(fault_of("${message +}"), Contains("a value is missing before end"));
  CHECK_THAT(fault_of("${message\n * 2}"), StartsWith("t.mako:2: '*' has no meaning"));
  CHECK_THAT(fault_of("${1 if True}"), Contains("'else' is missing"));
  CHECK_THAT(fault_of("${(1}"), Contains("never closed"));
  CHECK_THAT(fault_of("${(1]}"), Contains("')' is missing"));
  CHECK_THAT(fault_of("${items[0:1]}"), Contains("slices are not supported"));
  CHECK_THAT(fault_of("${1 < 2 < 3}"), Contains("cannot be chained"));
  CHECK_THAT(fault_of("${message()}"), Contains("only functions and methods can be called"));
  CHECK_THAT(fault_of("${1x}"), Contains("'1x' is not a number"));
  CHECK_THAT(fault_of("${99999999999999999999}"), Contains("is not a number"));
  CHECK_THAT(fault_of("${'\\q'}"), Contains("unknown escape \\q"));
  CHECK_THAT(fault_of("${'a\nb'}"), Contains("not closed on its line"));
}

TEST_CASE("values that do not fit what is done with them say so", "[template]") {
  CHECK_THAT(fault_of("\n${nothing[0]}"), StartsWith("t.mako:2: index 0 of a list of 0"));
  CHECK_THAT(fault_of("${items[-4]}"), Contains("index -4 of a list of 3"));
  CHECK_THAT(fault_of("${items['a']}"), Contains("an index must be a number, not a text"));
  CHECK_THAT(fault_of("${message[0]}"), Contains("needs a list, and this is a text"));
  CHECK_THAT(fault_of("${'a' + 1}"), Contains("'+' cannot join a text and a number"));
  CHECK_THAT(fault_of("${9223372036854775807 + 1}"), Contains("the sum is too large"));
  CHECK_THAT(fault_of("${1 < 'a'}"), Contains("have no order"));
  CHECK_THAT(fault_of("${1 in 'a'}"), Contains("'in' cannot look for a number in a text"));
  CHECK_THAT(fault_of("${len(None)}"), Contains("len() of None"));
  CHECK_THAT(fault_of("${branch_labels.upper()}"), Contains("upper() is a method of texts, and this is None"));
  CHECK_THAT(fault_of("${','.join('abc')}"), Contains("join() needs a list, not a text"));
  CHECK_THAT(fault_of("${'a'.split('')}"), Contains("not empty"));
  CHECK_THAT(fault_of("a\n% for x in message:\n% endfor\n"),
             StartsWith("t.mako:2: '% for' needs a list, and this is a text"));
}

TEST_CASE("lines are counted through comments, blocks and joined lines", "[template]") {
  CHECK_THAT(fault_of("## a \\\nb\n<%doc>\n\n</%doc>\\\n<%text>\n</%text>\r\n% if True and \\\n True:\n${x}"),
             StartsWith("t.mako:10: "));
  CHECK_THAT(fault_of("${\n\nmesage}"), StartsWith("t.mako:3: "));
  CHECK_THAT(fault_of("${message\n | foo}"), StartsWith("t.mako:2: "));
}

TEST_CASE("a template that is not UTF-8 is refused with its line", "[template]") {
  CHECK_THAT(fault_of("a\nb\xFF"), StartsWith("t.mako:2: not valid UTF-8"));
}

TEST_CASE("nesting without end is refused instead of running out of stack", "[template]") {
  const auto repeated = [](const std::string& piece, int times) {
    std::string text;
    for (int i = 0; i < times; ++i) text += piece;
    return text;
  };
  CHECK_THAT(fault_of("${" + repeated("(", 300) + "1" + repeated(")", 300) + "}"), Contains("nested too deeply"));
  CHECK_THAT(fault_of("${1" + repeated(" + 1", 100000) + "}"), Contains("more than 1000 words"));
  CHECK_THAT(fault_of("${" + repeated("not ", 100000) + "1}"), Contains("more than 1000 words"));
  CHECK_THAT(fault_of(repeated("% if True:\n", 100000)), Contains("blocks are nested too deeply"));
  CHECK_THAT(fault_of(repeated("% for x in items:\n", 1000) + repeated("% endfor\n", 1000)),
             Contains("nested too deeply"));
}

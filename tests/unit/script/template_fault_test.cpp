#include <catch2/catch.hpp>

#include "unit/script/render.hpp"

using Catch::Contains;
using Catch::StartsWith;
using migrate::test::template_fault;

TEST_CASE("an unknown name is found in the branch that is not taken too, with the nearest known one", "[template]") {
  CHECK_THAT(template_fault("a\n\n${mesage}\n"),
             StartsWith("t.mako:3: unknown variable 'mesage'") && Contains("Did you mean 'message'?"));
  CHECK_THAT(template_fault("% if False:\n${up_revisoin}\n% endif\n"),
             StartsWith("t.mako:2:") && Contains("'up_revision'"));
  CHECK_THAT(template_fault("${zzzzzzz}"), Contains("Known: ") && Contains("down_revision"));
  CHECK_THAT(template_fault("% for x in items:\n% endfor\n${x}"), StartsWith("t.mako:3: unknown variable 'x'"));
  CHECK_THAT(template_fault("${loop.index}"), Contains("unknown variable 'loop.index'"));
  CHECK_THAT(template_fault("% for x in items:\n${loop.indx}\n% endfor\n"), Contains("Did you mean 'loop.index'?"));
}

TEST_CASE("unknown filters, functions and methods are named with the nearest known one", "[template]") {
  CHECK_THAT(template_fault("\n${message | trimm}"),
             StartsWith("t.mako:2: unknown filter 'trimm'") && Contains("Did you mean 'trim'?"));
  CHECK_THAT(template_fault("${message | zzzzzz}"), Contains("Known: comma, lower, n, str, trim, upper"));
  CHECK_THAT(template_fault("${message | trim,}"), Contains("a filter is missing"));
  CHECK_THAT(template_fault("${rep(message)}"), Contains("unknown function 'rep'") && Contains("Did you mean 'repr'?"));
  CHECK_THAT(template_fault("${message.uper()}"),
             Contains("unknown method 'uper'") && Contains("Did you mean 'upper'?"));
  CHECK_THAT(template_fault("${len()}"), Contains("len() takes 1 argument, not 0"));
  CHECK_THAT(template_fault("${'a'.replace('b')}"), Contains("replace() takes 2 arguments, not 1"));
}

TEST_CASE("what is opened and not closed is named where it was opened", "[template]") {
  CHECK_THAT(template_fault("a\n${message\n\n"), StartsWith("t.mako:2: '${' is never closed"));
  CHECK_THAT(template_fault("a\n${message + 'x}\n"), StartsWith("t.mako:2: a string that starts with '"));
  CHECK_THAT(template_fault("\n\n% if True:\n% for x in items:\n% endfor\n"),
             StartsWith("t.mako:3: '% if' is never closed"));
  CHECK_THAT(template_fault("% for x in items:\n"), Contains("Close it with '% endfor'"));
  CHECK_THAT(template_fault("\n<%text>abc"), StartsWith("t.mako:2: <%text> is never closed"));
  CHECK_THAT(template_fault("\n<%doc>abc</doc>"), StartsWith("t.mako:2: <%doc> is never closed"));
  CHECK_THAT(template_fault("${'a}"), Contains("never closed"));
  CHECK_THAT(template_fault("${"), Contains("never closed"));
  CHECK_THAT(template_fault("${message|"), Contains("never closed"));
}

TEST_CASE("a template that would fill the memory is refused", "[template]") {
  std::string loops;
  std::string lists = "% for a in [[message, message]]:\n";
  std::string ends;
  std::string text = "${'x'";
  for (int i = 0; i < 40; ++i) {
    loops += "% for x in [1, 2, 3, 4]:\n";
    lists += "% for a in [[a, a]]:\n";
    ends += "% endfor\n";
    text += ".replace('x', 'xx')";
  }
  CHECK_THAT(template_fault(loops + "x\n" + ends),
             Contains("makes more than 64 MiB") && Contains("a loop inside a loop"));
  CHECK_THAT(template_fault(lists + "${len(a)}\n% endfor\n" + ends), Contains("makes more than 64 MiB"));
  CHECK_THAT(template_fault(text + "}"), Contains("the text would grow beyond 4 MiB"));
}

TEST_CASE("what closes nothing is refused", "[template]") {
  CHECK_THAT(template_fault("a\n% endif\n"), StartsWith("t.mako:2: '% endif' without '% if' before it"));
  CHECK_THAT(template_fault("% endfor\n"), Contains("'% endfor' without '% for'"));
  CHECK_THAT(template_fault("% else:\n"), Contains("'% else' without '% if'"));
  CHECK_THAT(template_fault("</%text>"), Contains("</%text> closes nothing"));
  CHECK_THAT(template_fault("\n</%doc>\n"), StartsWith("t.mako:2: </%doc> closes nothing"));
  CHECK_THAT(template_fault("% if True:\n% for x in items:\n% endif\n"),
             StartsWith("t.mako:3: '% endif' inside the '% for' of line 2") && Contains("'% endfor'"));
  CHECK_THAT(template_fault("% if True:\n% else:\n% elif True:\n% endif\n"),
             StartsWith("t.mako:3: '% elif' after '% else'"));
  CHECK_THAT(template_fault("% if True:\n% else:\n% else:\n% endif\n"),
             StartsWith("t.mako:3: '% else' after '% else'"));
  CHECK_THAT(template_fault("% if True:\n% endif x\n"), Contains("nothing may stand behind '% endif'"));
}

TEST_CASE("control lines that are none say so", "[template]") {
  CHECK_THAT(template_fault("a\n  % while True:\n"),
             StartsWith("t.mako:2: '% while' is not a control line") && Contains("'%%'"));
  CHECK_THAT(template_fault("% iff True:\n"), Contains("Did you mean 'if'?"));
  CHECK_THAT(template_fault("% 50 percent\n"), Contains("is not a control line"));
  CHECK_THAT(template_fault("%\n"), Contains("a line of only '%'"));
  CHECK_THAT(template_fault("% if True\n% endif\n"), StartsWith("t.mako:1: ':' is missing at the end of the line"));
  CHECK_THAT(template_fault("% if:\n% endif\n"), Contains("a condition is missing"));
  CHECK_THAT(template_fault("% if True: x\n% endif\n"), Contains("unexpected 'x' behind ':'"));
  CHECK_THAT(template_fault("% for in items:\n% endfor\n"), Contains("'in' is missing after '% for in'"));
  CHECK_THAT(template_fault("% for a, b in items:\n% endfor\n"), Contains("several names"));
  CHECK_THAT(template_fault("% for x items:\n% endfor\n"), Contains("'in' is missing"));
}

TEST_CASE("Python is refused with the way out", "[template]") {
  CHECK_THAT(template_fault("a\n<% x = 1 %>"),
             StartsWith("t.mako:2: <% Python code %> is not supported") && Contains("without Python"));
  CHECK_THAT(template_fault("<%! import os %>"), StartsWith("t.mako:1: <%! is not supported"));
  CHECK_THAT(template_fault("<%namespace file=\"x\"/>"), StartsWith("t.mako:1: <%namespace is not supported"));
  CHECK_THAT(template_fault("<%inherit file=\"x\"/>"), StartsWith("t.mako:1: <%inherit is not supported"));
  CHECK_THAT(template_fault("<%def name=\"f()\">"), Contains("<%def is not supported"));
  CHECK_THAT(template_fault("<%text filter=\"h\">x</%text>"), Contains("<%text is not supported"));
}

TEST_CASE("expressions that are none say where", "[template]") {
  CHECK_THAT(template_fault("${}"), Contains("an expression is missing"));
  CHECK_THAT(template_fault("${ | trim}"), Contains("an expression is missing"));
  CHECK_THAT(template_fault("${message message}"), Contains("unexpected 'message'"));
  CHECK_THAT(template_fault("${message +}"), Contains("a value is missing before end"));
  CHECK_THAT(template_fault("${message\n * 2}"), StartsWith("t.mako:2: '*' has no meaning"));
  CHECK_THAT(template_fault("${1 if True}"), Contains("'else' is missing"));
  CHECK_THAT(template_fault("${(1}"), Contains("never closed"));
  CHECK_THAT(template_fault("${(1]}"), Contains("')' is missing"));
  CHECK_THAT(template_fault("${items[0:1]}"), Contains("slices are not supported"));
  CHECK_THAT(template_fault("${1 < 2 < 3}"), Contains("cannot be chained"));
  CHECK_THAT(template_fault("${message()}"), Contains("only functions and methods can be called"));
  CHECK_THAT(template_fault("${1x}"), Contains("'1x' is not a number"));
  CHECK_THAT(template_fault("${99999999999999999999}"), Contains("is not a number"));
  CHECK_THAT(template_fault("${'\\q'}"), Contains("unknown escape \\q"));
  CHECK_THAT(template_fault("${'a\nb'}"), Contains("not closed on its line"));
}

TEST_CASE("values that do not fit what is done with them say so", "[template]") {
  CHECK_THAT(template_fault("\n${nothing[0]}"), StartsWith("t.mako:2: index 0 of a list of 0"));
  CHECK_THAT(template_fault("${items[-4]}"), Contains("index -4 of a list of 3"));
  CHECK_THAT(template_fault("${items['a']}"), Contains("an index must be a number, not a text"));
  CHECK_THAT(template_fault("${message[0]}"), Contains("needs a list, and this is a text"));
  CHECK_THAT(template_fault("${'a' + 1}"), Contains("'+' cannot join a text and a number"));
  CHECK_THAT(template_fault("${9223372036854775807 + 1}"), Contains("the sum is too large"));
  CHECK_THAT(template_fault("${1 < 'a'}"), Contains("have no order"));
  CHECK_THAT(template_fault("${1 in 'a'}"), Contains("'in' cannot look for a number in a text"));
  CHECK_THAT(template_fault("${len(None)}"), Contains("len() of None"));
  CHECK_THAT(template_fault("${branch_labels.upper()}"), Contains("upper() is a method of texts, and this is None"));
  CHECK_THAT(template_fault("${','.join('abc')}"), Contains("join() needs a list, not a text"));
  CHECK_THAT(template_fault("${'a'.split('')}"), Contains("not empty"));
  CHECK_THAT(template_fault("a\n% for x in message:\n% endfor\n"),
             StartsWith("t.mako:2: '% for' needs a list, and this is a text"));
}

TEST_CASE("lines are counted through comments, blocks and joined lines", "[template]") {
  CHECK_THAT(template_fault("## a \\\nb\n<%doc>\n\n</%doc>\\\n<%text>\n</%text>\r\n% if True and \\\n True:\n${x}"),
             StartsWith("t.mako:10: "));
  CHECK_THAT(template_fault("${\n\nmesage}"), StartsWith("t.mako:3: "));
  CHECK_THAT(template_fault("${message\n | foo}"), StartsWith("t.mako:2: "));
}

TEST_CASE("a template that is not UTF-8 is refused with its line", "[template]") {
  CHECK_THAT(template_fault("a\nb\xFF"), StartsWith("t.mako:2: not valid UTF-8"));
}

TEST_CASE("nesting without end is refused instead of running out of stack", "[template]") {
  const auto repeated = [](const std::string& piece, int times) {
    std::string text;
    for (int i = 0; i < times; ++i) text += piece;
    return text;
  };
  CHECK_THAT(template_fault("${" + repeated("(", 300) + "1" + repeated(")", 300) + "}"), Contains("nested too deeply"));
  CHECK_THAT(template_fault("${1" + repeated(" + 1", 100000) + "}"), Contains("more than 1000 words"));
  CHECK_THAT(template_fault("${" + repeated("not ", 100000) + "1}"), Contains("more than 1000 words"));
  CHECK_THAT(template_fault(repeated("% if True:\n", 100000)), Contains("blocks are nested too deeply"));
  CHECK_THAT(template_fault(repeated("% for x in items:\n", 1000) + repeated("% endfor\n", 1000)),
             Contains("nested too deeply"));
}

#include "unit/sql/pieces.hpp"

using namespace migrate::sql_test;

TEST_CASE("semicolons in strings and quoted names do not end a statement", "[sql]") {
  CHECK(pieces("SELECT 'a;''b;'; SELECT \"c;\"\"d;\" FROM t") ==
        Texts{"SELECT 'a;''b;'", "SELECT \"c;\"\"d;\" FROM t"});
}

TEST_CASE("a backslash ends nothing in an ordinary string, but escapes in E''", "[sql]") {
  CHECK(pieces("SELECT 'a\\'; SELECT 2") == Texts{"SELECT 'a\\'", "SELECT 2"});
  CHECK(pieces("SELECT E'a\\'; SELECT 2'; SELECT 3") == Texts{"SELECT E'a\\'; SELECT 2'", "SELECT 3"});
  CHECK(pieces("SELECT e'\\\\'; SELECT 2") == Texts{"SELECT e'\\\\'", "SELECT 2"});
}

TEST_CASE("the E of an escape string must be a word of its own", "[sql]") {
  // In SELECT name'…' the e belongs to the name: what follows is an ordinary string.
  CHECK(pieces("SELECT date'a\\'; SELECT 2") == Texts{"SELECT date'a\\'", "SELECT 2"});
}

TEST_CASE("bit, hexadecimal, national and Unicode strings have no backslash escapes", "[sql]") {
  for (const char* prefix : {"b", "B", "x", "X", "n", "N", "U&", "u&"}) {
    const std::string first = std::string("SELECT ") + prefix + "'a\\'";
    CHECK(pieces(first + "; SELECT 2") == Texts{first, "SELECT 2"});
  }
  CHECK(pieces("SELECT U&\"d!0061;\" UESCAPE '!'; SELECT 2") == Texts{"SELECT U&\"d!0061;\" UESCAPE '!'", "SELECT 2"});
  CHECK(pieces("SELECT u & 'a;'; SELECT 2").size() == 2);
}

TEST_CASE("a string goes on after a line break by the rules it began with", "[sql]") {
  const std::string joined = "SELECT E'a' -- it's; a comment\n  'b\\'; c'";
  CHECK(pieces(joined + "; SELECT 2") == Texts{joined, "SELECT 2"});
  // On one line they are two strings (which the server refuses), the second one without escapes.
  CHECK(pieces("SELECT E'a' 'b\\'; SELECT 2").size() == 2);
  CHECK(pieces("SELECT E'a' /*\n*/ 'b\\'; SELECT 2").size() == 2);
}

TEST_CASE("dollar quotes end at their own tag only", "[sql]") {
  const std::string body = "DO $a$ BEGIN; $$ ; $b$ ; $a $A$ ; END $a$";
  CHECK(pieces(body + "; SELECT 1") == Texts{body, "SELECT 1"});
  CHECK(pieces("SELECT $$;$$; SELECT $_1ü$;$_1ü$") == Texts{"SELECT $$;$$", "SELECT $_1ü$;$_1ü$"});
  CHECK(pieces("SELECT $x$;$y$x$; SELECT 2") == Texts{"SELECT $x$;$y$x$", "SELECT 2"});
}

TEST_CASE("a dollar sign inside a word or before a digit opens no quote", "[sql]") {
  CHECK(pieces("SELECT a$b$; SELECT b$c$") == Texts{"SELECT a$b$", "SELECT b$c$"});
  CHECK(pieces("SELECT $1; SELECT $2") == Texts{"SELECT $1", "SELECT $2"});
  CHECK(pieces("SELECT $1$$;$$; SELECT 1") == Texts{"SELECT $1$$;$$", "SELECT 1"});
  CHECK(pieces("SELECT $ a; SELECT $1a$;$1a$").size() == 3);
}

TEST_CASE("a dollar quote may follow a number at once", "[sql]") {
  CHECK(pieces("SELECT 1$$;$$; SELECT 2") == Texts{"SELECT 1$$;$$", "SELECT 2"});
  CHECK(pieces("SELECT 1_000.5$$;$$; SELECT 2") == Texts{"SELECT 1_000.5$$;$$", "SELECT 2"});
  CHECK(pieces("SELECT 0x1F$a$; SELECT 2") == Texts{"SELECT 0x1F$a$", "SELECT 2"});
}

TEST_CASE("quotes of one kind mean nothing inside another", "[sql]") {
  CHECK(pieces("SELECT '\"', \"'\", $$'\"$$, /* ' \" $$ */ 1; -- ' \" $$\nSELECT 2").size() == 2);
}

TEST_CASE("names may hold any character beyond ASCII", "[sql]") {
  CHECK(pieces("SELECT größe, 名前 FROM täble; SELECT 2") == Texts{"SELECT größe, 名前 FROM täble", "SELECT 2"});
}

TEST_CASE("an unterminated quote is reported where it was opened", "[sql]") {
  const auto check = [](std::string_view script, std::size_t offset, const std::string& what) {
    const auto refused = refusal(script);
    CHECK(refused.offset == offset);
    CHECK_THAT(refused.message, Catch::Contains(what));
    CHECK_THAT(refused.hint, Catch::Contains("Close it with"));
  };
  check("SELECT 1; SELECT 'a; SELECT 2;", 17, "string");
  check("SELECT E'a\\'; SELECT 2;", 7, "string");
  check("SELECT E'a\\", 7, "string");
  check("SELECT U&'a", 7, "string");
  check("SELECT 'a'\n  'b", 7, "string");
  check("SELECT \"a; SELECT 2;", 7, "quoted identifier");
  check("SELECT U&\"a", 7, "quoted identifier");
  check("DO $body$ BEGIN END $bod$;", 3, "dollar quote $body$");
  check("DO $$", 3, "dollar quote $$");
  check("SELECT 1 /* a /* b */;", 9, "comment");
  check("/*", 0, "comment");
  check("/*/", 0, "comment");
}

TEST_CASE("standard_conforming_strings is followed as psql follows it", "[sql]") {
  const std::string off = "SET standard_conforming_strings = off;";
  CHECK(pieces(off + "SELECT 'it\\'s;'; SELECT 2").size() == 3);
  CHECK(pieces(off + "SELECT N'it\\'s;'; SELECT 2").size() == 3);
  CHECK(pieces(off + "SELECT 'a\\\\'; set local Standard_Conforming_Strings to 'on'; SELECT 'a\\'; SELECT 2").size() ==
        5);
  CHECK(pieces("SET standard_conforming_strings = on; SELECT 'a\\'; SELECT 2").size() == 3);
  CHECK(pieces("SET other_setting = off; SELECT 'a\\'; SELECT 2").size() == 3);
}

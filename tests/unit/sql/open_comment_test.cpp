#include "migrate/sql/open_comment.hpp"

#include <catch2/catch.hpp>

#include "migrate/sql/statement.hpp"

using migrate::sql::ends_in_comment;

TEST_CASE("a comment that is open at the end is seen, and nothing else is taken for one", "[sql]") {
  for (const auto* text : {"--", "a --", "a -- b", "a\n-- b", "'a' --'", "a /* */ -- x"}) CHECK(ends_in_comment(text));
  for (const auto* text :
       {"", "a", "a -- b\n", "'a -- b'", "\"--\"", "$$ -- $$", "a /* -- */", "E'\\'--'", ")", "a - - b"}) {
    CHECK(!ends_in_comment(text));
  }
  CHECK_THROWS_AS(ends_in_comment("'a"), migrate::sql::SqlSyntaxError);
}

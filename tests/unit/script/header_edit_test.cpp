#include "migrate/script/header_edit.hpp"

#include <catch2/catch.hpp>

using migrate::script::with_header_value;

TEST_CASE("a header value is replaced and every other byte stays", "[header]") {
  CHECK(with_header_value("-- m\r\n-- revision: a\r\n-- down_revision: b\r\n\r\nx", "down_revision", "c") ==
        "-- m\r\n-- revision: a\r\n-- down_revision: c\r\n\r\nx");
  CHECK(with_header_value("// revision: a\n// depends_on: b\n", "depends_on", "") ==
        "// revision: a\n// depends_on:\n");
}

TEST_CASE("a header key that is not there comes after the revision", "[header]") {
  CHECK(with_header_value("\xEF\xBB\xBF-- revision: a\n-- created: x\n", "down_revision", "b") ==
        "\xEF\xBB\xBF-- revision: a\n-- down_revision: b\n-- created: x\n");
}

TEST_CASE("a comment of the other language ends the header that is edited", "[header]") {
  CHECK(with_header_value("-- revision: a\n// down_revision: b\n", "down_revision", "c") ==
        "-- revision: a\n-- down_revision: c\n// down_revision: b\n");
  CHECK(with_header_value("// revision: a\n-- down_revision: b\n", "down_revision", "c") ==
        "// revision: a\n// down_revision: c\n-- down_revision: b\n");
}

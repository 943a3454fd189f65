#include "migrate/sql/position.hpp"

#include <catch2/catch.hpp>

using migrate::sql::byte_offset_of_character;
using migrate::sql::Position;
using migrate::sql::position_at;

TEST_CASE("a position counts lines and columns from one", "[sql]") {
  CHECK(position_at("ab\ncd", 0) == Position{1, 1});
  CHECK(position_at("ab\ncd", 1) == Position{1, 2});
  CHECK(position_at("ab\ncd", 2) == Position{1, 3});
  CHECK(position_at("ab\ncd", 3) == Position{2, 1});
  CHECK(position_at("\n\n\n", 3) == Position{4, 1});
}

TEST_CASE("columns of a position count characters, not bytes", "[sql]") {
  const std::string_view text = "-- größe\n名前x";
  CHECK(position_at(text, text.find("e\n")) == Position{1, 8});
  CHECK(position_at(text, text.find('x')) == Position{2, 3});
}

TEST_CASE("a position past the end is the place after the last character", "[sql]") {
  CHECK(position_at("", 5) == Position{1, 1});
  CHECK(position_at("ab\nc", 100) == Position{2, 2});
  CHECK(position_at("ab\n", std::string_view::npos) == Position{2, 1});
}

TEST_CASE("a carriage return belongs to the line it ends", "[sql]") {
  CHECK(position_at("ab\r\ncd", 4) == Position{2, 1});
}

TEST_CASE("characters are found by number", "[sql]") {
  const std::string_view text = "aü名\xF0\x9F\x98\x80z";
  CHECK(byte_offset_of_character(text, 0) == 0);
  CHECK(byte_offset_of_character(text, 1) == 1);
  CHECK(byte_offset_of_character(text, 2) == 3);
  CHECK(byte_offset_of_character(text, 3) == 6);
  CHECK(byte_offset_of_character(text, 4) == 10);
  CHECK(byte_offset_of_character(text, 5) == text.size());
  CHECK(byte_offset_of_character(text, 500) == text.size());
  CHECK(byte_offset_of_character("", 0) == 0);
}

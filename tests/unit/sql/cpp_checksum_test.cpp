#include <catch2/catch.hpp>

#include <string>
#include <string_view>
#include <vector>

#include "migrate/base/text.hpp"
#include "migrate/sql/checksum.hpp"

using migrate::sql::cpp_checksum;

namespace {

constexpr std::string_view k_revision = R"source(// add users
//
// revision: 4c1d

#include <migrate/op.hpp>
#define LIMIT(x) ((x) + 1)
#define SUM 1 + \
  2

using namespace migrate;

void upgrade(Operations& op) {
  op.create_table("users", column("id", BigInteger{}, primary_key),
                  column("name", String{40}, not_null, server_default("'//nobody'")));
  op.execute(R"(INSERT INTO users VALUES (1, 'it''s' /* kept */))");
  for (int i = 0; i < 1'000; ++i) op.execute("-- " + std::to_string(i - -1));
  std::vector<std::vector<int>> rows{{'\'', '"'}};
}
)source";

std::string edited(std::string_view from, std::string_view to) {
  const std::size_t at = k_revision.find(from);
  INFO(from);
  REQUIRE(at != std::string_view::npos);
  std::string result(k_revision);
  return result.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("comments and layout of a C++ revision are free", "[sql]") {
  const std::string expected = cpp_checksum(k_revision);
  const std::vector<std::pair<std::string_view, std::string_view>> harmless{
      {"// add users", "// adds the users, don't worry"},
      {"// revision: 4c1d\n", "// revision: 4c1d\n// created: today \"\n"},
      {"op.create_table(\"users\", column", "op . create_table ( \"users\" , /* \" */ column"},
      {"void upgrade(Operations& op) {", "void upgrade(Operations &op)\n{"},
      {"#define SUM 1 + \\\n  2", "#  define SUM 1 + 2 // three"},
      {"#include <migrate/op.hpp>", "# include <migrate/op.hpp>  /* the operations */"},
      {"vector<int>> rows", "vector<int> > rows"},
      {"i - -1", "i- -1"},
      {"namespace migrate", "name\\\nspace migrate"},
      {"void upgrade", "void /* one\n two */ upgrade"},
  };
  for (const auto& [from, to] : harmless) {
    const std::string text = edited(from, to);
    INFO(text);
    CHECK(cpp_checksum(text) == expected);
  }
  CHECK(cpp_checksum(migrate::base::replace_all(k_revision, "\n", "\r\n")) == expected);
  CHECK(cpp_checksum("\xEF\xBB\xBF" + std::string(k_revision)) == expected);
  CHECK(cpp_checksum(k_revision.substr(k_revision.find("#include"))) == expected);
}

TEST_CASE("a change of a C++ revision that counts is seen", "[sql]") {
  const std::string expected = cpp_checksum(k_revision);
  const std::vector<std::pair<std::string_view, std::string_view>> real{
      {"BigInteger", "Integer"},
      {"String{40}", "String{41}"},
      {"//nobody", "//Nobody"},
      {"/* kept */", "/* held */"},
      {"1, 'it", "1,  'it"},
      {"1'000", "1'001"},
      {"\"-- \"", "\"--  \""},
      {"i - -1", "i - 1"},
      {"i - -1", "i --1"},
      {"'\\''", "'\\\\'"},
      {"LIMIT(x)", "LIMIT (x)"},
      {"#define SUM 1 + \\\n  2", "#define SUM 1 +\n  2"},
      {"<migrate/op.hpp>", "<migrate/ops.hpp>"},
      {"not_null, ", ""},
      {"\"users\"", "u8\"users\""},
      {"\"users\"", "\"users\"s"},
      {"R\"(INSERT", "R\"(INSERT \\\n"},
  };
  for (const auto& [from, to] : real) {
    const std::string text = edited(from, to);
    INFO(text);
    CHECK(cpp_checksum(text) != expected);
  }
}

TEST_CASE("raw strings count as they are written", "[sql]") {
  CHECK(cpp_checksum("auto a = R\"x(a)\" // b\n)x\";") != cpp_checksum("auto a = R\"x(a)\" // c\n)x\";"));
  CHECK(cpp_checksum("auto a = R\"(a\\\nb)\";") != cpp_checksum("auto a = R\"(ab)\";"));
  CHECK(cpp_checksum("auto a = R\"(a\\\r\nb)\";") == cpp_checksum("auto a = R\"(a\\\nb)\";"));
  CHECK(cpp_checksum("auto a = R\"(a\r\nb)\"; // x") == cpp_checksum("auto a=R\"(a\nb)\";"));
  CHECK(cpp_checksum("\\\nR\"(a)\"\\\n;") == cpp_checksum("R\"(a)\" ;"));
  CHECK(cpp_checksum("BAR\"(a)\"") != cpp_checksum("BAR \"( a)\""));
}

TEST_CASE("C++ source that ends anywhere has a checksum", "[sql]") {
  for (std::size_t length = 0; length <= k_revision.size(); ++length) {
    CHECK(cpp_checksum(k_revision.substr(0, length)).size() == 3 + 64);
    CHECK(cpp_checksum(k_revision.substr(length)).size() == 3 + 64);
  }
  for (const char* text :
       {"R\"", "R\"(", "R\"x", "\"\\", "'", "#", "#define", "#include <", "1'", "/*", "//", "\\", "\\\n"}) {
    CHECK(cpp_checksum(text).starts_with("c1:"));
  }
}

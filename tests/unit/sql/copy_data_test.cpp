#include "unit/sql/pieces.hpp"

using namespace migrate::sql_test;
using migrate::sql::split;

namespace {

/// The data of the script's first statement.
std::string data_of(std::string_view script) {
  const auto statements = split(script);
  REQUIRE(!statements.empty());
  REQUIRE(statements[0].copy_data);
  return std::string(statements[0].copy_data->of(script));
}

}  // namespace

TEST_CASE("COPY data stands between its statement's line and the closing line", "[sql]") {
  const std::string script = "COPY t (a, b) FROM stdin;\n1\tit's; -- $$ /*\n2\t\\N\n\\.\n\nSELECT 1;";
  CHECK(pieces(script) == Texts{"COPY t (a, b) FROM stdin", "SELECT 1"});
  CHECK(data_of(script) == "1\tit's; -- $$ /*\n2\t\\N\n");
  CHECK_FALSE(split(script)[1].copy_data);
}

TEST_CASE("COPY FROM stdin is known in every spelling", "[sql]") {
  for (const char* copy : {
           "COPY t FROM stdin",
           "copy T from STDIN with (format csv, header true)",
           "COPY \"odd name\".\"from\" (\"a;b\", from_) FROM STDIN",
           "COPY s.from FROM stdin",
           "COPY BINARY t FROM STDIN",
           "COPY t FROM /* here */ stdin -- there\n CSV",
           "COPY t FROM STDIN WHERE a > 1",
           "COPY t(a) FROM\nSTDIN (ON_ERROR ignore)",
           "COPY t FROM STDOUT",
       }) {
    const std::string script = std::string(copy) + ";\nx\n\\.\nSELECT 1;";
    INFO(script);
    CHECK(pieces(script) == Texts{copy, "SELECT 1"});
    CHECK(data_of(script) == "x\n");
  }
}

TEST_CASE("COPY from a file, from a program and to anywhere has no data lines", "[sql]") {
  for (const char* copy : {
           "COPY t FROM '/tmp/stdin'",
           "COPY t FROM PROGRAM 'stdin'",
           "COPY t TO STDOUT",
           "COPY (SELECT 1 FROM stdin) TO STDOUT",
           "COPY (SELECT * FROM t) TO '/tmp/x'",
           "COPY t (a) TO PROGRAM 'cat'",
           "SELECT * FROM stdin",
           "EXPLAIN SELECT copy FROM stdin",
       }) {
    const std::string script = std::string(copy) + ";\nSELECT 1;";
    INFO(script);
    CHECK(pieces(script) == Texts{copy, "SELECT 1"});
    CHECK_FALSE(split(script)[0].copy_data);
  }
}

TEST_CASE("COPY data may be empty", "[sql]") {
  CHECK(data_of("COPY t FROM stdin;\n\\.\n").empty());
  CHECK(data_of("COPY t FROM stdin;\r\n\\.\r\nSELECT 1").empty());
}

TEST_CASE("COPY data may be closed by the last line of the file", "[sql]") {
  CHECK(data_of("COPY t FROM stdin;\n1\n\\.") == "1\n");
  CHECK(data_of("COPY t FROM stdin;\n1\n\\.\r") == "1\n");
}

TEST_CASE("COPY data keeps its CRLF", "[sql]") {
  const std::string script = "COPY t FROM stdin;\r\n1\r\n2\r\n\\.\r\nSELECT 1;\r\n";
  CHECK(data_of(script) == "1\r\n2\r\n");
  CHECK(pieces(script)[1] == "SELECT 1");
}

TEST_CASE("only a line that is exactly backslash and dot closes COPY data", "[sql]") {
  const std::string data = "a\\.\n\\.x\n \\.\n\\. \n\\..\n\\\\.\n\\.\r1\n";
  CHECK(data_of("COPY t FROM stdin;\n" + data + "\\.\nSELECT 1") == data);
}

TEST_CASE("several COPY statements each have their own data", "[sql]") {
  const std::string script = "COPY a FROM stdin;\n1\n\\.\nCOPY b FROM stdin; -- two\n2\n\\.\nCOPY c FROM stdin;\n\\.\n";
  const auto statements = split(script);
  REQUIRE(statements.size() == 3);
  CHECK(statements[0].copy_data->of(script) == "1\n");
  CHECK(statements[1].copy_data->of(script) == "2\n");
  CHECK(statements[2].copy_data->of(script).empty());
  CHECK(statements[1].text.of(script) == "COPY b FROM stdin");
}

TEST_CASE("COPY data without its closing line is an error at the statement", "[sql]") {
  for (const char* tail : {"", ";", ";\n", ";\n1\t2\n", ";\n1\n\\. \n", ";\n1\n\\.\rx", "; -- c"}) {
    const auto refused = refusal(std::string("SELECT 1;\nCOPY t FROM stdin") + tail);
    INFO(tail);
    CHECK(refused.offset == 10);
    CHECK_THAT(refused.message, Catch::Contains("has no end"));
    CHECK_THAT(refused.hint, Catch::Contains("\\."));
  }
}

TEST_CASE("nothing but a comment may follow COPY FROM stdin on its line", "[sql]") {
  CHECK(data_of("COPY t FROM stdin; /* a */ -- b\n1\n\\.\n") == "1\n");
  const auto refused = refusal("COPY t FROM stdin; SELECT 1;\n1\n\\.\n");
  CHECK(refused.offset == 19);
  CHECK_THAT(refused.hint, Catch::Contains("closing line"));
  CHECK(refusal("COPY t FROM stdin; /* a\n1\n\\.\n*/").offset == 19);
}

TEST_CASE("ten megabytes of COPY data are found by their last line", "[sql]") {
  std::string data;
  while (data.size() < 10'000'000) data += "12345\tit's a \"line\"; with $$ and \\N\t\\\\.\n";
  const std::string script = "SET x = 1;\nCOPY t FROM stdin;\n" + data + "\\.\nSELECT 1;\n";
  const auto statements = split(script);
  REQUIRE(statements.size() == 3);
  REQUIRE(statements[1].copy_data);
  CHECK(statements[1].copy_data->length == data.size());
  CHECK(statements[2].text.of(script) == "SELECT 1");
}

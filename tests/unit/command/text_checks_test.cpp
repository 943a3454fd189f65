#include <catch2/catch.hpp>

#include "migrate/command/detail/text_checks.hpp"

using namespace migrate::command;
using Catch::Contains;
using Catch::StartsWith;

namespace {

bool accepts(TextCheck check, const std::string& text) {
  return check(text).first.empty();
}

}  // namespace

TEST_CASE("timeouts are written as PostgreSQL reads them", "[config][check]") {
  for (const char* good :
       {"", "0", "5s", "500ms", "1min", "250", "1.5s", " 5 s ", "1h", "1d", "2000us", "24d", "0ms"}) {
    CAPTURE(good);
    CHECK(accepts(check_timeout, good));
  }
  for (const char* bad : {"5S", "5 sec", "five", "s", "5s5", "1e3", "inf", "nan", "5,5s", "0x10", "--5", "5s;DROP"}) {
    CAPTURE(bad);
    CHECK_THAT(check_timeout(bad).first, Contains("is no duration"));
  }
  CHECK_THAT(check_timeout("-5s").first, Contains("not negative"));
  CHECK_THAT(check_timeout("100us").first, Contains("takes a timeout for none"));
  CHECK_THAT(check_timeout("25d").first, Contains("2147483647"));
}

TEST_CASE("the version table leaves room for its primary key's name", "[config][check]") {
  CHECK(accepts(check_version_table, std::string(59, 'v')));
  CHECK_FALSE(accepts(check_version_table, std::string(60, 'v')));
  CHECK_THAT(check_version_table(std::string(60, 'v')).second, Contains("at most 59 bytes"));
  CHECK_FALSE(accepts(check_version_table, ""));
  std::string umlauts;
  for (int i = 0; i < 30; ++i) umlauts += "ä";
  CHECK_FALSE(accepts(check_version_table, umlauts));
  CHECK(accepts(check_schema, ""));
  CHECK(accepts(check_schema, std::string(63, 's')));
  CHECK_FALSE(accepts(check_schema, std::string(64, 's')));
}

TEST_CASE("file templates know their tokens and stay below the version location", "[config][check]") {
  CHECK(accepts(check_file_template, "{rev}_{slug}"));
  CHECK(accepts(check_file_template, "{year}/{month:02}/{day:02}_{hour:02}{minute:02}{second:02}_{epoch}_{rev}"));
  CHECK_THAT(check_file_template("{revision}").first, StartsWith("unknown token {revision}"));
  CHECK_FALSE(accepts(check_file_template, ""));
  CHECK_FALSE(accepts(check_file_template, "/tmp/{rev}"));
  CHECK_FALSE(accepts(check_file_template, "a/../../{rev}"));
  CHECK_THAT(check_file_template("%(rev)s_%(slug)s").second, Contains("{rev}"));
}

TEST_CASE("time zones look like names", "[config][check]") {
  for (const char* good : {"UTC", "local", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Etc/GMT+3"}) {
    CHECK(accepts(check_timezone, good));
  }
  for (const char* bad : {"", "../../etc/passwd", "/etc/localtime", "Europe Berlin"})
    CHECK_FALSE(accepts(check_timezone, bad));
}

TEST_CASE("revision files are UTF-8 only", "[config][check]") {
  CHECK(accepts(check_encoding, "utf-8"));
  CHECK(accepts(check_encoding, "UTF8"));
  CHECK_FALSE(accepts(check_encoding, "latin1"));
}

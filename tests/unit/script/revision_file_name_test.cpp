#include <catch2/catch.hpp>

#include "migrate/base/error.hpp"
#include "migrate/script/new_revision.hpp"

using namespace migrate;
using Catch::Contains;
using script::NewRevision;

namespace {

NewRevision draft(std::string file_template = "{rev}_{slug}") {
  NewRevision revision;
  revision.revision.id = "b03417887b93";
  revision.revision.message = "Add timezone";
  revision.created = std::chrono::sys_days(std::chrono::year(2026) / 3 / 9) + std::chrono::hours(4) +
                     std::chrono::minutes(5) + std::chrono::milliseconds(6999);
  revision.file_template = std::move(file_template);
  return revision;
}

std::string name_of(const NewRevision& revision) {
  return script::revision_file_name(revision).string();
}
std::string name_of(std::string file_template) {
  return name_of(draft(std::move(file_template)));
}

std::string fault_of(const NewRevision& revision) {
  try {
    name_of(revision);
  } catch (const base::Error& error) {
    return std::string(error.what()) + " | " + error.hint();
  }
  return {};
}
std::string fault_of(std::string file_template) {
  return fault_of(draft(std::move(file_template)));
}

}  // namespace

TEST_CASE("a revision file is named by id and slug, with the extension of its type", "[file_name]") {
  auto revision = draft();
  CHECK(name_of(revision) == "b03417887b93_add_timezone.sql");
  revision.revision.type = script::RevisionType::cpp;
  CHECK(name_of(revision) == "b03417887b93_add_timezone.cpp");
}

TEST_CASE("times are written with the wanted width", "[file_name]") {
  CHECK(name_of("{year}{month:02}{day:02}_{hour:02}{minute:02}{second:02}_{slug}") ==
        "20260309_040506_add_timezone.sql");
  CHECK(name_of("{month}-{day:3}-{hour:03d}-{epoch}") == "3-  9-004-1773029106.sql");
  CHECK(name_of("{epoch:012}") == "001773029106.sql");
}

TEST_CASE("times stand in the wanted time zone, and epoch in none", "[file_name]") {
  auto revision = draft("{year}-{month:02}-{day:02}T{hour:02}_{epoch}");
  revision.timezone = "America/Los_Angeles";
  CHECK(name_of(revision) == "2026-03-08T21_1773029106.sql");
}

TEST_CASE("a file template may hold directories and braces", "[file_name]") {
  CHECK(name_of("{year}/{month:02}/{rev}") == "2026/03/b03417887b93.sql");
  CHECK(name_of("{{{rev}}}") == "{b03417887b93}.sql");
  CHECK(name_of("v1.2_{rev}") == "v1.2_b03417887b93.sql");
}

TEST_CASE("a slug is cut to the configured length, and 0 asks for the usual one", "[file_name]") {
  auto revision = draft("{slug}");
  revision.revision.message = "one two three";
  revision.truncate_slug_length = 6;
  CHECK(name_of(revision) == "one_.sql");
  revision.truncate_slug_length = 0;
  CHECK(name_of(revision) == "one_two_three.sql");
}

TEST_CASE("no message leaves no dangling separator", "[file_name]") {
  auto revision = draft();
  revision.revision.message = "";
  CHECK(name_of(revision) == "b03417887b93.sql");
  revision.file_template = "{year}/{rev}-{slug}";
  CHECK(name_of(revision) == "2026/b03417887b93.sql");
  revision.file_template = "{slug}_{rev}";
  CHECK(name_of(revision) == "_b03417887b93.sql");
  revision.file_template = "{slug}";
  CHECK_THAT(fault_of(revision), Contains("gives no file name"));
}

TEST_CASE("unknown tokens are refused with the known ones", "[file_name]") {
  CHECK_THAT(fault_of("{slugg}"),
             Contains("unknown token {slugg}") && Contains("Did you mean {slug}?") && Contains("{epoch}"));
  CHECK_THAT(fault_of("{}"), Contains("unknown token {}"));
  CHECK_THAT(fault_of("{rev:8}"), Contains("{rev} takes no width"));
  CHECK_THAT(fault_of("{month:x}"), Contains("\":x\" is not a width"));
  CHECK_THAT(fault_of("{month:0200}"), Contains("is not a width"));
  CHECK_THAT(fault_of("{rev"), Contains("never closed"));
  CHECK_THAT(fault_of("rev}"), Contains("closes nothing"));
  CHECK_THAT(fault_of("%(rev)s_%(slug)s"), Contains("Write {rev} for %(rev)s"));
}

TEST_CASE("a name that would leave the directory is refused", "[file_name]") {
  CHECK_THAT(fault_of("../{rev}"), Contains("\"..\""));
  CHECK_THAT(fault_of("a/../../{rev}"), Contains("\"..\""));
  CHECK_THAT(fault_of("/tmp/{rev}"), Contains("absolute"));
  CHECK_THAT(fault_of("./{rev}"), Contains("\".\""));
  CHECK_THAT(fault_of(std::string("a\0{rev}", 7)), Contains("control character"));
  CHECK_THAT(fault_of("a\n{rev}"), Contains("control character"));
  auto revision = draft();
  revision.revision.id = "../../evil";
  CHECK_THAT(fault_of(revision), Contains("the revision id \"../../evil\" has a '/' in it"));
  revision = draft();
  revision.revision.message = "../../etc/passwd";
  CHECK(name_of(revision) == "b03417887b93_etc_passwd.sql");
}

TEST_CASE("a name that is none is refused", "[file_name]") {
  for (const std::string text : {"", "a/", ".{rev}", "{rev}/"})
    CHECK_THAT(fault_of(text), Contains("gives no file name"));
}

TEST_CASE("a name that is too long for the file system is refused before anything is written", "[file_name]") {
  auto revision = draft();
  revision.truncate_slug_length = 1000;
  revision.revision.message = std::string(300, 'a');
  CHECK_THAT(fault_of(revision), Contains("317 bytes") && Contains("truncate_slug_length"));
}

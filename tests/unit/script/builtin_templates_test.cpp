#include "migrate/script/builtin_templates.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "migrate/base/files.hpp"
#include "migrate/base/text.hpp"
#include "migrate/script/new_revision.hpp"

using namespace migrate;

namespace {

std::string text_of(std::string_view path) {
  for (const auto& file : script::builtin_templates()) {
    if (file.path == path) return std::string(file.text);
  }
  FAIL("no built-in file " << path);
  return {};
}

script::NewRevision draft(script::RevisionType type) {
  script::NewRevision revision;
  revision.revision.id = "b03417887b93";
  revision.revision.down_revisions = {"e9844b552bfa", "4c1d8f60a2e7"};
  revision.revision.message = "add timezone\nto all";
  revision.revision.type = type;
  revision.created = std::chrono::sys_days(std::chrono::year(2026) / 11 / 21) + std::chrono::hours(10);
  return revision;
}

}  // namespace

TEST_CASE("each init template has a README and settings, the revision templates are shared", "[builtin_templates]") {
  std::vector<std::string> paths;
  for (const auto& file : script::builtin_templates()) paths.emplace_back(file.path);
  CHECK(paths == std::vector<std::string>{"cpp.mako", "cpp/README", "cpp/alembic.toml", "generic/README",
                                          "generic/alembic.toml", "multidb/README", "multidb/alembic.toml",
                                          "sql.mako"});
}

TEST_CASE("the files in the program are those of the source tree", "[builtin_templates]") {
  const std::filesystem::path folder = std::filesystem::path(MIGRATE_SOURCE_DIR) / "templates";
  for (const std::string path : {"sql.mako", "cpp.mako", "generic/README", "cpp/README", "multidb/README"}) {
    CHECK(text_of(path) == base::read_file(folder / path));
  }
}

TEST_CASE("this checkout's own settings are what init writes but for downgrades that lose data",
          "[builtin_templates]") {
  const auto own = base::read_file(std::filesystem::path(MIGRATE_SOURCE_DIR) / "alembic.toml");
  CHECK(text_of("generic/alembic.toml") == base::replace_all(own, "# destructive_downgrade = \"\"             #",
                                                             "destructive_downgrade = \"ask\"            #"));
}

TEST_CASE("the first line of a README is a sentence", "[builtin_templates]") {
  for (const auto& file : script::builtin_templates()) {
    if (!file.path.ends_with("/README")) continue;
    const auto line = file.text.substr(0, file.text.find('\n'));
    CHECK(line.ends_with('.'));
    CHECK(line.size() < 80);
  }
}

TEST_CASE("the settings of every template document every key", "[builtin_templates]") {
  for (const std::string name : {"generic", "cpp", "multidb"}) {
    const auto text = text_of(name + "/alembic.toml");
    for (const std::string key : {"version_locations",
                                  "recursive_version_locations",
                                  "template_location",
                                  "file_template",
                                  "truncate_slug_length",
                                  "timezone",
                                  "revision_type",
                                  "version_table",
                                  "version_table_schema",
                                  "transaction_per_migration",
                                  "sql_files_encoding",
                                  "url",
                                  "direct_url",
                                  "password_file",
                                  "password_command",
                                  "pool_size",
                                  "max_overflow",
                                  "pool_timeout",
                                  "pool_pre_ping",
                                  "pool_recycle",
                                  "ping_after_idle",
                                  "ping_timeout",
                                  "lifo",
                                  "max_waiters",
                                  "max_connecting",
                                  "overflow_linger",
                                  "idle_timeout",
                                  "min_idle",
                                  "keepalive",
                                  "leak_threshold",
                                  "background_connect",
                                  "connect_timeout",
                                  "command_timeout",
                                  "connect_retries",
                                  "echo",
                                  "target",
                                  "include_schemas",
                                  "grants",
                                  "online",
                                  "exclude",
                                  "dev_url",
                                  "lock_timeout",
                                  "lock_retries",
                                  "lock_deadline",
                                  "max_blocked_ms",
                                  "max_blocked_sessions",
                                  "statement_timeout",
                                  "idle_timeout",
                                  "run_lock_timeout",
                                  "edited",
                                  "journal",
                                  "destructive",
                                  "destructive_downgrade",
                                  "command"}) {
      INFO(name << " " << key);
      CHECK(
          (text.find("\n" + key + " = ") != std::string::npos || text.find("\n# " + key + " = ") != std::string::npos));
    }
    CHECK(text.find("%") == std::string::npos);
    CHECK(text.find("url = \"${DATABASE_URL:-embedded}\"") != std::string::npos);
  }
  CHECK(text_of("cpp/alembic.toml").find("\nrevision_type = \"cpp\"") != std::string::npos);
  CHECK(text_of("multidb/alembic.toml").find("\n[billing.engine]\n") != std::string::npos);
}

TEST_CASE("an empty SQL revision is a header and two empty sections", "[builtin_templates]") {
  auto revision = draft(script::RevisionType::sql);
  const auto header =
      "-- add timezone\n-- to all\n--\n-- revision: b03417887b93\n-- down_revision: e9844b552bfa, 4c1d8f60a2e7\n"
      "-- branch_labels:\n-- depends_on:\n-- created: 2026-11-21 10:00:00+00:00\n\n";
  CHECK(script::render_revision(revision, text_of("sql.mako"), "sql.mako") ==
        header + std::string("-- migrate:upgrade\n\n-- migrate:downgrade\n"));
  revision.upgrades = "CREATE TABLE a ();\nCREATE TABLE b ();\n";
  revision.downgrades = "DROP TABLE b;\nDROP TABLE a;";
  CHECK(script::render_revision(revision, text_of("sql.mako"), "sql.mako") ==
        header + std::string("-- migrate:upgrade\nCREATE TABLE a ();\nCREATE TABLE b ();\n\n"
                             "-- migrate:downgrade\nDROP TABLE b;\nDROP TABLE a;\n"));
}

TEST_CASE("a C++ revision has the header and two functions", "[builtin_templates]") {
  auto revision = draft(script::RevisionType::cpp);
  revision.upgrades = "    op.drop_table(\"a\");\n";
  CHECK(script::render_revision(revision, text_of("cpp.mako"), "cpp.mako") ==
        "// add timezone\n// to all\n//\n// revision: b03417887b93\n// down_revision: e9844b552bfa, 4c1d8f60a2e7\n"
        "// branch_labels:\n// depends_on:\n// created: 2026-11-21 10:00:00+00:00\n\n"
        "#include <migrate/op.hpp>\n\nusing namespace migrate;\n\n"
        "void upgrade(Operations& op) {\n    op.drop_table(\"a\");\n}\n\n"
        "// Undoes upgrade(). Without this function the revision cannot be undone.\nvoid downgrade(Operations& op) "
        "{\n}\n");
}

// docs/json.md and what the program prints are the same: every member of every document and event is told there, and
// every command answers with one document.
#include <map>
#include <nlohmann/json.hpp>

#include "expect.hpp"
#include "migrate/base/files.hpp"
#include "migrate/base/text.hpp"

namespace {

using namespace migrate;
using namespace migrate::test;
using nlohmann::json;

/// The sections of docs/json.md by each of the names in their headings.
std::map<std::string, std::string> sections() {
  const auto text = base::read_file(std::filesystem::path(MIGRATE_SOURCE_DIR) / "docs/json.md");
  std::map<std::string, std::string> found;
  std::vector<std::string> names;
  for (const auto line : base::split(text, '\n')) {
    if (line.starts_with("#")) names = base::split_list(line.substr(line.find(' ')));
    for (const auto& name : names) found[name].append(line).append("\n");
  }
  return found;
}

/// Where what stands in lists of several documents is described.
const std::map<std::string, std::string>& shared() {
  static const std::map<std::string, std::string> k_shared{{"revisions[]", "A revision"},
                                                           {"pending[]", "A revision"},
                                                           {"branch_points[]", "A revision"},
                                                           {"branch_points[].branches[]", "A revision"},
                                                           {"half_done[]", "A half-done revision"},
                                                           {"rows[]", "A journal row"},
                                                           {"last", "A journal row"}};
  return k_shared;
}

class Documentation {
 public:
  /// Every member of the document stands in the section.
  void check(const json& document, const std::string& section) const {
    CAPTURE(section);
    REQUIRE(sections_.count(section) == 1);
    walk(document, "", section);
  }

 private:
  void walk(const json& value, const std::string& path, const std::string& section) const {
    if (value.is_array()) {
      for (const auto& entry : value) walk(entry, path + "[]", section);
      return;
    }
    if (!value.is_object()) return;
    for (const auto& [name, member] : value.items()) {
      const auto full = path.empty() ? name : path + "." + name;
      CAPTURE(section, full);
      CHECK(is_told(section, path, name, full));
      walk(member, full, section);
    }
  }

  [[nodiscard]] bool is_told(const std::string& section, const std::string& path, const std::string& name,
                             const std::string& full) const {
    if (has_row(section, full)) return true;
    const auto common = shared().find(path);
    return section != "build" && common != shared().end() && has_row(common->second, name);
  }

  [[nodiscard]] bool has_row(const std::string& section, const std::string& member) const {
    return sections_.at(section).find("\n| `" + member + "` |") != std::string::npos;
  }

  std::map<std::string, std::string> sections_ = sections();
};

/// One document and nothing else on stdout.
json document(const RunResult& run) {
  INFO(run.out << run.err);
  return json::parse(run.out);
}

/// Checks each line; the names of the events in order.
std::vector<std::string> events(const Documentation& documentation, const RunResult& run) {
  std::vector<std::string> names;
  for (const auto line : base::split(base::trim(run.out), '\n')) {
    INFO(line);
    const auto event = json::parse(line);
    names.push_back(event["event"].get<std::string>());
    documentation.check(event, names.back());
  }
  return names;
}

void add_history(const Project& project) {
  project.add_sql("a1", "",
                  "CREATE TABLE one (id int); DO $$ BEGIN RAISE NOTICE 'half way' USING DETAIL = 'd'; END $$;",
                  "DROP TABLE one;");
  project.add_sql("b2", "a1", "CREATE TABLE two (id int);", "DROP TABLE two;");
  project.add_sql("b3", "a1", "CREATE TABLE three (id int);");
}

void add_half_done(const Project& project) {
  project.add_revision("c3.sql",
                       "-- c\n-- revision: c3\n-- down_revision: b2\n\n-- migrate:upgrade transaction:false\n"
                       "CREATE TABLE four (id int);\nSELECT 1/0;\n");
}

}  // namespace

TEST_CASE("each event of a run is told in the documentation with its members", "[cli][json]") {
  const Documentation documentation;
  Project project("[[alembic.on_version_apply]]\ncommand = [\"echo\", \"hooked\"]\n");
  add_history(project);
  using Names = std::vector<std::string>;
  const auto up = project.migrate("--json", "upgrade", "b2", "--tag", "t");
  expect_done(up);
  CHECK(events(documentation, up) ==
        Names{"start", "step", "notice", "step", "hook", "step", "step", "hook", "finished"});
  const auto start = json::parse(up.out.substr(0, up.out.find('\n')));
  CHECK(start["version"] == 1);
  CHECK(start["command"] == "upgrade");
  CHECK(start["targets"] == json::array({"b2"}));
  CHECK(start["tag"] == "t");
  CHECK(events(documentation, project.migrate("--json", "upgrade", "b2")) == Names{"start", "finished"});
  add_half_done(project);
  CHECK(events(documentation, project.migrate("--json", "upgrade", "c3", "--dry-run")) ==
        Names{"start", "step", "step", "finished"});
  CHECK(events(documentation, project.migrate("--output", "json", "upgrade", "c3")) == Names{"start", "step", "error"});
  CHECK(events(documentation, project.migrate("--json", "stamp", "b2", "b3")) ==
        Names{"start", "step", "step", "hook", "finished"});
  CHECK(events(documentation, project.migrate("--json", "downgrade", "nowhere")) == Names{"start", "error"});
  project.directory().write("alembic.toml", "[alembic]\nno_such = 1\n");
  CHECK(events(documentation, project.migrate("--json", "upgrade")) == Names{"start", "error"});
  CHECK(events(documentation, project.migrate("current", "--json")) == Names{"error"});
  CHECK(events(documentation, project.migrate("curent", "--json")) == Names{"error"});
}

TEST_CASE("a lock that cannot be had is told as events with the reason", "[cli][json]") {
  const Documentation documentation;
  Project project("[alembic.safety]\nlock_timeout = \"100ms\"\nlock_retries = 1\n");
  add_history(project);
  project.add_sql("c3", "b2", "ALTER TABLE one ADD COLUMN x int;");
  expect_done(project.migrate("upgrade", "b2"));
  auto reader = project.database().connect();
  reader.execute("BEGIN");
  reader.execute("SELECT * FROM one");
  const auto run = project.migrate("--json", "upgrade", "c3");
  CHECK(run.exit_code == 6);
  CHECK(events(documentation, run) == std::vector<std::string>{"start", "step", "retry", "step", "error"});
  CHECK_THAT(run.out, Catch::Contains("\"attempt\":1,\"reason\":\"canceling statement due to lock timeout"));
}

TEST_CASE("each question is answered by one document that the documentation tells", "[cli][json]") {
  const Documentation documentation;
  Project project;
  add_history(project);
  expect_done(project.migrate("upgrade", "b2"));
  add_half_done(project);
  CHECK(project.migrate("upgrade", "c3").exit_code == 1);
  project.add_sql("a1", "", "CREATE TABLE one (id bigint);");
  for (const auto* verb : {"heads", "history", "branches", "current", "status", "log", "config", "wait"}) {
    CAPTURE(verb);
    const auto answer = project.migrate(verb, "--json");
    expect_done(answer);
    documentation.check(document(answer), verb);
  }
  const auto status = document(project.migrate("status", "--json"));
  for (const auto* list : {"edited", "half_done", "pending"}) {
    CAPTURE(list);
    CHECK_FALSE(status[list].empty());
  }
  CHECK_FALSE(status["last"].is_null());
  documentation.check(document(project.migrate("show", "b2", "--json")), "show");
  documentation.check(document(project.migrate("plan", "base:b3", "--json")), "plan");
  documentation.check(document(project.migrate("accept", "--all", "--json")), "accept");
  documentation.check(document(project.migrate("db", "url", "--json")), "db url");
  documentation.check(document(project.migrate("ensure_version", "--json")), "ensure_version");
}

TEST_CASE("each command that writes files answers with one document that the documentation tells", "[cli][json]") {
  const Documentation documentation;
  TempDir directory;
  const auto run = [&](const std::vector<std::string>& words, const std::string& section) {
    auto all = words;
    all.emplace_back("--json");
    const auto answer = run_migrate(all, directory.path(), {{"EDITOR", "true"}});
    expect_done(answer);
    documentation.check(document(answer), section);
  };
  run({"init"}, "init");
  run({"revision", "-m", "first", "--rev-id", "a1"}, "revision");
  run({"revision", "-m", "second", "--rev-id", "b2"}, "revision");
  run({"revision", "-m", "third", "--rev-id", "b3", "--head", "a1", "--splice"}, "revision");
  run({"rebase", "b3", "--onto", "b2", "--force"}, "rebase");
  run({"revision", "-m", "fourth", "--rev-id", "b4", "--head", "a1", "--splice"}, "revision");
  run({"merge", "b3", "b4", "-m", "join"}, "merge");
  run({"edit", "a1"}, "edit");
  run({"build"}, "build");
  run({"bundle", "--output", "all-in-one"}, "bundle");
  run({"db", "status"}, "db status");
  const auto templates = run_migrate({"--output", "json", "list_templates"}, directory.path());
  CHECK(document(templates).contains("generic"));
}

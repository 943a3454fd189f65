// tests/data/graph_cases.json through the program: what Alembic was observed to do, by the rules that come with the
// cases.
#include <algorithm>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <set>

#include "expect.hpp"
#include "migrate/base/files.hpp"
#include "migrate/base/text.hpp"

namespace {

using namespace migrate;
using nlohmann::json;
using Strings = std::vector<std::string>;

/// The case's revisions as files whose sorted names follow its list, each leaving a row in `steps`.
void write_revisions(const test::Project& project, const json& revisions) {
  const auto versions = project.path() / "versions";
  std::filesystem::remove_all(versions);
  int number = 1000;
  for (const auto& revision : revisions) {
    const auto list = [&](const char* key) { return base::join(revision.at(key).get<Strings>(), ", "); };
    const auto id = revision.at("id").get<std::string>();
    const auto insert = [&](const char* direction) {
      return std::string("INSERT INTO steps (direction, id) VALUES ('") + direction + "', '" + id + "');\n";
    };
    project.add_revision(std::to_string(number++) + ".sql",
                         "-- case\n--\n-- revision: " + id + "\n-- down_revision: " + list("down") +
                             "\n-- branch_labels: " + list("labels") + "\n-- depends_on: " + list("depends_on") +
                             "\n\n-- migrate:upgrade\n" + insert("upgrade") + "\n-- migrate:downgrade\n" +
                             insert("downgrade"));
  }
}

void prepare_database(engine::Connection& connection, const Strings& rows) {
  std::string sql =
      "DROP TABLE IF EXISTS steps; DROP TABLE IF EXISTS alembic_version;"
      "CREATE TABLE steps (n serial, direction text, id text);";
  if (!rows.empty()) {
    sql +=
        "CREATE TABLE alembic_version (version_num varchar(32) NOT NULL CONSTRAINT alembic_version_pkc PRIMARY KEY);";
  }
  for (const auto& row : rows) sql += "INSERT INTO alembic_version VALUES ('" + row + "');";
  connection.execute(sql);
}

std::vector<Strings> fetch(engine::Connection& connection, const std::string& sql) {
  const auto result = connection.execute(sql);
  std::vector<Strings> rows;
  for (int row = 0; row < result.rows(); ++row) {
    rows.emplace_back();
    for (int column = 0; column < result.columns(); ++column) rows.back().emplace_back(result.text(row, column));
  }
  return rows;
}

Strings version_rows_of(engine::Connection& connection) {
  Strings rows;
  if (!connection.execute("SELECT to_regclass('alembic_version')").scalar()) return rows;
  for (auto& row : fetch(connection, "SELECT version_num FROM alembic_version")) rows.push_back(row[0]);
  std::ranges::sort(rows);
  return rows;
}

/// Ids in the order printed: first words of `heads`, "Rev:" lines of `show`.
Strings printed_ids(const std::string& command, const std::string& out) {
  Strings ids;
  for (const auto line : base::split(out, '\n')) {
    const auto words = base::split_list(line, ' ');
    if (words.empty()) continue;
    if (command == "heads") ids.push_back(words[0]);
    if (command == "resolve" && words[0] == "Rev:") ids.push_back(words[1]);
  }
  return ids;
}

/// Forms that Alembic lacks or misreads, for which the sensible answer is right too.
bool may_succeed(const json& test) {
  const auto target = test.at("target").get<std::string>();
  return test.value("crash", false) || test.contains("hazard") || target.find_first_of("+-") != std::string::npos;
}

bool may_refuse(const json& test) {
  return test.contains("expect_error") || test.value("crash", false) || test.contains("hazard");
}

void check_success(const json& test, const test::RunResult& result, engine::Connection& connection) {
  const auto command = test.at("command").get<std::string>();
  if (test.contains("expect_error") && !test.contains("ideal_heads")) {
    CHECK(may_succeed(test));
    return;
  }
  const auto steps = fetch(connection, "SELECT direction, id FROM steps ORDER BY n");
  if (test.contains("expect_steps")) CHECK(steps == test.at("expect_steps").get<std::vector<Strings>>());
  if (test.contains("expect_set")) {
    std::set<std::string> ids;
    for (const auto& step : steps) ids.insert(step[1]);
    CHECK(ids == test.at("expect_set").get<std::set<std::string>>());
  }
  const auto ids = printed_ids(command, result.out);
  const char* heads = test.contains("ideal_heads") ? "ideal_heads" : "expect_heads";
  if (command == "heads") {
    auto sorted = ids;
    std::ranges::sort(sorted);
    CHECK(sorted == test.at(heads).get<Strings>());
  } else if (test.contains(heads) && command != "resolve") {
    CHECK(version_rows_of(connection) == test.at(heads).get<Strings>());
  }
  if (test.contains("expect_ids")) CHECK(ids == test.at("expect_ids").get<Strings>());
}

}  // namespace

TEST_CASE("every observed case of Alembic comes out right through the program", "[cli][cases]") {
  test::Project project;
  const auto cases = json::parse(base::read_file(std::string(MIGRATE_SOURCE_DIR) + "/tests/data/graph_cases.json"));
  auto connection = project.database().connect();
  connection.execute("SET client_min_messages = warning");
  for (const auto& test : cases) {
    auto start = test.at("start_heads").get<Strings>();
    write_revisions(project, test.at("revisions"));
    prepare_database(connection, start);
    const auto command = test.at("command").get<std::string>();
    Strings words{command == "resolve" ? "show" : command};
    for (auto& word : base::split_list(test.at("target").get<std::string>(), ' ')) words.push_back(std::move(word));
    const auto result = project.run(words);
    INFO(test.at("name").get<std::string>() << "\n" << result.out << result.err);
    CHECK(result.exit_code < 126);
    if (result.exit_code == 0) {
      check_success(test, result, connection);
      continue;
    }
    CHECK(may_refuse(test));
    std::ranges::sort(start);
    CHECK(version_rows_of(connection) == start);
    CHECK(fetch(connection, "SELECT 1 FROM steps").empty());
  }
}

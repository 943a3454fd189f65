// A strange password through every door there is, and a search for it in all that comes out: streams, files, the
// database, the server's log and the command lines of processes.
#include <sys/stat.h>

#include <csignal>
#include <fstream>
#include <iterator>
#include <thread>

#include "secret_project.hpp"

using namespace migrate;
using namespace migrate::test;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

/// One way to hand the password over.
struct Door {
  std::string name;
  std::string engine_keys;
  std::vector<std::string> words{};
  Environment environment{};
};

std::vector<Door> all_doors(const PasswordServer& server) {
  const auto whole = server.uri(k_password);
  const auto bare = server.url().to_string();
  auto socket = server.url().hosts.at(0).name;
  return {
      {"--url", "", {"--url", whole}},
      {"engine.url", url_key(whole)},
      {"engine.direct_url beside another URL",
       url_key("postgresql://other:s3cr3t-of-the-pooler@pooler.example/shop") + "\ndirect_" + url_key(whole)},
      {"password= of engine.url", url_key(bare + "?password=" + engine::percent_encode(k_password))},
      {"${DATABASE_URL} in engine.url", "url = \"${DATABASE_URL}\"", {}, {{"DATABASE_URL", whole}}},
      {"${DB_PASSWORD} in engine.url",
       url_key(base::replace_all(whole, engine::percent_encode(k_password), "${P}")),
       {},
       {{"P", engine::percent_encode(k_password)}}},
      {".env", "url = \"${FROM_DOTENV}\""},
      {"$DATABASE_URL", "", {}, {{"DATABASE_URL", whole}}},
      {"$DB_PASS", "", {}, {{"DB_HOST", socket}, {"DB_USER", "app"}, {"DB_NAME", "postgres"}, {"DB_PASS", k_password}}},
      {"$PGPASSWORD", url_key(bare), {}, {{"PGPASSWORD", k_password}}},
      {"password_file", url_key(bare) + "\npassword_file = \"given\""},
      {"password_command", url_key(bare) + "\npassword_command = [\"cat\", \"given\"]"},
      {"$PGPASSFILE", url_key(bare), {}, {{"PGPASSFILE", "given_pgpass"}}},
      {"passfile= of engine.url", url_key(bare + "?passfile=given_pgpass")},
      {"service= of engine.url", url_key("postgresql:///?service=shop"), {}, {{"PGSERVICEFILE", "given_service"}}},
      {"$PGSERVICE", "", {}, {{"PGSERVICE", "shop"}, {"PGSERVICEFILE", "given_service"}}},
  };
}

/// The files that doors lead through.
void write_given(const SecretProject& project, const PasswordServer& server) {
  const auto& folder = project.folder();
  folder.write("given", std::string(k_password) + "\n");
  folder.write(".env", fmt::format("FROM_DOTENV={}\n", server.uri(k_password)));
  const auto escaped = base::replace_all(base::replace_all(k_password, "\\", "\\\\"), ":", "\\:");
  ::chmod(folder.write("given_pgpass", fmt::format("*:*:*:app:{}\n", escaped)).c_str(), 0600);
  folder.write("given_service", fmt::format("[shop]\nhost={}\nuser=app\ndbname=postgres\npassword={}\n",
                                            server.url().hosts.at(0).name, k_password));
}

std::string words_of_process(int pid) {
  std::ifstream file(fmt::format("/proc/{}/cmdline", pid), std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("the password works through every door and comes out of none", "[cli][secrets]") {
  PasswordServer server(k_password);
  for (const auto& door : all_doors(server)) {
    INFO(door.name);
    SecretProject project(server, door.engine_keys);
    write_given(project, server);
    const auto run = [&](std::vector<std::string> words) {
      words.insert(words.begin(), door.words.begin(), door.words.end());
      auto result = project.run(words, door.environment);
      expect_clean(result);
      return result;
    };
    expect_done(run({"upgrade", "head", "-v"}));
    expect_done(run({"--json", "-v", "current"}));
    CHECK_THAT(run({"config"}).out, Contains("engine.url"));
    CHECK_THAT(run({"db", "url"}).out, Contains("postgresql://"));
    expect_done(run({"db", "psql", "-c", "SELECT current_user"}));
    // The same with a password that the server does not take.
    server.set_password("other");
    const auto refused = run({"upgrade", "head", "-v"});
    CHECK(refused.exit_code == 4);
    CHECK_THAT(refused.err, Contains("password authentication failed"));
    server.set_password(k_password);
    project.expect_clean_files();
    project.expect_clean_database();
  }
  expect_clean("server log", server.log());
}

TEST_CASE("no verb tells the password, whether it succeeds or fails", "[cli][secrets]") {
  PasswordServer server(k_password);
  const SecretProject project(server, url_key(server.uri(k_password)));
  const std::vector<std::vector<std::string>> lines = {{"status"},
                                                       {"upgrade", "+1"},
                                                       {"upgrade", "head"},
                                                       {"status", "--check"},
                                                       {"current"},
                                                       {"current", "--check-heads"},
                                                       {"heads"},
                                                       {"heads", "--check"},
                                                       {"branches"},
                                                       {"history"},
                                                       {"history", "-i"},
                                                       {"show", "head"},
                                                       {"log"},
                                                       {"config"},
                                                       {"wait", "--timeout", "5"},
                                                       {"db", "url"},
                                                       {"db", "status"},
                                                       {"db", "start"},
                                                       {"ensure_version"},
                                                       {"upgrade", "aaaa:bbbb", "--sql"},
                                                       {"downgrade", "bbbb:aaaa", "--sql"},
                                                       {"stamp", "aaaa", "--sql"},
                                                       {"stamp", "bbbb"},
                                                       {"downgrade", "-1"},
                                                       {"upgrade", "head"},
                                                       {"accept", "--all"},
                                                       {"build"},
                                                       {"bundle", "-o", "program", "--force"},
                                                       {"revision", "-m", "third", "--rev-id", "cccc"},
                                                       {"upgrade", "nowhere"},
                                                       {"list_templates"},
                                                       {"upgrade", "head", "--nonsense"},
                                                       {"nonsense"},
                                                       {"downgrade", "base"}};
  for (const auto& words : lines) {
    for (const std::string flag : {"-v", "--json"}) {
      auto line = words;
      line.insert(line.begin(), flag);
      INFO(fmt::format("migrate {}", fmt::join(line, " ")));
      const auto result = project.run(line);
      CHECK(result.exit_code != 4);
      CHECK(result.exit_code < 10);
      expect_clean(result);
    }
  }
  project.expect_clean_files();
  project.expect_clean_database();
  expect_clean("server log", server.log());
  expect_clean(run_program(project.path() / "program", {"config"}, project.path() / "versions"));
}

TEST_CASE("no process has the password on its command line", "[cli][secrets]") {
  PasswordServer server(k_password);
  // Each program that migrate starts tells what it was told.
  const SecretProject project(server, "", "[alembic.cpp]\ncompiler = \"./spy_compiler\"\n");
  const auto spy = [&](const char* name, const std::string& then) {
    const auto file =
        project.folder().write(name, fmt::format("#!/bin/sh\nprintf '%s\\n' \"$0\" \"$@\" >> {}/told_{}\n{}\n",
                                                 project.path().string(), name, then));
    ::chmod(file.c_str(), 0755);
  };
  spy("spy_compiler", "exec c++ \"$@\"");
  spy("psql", "printf 'PGPASSWORD %s\\n' \"$PGPASSWORD\" > given_to_psql");
  project.add("dddd", "bbbb", "CREATE TABLE slow AS SELECT pg_sleep(30);");
  project.folder().write("versions/cccc.cpp", cpp_text("cccc", "bbbb", "  op.execute(\"SELECT 1\");"));
  const Environment path{{"PATH", fmt::format("{}:{}", project.path().string(), std::getenv("PATH"))},
                         {"XDG_CACHE_HOME", (project.path() / "cache").string()}};
  const auto url = server.uri(k_password);
  expect_done(project.run({"--url", url, "upgrade", "cccc"}, path));
  expect_done(project.run({"--url", url, "db", "psql", "-c", "SELECT 1"}, path));
  CHECK_THAT(project.folder().read("told_spy_compiler"), Contains("cccc"));
  CHECK_THAT(project.folder().read("told_psql"), Contains("postgresql://app@"));
  CHECK_THAT(project.folder().read("given_to_psql"), Contains(k_password));
  project.expect_clean_files();

  BackgroundMigrate run({"--url=" + url, "upgrade", "dddd"}, project.path(), path);
  const auto end = std::chrono::steady_clock::now() + 20s;
  auto words = words_of_process(run.pid());
  while (words.find("***") == std::string::npos && run.running() && std::chrono::steady_clock::now() < end) {
    std::this_thread::sleep_for(2ms);
    words = words_of_process(run.pid());
  }
  CHECK_THAT(words, Contains("--url=postgresql://app:***"));
  expect_clean("command line", words);
  run.signal(SIGTERM);
  expect_clean(run.wait());
}

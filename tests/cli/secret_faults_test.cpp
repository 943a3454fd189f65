// What goes wrong is told without the password: wrong URLs, wrong settings, servers that are not there, failing runs.
#include "secret_project.hpp"

using namespace migrate;
using namespace migrate::test;
using Catch::Contains;

TEST_CASE("a failing run does not tell the password", "[cli][secrets]") {
  PasswordServer server(k_password);
  SecretProject project(server, url_key(server.uri(k_password)));
  project.add("cccc", "bbbb", "SELECT 1;\nSELECT no_such_column FROM seen;");
  for (const std::string flag : {"-v", "--json"}) {
    const auto failed = project.run({flag, "upgrade", "head"});
    CHECK(failed.exit_code == 1);
    expect_clean(failed);
  }
  auto down = server.url();
  down.password = k_password;
  auto gone = down;
  gone.hosts.at(0) = {"127.0.0.1", std::uint16_t{1}};
  auto nobody = down;
  nobody.user = "nobody";
  auto nowhere = down;
  nowhere.database = "nowhere";
  for (const auto& url : {gone, nobody, nowhere}) {
    for (const std::string verb : {"upgrade", "status"}) {
      const auto result = project.run({"-v", "--url", url.to_string(engine::Password::shown), verb});
      CHECK(result.exit_code == 4);
      expect_clean(result);
    }
  }
  project.expect_clean_files();
}

TEST_CASE("a URL or a configuration that is wrong is told without the password in it", "[cli][secrets]") {
  const TempDir folder;
  fs::create_directory(folder.path() / "versions");
  const std::string encoded = engine::percent_encode(k_password);
  const std::vector<std::string> urls = {std::string("postgresql://app:") + k_password + "@db/shop",
                                         "postgresql://app:" + encoded + "@db:99999/shop",
                                         "postgresql://app:" + encoded + "@db/shop?nonsense=1",
                                         "mysql://app:" + encoded + "@db/shop",
                                         "app:" + encoded + "@db/shop",
                                         "postgresql://app:" + encoded + "@[::1/shop",
                                         "postgresql://app:s3cr3t%zzw0rd@db/shop",
                                         "postgresql://db/shop?password=" + encoded + "&nonsense=1",
                                         std::string("host=db password='") + k_password + "'"};
  for (const auto& url : urls) {
    for (const std::string flag : {"-v", "--json"}) {
      folder.write("alembic.toml", "[alembic]\n");
      for (const auto& words : std::vector<std::vector<std::string>>{{"--url", url, "current"},
                                                                     {"--url=" + url, "config"},
                                                                     {"--ur", url, "current"},
                                                                     {"--ur=" + url, "current"}}) {
        auto line = words;
        line.push_back(flag);
        const auto result = run_migrate(line, folder.path());
        CHECK(result.exit_code == 2);
        expect_clean(result);
      }
      folder.write("alembic.toml", fmt::format("[alembic.engine]\nurl = {}\n", toml_quoted(url)));
      const auto file = run_migrate({flag, "current"}, folder.path());
      CHECK(file.exit_code == 2);
      expect_clean(file);
      const auto variable = run_migrate({flag, "-c", folder.write("other.toml", "[alembic]\n").string(), "current"},
                                        folder.path(), {{"DATABASE_URL", url}});
      CHECK(variable.exit_code == 2);
      expect_clean(variable);
    }
  }
}

TEST_CASE("a URL where a revision or a command is wanted is quoted without its password", "[cli][secrets]") {
  const TempDir folder;
  folder.write("alembic.toml", "[alembic.engine]\nurl = \"postgresql://127.0.0.1:1/x\"\nconnect_retries = 0\n");
  fs::create_directory(folder.path() / "versions");
  const auto url = "postgresql://app:" + engine::percent_encode(k_password) + "@db/shop";
  for (const auto& words : std::vector<std::vector<std::string>>{{url},
                                                                 {url, "current"},
                                                                 {"current", url},
                                                                 {"upgrade", url},
                                                                 {"show", url},
                                                                 {"upgrade", "head", url},
                                                                 {"history", "-r", url},
                                                                 {"upgrade", "head", "--tag"},
                                                                 {"revision", "--head", url}}) {
    INFO(fmt::format("{}", fmt::join(words, " ")));
    const auto result = run_migrate(words, folder.path());
    CHECK(result.exit_code != 0);
    expect_clean(result);
  }
}

TEST_CASE("settings that cannot be read are told without the password among them", "[cli][secrets]") {
  const TempDir folder;
  fs::create_directory(folder.path() / "versions");
  for (const std::string text : {
           "[alembic.engine]\nurl = \"postgresql://app:s3cr3t-w0rd@db/shop\n",
           "[alembic.engine]\nurl = postgresql://app:s3cr3t-w0rd@db/shop\n",
           "[alembic.engine]\nurl = \"postgresql://app:s3cr3t\\w0rd@db/shop\"\n",
           "[alembic.engine]\nurl = [\"postgresql://app:s3cr3t-w0rd@db/shop\"]\n",
           "[alembic.engine]\npassword = \"s3cr3t-w0rd\"\n",
           "[alembic.engine]\npassword_file = [\"s3cr3t-w0rd\"]\n",
           "[alembic.engine]\npassword_command = \"echo s3cr3t-w0rd\"\n",
           "[alembic.engine]\npassword_command = [\"echo\", \"s3cr3t-w0rd\", 5]\n",
           "[alembic]\nurl = \"postgresql://app:s3cr3t-w0rd@db/shop\"\n",
           "url = \"postgresql://app:s3cr3t-w0rd@db/shop\"\n",
           "[alembic.engine]\nurl = \"postgresql://app:s3cr3t-w0rd@db/shop\"\npassword_file = \"x\"\n",
       }) {
    INFO(text);
    folder.write("alembic.toml", text);
    const auto result = run_migrate({"-v", "current"}, folder.path());
    CHECK(result.exit_code == 2);
    expect_clean(result);
  }
}

TEST_CASE("a password command that is missing gives exit code 2 and one that fails 4", "[cli][secrets]") {
  PasswordServer server(k_password);
  SecretProject project(server, "");
  const auto with = [&](std::string_view key) {
    project.write_settings(fmt::format("{}\n{}", url_key(server.url().to_string()), key));
    auto result = project.run({"current"});
    expect_clean(result);
    return result;
  };
  expect_refused(with("password_command = [\"./no_such_program\", \"s3cr3t\"]"), 2,
                 {"alembic.toml:5 engine.password_command", "./no_such_program", "not found"});
  expect_refused(with("password_command = [\"sh\", \"-c\", \"echo s3cr3t; echo the session expired >&2; exit 3\"]"), 4,
                 {"engine.password_command", "the session expired", "exit code 3"});
  expect_refused(with("password_command = [\"sleep\", \"50\"]\nconnect_timeout = 0.2"), 4,
                 {"engine.password_command", "sleep gave no password"});
  expect_refused(with("password_file = \"nowhere\""), 2, {"alembic.toml:5 engine.password_file", "nowhere"});
  expect_refused(with("password_command = [\"echo\", \"s3cr3t\"]"), 4, {"password authentication failed", "app"});
}

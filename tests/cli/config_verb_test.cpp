// `migrate config`: what is in effect and where it comes from.
#include "expect.hpp"

using namespace migrate::test;
using Catch::Contains;

TEST_CASE("config prints each value with its file and line, variable, flag or default", "[cli][config]") {
  TempDir project;
  project.write("alembic.toml",
                "[alembic]\nversion_table = \"v_${SUFFIX}\"\ntimezone = \"${ZONE}\"\n\n[alembic.engine]\nurl = "
                "\"postgresql://u@h/file\"\npool_size = 7\n");
  project.write(".env", "ZONE=local\nSUFFIX=dotenv\n");
  const auto result = run_migrate({"config"}, project.path(), {{"SUFFIX", "real"}});
  expect_done(result);
  CHECK(result.err.empty());
  CHECK_THAT(result.out, Contains("version_table = v_real  # alembic.toml:2, $SUFFIX\n"));
  CHECK_THAT(result.out, Contains("timezone = local  # alembic.toml:3, .env:1 ZONE\n"));
  CHECK_THAT(result.out, Contains("engine.pool_size = 7  # alembic.toml:7\n"));
  CHECK_THAT(result.out, Contains("safety.lock_timeout = 5s  # default\n"));
  CHECK_THAT(result.out, Contains("/file  # alembic.toml:6\n"));
  const auto flagged =
      run_migrate({"--url", "postgresql://u@h/flag", "-x", "tenant=one", "config"}, project.path(), {{"SUFFIX", "s"}});
  CHECK_THAT(flagged.out, Contains("/flag  # --url\n") && Contains("x.tenant = one  # -x\n") && !Contains("/file"));
}

TEST_CASE("config finds the file from below, by variable and by flag, and says which", "[cli][config]") {
  TempDir project;
  project.write("alembic.toml", "[alembic]\n[billing]\nversion_table = \"bills\"\n");
  project.write("deep/er/file", "");
  const auto toml = (project.path() / "alembic.toml").string();
  CHECK_THAT(
      run_migrate({"config"}, project.path() / "deep/er").out,
      Contains("config_file = " + toml + "  # nearest alembic.toml\n") && Contains("name = alembic  # default\n"));
  CHECK_THAT(run_migrate({"-c", toml, "-n", "billing", "config"}, "/").out,
             Contains("config_file = " + toml + "  # -c\n") && Contains("name = billing  # -n\n") &&
                 Contains("version_table = bills  # "));
  CHECK_THAT(run_migrate({"config"}, "/", {{"ALEMBIC_CONFIG", toml}}).out, Contains("# $ALEMBIC_CONFIG\n"));
}

TEST_CASE("config shows no password, whatever brought it in", "[cli][config]") {
  TempDir project;
  project.write(
      "alembic.toml",
      "[alembic]\n[alembic.engine]\nurl = \"${DATABASE_URL}\"\n[alembic.autogenerate]\ndev_url = "
      "\"postgresql://u:geheim@h/dev\"\n[[alembic.on_version_apply]]\ncommand = [\"tell\", \"${API_TOKEN}\"]\n");
  const Environment environment{{"DATABASE_URL", "postgresql://u:geheim@h/d"}, {"API_TOKEN", "geheim"}};
  for (const auto& words : {std::vector<std::string>{"config"}, {"--json", "config"}, {"-v", "config"}}) {
    const auto result = run_migrate(words, project.path(), environment);
    expect_done(result);
    CHECK_THAT(result.out + result.err, !Contains("geheim") && Contains("$DATABASE_URL") && Contains("***"));
  }
  const auto flag = run_migrate({"--url", "postgresql://u:geheim@h/d", "config"}, project.path(), environment);
  CHECK_THAT(flag.out + flag.err, !Contains("geheim") && Contains("--url"));
}

TEST_CASE("config lists hooks, each on a line of its own", "[cli][config]") {
  TempDir project;
  project.write("alembic.toml",
                "[alembic]\n[[alembic.post_write_hooks]]\ncommand = [\"fmt\", \"{file}\"]\n"
                "[[alembic.on_version_apply]]\nsql = \"\"\"\nSELECT 1;\nSELECT :'heads'\"\"\"\n"
                "[[alembic.on_version_apply]]\ncommand = [\"tell\"]\ncwd = \"tools\"\n");
  const auto result = run_migrate({"config"}, project.path());
  expect_done(result);
  CHECK_THAT(result.out, Contains("post_write_hooks[0].command = [\"fmt\", \"{file}\"]  # alembic.toml:3\n"));
  CHECK_THAT(result.out, Contains("on_version_apply[0].sql = SELECT 1;\\nSELECT :'heads'  # alembic.toml:5\n"));
  CHECK_THAT(result.out, Contains("on_version_apply[1].command = [\"tell\"]  # alembic.toml:9\n"));
  CHECK_THAT(result.out, Contains("on_version_apply[1].cwd = tools  # alembic.toml:10\n"));
}

TEST_CASE("config as JSON holds key, value and origin of each setting", "[cli][config]") {
  TempDir project;
  project.write("alembic.toml", "[alembic]\nversion_table = \"v\"\n");
  const auto result = run_migrate({"--json", "config"}, project.path());
  expect_done(result);
  CHECK_THAT(result.out,
             Contains("\"key\": \"version_table\",\n      \"value\": \"v\",\n      \"origin\": \"alembic.toml:2\""));
  CHECK_THAT(result.out, Contains("\"key\": \"engine.pool_size\"") && Contains("\"origin\": \"default\""));
}

TEST_CASE("config with a fault names it and prints nothing else", "[cli][config]") {
  TempDir project;
  project.write("alembic.toml", "[alembic]\nversoin_table = \"v\"\ntimezone = \"${NOT_SET_ANYWHERE}\"\n");
  expect_refused(run_migrate({"config"}, project.path()), 2,
                 {"alembic.toml:2:1", "version_table?", "alembic.toml:3", "NOT_SET_ANYWHERE"});
}

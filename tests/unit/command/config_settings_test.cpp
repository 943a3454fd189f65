#include <catch2/catch.hpp>

#include "unit/command/config_folder.hpp"

using namespace migrate;
using Catch::Contains;
using test::ConfigFolder;

TEST_CASE("each setting says where it came from", "[config][settings]") {
  ConfigFolder folder(
      "[alembic]\nversion_table = \"v_${A}\"\nversion_locations = [\n  \"x\",\n  \"${A}\",\n]\n[alembic.engine]\n"
      "pool_timeout = 0.5\nurl = \"postgresql://u:${DB_PASS}@h/${B}\"\n");
  folder.directory().write(".env", "\nB=two\n");
  folder.environment = {{"A", "one"}, {"DB_PASS", "geheim"}};
  CHECK(folder.setting("version_table") == "v_one < alembic.toml:2, $A");
  CHECK(folder.setting("version_locations") == "[\"x\", \"one\"] < alembic.toml:3, $A");
  CHECK(folder.setting("engine.pool_timeout") == "0.5 < alembic.toml:8");
  CHECK(folder.setting("engine.pool_size") == "5 < default");
  CHECK(folder.setting("engine.keepalive") == "-1 < default");
  CHECK(folder.setting("engine.ping_timeout") == "2 < default");
  CHECK(folder.setting("safety.lock_timeout") == "5s < default");
  CHECK(folder.setting("autogenerate.exclude") == "[] < default");
  CHECK_THAT(folder.setting("engine.url"),
             Contains("two") && Contains("< alembic.toml:9, $DB_PASS, .env:2 B") && !Contains("geheim"));
  CHECK(folder.setting("name") == "alembic < default");
  CHECK_THAT(folder.setting("config_file"), Contains("/alembic.toml < nearest alembic.toml"));
}

TEST_CASE("the URL's setting names flag, variables or libpq", "[config][settings]") {
  ConfigFolder folder("[alembic.engine]\nurl = \"\"\n");
  CHECK(folder.setting("engine.url") == " < libpq defaults (PG*)");
  folder.environment = {{"DATABASE_URL", "embedded"}};
  CHECK(folder.setting("engine.url") == "embedded < $DATABASE_URL");
  folder.options.url = "postgresql://u:geheim@h/d";
  CHECK_THAT(folder.setting("engine.url"), Contains("@h/d < --url") && !Contains("geheim"));
}

TEST_CASE("secrets stay hidden wherever they were put", "[config][settings]") {
  ConfigFolder folder(
      "[alembic.autogenerate]\ndev_url = \"postgresql://u:geheim@h/d\"\n[[alembic.post_write_hooks]]\n"
      "command = [\"push\", \"${API_TOKEN}\", \"${SOME_URL}\", \"{file}\"]\n");
  folder.environment = {{"API_TOKEN", "geheim"}, {"SOME_URL", "https://u:geheim@h"}};
  folder.options.x = {{"password", "geheim"}, {"tenant", "one"}};
  for (const auto& setting : folder.settings()) CHECK_THAT(setting.value, !Contains("geheim"));
  CHECK(folder.setting("post_write_hooks[0].command") ==
        "[\"push\", \"***\", \"***\", \"{file}\"] < alembic.toml:4, $API_TOKEN, $SOME_URL");
  CHECK(folder.setting("x.password") == "*** < -x");
  CHECK(folder.setting("x.tenant") == "one < -x");
  CHECK(folder.load().post_write_hooks[0].command[1] == "geheim");
}

TEST_CASE("a variable's secret is not shown when its value is refused", "[config][settings]") {
  ConfigFolder folder("[alembic.safety]\nedited = \"${MY_SECRET}\"\n[alembic.engine]\npool_size = \"${MY_SECRET}\"\n");
  folder.environment = {{"MY_SECRET", "geheim"}};
  CHECK_THAT(folder.fault(), Contains("found \"***\"") && !Contains("geheim"));
}

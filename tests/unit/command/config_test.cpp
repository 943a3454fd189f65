#include <catch2/catch.hpp>

#include "unit/command/config_folder.hpp"

using namespace migrate;
using namespace std::chrono_literals;
using Catch::Contains;
using test::ConfigFolder;
using test::fault_of;

TEST_CASE("an empty table gives every default of the contract", "[config]") {
  const ConfigFolder folder;
  const auto config = folder.load();
  CHECK(config.file == folder.directory().path() / "alembic.toml");
  CHECK(config.directory == folder.directory().path());
  CHECK(config.name == "alembic");
  CHECK(config.version_locations == std::vector{folder.directory().path() / "versions"});
  CHECK_FALSE(config.recursive_version_locations);
  CHECK(config.template_location == folder.directory().path() / "templates");
  CHECK(config.file_template == "{rev}_{slug}");
  CHECK(config.truncate_slug_length == 40);
  CHECK(config.timezone == "UTC");
  CHECK(config.revision_type == script::RevisionType::sql);
  CHECK(config.version_table == "alembic_version");
  CHECK(config.version_table_schema.empty());
  CHECK(config.transaction_per_migration);
  CHECK(config.sql_files_encoding == "utf-8");
  CHECK(config.engine_options.pool.pool_size == 5);
  CHECK(config.engine_options.pool.max_overflow == 10);
  CHECK(config.engine_options.pool.pool_timeout == 30s);
  CHECK(config.engine_options.pool.pool_pre_ping);
  CHECK(config.engine_options.pool.pool_recycle == 3600s);
  CHECK(config.engine_options.pool == engine::PoolOptions{});
  CHECK(config.engine_options.connect_timeout == 10s);
  CHECK(config.engine_options.command_timeout == 0s);
  CHECK(config.engine_options.retry.retries == 3);
  CHECK_FALSE(config.engine_options.echo);
  CHECK(config.autogenerate.target == std::vector<std::string>{"schema.sql"});
  CHECK(config.autogenerate.include_schemas == std::vector<std::string>{"public"});
  CHECK(config.autogenerate.exclude.empty());
  CHECK_FALSE(config.autogenerate.grants);
  CHECK(config.autogenerate.online);
  CHECK(config.autogenerate.dev_url == "ephemeral");
  CHECK(config.safety.lock_timeout == "5s");
  CHECK(config.safety.lock_retries == 10);
  CHECK(config.safety.statement_timeout.empty());
  CHECK(config.safety.run_lock_timeout == 60);
  CHECK(config.safety.edited == command::EditedPolicy::error);
  CHECK(config.safety.journal);
  CHECK(config.safety.destructive == command::DestructivePolicy::allow);
  CHECK_FALSE(config.safety.destructive_downgrade);
  CHECK(config.post_write_hooks.empty());
}

TEST_CASE("every key of the file arrives", "[config]") {
  const ConfigFolder folder(R"([alembic]
version_locations = ["a", "/elsewhere/b", "../c"]
recursive_version_locations = true
template_location = "t/x"
file_template = "{year}/{month:02}/{rev}"
truncate_slug_length = 12
timezone = "Europe/Berlin"
revision_type = "cpp"
version_table = "v"
version_table_schema = "s"
transaction_per_migration = false
sql_files_encoding = "UTF8"
[alembic.engine]
url = "postgresql://me@there/that"
pool_size = 2
max_overflow = -1
pool_timeout = 0.25
pool_pre_ping = false
pool_recycle = -1
ping_after_idle = 0
ping_timeout = 0.5
lifo = false
max_waiters = 7
max_connecting = 3
overflow_linger = 1.25
idle_timeout = 600
min_idle = 2
keepalive = 45
leak_threshold = 0.75
background_connect = true
connect_timeout = 3
command_timeout = 1.5
connect_retries = 0
echo = true
[alembic.autogenerate]
target = ["models", "x.sql"]
include_schemas = ["*"]
grants = true
online = false
exclude = ["public.tmp_*"]
dev_url = "postgresql://dev@there/postgres"
[alembic.safety]
lock_timeout = "200ms"
lock_retries = 1
statement_timeout = 1500
run_lock_timeout = 0
edited = "warn"
journal = false
destructive = "refuse"
destructive_downgrade = "ask"
[[alembic.post_write_hooks]]
command = ["one", "{file}"]
[[alembic.post_write_hooks]]
command = ["two"]
cwd = "tools"
)");
  const auto config = folder.load();
  const auto& here = folder.directory().path();
  CHECK(config.version_locations ==
        std::vector<std::filesystem::path>{here / "a", "/elsewhere/b", here.parent_path() / "c"});
  CHECK(config.recursive_version_locations);
  CHECK(config.template_location == here / "t/x");
  CHECK(config.file_template == "{year}/{month:02}/{rev}");
  CHECK(config.truncate_slug_length == 12);
  CHECK(config.timezone == "Europe/Berlin");
  CHECK(config.revision_type == script::RevisionType::cpp);
  CHECK(config.version_table == "v");
  CHECK(config.version_table_schema == "s");
  CHECK_FALSE(config.transaction_per_migration);
  CHECK(config.sql_files_encoding == "utf-8");
  REQUIRE(config.connection);
  CHECK(config.connection->url.database == "that");
  CHECK(config.connection->pool.pool_size == 2);
  CHECK(config.connection->pool.max_overflow == -1);
  CHECK(config.connection->pool.pool_timeout == 250ms);
  CHECK_FALSE(config.connection->pool.pool_pre_ping);
  CHECK(config.connection->pool.pool_recycle == -1s);
  CHECK(config.connection->pool == engine::PoolOptions{.pool_size = 2,
                                                       .max_overflow = -1,
                                                       .pool_timeout = 250ms,
                                                       .pool_pre_ping = false,
                                                       .pool_recycle = -1s,
                                                       .ping_after_idle = 0ms,
                                                       .ping_timeout = 500ms,
                                                       .lifo = false,
                                                       .max_waiters = 7,
                                                       .max_connecting = 3,
                                                       .overflow_linger = 1250ms,
                                                       .idle_timeout = 10min,
                                                       .min_idle = 2,
                                                       .keepalive = 45s,
                                                       .leak_threshold = 750ms,
                                                       .background_connect = true});
  CHECK(config.connection->connect_timeout == 3s);
  CHECK(config.connection->command_timeout == 1500ms);
  CHECK(config.connection->retry.retries == 0);
  CHECK(config.connection->echo);
  CHECK(config.autogenerate.target == std::vector<std::string>{"models", "x.sql"});
  CHECK(config.autogenerate.include_schemas == std::vector<std::string>{"*"});
  CHECK(config.autogenerate.grants);
  CHECK_FALSE(config.autogenerate.online);
  CHECK(config.autogenerate.exclude == std::vector<std::string>{"public.tmp_*"});
  CHECK(config.autogenerate.dev_url == "postgresql://dev@there/postgres");
  CHECK(config.safety.lock_timeout == "200ms");
  CHECK(config.safety.lock_retries == 1);
  CHECK(config.safety.statement_timeout == "1500");
  CHECK(config.safety.run_lock_timeout == 0);
  CHECK(config.safety.edited == command::EditedPolicy::warn);
  CHECK_FALSE(config.safety.journal);
  CHECK(config.safety.destructive == command::DestructivePolicy::refuse);
  CHECK(config.safety.destructive_downgrade == command::DestructivePolicy::ask);
  REQUIRE(config.post_write_hooks.size() == 2);
  CHECK(config.post_write_hooks[0].command == std::vector<std::string>{"one", "{file}"});
  CHECK(config.post_write_hooks[0].working_directory == here);
  CHECK(config.post_write_hooks[1].working_directory == here / "tools");
}

TEST_CASE("option -n selects another table, which inherits nothing", "[config]") {
  ConfigFolder folder(
      "[alembic]\nversion_table = \"a\"\n[billing]\ntimezone = \"local\"\n[billing.safety]\njournal = false\n");
  folder.options.name = "billing";
  const auto config = folder.load();
  CHECK(config.name == "billing");
  CHECK(config.version_table == "alembic_version");
  CHECK(config.timezone == "local");
  CHECK_FALSE(config.safety.journal);
}

TEST_CASE("a table that was not selected may be wrong in any way", "[config]") {
  const ConfigFolder folder("[alembic]\n[billing]\nversion_table = \"${NOT_SET}\"\nnonsense = 5\n");
  CHECK(folder.fault().empty());
}

TEST_CASE("a missing table is reported with those that there are", "[config]") {
  ConfigFolder folder("[alembic]\n[billing]\n");
  folder.options.name = "biling";
  CHECK_THAT(folder.fault(), Contains("alembic.toml: there is no table [biling]; the file has [alembic], [billing]") &&
                                 Contains("Did you mean [billing]?"));
  folder.options.name = "stock";
  CHECK_THAT(folder.fault(), Contains("no table [stock]") && Contains("-n NAME"));
  CHECK_THAT(fault_of(""), Contains("no table [alembic]; the file has no tables") && Contains("[alembic]"));
}

TEST_CASE("numbers and booleans come from the environment as texts with variables", "[config]") {
  ConfigFolder folder(
      "[alembic]\ntransaction_per_migration = \"${TPM}\"\n[alembic.engine]\npool_size = \"${POOL:-7}\"\n"
      "pool_timeout = \"${PT}\"\n");
  folder.environment = {{"TPM", "False"}, {"PT", "0.5"}};
  const auto config = folder.load();
  CHECK_FALSE(config.transaction_per_migration);
  CHECK(config.engine_options.pool.pool_size == 7);
  CHECK(config.engine_options.pool.pool_timeout == 500ms);

  folder.environment = {{"TPM", "yes"}, {"PT", "soon"}, {"POOL", "2.5"}};
  CHECK_THAT(folder.fault(),
             Contains("alembic.toml:2:29: alembic.transaction_per_migration must be true or false, "
                      "found \"yes\"") &&
                 Contains("alembic.toml:4:13: alembic.engine.pool_size must be a whole number, found \"2.5\"") &&
                 Contains("alembic.toml:5:16: alembic.engine.pool_timeout must be a number of seconds"));
}

TEST_CASE("variables are replaced within lists", "[config]") {
  ConfigFolder folder("[alembic]\nversion_locations = [\"${A}\", \"${B:-b}\", \"$${C}\"]\n");
  folder.environment = {{"A", "a"}};
  const auto here = folder.directory().path();
  CHECK(folder.load().version_locations == std::vector{here / "a", here / "b", here / "${C}"});
}

TEST_CASE("a .env beside the file fills in what the environment does not say", "[config]") {
  ConfigFolder folder("[alembic]\nversion_table = \"${A}_${B}\"\n");
  folder.directory().write(".env", "export A='from file'\nB=\"two\" # not this\n");
  CHECK(folder.load().version_table == "from file_two");
  folder.environment = {{"A", ""}};
  CHECK(folder.load().version_table == "_two");
}

TEST_CASE("the .env file is that of the configuration, not of the working directory", "[config]") {
  ConfigFolder folder("[alembic]\nversion_table = \"${A}\"\n");
  folder.directory().write(".env", "A=right\n");
  folder.directory().write("below/.env", "A=wrong\n");
  folder.options.working_directory /= "below";
  CHECK(folder.load().version_table == "right");
}

TEST_CASE("a directory called .env is not ours", "[config]") {
  const ConfigFolder folder("[alembic]\nversion_table = \"${A:-none}\"\n");
  folder.directory().write(".env/bin/activate", "");
  CHECK(folder.load().version_table == "none");
}

TEST_CASE("option -x options reach the file and the result", "[config]") {
  ConfigFolder folder("[alembic]\nversion_table = \"v_${x:tenant}\"\n");
  CHECK_THAT(folder.fault(), Contains("alembic.toml:2:17: alembic.version_table: -x tenant=… was not given") &&
                                 Contains("Add -x tenant=VALUE"));
  folder.options.x = {{"tenant", "one"}, {"flag", ""}};
  CHECK(folder.load().version_table == "v_one");
  CHECK(folder.load().x == folder.options.x);
  folder.options.x = {{"", "v"}, {"tenant", "one"}};
  CHECK_THAT(folder.fault(), Contains("-x: the key is empty"));
}

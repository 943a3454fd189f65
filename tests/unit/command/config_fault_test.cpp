#include <catch2/catch.hpp>

#include "unit/command/config_folder.hpp"

using namespace migrate;
using Catch::Contains;
using Catch::StartsWith;
using test::ConfigFolder;
using test::fault_of;

TEST_CASE("an unknown key names its place and the nearest known key, in each table", "[config]") {
  CHECK(fault_of("[alembic]\n  versoin_table = \"x\"\n") ==
        "alembic.toml:2:3: unknown key versoin_table in [alembic]; did you mean version_table?\n");
  CHECK(fault_of("[alembic.engine]\npoolsize = 1\n") ==
        "alembic.toml:2:1: unknown key poolsize in [alembic.engine]; did you mean pool_size?\n");
  CHECK_THAT(fault_of("[alembic.safety]\nlock_timout = 1\n"), Contains("[alembic.safety]; did you mean lock_timeout?"));
  CHECK_THAT(fault_of("[alembic.autogenerate]\ngrant = true\n"), Contains("did you mean grants?"));
  CHECK_THAT(fault_of("[[alembic.post_write_hooks]]\ncommand = [\"a\"]\ncomand = []\n"),
             Contains(":3:1: unknown key comand in [alembic.post_write_hooks]; did you mean command?"));
  CHECK_THAT(fault_of("[alembic.engin]\npool_size = 1\n"),
             StartsWith("alembic.toml:1:10: unknown key engin in [alembic]; did you mean engine?"));
}

TEST_CASE("an unknown key that is near to none lists those of its table", "[config]") {
  CHECK_THAT(fault_of("[alembic.safety]\nzzz = 1\n"),
             Contains("unknown key zzz in [alembic.safety]\nKnown here: lock_timeout, lock_retries, lock_deadline"));
}

TEST_CASE("a key in the wrong table names the right one", "[config]") {
  CHECK_THAT(fault_of("[alembic]\npool_pre_ping = true\n"), Contains("it belongs in [alembic.engine]"));
  CHECK_THAT(fault_of("[alembic.engine]\nversion_table = \"v\"\n"), Contains("it belongs in [alembic]"));
  CHECK_THAT(fault_of("[alembic]\n[engine]\npool_size = 1\n"),
             Contains(":2:2: the table engine belongs within alembic") && Contains("Write [alembic.engine]."));
  CHECK_THAT(fault_of("[[post_write_hooks]]\n[alembic]\n"), Contains("Write [[alembic.post_write_hooks]]."));
}

TEST_CASE("a table may be called like one of the inner tables when it is the selected one", "[config]") {
  ConfigFolder folder("[engine]\nversion_table = \"v\"\n");
  folder.options.name = "engine";
  CHECK(folder.load().version_table == "v");
}

TEST_CASE("keys before any table are refused rather than passed over", "[config]") {
  CHECK_THAT(
      fault_of("version_table = \"x\"\n[alembic]\n"),
      Contains(":1:1: the key version_table stands before any table") && Contains("Put a line [alembic] above it."));
  CHECK_THAT(fault_of("version_locations = [\"x\"]\n[alembic]\n"), Contains("stands before any table"));
}

TEST_CASE("keys of Alembic's own file say what to write instead", "[config]") {
  CHECK_THAT(fault_of("[alembic]\nscript_location = \"alembic\"\n"), Contains("version_locations holds the revisions"));
  CHECK_THAT(fault_of("[alembic]\nsqlalchemy.url = \"postgresql://u:geheim@h/d\"\n"),
             Contains("unknown key sqlalchemy") && Contains("[alembic.engine]") && !Contains("geheim"));
}

TEST_CASE("a wrong type names what is wanted and what was found", "[config]") {
  const auto engine = [](std::string_view line) { return fault_of("[alembic.engine]\n" + std::string(line) + "\n"); };
  CHECK_THAT(
      engine("pool_size = \"5\""),
      Contains(":2:13: alembic.engine.pool_size must be a whole number, found text\nWrite the value without quotes."));
  CHECK_THAT(engine("pool_size = 5.0"), Contains("must be a whole number, found a fraction"));
  CHECK_THAT(engine("pool_size = true"), Contains("must be a whole number, found true or false"));
  CHECK_THAT(engine("pool_size = [1]"), Contains("must be a whole number, found a list"));
  CHECK_THAT(engine("pool_size = {a = 1}"), Contains("must be a whole number, found a table"));
  CHECK_THAT(engine("pool_timeout = \"30s\""), Contains("must be a number of seconds, found text"));
  CHECK_THAT(engine("echo = 1"), Contains("must be true or false, found a whole number"));
  CHECK_THAT(engine("url = 2026-01-01"), Contains("alembic.engine.url must be text, found a date or time"));
  CHECK_THAT(fault_of("[alembic]\nversion_locations = \"versions\"\n"),
             Contains("must be a list of texts, found text") && Contains("Write a list"));
  CHECK_THAT(fault_of("[alembic]\nversion_locations = [\"a\", 5]\n"),
             Contains(":2:27: ") && Contains("must be text, found a whole"));
  CHECK_THAT(fault_of("[alembic]\nengine = 5\n"),
             Contains(":2:1: alembic.engine must be a table, found a whole number"));
  CHECK_THAT(fault_of("[[alembic.engine]]\n"), Contains("alembic.engine must be a table, found a list"));
  CHECK_THAT(fault_of("[[alembic]]\n"), Contains("alembic must be a table, found a list"));
  CHECK_THAT(fault_of("[alembic.post_write_hooks]\n"),
             Contains("must be a list of tables") && Contains("two brackets"));
  CHECK_THAT(fault_of("[alembic]\npost_write_hooks = [1]\n"), Contains("must be a list of tables"));
}

TEST_CASE("numbers out of range are refused with the range", "[config]") {
  const auto engine = [](std::string_view line) { return fault_of("[alembic.engine]\n" + std::string(line) + "\n"); };
  CHECK_THAT(engine("pool_size = 0"), Contains(":2:13: alembic.engine.pool_size must be between 1 and 10000, found 0"));
  CHECK_THAT(engine("max_overflow = -2"), Contains("must be between -1 and 10000, found -2"));
  CHECK_THAT(engine("pool_timeout = -0.5"), Contains("found -0.5"));
  CHECK_THAT(engine("pool_timeout = inf"), Contains("must be between"));
  CHECK_THAT(engine("ping_timeout = -1"), Contains(":2:16: alembic.engine.ping_timeout must be between 0 and"));
  CHECK_THAT(engine("keepalive = -0.5"), Contains("keepalive must be -1, or between 0 and 604800, found -0.5"));
  CHECK_THAT(engine("idle_timeout = -2"), Contains("must be between -1 and 604800, found -2"));
  CHECK_THAT(engine("max_waiters = -1"), Contains("must be between 0 and 1000000, found -1"));
  CHECK_THAT(engine("pool_timeout = nan"), Contains("must be between"));
  CHECK_THAT(engine("pool_size = 9223372036854775807"), Contains("must be between"));
  CHECK_THAT(engine("pool_recycle = 1e6"), Contains("must be a whole number, found a fraction"));
  CHECK_THAT(fault_of("[alembic]\ntruncate_slug_length = 201\n"), Contains("between 0 and 200"));
  CHECK_THAT(fault_of("[alembic.safety]\nlock_retries = -1\n"), Contains("between 0"));
}

TEST_CASE("more ready connections than the pool keeps are refused with their place", "[config]") {
  CHECK_THAT(fault_of("[alembic.engine]\nmin_idle = 6\n"),
             Contains(":2:12: alembic.engine.min_idle is 6, but pool_size is only 5\nThe pool keeps no more"));
  CHECK(fault_of("[alembic.engine]\nmin_idle = 6\npool_size = 6\n").empty());
}

TEST_CASE("a word that is not among those allowed lists them", "[config]") {
  CHECK_THAT(fault_of("[alembic]\nrevision_type = \"SQL\"\n"),
             Contains("alembic.revision_type must be one of sql, cpp, found \"SQL\"; did you mean sql?"));
  CHECK_THAT(fault_of("[alembic.safety]\nedited = \"never\"\n"),
             Contains("must be one of error, warn, ignore, found \"never\""));
}

TEST_CASE("all faults are reported at once, in the order of the file", "[config]") {
  const auto fault = fault_of("[alembic]\ntimezone = 3\nnonsense = 1\n[alembic.safety]\nlock_timeout = \"soon\"\n");
  const auto first = fault.find("alembic.toml:2:12: alembic.timezone must be text");
  const auto second = fault.find("\nalembic.toml:3:1: unknown key nonsense");
  const auto third = fault.find("\nalembic.toml:5:16: alembic.safety.lock_timeout");
  CHECK(first == 0);
  REQUIRE(second != std::string::npos);
  REQUIRE(third != std::string::npos);
  CHECK(second < third);
}

TEST_CASE("an unset variable names variable, key and place, and where to set it", "[config]") {
  const auto fault = fault_of("[alembic]\nversion_table = \"a_${MISSING}\"\n");
  CHECK_THAT(fault, StartsWith("alembic.toml:2:17: alembic.version_table: ${MISSING} is not set\n") &&
                        Contains("in the environment or in .env") && Contains("${MISSING:-value}"));
}

TEST_CASE("an unset variable points at a line of .env that could not be read", "[config]") {
  const ConfigFolder folder("[alembic]\nversion_table = \"${MISSING}\"\n");
  folder.directory().write(".env", "A=1\nMISSING: oops\n");
  CHECK_THAT(folder.fault(), Contains("Line 2 of .env was passed over"));
}

TEST_CASE("version locations must be there, differ, and not lie within each other when recursive", "[config]") {
  CHECK_THAT(fault_of("[alembic]\nversion_locations = []\n"), Contains("alembic.version_locations must not be empty"));
  CHECK_THAT(fault_of("[alembic]\nversion_locations = [\"\"]\n"), Contains("a path must not be empty"));
  CHECK_THAT(fault_of("[alembic]\nversion_locations = [\"v\", \"./x/../v/\"]\n"),
             Contains(":2:21: version_locations names \"./x/../v/\" twice"));
  const std::string nested = "version_locations = [\"v\", \"v/old\", \"v2\"]\n";
  CHECK(fault_of("[alembic]\n" + nested).empty());
  CHECK_THAT(fault_of("[alembic]\nrecursive_version_locations = true\n" + nested),
             Contains("\"v/old\" and \"v\" lie within each other") && !Contains("v2"));
}

TEST_CASE("a hook needs a command with at least one word", "[config]") {
  CHECK_THAT(fault_of("[[alembic.post_write_hooks]]\ncommand = [\"a\"]\n\n[[alembic.post_write_hooks]]\ncwd = \".\"\n"),
             Contains(":4:1: alembic.post_write_hooks needs the key command"));
  CHECK_THAT(fault_of("[[alembic.post_write_hooks]]\ncommand = []\n"), Contains("must not be empty"));
  CHECK_THAT(fault_of("[[alembic.post_write_hooks]]\ncommand = \"pg_format\"\n"), Contains("must be a list of texts"));
}

TEST_CASE("a zero byte is no text for PostgreSQL or the system", "[config]") {
  CHECK_THAT(fault_of("[alembic]\nversion_table = \"a\\u0000b\"\n"), Contains("must not hold a zero byte"));
}

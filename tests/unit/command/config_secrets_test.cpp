// The values of variables that sound secret must stay hidden wherever in the file they are put.
#include <catch2/catch.hpp>

#include "unit/command/config_folder.hpp"

using Catch::Contains;
using migrate::test::ConfigFolder;

namespace {

struct SecretFolder : ConfigFolder {
  explicit SecretFolder(std::string_view toml, const std::string& secret = "Zq7-secret") : ConfigFolder(toml) {
    environment = {{"DB_PASSWORD", secret}};
  }
};

}  // namespace

TEST_CASE("a value that is refused is not quoted when a secret variable gave it", "[config]") {
  for (const std::string line : {
           "[alembic.safety]\nlock_timeout = \"${DB_PASSWORD}\"",
           "[alembic.safety]\nedited = \"${DB_PASSWORD}\"",
           "[alembic]\ntimezone = \"x ${DB_PASSWORD}\"",
           "[alembic]\nfile_template = \"{rev}{${DB_PASSWORD}}\"",
           "[alembic]\nfile_template = \"${DB_PASSWORD}/{rev}\"",
           "[alembic]\nversion_locations = [\"${DB_PASSWORD}\", \"${DB_PASSWORD}\"]",
           "[[alembic.on_version_apply]]\nsql = \"SELECT 1 ${DB_PASSWORD} '\"",
           "[alembic.engine]\nurl = \"${DB_PASSWORD}\"",
           "[alembic.engine]\nurl = \"${DB_PASSWORD}://\"",
           "[alembic.engine]\nurl = \"postgresql://a ${DB_PASSWORD}/\"",
           "[alembic.engine]\nurl = \"postgresql:///?${DB_PASSWORD}=1\"",
           "[alembic.engine]\nurl = \"postgresql:///?sslmode=${DB_PASSWORD}\"",
           "[alembic.autogenerate]\ndev_url = \"postgresql:///?${DB_PASSWORD}=%\"",
       }) {
    INFO(line);
    const auto fault = SecretFolder(line + "\n").fault();
    CHECK_THAT(fault, Contains("alembic.toml:2"));
    CHECK_THAT(fault, !Contains("Zq7") && !Contains("secret'"));
  }
}

TEST_CASE("a number out of range is not quoted when a secret variable gave it", "[config]") {
  const auto fault = SecretFolder("[alembic.engine]\npool_size = \"${DB_PASSWORD}\"\n", "987654321").fault();
  CHECK_THAT(fault, Contains("found ***") && !Contains("9876"));
}

TEST_CASE("a secret that is not the password of its URL is not listed either", "[config]") {
  const SecretFolder folder(
      "[alembic.engine]\nurl = \"postgresql://app:${DB_PASSWORD}@db/shop?application_name=${DB_PASSWORD}\"\n"
      "[alembic.autogenerate]\ndev_url = \"postgresql://${DB_PASSWORD}@db/\"\n");
  CHECK_THAT(folder.setting("engine.url"), Contains("postgresql://app:***@db/shop?application_name=***"));
  CHECK_THAT(folder.setting("autogenerate.dev_url"), Contains("postgresql://***@db"));
  CHECK(folder.load().connection->url.parameters.at(0).second == "Zq7-secret");
}

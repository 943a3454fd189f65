#include <catch2/catch.hpp>

#include "migrate/command/config_error.hpp"
#include "migrate/command/detail/bundled_config.hpp"

using namespace migrate::command;

namespace {

struct Case {
  const char* text;
  const char* without;
};

}  // namespace

TEST_CASE("passwords are taken out of URLs wherever they stand in them", "[command][bundle]") {
  const std::vector<Case> cases{
      {"postgresql://app:secret@host/db", "postgresql://app@host/db"},
      {"postgresql+asyncpg://app:secret@host:5432,other:5433/db?x=1",
       "postgresql+asyncpg://app@host:5432,other:5433/db?x=1"},
      {"postgresql://:secret@host/db", "postgresql://@host/db"},
      {"postgresql://host/db?password=secret&sslmode=require", "postgresql://host/db?&sslmode=require"},
      {"postgresql://host/db?sslmode=require&SSLPassword=secret", "postgresql://host/db?sslmode=require&"},
      {"postgresql://host/db?p%61ssword=secret", "postgresql://host/db?"},
      {"${DATABASE_URL:-postgresql://app:secret@host/db}", "${DATABASE_URL:-postgresql://app@host/db}"},
      {"${A:-${B:-postgresql://app:secret@host/db}}", "${A:-${B:-postgresql://app@host/db}}"},
      {"postgresql://app:${PW:-secret}@host/db", "postgresql://app:${PW:-}@host/db"},
      {"postgresql://app:pre${PW}post@host/db", "postgresql://app:${PW}@host/db"},
      {"postgresql://${LOGIN:-app:secret}@host/db", "postgresql://${LOGIN:-app}@host/db"},
      {"postgresql://host/db?password=${PW:-secret}", "postgresql://host/db?password=${PW:-}"},
      {"postgresql://app:$${secret}@host/db", "postgresql://app@host/db"},
      {"postgresql://app:${unclosed-secret@host/db", "postgresql://app@host/db"},
  };
  for (const auto& [text, without] : cases) {
    INFO(text);
    const auto result = without_password(text);
    CHECK(result.text == without);
    CHECK(result.removed);
    CHECK_FALSE(result.unclear);
  }
}

TEST_CASE("what holds no literal password stays as it is", "[command][bundle]") {
  for (const char* text : {"embedded", "", "${DATABASE_URL}", "${DATABASE_URL:-embedded}", "postgresql://",
                           "postgresql://app@host:5432/db?sslmode=require", "postgresql://app:${PW}@host/db",
                           "postgresql://app:${x:pw}@${HOST:-localhost}:${PORT:-5432}/${NAME:-a:b}",
                           "postgresql://host/db?passfile=/etc/pass&sslkey=/etc/key"}) {
    INFO(text);
    const auto result = without_password(text);
    CHECK(result.text == text);
    CHECK_FALSE(result.removed);
    CHECK_FALSE(result.unclear);
  }
}

TEST_CASE("an @ that may belong to a password is refused, not guessed at", "[command][bundle]") {
  for (const char* text : {"postgresql://app:sec@ret@host/db", "postgresql://app:sec/ret@host/db",
                           "${URL:-postgresql://app:sec/ret@host/db}"}) {
    INFO(text);
    const auto result = without_password(text);
    CHECK(result.unclear);
    CHECK(result.text.find("ret") == std::string::npos);
  }
}

TEST_CASE("the configuration of a bundle is one table, with values as written", "[command][bundle]") {
  const auto document = parse_toml(R"(# comment
[alembic]
version_table = 'with "quotes" and \ and	tab'
transaction_per_migration = false
[alembic.engine]
url = "${DATABASE_URL:-embedded}"
pool_timeout = 2.0
[alembic.cpp]
flags = ["-O2"]
[[alembic.on_version_apply]]
command = ["tell", "{revision}"]
[other]
version_table = "x"
)",
                                   "alembic.toml");
  const auto bundled = bundled_config(document, "alembic", "alembic.toml");
  const auto again = parse_toml(bundled.text, "bundled");
  REQUIRE(again.items.size() == 1);
  const auto& table = again.items.front();
  CHECK(table.key == "alembic");
  CHECK(table.find("version_table")->text == "with \"quotes\" and \\ and\ttab");
  CHECK(table.find("transaction_per_migration")->kind == TomlNode::Kind::boolean);
  CHECK(table.find("engine")->find("url")->text == "${DATABASE_URL:-embedded}");
  CHECK(table.find("engine")->find("pool_timeout")->kind == TomlNode::Kind::real);
  CHECK(table.find("cpp") == nullptr);
  CHECK(table.find("on_version_apply")->items.front().find("command")->items.size() == 2);
  REQUIRE(bundled.notices.size() == 1);
  CHECK(bundled.notices.front().find("tell") != std::string::npos);
}

TEST_CASE("a password in a command that would come along is refused", "[command][bundle]") {
  const auto document =
      parse_toml("[alembic]\n[[alembic.on_version_apply]]\ncommand = [\"tell\", \"https://me:secret@chat.example\"]\n",
                 "alembic.toml");
  CHECK_THROWS_WITH(bundled_config(document, "alembic", "alembic.toml"), Catch::Matchers::Contains("alembic.toml:3"));
}

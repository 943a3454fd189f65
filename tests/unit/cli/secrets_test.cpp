#include "migrate/cli/secrets.hpp"

#include <catch2/catch.hpp>

using namespace migrate::cli;

namespace {

std::string masked(std::string word) {
  mask_typed_password(word.data());
  return word;
}

}  // namespace

TEST_CASE("a password in a word of the command line is overwritten", "[cli][secrets]") {
  CHECK(masked("postgresql://app:geheim@db/shop") == "postgresql://app:******@db/shop");
  CHECK(masked("--url=postgres://app:g:e/h@m@db:5432/shop") == "--url=postgres://app:*******@db:5432/shop");
  CHECK(masked("postgresql://db/shop?password=geheim&sslmode=require") ==
        "postgresql://db/shop?password=******&sslmode=require");
  CHECK(masked("postgresql://db/shop?sslpassword=geheim") == "postgresql://db/shop?sslpassword=******");
  CHECK(masked("password=geheim") == "password=******");
  for (const std::string word :
       {"upgrade", "postgresql://app@db/shop", "postgresql://db:5432/shop", "a:b@c", "://", ""}) {
    CHECK(masked(word) == word);
  }
}

TEST_CASE("a URL within a message is shown without its password", "[cli][secrets]") {
  CHECK(without_url_passwords("no revision postgresql://app:geheim@db/shop here, nor x://a:b@c") ==
        "no revision postgresql://app:***@db/shop here, nor x://a:***@c");
  CHECK(without_url_passwords("--ur=postgresql://db/?password=geheim&a=b and\nmore: a@b") ==
        "--ur=postgresql://db/?password=***&a=b and\nmore: a@b");
  for (const std::string text :
       {"Write postgresql://user:password@host:5432/database.", "postgresql://app:***@db/shop is down",
        "postgresql://db:5432/shop", "password=geheim of a module", "a://", ""}) {
    CHECK(without_url_passwords(text) == text);
  }
}

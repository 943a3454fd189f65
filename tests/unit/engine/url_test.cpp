#include "migrate/engine/url.hpp"

#include <catch2/catch.hpp>

#include "migrate/engine/error.hpp"

using Catch::Contains;
using migrate::engine::DatabaseArgumentError;
using migrate::engine::Password;
using migrate::engine::percent_decode;
using migrate::engine::percent_encode;
using migrate::engine::Url;
using Host = Url::Host;

namespace {

std::string fault_of(std::string_view text) {
  try {
    (void)Url::parse(text);
  } catch (const DatabaseArgumentError& error) {
    return std::string(error.what()) + " | " + error.hint();
  }
  return "no fault";
}

std::vector<Host> hosts_of(std::string_view text) {
  return Url::parse(text).hosts;
}

std::optional<std::uint16_t> port(int number) {
  return static_cast<std::uint16_t>(number);
}

}  // namespace

TEST_CASE("a full URL falls into its parts", "[engine][url]") {
  const Url url = Url::parse("postgresql://app:secret@db.example:6543/shop?sslmode=require&options=-c%20jit%3Doff");
  CHECK(url.driver.empty());
  CHECK(url.user == "app");
  CHECK(url.password == "secret");
  CHECK(url.hosts == std::vector<Host>{{"db.example", port(6543)}});
  CHECK(url.database == "shop");
  REQUIRE(url.parameters.size() == 2);
  CHECK(url.parameters[0] == std::pair<std::string, std::string>("sslmode", "require"));
  CHECK(url.parameters[1] == std::pair<std::string, std::string>("options", "-c jit=off"));
}

TEST_CASE("every part of a URL may be missing", "[engine][url]") {
  CHECK(Url::parse("postgresql://") == Url{});
  CHECK(Url::parse("postgres:///") == Url{});
  CHECK(Url::parse("postgresql:///shop").database == "shop");
  CHECK(Url::parse("postgresql:///shop").hosts.empty());
  CHECK(Url::parse("postgresql://app@").user == "app");
  CHECK(hosts_of("postgresql://:5433/") == std::vector<Host>{{"", port(5433)}});
  CHECK(hosts_of("postgresql://db:/shop") == std::vector<Host>{{"db", {}}});
  CHECK(Url::parse("postgresql://app:@db").password == "");
  CHECK_FALSE(Url::parse("postgresql://app@db").password);
  CHECK(Url::parse("postgresql://?sslmode=disable").parameters.size() == 1);
  CHECK(Url::parse("postgresql://db/shop?").parameters.empty());
  CHECK(Url::parse("postgresql://db/shop?&&sslmode=disable&").parameters.size() == 1);
}

TEST_CASE("the driver of SQLAlchemy is kept and otherwise without effect", "[engine][url]") {
  const auto [text, driver] = GENERATE(table<std::string, std::string>({{"postgresql+asyncpg://db/shop", "asyncpg"},
                                                                        {"postgresql+psycopg2://db/shop", "psycopg2"},
                                                                        {"postgres+psycopg://db/shop", "psycopg"},
                                                                        {"PostgreSQL://db/shop", ""}}));
  const Url url = Url::parse(text);
  CHECK(url.driver == driver);
  CHECK(url.to_string() == "postgresql://db/shop");
}

TEST_CASE("blanks and line breaks around a URL are not part of it", "[engine][url]") {
  CHECK(Url::parse("  postgresql://db/shop\n") == Url::parse("postgresql://db/shop"));
}

TEST_CASE("several hosts keep their order and their own ports", "[engine][url]") {
  CHECK(hosts_of("postgresql://a:1,b,[::1]:3,/d") ==
        std::vector<Host>{{"a", port(1)}, {"b", {}}, {"::1", port(3)}, {"", {}}});
  CHECK(Url::parse("postgresql://a:1,b:2/d").to_string() == "postgresql://a:1,b:2/d");
}

TEST_CASE("IPv6 addresses stand in brackets, a zone percent-encoded", "[engine][url]") {
  CHECK(hosts_of("postgresql://[::1]/d") == std::vector<Host>{{"::1", {}}});
  CHECK(hosts_of("postgresql://[fe80::1%25eth0]:5433/d") == std::vector<Host>{{"fe80::1%eth0", port(5433)}});
  CHECK(Url::parse("postgresql://[fe80::1%25eth0]:5433/d").to_string() == "postgresql://[fe80::1%25eth0]:5433/d");
  CHECK_THAT(fault_of("postgresql://::1/d"), Contains("must stand in brackets"));
  CHECK_THAT(fault_of("postgresql://[::1/d"), Contains("has no ]"));
  CHECK_THAT(fault_of("postgresql://[::1]x/d"), Contains("followed by more text"));
  CHECK_THAT(fault_of("postgresql://[]/d"), Contains("missing"));
}

TEST_CASE("a socket directory is a host, encoded or as a parameter", "[engine][url]") {
  const std::vector<Host> wanted{{"/run/post gres", port(5433)}};
  CHECK(hosts_of("postgresql://app@%2Frun%2Fpost%20gres:5433/d") == wanted);
  CHECK(hosts_of("postgresql://app@/d?host=/run/post gres&port=5433") == wanted);
  CHECK(hosts_of("postgresql:///d?host=%2Frun%2Fpost%20gres&port=5433") == wanted);
  CHECK(Url::parse("postgresql:///d?host=/run").to_string() == "postgresql://%2Frun/d");
}

TEST_CASE("what the query says of host, port, user, password and database wins", "[engine][url]") {
  const Url url = Url::parse("postgresql://u:p@h:1/d?host=a,b&port=2&user=x&password=y&dbname=z&sslmode=allow");
  CHECK(url.hosts == std::vector<Host>{{"a", port(2)}, {"b", port(2)}});
  CHECK(url.user == "x");
  CHECK(url.password == "y");
  CHECK(url.database == "z");
  CHECK(url.parameters.size() == 1);
  CHECK(hosts_of("postgresql://h:1/d?port=7") == std::vector<Host>{{"h", port(7)}});
  CHECK(hosts_of("postgresql://h:1/d?host=&port=") == std::vector<Host>{{"h", port(1)}});
  CHECK(hosts_of("postgresql://a,b/d?port=7,8") == std::vector<Host>{{"a", port(7)}, {"b", port(8)}});
  CHECK_THAT(fault_of("postgresql://a,b,c/d?port=7,8"), Contains("2 ports for 3 hosts"));
}

TEST_CASE("several hosts the way SQLAlchemy writes them are understood", "[engine][url]") {
  CHECK(hosts_of("postgresql+psycopg2://u:p@/d?host=a:1&host=b:2&host=c") ==
        std::vector<Host>{{"a", port(1)}, {"b", port(2)}, {"c", {}}});
  CHECK(hosts_of("postgresql:///d?host=::1") == std::vector<Host>{{"::1", {}}});
  CHECK(hosts_of("postgresql:///d?host=[::1]:9") == std::vector<Host>{{"::1", port(9)}});
}

TEST_CASE("any URL comes back from its own text", "[engine][url]") {
  Url url;
  url.user = "user @:/?#[]%&=+,";
  url.password = "pass @:/?#[]%&=+,\t\x7f";
  url.hosts = {{"h-1.example", port(65535)}, {"/tmp/a b@c", {}}, {"2001:db8::1", port(1)}, {"@abstract", port(2)}};
  url.database = "da/ta?ba#se @ü";
  url.parameters = {{"options", "-c a=b&c"}, {"sslmode", ""}};
  CHECK(Url::parse(url.to_string(Password::shown)) == url);
}

TEST_CASE("a URL with an empty host or an odd zone comes back from its own text", "[engine][url]") {
  CHECK(Url::parse("postgresql://:/db") == Url::parse("postgresql:///db"));
  CHECK(Url::parse("postgresql://,/db").hosts.size() == 2);
  CHECK(Url::parse("postgresql://:5432/db").hosts.size() == 1);
  const auto zone = Url::parse("postgresql://[fe80::1%25eth%2F0]:1/db");
  CHECK(zone.hosts.at(0).name == "fe80::1%eth/0");
  CHECK(zone.to_string() == "postgresql://[fe80::1%25eth%2F0]:1/db");
  CHECK(Url::parse(zone.to_string()) == zone);
}

TEST_CASE("a hidden password is three stars wherever it stands", "[engine][url]") {
  CHECK(Url::parse("postgresql://app:secret@db/shop").to_string() == "postgresql://app:***@db/shop");
  CHECK(Url::parse("postgresql://:secret@db").to_string() == "postgresql://:***@db");
  CHECK(Url::parse("postgresql://app@db/shop?password=secret").to_string() == "postgresql://app:***@db/shop");
  CHECK(Url::parse("postgresql://db/shop?sslpassword=secret&passfile=x").to_string() ==
        "postgresql://db/shop?sslpassword=***&passfile=x");
  Url made;
  made.parameters = {{"PassWord", "secret"}, {"oauth_client_secret", "secret"}};
  CHECK_THAT(made.to_string(), !Contains("=secret"));
  CHECK_THAT(made.to_string(Password::shown), Contains("=secret"));
}

TEST_CASE("a malformed URL names the faulty part", "[engine][url]") {
  CHECK_THAT(fault_of(""), Contains("it is empty"));
  CHECK_THAT(fault_of("localhost/shop"), Contains("does not start with postgresql://"));
  CHECK_THAT(fault_of("mysql://h/d"), Contains("\"mysql\" is not PostgreSQL's scheme"));
  CHECK_THAT(fault_of("postgresqlx://h/d"), Contains("does not start with postgresql://"));
  CHECK_THAT(fault_of("postgresql+://h/d"), Contains("not followed by a driver"));
  CHECK_THAT(fault_of("postgresql://h:0/d"), Contains("port 0 is not from 1 to 65535"));
  CHECK_THAT(fault_of("postgresql://h:65536/d"), Contains("port 65536"));
  CHECK_THAT(fault_of("postgresql://h:-1/d"), Contains("port is not a number"));
  CHECK_THAT(fault_of("postgresql://h:99999999999999999999/d"), Contains("is not from 1 to 65535"));
  CHECK_THAT(fault_of("postgresql://h%2/d"), Contains("in the host, a % is not followed by two hex digits"));
  CHECK_THAT(fault_of("postgresql://h/d%"), Contains("in the database"));
  CHECK_THAT(fault_of("postgresql://u%g1@h/d"), Contains("in the user name"));
  CHECK_THAT(fault_of("postgresql://u:%00@h/d"), Contains("in the password") && Contains("zero byte"));
  CHECK_THAT(fault_of("postgresql://h/d?sslmode=%"), Contains("in the value of parameter \"sslmode\""));
  CHECK_THAT(fault_of("postgresql://h/d?sslmode"), Contains("name=value"));
  CHECK_THAT(fault_of("postgresql://h/d?=x"), Contains("name=value"));
  CHECK_THAT(fault_of("postgresql://h/d\nx"), Contains("control character"));
}

TEST_CASE("no piece of a password is repeated, however it was written", "[engine][url]") {
  const auto text =
      GENERATE(as<std::string>(), "postgresql://u:top@secret@h/d", "postgresql://u:top/secret@h/d",
               "postgresql://u:top?secret@h/d", "postgresql://u:12/secret@h/d", "postgresql://u:12?secret@h/d",
               "postgresql://u:12?secret=1@h/d", "postgresql://u:%zzsecret@h/d", "postgresql://u:secret%@h/d",
               "mysql://u:secret@h/d", "secret://", "postgresql://u:secret@h:notaport/d",
               "postgresql://u:secret@[::1/d", "postgresql:/u:secret@h/d", "u:secret@h/d", "password=secret://",
               "postgresql://u:secret@h:99999/d", "postgresql://u:top[secret/@h/d", "postgresql://u:secret@h/d?sslmode",
               "postgresql+://u:secret@h", "postgresql://h/d?password=secret%", "postgresql://u:secret\x01@h/d",
               "postgresql://u:a,secret:b/@h", "postgresql://u:to@p/secret@h/d", "postgresql://u:to@p?secret=1@h/d");
  CAPTURE(text);
  const std::string fault = fault_of(text);
  CHECK_THAT(fault, !Contains("secret") && !Contains("top") && !Contains("no fault"));
}

TEST_CASE("percent-encoding leaves only what no URL could misread", "[engine][url]") {
  CHECK(percent_encode("AZaz09-._~") == "AZaz09-._~");
  CHECK(percent_encode(" /?#@:%+&=,\xc3\xa4") == "%20%2F%3F%23%40%3A%25%2B%26%3D%2C%C3%A4");
  CHECK(percent_decode("%41%c3%A4+%25") == "A\xc3\xa4+%");
  CHECK_THROWS_AS(percent_decode("%"), DatabaseArgumentError);
  CHECK_THROWS_AS(percent_decode("a%4"), DatabaseArgumentError);
  CHECK_THROWS_AS(percent_decode("%4g"), DatabaseArgumentError);
  CHECK_THROWS_AS(percent_decode("%00"), DatabaseArgumentError);
  CHECK(percent_decode("%41") == "A");
}

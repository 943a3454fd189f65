#include "migrate/schema/naming.hpp"

#include <catch2/catch.hpp>

#include "migrate/base/error.hpp"
#include "migrate/base/text.hpp"

using namespace migrate;
using namespace migrate::schema;

namespace {

const NamedParts k_parts{"messages", {"user_id", "sent_at"}, "users", {"id", "at"}, "mine"};

}  // namespace

TEST_CASE("a naming convention knows the tokens of SQLAlchemy, in two spellings", "[schema]") {
  const std::vector<std::pair<std::string, std::string>> names{
      {"ix_%(column_0_label)s", "ix_messages_user_id"},
      {"ix_{column_0_label}", "ix_messages_user_id"},
      {"%(table_name)s_{column_1_name}", "messages_sent_at"},
      {"{column_0_key}", "user_id"},
      {"{column_0N_name}", "user_idsent_at"},
      {"{column_0_N_name}", "user_id_sent_at"},
      {"{column_0_N_label}", "messages_user_id_messages_sent_at"},
      {"{column_0N_key}", "user_idsent_at"},
      {"fk_{table_name}_{column_0_name}_{referred_table_name}_{referred_column_0_name}",
       "fk_messages_user_id_users_id"},
      {"{referred_column_0N_name}", "idat"},
      {"{referred_column_0_N_name}{referred_column_1_name}", "id_atat"},
      {"ck_%(constraint_name)s", "ck_mine"},
      {"100%%{{}}_{table_name}", "100%{}_messages"},
  };
  for (const auto& [text, name] : names) {
    CAPTURE(text);
    CHECK(!naming_fault("fk", text));
    CHECK(convention_fits(text, k_parts));
    CHECK(convention_name(text, k_parts) == name);
  }
}

TEST_CASE("a wrong naming convention is explained", "[schema]") {
  const auto fault = [](std::string_view kind, std::string_view text) { return naming_fault(kind, text).value_or(""); };
  CHECK(fault("pk", "") == "");
  CHECK(fault("pk", "pk_%(table_nam)s") == "\"table_nam\" is no token; did you mean table_name?");
  CHECK_THAT(fault("pk", "%(xyzzy)s"), Catch::Contains("the tokens are table_name, column_0_name"));
  CHECK_THAT(fault("pk", "%(column_x_name)s"), Catch::Contains("did you mean column_0_name?"));
  CHECK_THAT(fault("pk", "%(column_0_color)s"), Catch::Contains("is no token"));
  CHECK_THAT(fault("fk", "%(referred_column_0_label)s"), Catch::Contains("is no token"));
  CHECK_THAT(fault("pk", "%(column_99999999999999999999_name)s"), Catch::Contains("is no token"));
  CHECK_THAT(fault("pk", "pk_%(table_name"), Catch::Contains("is not closed with \")s\""));
  CHECK_THAT(fault("pk", "pk_{table_name"), Catch::Contains("is not closed with \"}\""));
  CHECK_THAT(fault("pk", "pk_table_name}"), Catch::Contains("a single }"));
  CHECK_THAT(fault("pk", "100%_{table_name}"), Catch::Contains("a single %"));
  CHECK_THAT(fault("pk", "pk_{}"), Catch::Contains("\"\" is no token"));
  CHECK_THAT(fault("ix", "{referred_table_name}"), Catch::Contains("only known for foreign keys"));
  CHECK_THAT(fault("ix", "ix_all"), Catch::Contains("everything would get the same name"));
}

TEST_CASE("a convention that asks for what is not there does not fit", "[schema]") {
  CHECK(!convention_fits("{constraint_name}", {"t", {"a"}, "", {}, ""}));
  CHECK(!convention_fits("{column_1_name}", {"t", {"a"}, "", {}, ""}));
  CHECK(!convention_fits("{column_0N_name}", {"t", {"a", ""}, "", {}, ""}));
  CHECK(!convention_fits("{column_0_N_name}", {"t", {}, "", {}, ""}));
  CHECK(!convention_fits("", k_parts));
  CHECK(!convention_fits("{nonsense}", k_parts));
  CHECK_THROWS_WITH(convention_name("{column_5_name}", k_parts), Catch::Contains("asks for column_5_name"));
  CHECK_THROWS_WITH(convention_name("{nonsense}", k_parts), Catch::Contains("is no token"));
  CHECK_THROWS_WITH(convention_name("{", k_parts), Catch::Contains("is not closed"));
  CHECK(convention_wraps_names("a%(constraint_name)s"));
  CHECK(!convention_wraps_names("constraint_name"));
}

TEST_CASE("a name over 63 bytes is cut and stays different from its like", "[schema]") {
  const auto named = [](const std::string& column) {
    return convention_name("{column_0_name}", {"t", {column}, "", {}, ""});
  };
  const std::string exactly(63, 'a');
  CHECK(named(exactly) == exactly);
  const std::string one = named(exactly + "b"), other = named(exactly + "c");
  CHECK(one == std::string(55, 'a') + one.substr(55));
  CHECK(one.size() == 60);
  CHECK(one[55] == '_');
  CHECK(one != other);
  CHECK(one == named(exactly + "b"));
  CHECK(one.substr(55) == "_c385");  // on every machine and for ever: names of it stand in databases
}

TEST_CASE("a name is never cut within a character", "[schema]") {
  for (std::size_t ascii = 0; ascii < 4; ++ascii) {
    for (const std::string_view character : {"ü", "€", "𝄞"}) {
      std::string column(ascii, 'a');
      while (column.size() <= 63) column += character;
      const std::string name = convention_name("{column_0_name}", {"t", {column}, "", {}, ""});
      CHECK(!base::first_invalid_utf8(name));
      CHECK(name.size() <= 63);
      CHECK(name.size() > 56);
    }
  }
}

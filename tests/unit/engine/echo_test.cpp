#include "migrate/engine/detail/echo.hpp"

#include <catch2/catch.hpp>

using migrate::engine::detail::without_passwords;

TEST_CASE("the password of a role is not logged", "[engine][echo]") {
  CHECK(without_passwords("ALTER ROLE app PASSWORD 'geheim' LOGIN") == "ALTER ROLE app PASSWORD '***' LOGIN");
  CHECK(without_passwords("create role a encrypted\tpassword\n'it''s'; create role b password E'x\\'y' createdb") ==
        "create role a encrypted\tpassword\n'***'; create role b password '***' createdb");
  CHECK(without_passwords("ALTER ROLE a PASSWORD $q$x'$$y$q$;") == "ALTER ROLE a PASSWORD '***';");
  CHECK(without_passwords("ALTER ROLE a PASSWORD 'open") == "ALTER ROLE a PASSWORD '***'");
}

TEST_CASE("what merely looks like a password is logged as it is", "[engine][echo]") {
  for (const std::string sql : {"SELECT password, my_password FROM t WHERE x = 'password'",
                                "ALTER ROLE a PASSWORD NULL", "password", "", "SELECT $1 AS password"}) {
    CHECK(without_passwords(sql) == sql);
  }
  CHECK(without_passwords("SELECT no_password 'x'") == "SELECT no_password 'x'");
}

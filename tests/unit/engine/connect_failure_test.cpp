#include "migrate/engine/detail/connect_failure.hpp"

#include <catch2/catch.hpp>

#include <cerrno>
#include <cstring>

using Catch::Contains;
using migrate::engine::detail::ConnectFailure;
using migrate::engine::detail::explain_connect_failure;

// The texts are what libpq 15 says in its verbose form.

TEST_CASE("a server's refusal is its sentence and SQLSTATE without the noise", "[engine][connect]") {
  const auto failure = explain_connect_failure(
      "connection to server at \"db\" (10.0.0.1), port 5432 failed: FATAL:  28P01: password authentication failed for "
      "user \"app\"\nLOCATION:  auth_failed, auth.c:339\n",
      false);
  CHECK(failure.message == "password authentication failed for user \"app\"");
  CHECK(failure.sqlstate == "28P01");
  CHECK_FALSE(failure.transient);
  CHECK_THAT(failure.hint, Contains("PGPASSWORD"));
}

TEST_CASE("the severity may be in any language", "[engine][connect]") {
  const auto failure = explain_connect_failure(
      "connection to server on socket \"/tmp/.s.PGSQL.5432\" failed: FATAL:  3D000: Datenbank »x« existiert nicht\n"
      "ORT:  InitPostgres, postinit.c:1\n",
      false);
  CHECK(failure.sqlstate == "3D000");
  CHECK(failure.message == "Datenbank »x« existiert nicht");
}

TEST_CASE("which refusals pass by themselves", "[engine][connect]") {
  const auto [state, passes] = GENERATE(table<std::string, bool>({{"53300", true},
                                                                  {"53200", true},
                                                                  {"57P01", true},
                                                                  {"57P02", true},
                                                                  {"57P03", true},
                                                                  {"08006", true},
                                                                  {"57P04", false},
                                                                  {"28P01", false},
                                                                  {"28000", false},
                                                                  {"3D000", false},
                                                                  {"42501", false},
                                                                  {"08P01", false},
                                                                  {"XX000", false},
                                                                  {"55000", false}}));
  CAPTURE(state);
  const auto failure = explain_connect_failure(
      "connection to server at \"h\" (1.2.3.4), port 1 failed: FATAL:  " + state + ": words\n", false);
  CHECK(failure.transient == passes);
  CHECK(failure.sqlstate == state);
}

TEST_CASE("a server that cannot be reached may be there later", "[engine][connect]") {
  for (const int code : {ECONNREFUSED, ECONNRESET, ETIMEDOUT, EHOSTUNREACH, ENETUNREACH}) {
    const auto failure = explain_connect_failure(
        std::string("connection to server at \"h\" (1.2.3.4), port 1 failed: ") + std::strerror(code) +
            "\n\tIs the server running on that host and accepting TCP/IP connections?\n",
        false);
    CHECK(failure.transient);
    CHECK(failure.message == std::string("\"h\" (1.2.3.4), port 1: ") + std::strerror(code));
    CHECK_THAT(failure.hint, Contains("Is the server running"));
  }
}

TEST_CASE("a missing socket passes, a missing certificate does not", "[engine][connect]") {
  const auto socket = explain_connect_failure(
      "connection to server on socket \"/run/.s.PGSQL.1\" failed: No such file or directory\n\tIs the server running "
      "locally and accepting connections on that socket?\n",
      false);
  CHECK(socket.transient);
  CHECK(socket.message == "socket \"/run/.s.PGSQL.1\": No such file or directory");
  const auto certificate = explain_connect_failure(
      "connection to server at \"h\" (1.2.3.4), port 1 failed: could not open certificate file \"/x\": No such file or "
      "directory\n",
      false);
  CHECK_FALSE(certificate.transient);
  CHECK_THAT(certificate.hint, Contains("sslcert"));
}

TEST_CASE("a name that does not exist is final, a silent name server is not", "[engine][connect]") {
  const auto missing =
      explain_connect_failure("could not translate host name \"x\" to address: Name or service not known\n", false);
  CHECK_FALSE(missing.transient);
  CHECK_THAT(missing.hint, Contains("host name"));
  CHECK(explain_connect_failure(
            "could not translate host name \"x\" to address: Temporary failure in name resolution\n", false)
            .transient);
}

TEST_CASE("each host is told, and a definite no outweighs one that is down", "[engine][connect]") {
  const std::string down = "connection to server at \"a\" (10.0.0.1), port 1 failed: Connection refused\n\tIs the ?\n";
  const std::string no =
      "connection to server at \"b\" (10.0.0.2), port 2 failed: FATAL:  28000: no entry\nLOCATION:  x\n";
  const std::string busy = "connection to server at \"c\" (10.0.0.3), port 3 failed: FATAL:  53300: too many\n";
  const auto refused = explain_connect_failure(down + no, false);
  CHECK(refused.message == "\"a\" (10.0.0.1), port 1: Connection refused; \"b\" (10.0.0.2), port 2: no entry");
  CHECK(refused.sqlstate == "28000");
  CHECK_FALSE(refused.transient);
  const auto later = explain_connect_failure(down + busy, false);
  CHECK(later.sqlstate == "53300");
  CHECK(later.transient);
}

TEST_CASE("the same refusal with and without encryption is told once", "[engine][connect]") {
  const std::string once = "connection to server at \"h\" (1.2.3.4), port 1 failed: FATAL:  28P01: no\nLOCATION:  x\n";
  CHECK(explain_connect_failure(once + once, false).message == "no");
}

TEST_CASE("detail and hint of the server are kept", "[engine][connect]") {
  const auto failure = explain_connect_failure(
      "connection to server at \"h\" (1.2.3.4), port 1 failed: FATAL:  57P05: first\nsecond line\nDETAIL:  more\nHINT: "
      " "
      "do this\nLOCATION:  x\n",
      false);
  CHECK(failure.message == "first second line (more)");
  CHECK(failure.hint == "do this");
}

TEST_CASE("a password that was asked for and not given is no passing failure", "[engine][connect]") {
  const auto failure = explain_connect_failure(
      "connection to server at \"h\" (1.2.3.4), port 1 failed: fe_sendauth: no password supplied\n", true);
  CHECK(failure.message == "the server wants a password, and none was given");
  CHECK_FALSE(failure.transient);
  CHECK_THAT(failure.hint, Contains("PGPASSWORD"));
}

TEST_CASE("a pooler's one code is told apart by its words", "[engine][connect]") {
  const std::string start = "connection to server at \"h\" (1.2.3.4), port 1 failed: FATAL:  08P01: ";
  CHECK(explain_connect_failure(start + "pgbouncer cannot connect to server\n", false).transient);
  CHECK_FALSE(explain_connect_failure(start + "unsupported startup parameter: options\n", false).transient);
}

TEST_CASE("a failover under way passes", "[engine][connect]") {
  CHECK(explain_connect_failure("connection to server at \"h\" (1.2.3.4), port 1 failed: session is read-only\n", false)
            .transient);
}

TEST_CASE("text nobody expected is repeated and not retried", "[engine][connect]") {
  CHECK(explain_connect_failure("", false).message == "libpq gives no reason");
  CHECK(explain_connect_failure("invalid port number: \"x\"\n", false).message == "invalid port number: \"x\"");
  CHECK_FALSE(explain_connect_failure("something else\n", false).transient);
  CHECK(explain_connect_failure("connection to server \n:  \nFATAL:  :\n\n\t\n", false).sqlstate.empty());
}

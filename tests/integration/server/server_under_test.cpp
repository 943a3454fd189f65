#include "integration/server/server_under_test.hpp"

#include <signal.h>

#include <cstdio>

#include "migrate/engine/connection.hpp"
#include "migrate/server/detail/pid_file.hpp"

namespace migrate::test {
namespace {

server::PrivateServer::Options with_directory(server::PrivateServer::Options options,
                                              const std::filesystem::path& directory) {
  options.directory = directory;
  return options;
}

}  // namespace

ServerUnderTest::ServerUnderTest(const std::filesystem::path& below, server::PrivateServer::Options options)
    : options_(with_directory(std::move(options), above_.path() / below)) {}

ServerUnderTest::~ServerUnderTest() {
  try {
    server().stop();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "cannot stop the server under test: %s\n", error.what());
  }
}

std::string ServerUnderTest::query(std::string_view sql) const {
  return test::query(server().url(), sql);
}

void ServerUnderTest::crash() const {
  const int pid = server().status().pid;
  if (pid <= 1) throw base::Error("no server runs that could be killed");
  ::kill(pid, SIGKILL);
  if (!eventually([&] { return !server::detail::is_alive(pid); })) throw base::Error("the server survived SIGKILL");
}

std::string query(const engine::Url& url, std::string_view sql) {
  engine::ConnectionParts parts;
  parts.url = url;
  auto connection = engine::Connection::connect(engine::ConnectionConfig::create(std::move(parts)));
  return std::string(connection.execute(sql).scalar().value_or(""));
}

std::string failure_to_start(server::PrivateServer server) {
  try {
    server.start();
    return {};
  } catch (const server::ServerError& error) {
    return std::string(error.what()) + "\n" + error.hint();
  }
}

}  // namespace migrate::test

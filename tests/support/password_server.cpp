#include "support/password_server.hpp"

#include <fmt/format.h>

#include "migrate/base/files.hpp"
#include "migrate/base/text.hpp"
#include "migrate/engine/connection.hpp"

namespace migrate::test {
namespace {

server::PrivateServer::Options with_rules(const TempDir& directory) {
  const auto file = directory.write("pg_hba.conf", "local all postgres trust\nlocal all all scram-sha-256\n");
  server::PrivateServer::Options options;
  options.settings = {{"hba_file", file.string()}, {"log_statement", "all"}, {"log_connections", "on"}};
  return options;
}

engine::Connection superuser(engine::Url url) {
  engine::ConnectionParts parts;
  parts.url = std::move(url);
  return engine::Connection::connect(engine::ConnectionConfig::create(std::move(parts)));
}

}  // namespace

PasswordServer::PasswordServer(std::string_view password) : server_(with_rules(directory_)) {
  execute("CREATE ROLE app LOGIN");
  execute("GRANT ALL ON SCHEMA public TO app");
  set_password(password);
}

engine::Url PasswordServer::url() const {
  auto url = server_.url();
  url.user = "app";
  return url;
}

std::string PasswordServer::uri(std::string_view password) const {
  auto with_password = url();
  with_password.password = password;
  return with_password.to_string(engine::Password::shown);
}

void PasswordServer::set_password(std::string_view password) const {
  auto connection = superuser(superuser_url());
  connection.script("SET log_statement = none");
  connection.script(fmt::format("ALTER ROLE app PASSWORD '{}'", base::replace_all(password, "'", "''")));
}

void PasswordServer::execute(std::string_view sql) const {
  superuser(superuser_url()).script(sql);
}

std::string PasswordServer::log() {
  return base::read_file(server_.server().status().data_directory.parent_path() / "server.log");
}

}  // namespace migrate::test

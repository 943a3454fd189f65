#include "support/pgbouncer.hpp"

#include <fmt/format.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <string>
#include <thread>

#include "migrate/base/error.hpp"

namespace migrate::test {
namespace {

using namespace std::chrono_literals;

constexpr int k_port = 6432;

/// It will not run as root.
void give_away(const std::string& folder) {
  const passwd* user = getpwnam("postgres");
  if (user == nullptr || chown(folder.c_str(), user->pw_uid, user->pw_gid) != 0) {
    throw base::Error("PgBouncer cannot be given a folder of its own");
  }
}

/// The file is there before anybody listens behind it.
bool takes_connections(const std::string& path) {
  const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  const bool connected = ::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  ::close(socket);
  return connected;
}

void wait_for(const std::string& path) {
  for (const auto end = std::chrono::steady_clock::now() + 30s; !takes_connections(path);) {
    if (std::chrono::steady_clock::now() > end) throw base::Error("PgBouncer did not come up");
    std::this_thread::sleep_for(5ms);
  }
}

}  // namespace

PgBouncer::PgBouncer(const engine::Url& server, Mode mode, int sessions) : url_(server) {
  const auto& host = server.hosts.at(0);
  const std::string folder = directory_.path().string();
  directory_.write("users", fmt::format("\"{}\" \"\"\n", server.user));
  const auto config = directory_.write(
      "pgbouncer.ini",
      fmt::format("[databases]\n* = host={} port={}\n[pgbouncer]\npool_mode = {}\ndefault_pool_size = {}\n"
                  "max_client_conn = 500\nlisten_addr =\nlisten_port = {}\nunix_socket_dir = {}\nauth_type = trust\n"
                  "auth_file = {}/users\nlogfile = {}/log\npidfile =\n",
                  host.name, host.port.value_or(5432), mode == Mode::session ? "session" : "transaction", sessions,
                  k_port, folder, folder, folder));
  if (geteuid() == 0) give_away(folder);
  process_ = fork();
  if (process_ == 0) {
    // Debian keeps it where only root looks for programs.
    for (const char* program : {"pgbouncer", "/usr/sbin/pgbouncer"}) {
      if (geteuid() == 0) execlp(program, "pgbouncer", "-q", "-u", "postgres", config.c_str(), nullptr);
      execlp(program, "pgbouncer", "-q", config.c_str(), nullptr);
    }
    _exit(127);
  }
  url_.hosts.at(0).name = folder;
  url_.hosts.at(0).port = k_port;
  wait_for(fmt::format("{}/.s.PGSQL.{}", folder, k_port));
}

PgBouncer::~PgBouncer() {
  kill(process_, SIGKILL);
  waitpid(process_, nullptr, 0);
}

}  // namespace migrate::test

#include "integration/server/forked.hpp"

#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <stdexcept>

namespace migrate::test {
namespace {

constexpr unsigned k_ordinary_user = 65534;

void become_ordinary() {
  if (::geteuid() != 0) return;
  if (::setgroups(0, nullptr) != 0 || ::setgid(k_ordinary_user) != 0 || ::setuid(k_ordinary_user) != 0) {
    throw std::runtime_error("cannot become an ordinary user");
  }
}

[[noreturn]] void run(const std::function<std::string()>& work, Identity identity, int answer) {
  std::string text;
  try {
    if (identity == Identity::ordinary_user) become_ordinary();
    text = work();
  } catch (const std::exception& error) {
    text = std::string("error: ") + error.what();
  }
  const ssize_t written = ::write(answer, text.data(), text.size());
  ::_exit(written == static_cast<ssize_t>(text.size()) ? 0 : 1);
}

}  // namespace

Forked::Forked(const std::function<std::string()>& work, Identity identity) {
  std::array<int, 2> ends{};
  // Left open across exec on purpose: a server that kept it would keep us waiting for the answer.
  if (::pipe(ends.data()) != 0) throw std::runtime_error("cannot make a pipe");
  pid_ = ::fork();
  if (pid_ == 0) {
    ::close(ends[0]);
    // A high number, so that it is not closed by accident, by something else taking its place.
    const int answer = ::fcntl(ends[1], F_DUPFD, 40);
    ::close(ends[1]);
    run(work, identity, answer);
  }
  ::close(ends[1]);
  answer_ = ends[0];
}

Forked::~Forked() {
  kill();
  ::close(answer_);
}

std::string Forked::answer() {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  std::string text;
  std::array<char, 4096> buffer{};
  for (;;) {
    pollfd wait{answer_, POLLIN, 0};
    if (::poll(&wait, 1, 500) == 0 && std::chrono::steady_clock::now() > end) return "error: no answer";
    if (wait.revents == 0) continue;
    const ssize_t got = ::read(answer_, buffer.data(), buffer.size());
    if (got <= 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

void Forked::kill() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGKILL);
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
}

void give_to_ordinary_user(const std::string& path) {
  if (::geteuid() == 0 && ::chown(path.c_str(), k_ordinary_user, k_ordinary_user) != 0) {
    throw std::runtime_error("cannot give " + path + " away");
  }
}

}  // namespace migrate::test

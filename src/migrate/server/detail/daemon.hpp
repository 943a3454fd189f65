#pragma once
#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "migrate/server/detail/account.hpp"

namespace migrate::server::detail {

/// A program to run on its own: in a session of its own, nobody's child, with no descriptor of ours but those in
/// `keep`.
struct Daemon {
  std::vector<std::string> command;      ///< the first word is the program's full path
  std::vector<std::string> environment;  ///< "NAME=value"
  Account account;
  std::filesystem::path output;  ///< where both output streams are appended to; made for the account when missing
  int input = -1;                ///< descriptor to become standard input; -1: /dev/null
  std::vector<int> keep;         ///< the program sees these as 3, 4 …
};

/// Starts it and returns its process number once it runs its own code. Throws ServerError when it cannot.
pid_t start_daemon(const Daemon& daemon);

/// The few variables a server should see: no PG*, no locale, none of our own settings.
std::vector<std::string> plain_environment();

}  // namespace migrate::server::detail

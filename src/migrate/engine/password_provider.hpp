#pragma once
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "migrate/base/log.hpp"
#include "migrate/engine/deadline.hpp"

namespace migrate::engine {

struct ConnectionParts;

/// The attempt to connect that a password is for.
struct PasswordRequest {
  Deadline deadline = Deadline::never();  ///< connect_timeout, or what is left of the caller's own limit
  int interrupt_fd = -1;                  ///< readable once nobody wants the connection any more; -1: never
  base::LogSink log{};
};

/// Gives the password of a connection that is about to be made. Asked anew for each one, so it may be a token that is
/// valid for a few minutes. Must be thread-safe; it may take its time, since coroutines have it called on a helper
/// thread. What it throws ends the attempt and is shown: it must not hold a password.
using PasswordProvider = std::function<std::string(const PasswordRequest&)>;

/// The first line of a file, read anew each time. Who else may read the file does not matter, since secrets are mounted
/// readable for all; that all may write it is told to the log, once. `name`: what messages call it. It throws
/// DatabaseArgumentError when the file cannot be read or its line is empty.
PasswordProvider password_from_file(std::filesystem::path file, std::string name = "password file");

/// What a program prints, without line ends behind it. No shell is involved; a program with a slash in its name counts
/// from `working_directory`. It throws DatabaseArgumentError when there is no such program, DatabaseConnectionError
/// with what the program wrote to its standard error when it fails or prints nothing, DatabaseTimeoutError when it is
/// not done in time, DatabaseInterrupted. The output is never shown.
PasswordProvider password_from_command(std::vector<std::string> command, std::filesystem::path working_directory = {},
                                       std::string name = "password command");

/// The password that a connection made now is given: that of the URL, or of the provider. Nothing: libpq looks for one
/// itself. Throws what the provider throws; what is no DatabaseError comes as a DatabaseConnectionError.
std::optional<std::string> password_for(const ConnectionParts& parts, const PasswordRequest& request);

}  // namespace migrate::engine

#pragma once
#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace migrate::server::detail {

/// What postmaster.pid says (PostgreSQL source, utils/pidfile.h): process, data directory, start time, port, socket
/// directory, listen address, shared memory key, status; one a line, written as the server gets that far.
struct PidFile {
  pid_t pid = 0;
  std::string socket_directory;
  bool ready = false;  ///< accepts connections
};

/// Nothing when the text does not start with a process number.
std::optional<PidFile> parse_pid_file(std::string_view text);

/// The pid file of a server that really runs on `data_directory`. Nothing when there is none, or when the file was left
/// behind: its process is gone, or its number was taken over by some other program.
std::optional<PidFile> running_server(const std::filesystem::path& data_directory);

/// Whether the process is there and not a zombie.
bool is_alive(pid_t pid);

}  // namespace migrate::server::detail

#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "migrate/base/process.hpp"
#include "migrate/server/detail/account.hpp"

namespace migrate::server::detail {

/// A PostgreSQL on this machine that works.
struct Installation {
  std::filesystem::path binaries;
  std::string version;  ///< "15.20", "17beta1"
};

/// "15" of "15.20", "17" of "17beta1", "9.6" of "9.6.24".
std::string major_version(std::string_view version);

/// See find_binaries(). With `major`, only an installation of that major version will do.
Installation find_installation(const std::filesystem::path& configured, const Account& account,
                               const std::optional<std::string>& major = std::nullopt);

/// How to run PostgreSQL's programs: as the account, from a directory anybody may enter, free of PG* and locale
/// variables.
base::ProcessOptions program_options(const Account& account);

}  // namespace migrate::server::detail

#pragma once
#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>

namespace migrate::server::detail {

/// The system user a server runs as.
struct Account {
  uid_t user = 0;
  gid_t group = 0;
  std::string name;        ///< for messages; the number when the user has no name
  bool is_current = true;  ///< our own user: no change of identity is needed
};

/// Who runs the server on `data_directory`: the owner of the directory, or of the nearest one above it that exists,
/// when we can be that user; else ourselves. PostgreSQL refuses to run as root: instead of root it is the user
/// `postgres`, or `nobody`. Throws ServerError when the data belongs to somebody we cannot become.
Account server_account(const std::filesystem::path& data_directory);

/// For work that has no directory yet: ourselves, or the user that stands in for root.
Account unprivileged_account();

/// Whether `account` can reach `directory` by its absolute path, judged by the permission bits of every directory on
/// the way. Access lists are not looked at.
bool can_traverse(const Account& account, const std::filesystem::path& directory);

/// Makes `path` belong to `account`; nothing to do when it is the current user. Throws ServerError.
void give_to(const Account& account, const std::filesystem::path& path);

/// When we are root: makes `path`, which we made, belong to whoever owns the directory above it, so that root's work in
/// somebody's project stays usable for them. Does its best, reports nothing.
void follow_owner_above(const std::filesystem::path& path);

/// For base::ProcessOptions: set only when the identity must change.
std::optional<unsigned> user_to_become(const Account& account);
std::optional<unsigned> group_to_become(const Account& account);

}  // namespace migrate::server::detail

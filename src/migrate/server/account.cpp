#include <fmt/format.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "migrate/server/detail/account.hpp"
#include "migrate/server/private_server.hpp"

namespace migrate::server::detail {
namespace {

namespace fs = std::filesystem;

constexpr uid_t k_nobody = 65534;

std::string name_of(uid_t user) {
  const passwd* entry = ::getpwuid(user);
  return entry == nullptr ? fmt::format("number {}", user) : std::string(entry->pw_name);
}

/// The owner of the nearest directory at or above `path`, if that is an ordinary user with a name (initdb wants one):
/// what root does in somebody's project stays usable for them.
std::optional<Account> owner_above(fs::path path) {
  struct stat facts {};
  while (::stat(path.c_str(), &facts) != 0 && path != path.parent_path()) path = path.parent_path();
  if (facts.st_uid == 0) return std::nullopt;
  const passwd* entry = ::getpwuid(facts.st_uid);
  if (entry == nullptr) return std::nullopt;
  return Account{facts.st_uid, facts.st_gid, entry->pw_name, false};
}

}  // namespace

Account unprivileged_account() {
  if (::geteuid() != 0) return {::geteuid(), ::getegid(), name_of(::geteuid()), true};
  for (const char* name : {"postgres", "nobody"}) {
    const passwd* entry = ::getpwnam(name);
    if (entry != nullptr && entry->pw_uid != 0) return {entry->pw_uid, entry->pw_gid, name, false};
  }
  return {k_nobody, k_nobody, name_of(k_nobody), false};
}

Account server_account(const fs::path& data_directory) {
  const uid_t self = ::geteuid();
  struct stat facts {};
  const bool exists = ::stat(data_directory.c_str(), &facts) == 0;
  if (self != 0) {
    if (exists && facts.st_uid != self) {
      throw ServerError(
          fmt::format("cannot use the private server in {}: its data belongs to user {}, and this is user {}",
                      data_directory.parent_path().string(), name_of(facts.st_uid), name_of(self)),
          fmt::format("Run as that user or as root, or choose another directory. If the data is not needed, remove {}.",
                      data_directory.parent_path().string()));
    }
    return {self, ::getegid(), name_of(self), true};
  }
  if (exists && facts.st_uid != 0) return {facts.st_uid, facts.st_gid, name_of(facts.st_uid), false};
  return owner_above(data_directory.parent_path()).value_or(unprivileged_account());
}

bool can_traverse(const Account& account, const fs::path& directory) {
  if (account.is_current) return true;
  for (fs::path part = directory; !part.empty(); part = part.parent_path()) {
    struct stat facts {};
    if (::stat(part.c_str(), &facts) != 0) return false;
    mode_t wanted = S_IXOTH;
    if (facts.st_uid == account.user) {
      wanted = S_IXUSR;
    } else if (facts.st_gid == account.group) {
      wanted = S_IXGRP;
    }
    if ((facts.st_mode & wanted) == 0) return false;
    if (part == part.parent_path()) break;
  }
  return true;
}

void give_to(const Account& account, const fs::path& path) {
  if (account.is_current || ::lchown(path.c_str(), account.user, account.group) == 0) return;
  throw ServerError(
      fmt::format("cannot give {} to user {}: {}", path.string(), account.name, std::strerror(errno)),
      "PostgreSQL refuses to run as root. Run as an ordinary user, or choose a directory on a file system "
      "that allows changing owners.");
}

void follow_owner_above(const fs::path& path) {
  struct stat above {};
  if (::geteuid() != 0 || ::stat(path.parent_path().c_str(), &above) != 0) return;
  if (::lchown(path.c_str(), above.st_uid, above.st_gid) != 0) return;
}

std::optional<unsigned> user_to_become(const Account& account) {
  return account.is_current ? std::nullopt : std::optional<unsigned>(account.user);
}

std::optional<unsigned> group_to_become(const Account& account) {
  return account.is_current ? std::nullopt : std::optional<unsigned>(account.group);
}

}  // namespace migrate::server::detail

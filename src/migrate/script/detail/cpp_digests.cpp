#include "migrate/script/detail/cpp_digests.hpp"

#include "migrate/base/digest.hpp"
#include "migrate/base/error.hpp"
#include "migrate/base/files.hpp"

namespace migrate::script::detail {

std::optional<std::string> FileDigests::of(const std::filesystem::path& file) {
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = known_.find(file.native()); found != known_.end()) return found->second;
  }
  std::optional<std::string> digest;
  try {
    digest = base::sha256_hex(base::read_file(file));
  } catch (const base::FileError&) {
    digest.reset();
  }
  const std::lock_guard lock(mutex_);
  return known_.emplace(file.native(), std::move(digest)).first->second;
}

}  // namespace migrate::script::detail

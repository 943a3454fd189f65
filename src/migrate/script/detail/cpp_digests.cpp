#include "migrate/script/detail/cpp_digests.hpp"

#include "migrate/base/digest.hpp"

namespace migrate::script::detail {

std::optional<std::string> FileDigests::of(const std::filesystem::path& file) {
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = known_.find(file.native()); found != known_.end()) return found->second;
  }
  auto digest = base::sha256_hex_of_file(file);
  const std::lock_guard lock(mutex_);
  return known_.emplace(file.native(), std::move(digest)).first->second;
}

void FileDigests::note(const std::filesystem::path& file, std::string digest) {
  const std::lock_guard lock(mutex_);
  known_.emplace(file.native(), std::move(digest));
}

}  // namespace migrate::script::detail

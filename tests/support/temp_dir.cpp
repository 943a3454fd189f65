#include "support/temp_dir.hpp"

namespace migrate::test {

namespace fs = std::filesystem;

TempDir::TempDir() : directory_("migrate-test-") {
  fs::permissions(path(),
                  fs::perms::group_read | fs::perms::group_exec | fs::perms::others_read | fs::perms::others_exec,
                  fs::perm_options::add);
}

fs::path TempDir::write(const fs::path& relative, std::string_view text) const {
  const fs::path full = path() / relative;
  fs::create_directories(full.parent_path());
  base::replace_file(full, text);
  return full;
}

std::string TempDir::read(const fs::path& relative) const {
  return base::read_file(path() / relative);
}

}  // namespace migrate::test

#include "migrate/command/private_folder.hpp"

#include "migrate/base/error.hpp"
#include "migrate/base/files.hpp"

namespace migrate::command {

namespace fs = std::filesystem;

fs::path make_private_folder(const fs::path& project) {
  const fs::path folder = project / ".migrate";
  std::error_code ignored;
  fs::create_directories(folder, ignored);
  try {
    if (!fs::exists(folder / ".gitignore", ignored)) base::write_new_file(folder / ".gitignore", "*\n");
  } catch (const base::FileError&) {  // a convenience only
  }
  return folder;
}

}  // namespace migrate::command

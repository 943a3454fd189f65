#pragma once
#include <filesystem>
#include <string>
#include <string_view>

#include "migrate/base/files.hpp"

namespace migrate::test {

/// A directory that is removed at the end of the scope. Other users may look into it, so that what root's tests put
/// there can be read by the unprivileged programs they start.
class TempDir {
 public:
  TempDir();

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return directory_.path(); }
  /// Writes `text` to a file below the directory, making parents and replacing what was there. Its full path.
  std::filesystem::path write(const std::filesystem::path& relative, std::string_view text) const;
  [[nodiscard]] std::string read(const std::filesystem::path& relative) const;

 private:
  base::TemporaryDirectory directory_;
};

}  // namespace migrate::test

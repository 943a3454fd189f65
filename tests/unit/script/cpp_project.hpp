#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "migrate/script/detail/cpp_builder.hpp"
#include "migrate/script/module.hpp"
#include "support/temp_dir.hpp"

namespace migrate::test {

/// A project with C++ revisions, a cache of its own, and a compiler that counts how often it is started. Instead of
/// migrate's headers it has small ones, in which each op.execute() is a request of its own.
class CppProject {
 public:
  explicit CppProject(const std::string& compiler = "g++");

  /// Writes versions/<id>.cpp. `body` comes after the #include of op.hpp.
  script::Revision revision(const std::string& id, std::string_view body) const;
  /// One that executes its id.
  script::Revision plain_revision(const std::string& id) const;
  script::Revision file(const std::string& id, std::string_view text) const;

  script::BuildReport build(const std::vector<script::Revision>& revisions,
                            const script::BuildEvents& events = {}) const;
  /// Compilers started so far.
  [[nodiscard]] std::size_t starts() const;
  static script::ModuleSet modules(const script::BuildReport& report);

  [[nodiscard]] const TempDir& dir() const noexcept { return dir_; }
  /// Of the only file in a folder of the cache.
  [[nodiscard]] std::vector<std::filesystem::path> cached(std::string_view folder) const;

  script::CppOptions options;
  base::Environment environment = base::process_environment();

 private:
  TempDir dir_;
};

/// The small headers.
script::detail::SourceTree small_tree();

}  // namespace migrate::test

#pragma once
#include <filesystem>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "migrate/script/cpp_build.hpp"
#include "migrate/script/detail/cpp_cache.hpp"
#include "migrate/script/detail/cpp_compile.hpp"
#include "migrate/script/detail/cpp_compiler.hpp"
#include "migrate/script/detail/cpp_headers.hpp"
#include "migrate/script/detail/cpp_store.hpp"

namespace migrate::script::detail {

/// One build: what is in the cache is taken from there, the rest compiled.
class CppBuilder {
 public:
  /// `tree`: migrate's own headers, and below migrate/schema/module/ the sources of the support library.
  CppBuilder(SourceTree tree, const CppOptions& options, const base::Environment& environment);

  /// See build_revisions.
  BuildReport build(std::span<const Revision> revisions, const BuildEvents& events);

 private:
  struct Work {
    Recipe recipe;
    std::filesystem::path source;
    bool op_header_first = false;
    std::string failure;
  };

  [[nodiscard]] Work work_for(const Revision& revision);
  /// Where the cache has what was made of them. Fills in `works`.
  [[nodiscard]] std::vector<std::optional<std::filesystem::path>> look_up(std::span<const Revision> revisions,
                                                                          std::vector<Work>& works);
  [[nodiscard]] Recipe recipe_for(std::string_view what, std::string_view content) const;
  /// Finds or makes the precompiled header where it pays, and on the side the support library.
  void prepare(std::size_t to_compile, std::optional<std::filesystem::path>& support,
               const std::filesystem::path& scratch);
  void tell(const BuildEvents& events, const BuiltModule& built);
  /// The one that migrate carries if it fits, else a compiled one.
  std::filesystem::path make_support(const std::filesystem::path& scratch);
  std::filesystem::path build_support(const std::filesystem::path& scratch);
  void build_pch(const std::filesystem::path& scratch);
  void build_module(Work& work, const std::filesystem::path& scratch, BuiltModule& built);
  CompileResult run(const std::vector<std::string>& command, const Outputs& outputs,
                    const std::filesystem::path& scratch) const;
  [[nodiscard]] Recipe pch_recipe() const;
  [[nodiscard]] bool pch_allowed() const;

  SourceTree tree_;
  CppOptions options_;
  CppCache cache_;
  Compiler compiler_;
  std::string tree_digest_;
  std::filesystem::path headers_;
  CppStore store_;
  std::string common_;
  std::filesystem::path pch_;                  ///< header to include first; empty: none
  std::vector<std::string> pch_dependencies_;  ///< GCC does not tell what it took from there
  std::mutex events_;
};

/// Absolute paths, whatever the caller gave.
CppOptions settled(CppOptions options);

}  // namespace migrate::script::detail

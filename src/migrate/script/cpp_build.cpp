#include "migrate/script/cpp_build.hpp"

#include "migrate/script/detail/cpp_builder.hpp"
#include "migrate/script/detail/cpp_command.hpp"
#include "migrate/script/detail/cpp_headers.hpp"
#include "migrate/script/detail/embedded_files.hpp"

namespace migrate::script {

namespace fs = std::filesystem;

BuildReport build_revisions(std::span<const Revision> revisions, const CppOptions& options,
                            const base::Environment& environment, const BuildEvents& events) {
  return detail::CppBuilder(detail::embedded_headers(), options, environment).build(revisions, events);
}

fs::path unpack_headers(const CppOptions& options, const base::Environment& environment) {
  const detail::CppCache cache(detail::settled(options), environment);
  const auto tree = detail::embedded_headers();
  const auto digest = detail::tree_digest(tree);
  detail::unpack(tree, digest, cache);
  return detail::headers_folder(cache, digest);
}

std::vector<std::string> compile_command(const Revision& revision, const CppOptions& options,
                                         const base::Environment& environment) {
  const auto settled = detail::settled(options);
  const auto headers = unpack_headers(settled, environment);
  // Editors run Clang's parser, which would complain about words that only GCC knows.
  std::vector<std::string> command{"c++"};
  for (auto& word : detail::language_arguments(settled, false, headers)) command.push_back(std::move(word));
  command.insert(command.end(), {"-c", detail::project_path(fs::absolute(revision.path), settled).string()});
  return command;
}

}  // namespace migrate::script

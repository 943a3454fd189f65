#include "migrate/script/detail/cpp_headers.hpp"

#include <algorithm>

#include "migrate/base/digest.hpp"

namespace migrate::script::detail {
namespace {

namespace fs = std::filesystem;

/// A user's own -W flags are about the user's code.
constexpr std::string_view k_quiet = "#pragma GCC system_header\n";

bool is_header(std::string_view path) {
  return !path.ends_with(".cpp");
}

std::string unpacked_text(const BuiltinFile& file) {
  return std::string(is_header(file.path) ? k_quiet : "") + std::string(file.text);
}

fs::path folder_name(const std::string& digest) {
  return "headers-" + digest.substr(0, 32);
}

bool is_whole(SourceTree tree, const fs::path& folder) {
  return std::ranges::all_of(tree, [&](const BuiltinFile& file) {
    std::error_code error;
    const auto size = fs::file_size(folder / file.path, error);
    return !error && size == file.text.size() + (is_header(file.path) ? k_quiet.size() : 0);
  });
}

}  // namespace

std::string tree_digest(SourceTree tree) {
  std::string all;
  for (const auto& file : tree) {
    all += file.path;
    all += '\0';
    all += base::sha256_hex(unpacked_text(file));
    all += '\n';
  }
  return base::sha256_hex(all);
}

fs::path headers_folder(const CppCache& cache, const std::string& digest) {
  return cache.path() / folder_name(digest) / "include";
}

void unpack(SourceTree tree, const std::string& digest, const CppCache& cache) {
  const auto name = folder_name(digest);
  if (is_whole(tree, headers_folder(cache, digest))) {
    cache.touch(name);
    return;
  }
  const auto scratch = cache.scratch();
  std::error_code ignored;
  // Something is missing from it, such as what a cleaner of temporary files took away.
  if (fs::exists(cache.path() / name, ignored)) fs::rename(cache.path() / name, scratch.path() / "broken", ignored);
  for (const auto& file : tree) {
    const auto target = scratch.path() / "new" / "include" / file.path;
    fs::create_directories(target.parent_path());
    base::write_new_file(target, unpacked_text(file));
  }
  cache.publish(scratch.path() / "new", name);
}

}  // namespace migrate::script::detail

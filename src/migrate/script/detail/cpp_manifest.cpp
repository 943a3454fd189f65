#include "migrate/script/detail/cpp_manifest.hpp"

#include "migrate/base/digest.hpp"
#include "migrate/base/text.hpp"

namespace migrate::script::detail {
namespace {

constexpr std::string_view k_title = "migrate manifest 1\n";
constexpr std::string_view k_sum = "sum ";
constexpr std::size_t k_digest_size = 64;

/// "<digest> <rest>"
std::optional<Dependency> read_dependency(std::string_view line) {
  if (line.size() < k_digest_size + 2 || line[k_digest_size] != ' ') return std::nullopt;
  return Dependency{std::string(line.substr(0, k_digest_size)), std::string(line.substr(k_digest_size + 1))};
}

/// The part that the sum at the end vouches for.
std::optional<std::string_view> vouched(std::string_view text) {
  const auto end = text.rfind("\nsum ");
  if (!text.starts_with(k_title) || end == std::string_view::npos) return std::nullopt;
  const auto body = text.substr(0, end + 1);
  if (text.substr(end + 1 + k_sum.size()) != base::sha256_hex(body) + "\n") return std::nullopt;
  return body.substr(k_title.size());
}

bool read_line(std::string_view line, Manifest& manifest) {
  const auto blank = line.find(' ');
  if (blank == std::string_view::npos) return false;
  const auto word = line.substr(0, blank);
  const auto rest = line.substr(blank + 1);
  if (word == "object") {
    const auto object = read_dependency(rest);
    if (!object) return false;
    manifest.emplace_back();
    manifest.back().object = object->digest;
    manifest.back().object_digest = object->path;
    return true;
  }
  if (manifest.empty()) return false;
  auto& entry = manifest.back();
  if (word == "file") {
    auto file = read_dependency(rest);
    if (!file) return false;
    entry.files.push_back(*std::move(file));
    return true;
  }
  if (word == "absent") {
    entry.absent.emplace_back(rest);
  } else {
    entry.set = rest;
  }
  return word == "absent" || word == "set";
}

}  // namespace

std::string write_manifest(const Manifest& manifest) {
  std::string text(k_title);
  for (const auto& entry : manifest) {
    text += "object " + entry.object + " " + entry.object_digest + "\n";
    for (const auto& file : entry.files) text += "file " + file.digest + " " + file.path + "\n";
    for (const auto& path : entry.absent) text += "absent " + path + "\n";
    if (!entry.set.empty()) text += "set " + entry.set + "\n";
  }
  const auto sum = base::sha256_hex(text);
  return text + std::string(k_sum) + sum + "\n";
}

std::optional<Manifest> read_manifest(std::string_view text) {
  const auto body = vouched(text);
  if (!body) return std::nullopt;
  Manifest manifest;
  for (const auto line : base::split(*body, '\n')) {
    if (!line.empty() && !read_line(line, manifest)) return std::nullopt;
  }
  return manifest;
}

std::string write_set(const std::vector<Dependency>& files) {
  std::string text;
  for (const auto& file : files) text += file.digest + " " + file.path + "\n";
  return text;
}

std::vector<Dependency> read_set(std::string_view text) {
  std::vector<Dependency> files;
  for (const auto line : base::split(text, '\n')) {
    if (auto file = read_dependency(line)) files.push_back(*std::move(file));
  }
  return files;
}

}  // namespace migrate::script::detail

#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What went into a compiled file. Text, one fact per line; paths below the project's folder start with "./", so that
/// another checkout of the same content finds the same entry:
///
///     migrate manifest 1
///     object <key> <digest>        one compiled file, and what it was made of:
///     file <digest> <path>
///     absent <path>                a file that would have been included instead
///     set <key>                    a list of files outside the project, shared by many: sets/<key>
///     object …                     another one, with other content of the same files; the newest comes first
///     sum <digest of all before>
namespace migrate::script::detail {

struct Dependency {
  std::string digest;
  std::string path;
};

struct ManifestEntry {
  std::string object;         ///< key
  std::string object_digest;  ///< of the compiled file itself: a damaged one is not trusted
  std::vector<Dependency> files;
  std::vector<std::string> absent;
  std::string set;
};

using Manifest = std::vector<ManifestEntry>;

std::string write_manifest(const Manifest& manifest);
/// Nothing when it is damaged in any way.
std::optional<Manifest> read_manifest(std::string_view text);

/// A set is a list of files; its key is the digest of its text, which holds it to its content.
std::string write_set(const std::vector<Dependency>& files);
std::vector<Dependency> read_set(std::string_view text);

}  // namespace migrate::script::detail

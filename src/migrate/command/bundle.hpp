#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "migrate/command/compile.hpp"
#include "migrate/command/context.hpp"

namespace migrate::command {

struct BundleRequest {
  std::filesystem::path output;
  bool sql_only = false;      ///< refuse C++ revisions
  bool force = false;         ///< replace what is there
  bool archive_only = false;  ///< without the program: what migrate_add_revisions() links into an application
};

struct BundleReport {
  std::filesystem::path path;
  std::uint64_t size = 0;  ///< bytes of the file
  std::size_t revisions = 0;
  std::size_t cpp = 0;  ///< how many of them are in C++
  std::vector<std::string> heads;
  std::vector<std::string> libraries;  ///< of the C++ compiler, put inside for the C++ revisions
  std::vector<std::string> needed;     ///< what C++ revisions need besides, and the bundle does not carry
  std::vector<std::string> notices;    ///< what was left out, for people
};

/// Makes one executable of this program, all revisions (compiled where they are in C++) and the configuration's table
/// without its passwords. No database is asked. The file appears whole or not at all. Throws UsageError when this
/// program is a bundle itself, RevisionError for a revision that is not right or, with sql_only, is in C++,
/// ConfigError, FileError, and what compile() throws.
BundleReport bundle(const Context& context, const BundleRequest& request, const CompileEvents& events = {});

}  // namespace migrate::command

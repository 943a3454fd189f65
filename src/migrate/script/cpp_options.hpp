#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace migrate::script {

/// How C++ revisions are compiled: the table [alembic.cpp].
struct CppOptions {
  std::string compiler;            ///< path, name, or several words ("ccache g++"); empty: $CXX, c++, g++, clang++
  std::vector<std::string> flags;  ///< after migrate's own (-O0 …), so that they win
  std::vector<std::filesystem::path> include_dirs;  ///< absolute
  std::vector<std::string> libraries;  ///< "z" becomes -lz; what holds a '/' or starts with '-' is taken as it is
  std::string standard = "c++20";
  bool pch = true;  ///< precompile migrate's header when that pays
  /// Absolute; empty: $XDG_CACHE_HOME/migrate, else ~/.cache/migrate, else a folder of the user's own under $TMPDIR.
  std::filesystem::path cache_dir;
  /// Folder of alembic.toml, absolute: file names in messages and in what is compiled count from here.
  std::filesystem::path project_dir;
  unsigned jobs = 0;      ///< compilers at a time; 0: one per core
  int interrupt_fd = -1;  ///< readable: stop the compilers and throw Interrupted
};

}  // namespace migrate::script

#pragma once
#include <atomic>
#include <stdexcept>
#include <string>
#include <vector>

#include "migrate/schema/module/abi.h"
#include "migrate/script/module.hpp"

namespace migrate::script::detail {

/// A shared library that cannot be loaded.
class LoadFailure : public RevisionError {
 public:
  LoadFailure(const std::string& message, std::string hint, bool library)
      : RevisionError(message, std::move(hint)), library_(library) {}
  /// The fault lies with a library that the modules need: another copy of it may do.
  [[nodiscard]] bool library() const noexcept { return library_; }

 private:
  bool library_;
};

/// The modules of one run in this process. They stay when the object goes: what is theirs may still be in use.
class ModuleLibrary {
 public:
  using Function = void (*)(void*);
  using Entry = int (*)(Function, const MigrateChannel*, const char*, std::size_t);

  /// Loads all of `modules`; `use_libraries`: the C++ runtime they bring, too. `current` counts along: it is the number
  /// of the revision that is being loaded. Throws LoadFailure.
  void load(const ModuleSet& modules, bool use_libraries, std::atomic<unsigned>& current);

  /// Null when the revision has none. `index` counts the revisions of the set.
  [[nodiscard]] Function function(std::size_t index, Direction direction) const;
  [[nodiscard]] Entry entry() const noexcept { return entry_; }

 private:
  struct Module {
    Function upgrade = nullptr;
    Function downgrade = nullptr;
  };
  std::vector<Module> modules_;
  Entry entry_ = nullptr;
};

/// Throws RevisionError, which shows how to write it, for a revision without upgrade().
void require_upgrade(const ModuleImage& revision, bool has_upgrade);

/// "versions/x.cpp", or what stands for it.
std::string shown(const ModuleImage& image);

}  // namespace migrate::script::detail

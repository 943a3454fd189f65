#pragma once
#include <sys/types.h>

#include <atomic>

#include "migrate/script/module.hpp"

namespace migrate::script::detail {

/// What the two processes can both see.
struct SharedState {
  std::atomic<unsigned> current{~0U};  ///< number of the revision that is being loaded, once it comes to these
};

/// The process of the modules, right after the fork, for the rest of its life: cuts it off from what it inherited,
/// loads the modules and serves what comes over `socket`. `parent` is who forked it.
[[noreturn]] void live_as_module_process(const ModuleSet& modules, bool use_libraries, int socket, SharedState& shared,
                                         pid_t parent) noexcept;

}  // namespace migrate::script::detail

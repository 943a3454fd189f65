#pragma once
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "migrate/script/module.hpp"
#include "migrate/script/revision.hpp"
#include "migrate/script/section.hpp"

namespace migrate::runtime {

/// upgrade() or downgrade() of a compiled and loaded revision. Calls it with the encoded schema::RunInfo; its requests
/// (schema::Request) go to `serve`. As script::ModuleRunner::run: false when it threw; throws what serve throws,
/// script::ModuleCrash and script::Interrupted. May be called again. Empty: the revision has no such function.
using CppBody = std::function<bool(std::string_view info, const script::Serve& serve)>;

/// What of a C++ revision is about to run.
struct CppStep {
  const script::Revision* revision;
  script::Direction direction;
};

/// Compiles and loads revisions, all at once; their functions in the same order. What a body needs lives as long as
/// the body. Called once per run and only when there is a C++ revision to run.
using CppLoader = std::function<std::vector<CppBody>(std::span<const CppStep> steps)>;

}  // namespace migrate::runtime

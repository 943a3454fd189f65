#pragma once
#include <memory>

#include "migrate/script/archive.hpp"

namespace migrate::command {

/// The revisions and the configuration that CMake's migrate_add_revisions() linked into this program: put it into
/// GlobalOptions::archive, and every command works from it. The function is defined in the program that called
/// migrate_add_revisions(), once; no other has it. Throws ArchiveError when the program's file is damaged.
std::shared_ptr<const script::Archive> linked_project();

}  // namespace migrate::command

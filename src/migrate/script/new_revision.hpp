#pragma once
#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "migrate/script/revision.hpp"

namespace migrate::script {

/// 12 hex digits from the system's random source.
std::string random_revision_id();

/// Lower-case words of the message joined by '_', cut at a word boundary to `longest` characters as Alembic does.
std::string slug(std::string_view message, std::size_t longest = 40);

/// Everything that decides the name and text of a new revision file.
struct NewRevision {
  Revision revision;                 ///< id, parents, depends_on, labels, message, type; path is ignored
  std::string upgrades, downgrades;  ///< bodies, usually empty
  std::chrono::system_clock::time_point created;
  std::string timezone = "UTC";  ///< IANA name, "UTC" or "local"
  std::string file_template = "{rev}_{slug}";
  std::size_t truncate_slug_length = 40;
};

/// File name (may hold directories) by the file template, extension by type. Throws base::Error for an unknown token.
std::filesystem::path revision_file_name(const NewRevision& revision);

/// Renders `template_text` for this revision. Throws TemplateError or base::Error (unknown time zone).
std::string render_revision(const NewRevision& revision, std::string_view template_text,
                            std::string_view template_name);

}  // namespace migrate::script

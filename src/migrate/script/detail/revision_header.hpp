#pragma once
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string_view>

#include "migrate/script/revision.hpp"

namespace migrate::script::detail {

/// Bytes of the leading run of comment lines, and whether the text holds all of it.
struct HeaderExtent {
  std::size_t length = 0;
  bool complete = false;  ///< false: the text ended inside the run; a longer prefix of the file is needed
};

/// Finds the end of the header. `comment` is "--" or "//". A section marker line ends it too.
HeaderExtent header_extent(std::string_view text, std::string_view comment);

/// The type a file name stands for, or nothing for a file that is no revision.
std::optional<RevisionType> type_of(std::string_view file_name);

/// What starts a comment line in a file of this type.
std::string_view comment_of(RevisionType type);

/// Reads the fields of a complete header out of `text`; all but the path. Throws RevisionError with file:line.
Revision read_fields(std::string_view text, const std::filesystem::path& path, RevisionType type);

/// Reads the header of the file `name` inside an open directory; `path` is its full name.
Revision read_revision_at(int directory, const char* name, std::filesystem::path path, RevisionType type);

}  // namespace migrate::script::detail

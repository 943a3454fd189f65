#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "migrate/base/error.hpp"

namespace migrate::script {

/// An archive is damaged, or made by a version of migrate that this one does not know. Exit code 2; nothing was run.
class ArchiveError : public base::Error {
 public:
  using Error::Error;
};

/// A file to be packed.
struct PackedFile {
  std::string path;
  std::string bytes;
};

/// Several files as one string of bytes, in the order given; the paths must differ.
std::string pack(std::span<const PackedFile> files);

/// The files of a bundle, read where they lie. Immutable: any number of threads may read one.
class Archive {
 public:
  struct Entry {
    std::string_view path;
    std::string_view bytes;   ///< not checked yet: see read()
    std::string_view digest;  ///< SHA-256 of the bytes, in hex
  };

  /// Opens what pack() made; `bytes` must begin and end with it, and `owner` keeps them in place. `name` is how
  /// messages call it. The list of files is checked against its digest here, each file when it is read. Throws
  /// ArchiveError.
  Archive(std::string_view bytes, std::string name, std::shared_ptr<const void> owner = nullptr);

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] std::span<const Entry> entries() const noexcept { return entries_; }
  /// Null when there is no such file.
  [[nodiscard]] const Entry* find(std::string_view path) const;
  /// The file's bytes, valid as long as the archive. Throws ArchiveError when they are not those that were packed.
  [[nodiscard]] std::string_view read(const Entry& entry) const;
  /// Same by name; throws ArchiveError when it is not there.
  [[nodiscard]] std::string_view read(std::string_view path) const;

  /// Bytes of the note at the end of an archive.
  static constexpr std::size_t k_footer_size = 108;
  /// How many bytes the archive has that ends with this footer; nothing when this is no footer.
  static std::optional<std::uint64_t> length_from_footer(std::string_view footer);

 private:
  void read_index(std::string_view index, std::string_view contents);

  std::string name_;
  std::shared_ptr<const void> owner_;
  std::vector<Entry> entries_;
};

}  // namespace migrate::script

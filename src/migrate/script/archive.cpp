// The archive of a bundle. All numbers are little-endian.
//
//   contents   the files' bytes, one after the other
//   index      for each file: u32 length of its path, u64 size, 64 bytes SHA-256 in hex, the path
//   footer     u64 length of the whole archive, u64 length of the index, 64 bytes SHA-256 of the index in hex,
//              u32 number of files, u32 version of the format, 20 bytes "migrate revisions\r\n\0"
//
// The footer is at the end, so that an archive can follow a program in one file. Its line break is damaged by transfers
// that take the file for text, and is found out by that.
#include "migrate/script/archive.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <concepts>
#include <numeric>

#include "migrate/base/digest.hpp"

namespace migrate::script {
namespace {

constexpr std::string_view k_magic("migrate revisions\r\n\0", 20);
constexpr std::uint32_t k_version = 1;
constexpr std::size_t k_digest_size = 64;
constexpr std::string_view k_make_again = "Copy the file again, or make it again with `migrate bundle`.";

template <std::unsigned_integral Number>
void put(std::string& into, Number number) {
  for (std::size_t i = 0; i < sizeof(Number); ++i) into += static_cast<char>(number >> (8 * i) & 0xFFU);
}

/// Takes values off the front of bytes; `ok` turns false at the first one that is not there.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : bytes_(bytes) {}

  template <std::unsigned_integral Number>
  Number number() {
    const auto raw = text(sizeof(Number));
    Number value = 0;
    for (std::size_t i = 0; i < raw.size(); ++i) {
      value = static_cast<Number>(value | static_cast<Number>(static_cast<unsigned char>(raw[i])) << (8 * i));
    }
    return value;
  }

  std::string_view text(std::uint64_t size) {
    ok_ = ok_ && size <= bytes_.size();
    if (!ok_) return {};
    const auto taken = bytes_.substr(0, static_cast<std::size_t>(size));
    bytes_.remove_prefix(taken.size());
    return taken;
  }

  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] bool at_end() const { return bytes_.empty(); }

 private:
  std::string_view bytes_;
  bool ok_ = true;
};

struct Footer {
  std::uint64_t length;
  std::uint64_t index_length;
  std::string_view index_digest;
  std::uint32_t files;
  std::uint32_t version;
  std::string_view magic;
};

Footer read_footer(std::string_view bytes) {
  ByteReader reader(bytes);
  Footer footer{};
  footer.length = reader.number<std::uint64_t>();
  footer.index_length = reader.number<std::uint64_t>();
  footer.index_digest = reader.text(k_digest_size);
  footer.files = reader.number<std::uint32_t>();
  footer.version = reader.number<std::uint32_t>();
  footer.magic = reader.text(k_magic.size());
  return footer;
}

}  // namespace

std::string pack(std::span<const PackedFile> files) {
  std::string index;
  std::string archive;
  archive.reserve(std::transform_reduce(files.begin(), files.end(), Archive::k_footer_size, std::plus{},
                                        [](const auto& file) { return file.bytes.size() + file.path.size() + 76; }));
  for (const auto& file : files) {
    archive += file.bytes;
    put(index, static_cast<std::uint32_t>(file.path.size()));
    put(index, static_cast<std::uint64_t>(file.bytes.size()));
    index += base::sha256_hex(file.bytes);
    index += file.path;
  }
  archive += index;
  put(archive, static_cast<std::uint64_t>(archive.size() + Archive::k_footer_size));
  put(archive, static_cast<std::uint64_t>(index.size()));
  archive += base::sha256_hex(index);
  put(archive, static_cast<std::uint32_t>(files.size()));
  put(archive, k_version);
  archive += k_magic;
  return archive;
}

std::optional<std::uint64_t> Archive::length_from_footer(std::string_view footer) {
  if (footer.size() != k_footer_size || !footer.ends_with(k_magic)) return std::nullopt;
  return read_footer(footer).length;
}

Archive::Archive(std::string_view bytes, std::string name, std::shared_ptr<const void> owner)
    : name_(std::move(name)), owner_(std::move(owner)) {
  const auto fail = [&](std::string_view what, std::string_view hint = k_make_again) {
    throw ArchiveError(fmt::format("{}: {}", name_, what), std::string(hint));
  };
  if (bytes.size() < k_footer_size) fail("the revisions inside are cut off");
  const Footer footer = read_footer(bytes.substr(bytes.size() - k_footer_size));
  if (footer.magic != k_magic) fail("the revisions inside are cut off or damaged");
  if (footer.version != k_version) {
    fail(fmt::format("the revisions inside are packed in format {}; this migrate knows format {}", footer.version,
                     k_version),
         "Use the migrate that made it, or make it again.");
  }
  const std::size_t room = bytes.size() - k_footer_size;
  if (footer.length != bytes.size() || footer.index_length > room) fail("the revisions inside are cut off");
  const auto contents = bytes.substr(0, room - static_cast<std::size_t>(footer.index_length));
  const auto index = bytes.substr(contents.size(), static_cast<std::size_t>(footer.index_length));
  if (base::sha256_hex(index) != footer.index_digest) fail("the list of the revisions inside is damaged");
  entries_.reserve(std::min<std::size_t>(footer.files, index.size() / 76));
  read_index(index, contents);
  if (entries_.size() != footer.files) fail("the list of the revisions inside is damaged");
}

void Archive::read_index(std::string_view index, std::string_view contents) {
  ByteReader reader(index);
  ByteReader bytes(contents);
  while (reader.ok() && !reader.at_end()) {
    const auto path_length = reader.number<std::uint32_t>();
    const auto size = reader.number<std::uint64_t>();
    const auto digest = reader.text(k_digest_size);
    const auto path = reader.text(path_length);
    entries_.push_back({path, bytes.text(size), digest});
  }
  if (!reader.ok() || !bytes.ok() || !bytes.at_end()) {
    throw ArchiveError(fmt::format("{}: the list of the revisions inside is damaged", name_),
                       std::string(k_make_again));
  }
}

const Archive::Entry* Archive::find(std::string_view path) const {
  const auto found = std::ranges::find(entries_, path, &Entry::path);
  return found == entries_.end() ? nullptr : &*found;
}

std::string_view Archive::read(const Entry& entry) const {
  if (base::sha256_hex(entry.bytes) != entry.digest) {
    throw ArchiveError(fmt::format("{}: {} inside is damaged", name_, entry.path), std::string(k_make_again));
  }
  return entry.bytes;
}

std::string_view Archive::read(std::string_view path) const {
  const auto* entry = find(path);
  if (entry == nullptr) {
    throw ArchiveError(fmt::format("{}: {} is missing inside", name_, path), std::string(k_make_again));
  }
  return read(*entry);
}

}  // namespace migrate::script

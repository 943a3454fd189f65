#include "migrate/command/detail/shared_library.hpp"

#include <dlfcn.h>
#include <elf.h>
#include <link.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>

namespace migrate::command {
namespace {

/// A structure at an offset of the bytes; all zero when it is not whole.
template <class Structure>
Structure at(std::string_view bytes, std::uint64_t offset) {
  Structure value{};
  if (offset <= bytes.size() && sizeof value <= bytes.size() - offset) {
    std::memcpy(&value, bytes.data() + offset, sizeof value);
  }
  return value;
}

std::vector<ElfW(Phdr)> program_headers(std::string_view elf) {
  const auto header = at<ElfW(Ehdr)>(elf, 0);
  constexpr unsigned char k_class = sizeof(void*) == 8 ? ELFCLASS64 : ELFCLASS32;
  if (std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 || header.e_ident[EI_CLASS] != k_class) return {};
  std::vector<ElfW(Phdr)> headers;
  for (unsigned i = 0; i < header.e_phnum; ++i) {
    headers.push_back(at<ElfW(Phdr)>(elf, header.e_phoff + std::uint64_t{i} * header.e_phentsize));
  }
  return headers;
}

/// The bytes of the file from what is at `address` once it is loaded.
std::string_view from_address(std::string_view elf, const std::vector<ElfW(Phdr)>& headers, std::uint64_t address) {
  for (const auto& header : headers) {
    if (header.p_type != PT_LOAD || address < header.p_vaddr || address - header.p_vaddr >= header.p_filesz) continue;
    const std::uint64_t offset = header.p_offset + (address - header.p_vaddr);
    if (offset < elf.size()) return elf.substr(static_cast<std::size_t>(offset));
  }
  return {};
}

std::string_view text_at(std::string_view strings, std::uint64_t offset) {
  if (offset >= strings.size()) return {};
  const auto rest = strings.substr(static_cast<std::size_t>(offset));
  return rest.substr(0, rest.find('\0'));
}

}  // namespace

std::vector<std::string> needed_libraries(std::string_view elf) {
  const auto headers = program_headers(elf);
  const auto dynamic = std::ranges::find(headers, PT_DYNAMIC, [](const auto& header) { return header.p_type; });
  if (dynamic == headers.end()) return {};
  std::vector<std::uint64_t> names;
  std::string_view strings;
  for (std::uint64_t offset = 0; offset < dynamic->p_filesz; offset += sizeof(ElfW(Dyn))) {
    const auto entry = at<ElfW(Dyn)>(elf, dynamic->p_offset + offset);
    if (entry.d_tag == DT_NULL) break;
    if (entry.d_tag == DT_NEEDED) names.push_back(entry.d_un.d_val);
    if (entry.d_tag == DT_STRTAB) strings = from_address(elf, headers, entry.d_un.d_ptr);
  }
  std::vector<std::string> needed;
  for (const auto name : names) {
    if (const auto text = text_at(strings, name); !text.empty()) needed.emplace_back(text);
  }
  return needed;
}

std::optional<std::filesystem::path> locate_library(const std::string& name) {
  const auto close = [](void* handle) { ::dlclose(handle); };
  const std::unique_ptr<void, decltype(close)> library(::dlopen(name.c_str(), RTLD_LAZY | RTLD_LOCAL), close);
  link_map* map = nullptr;
  if (!library || ::dlinfo(library.get(), RTLD_DI_LINKMAP, &map) != 0 || map == nullptr) return std::nullopt;
  return std::filesystem::path(map->l_name);
}

bool is_compiler_runtime(std::string_view name) {
  constexpr std::array<std::string_view, 6> k_names = {"libstdc++.so", "libgcc_s.so",  "libc++.so",
                                                       "libc++abi.so", "libunwind.so", "libatomic.so"};
  return std::ranges::any_of(k_names, [&](std::string_view known) { return name.starts_with(known); });
}

bool is_c_library(std::string_view name) {
  constexpr std::array<std::string_view, 7> k_names = {"libc.so",       "libm.so",  "ld-linux",    "libdl.so",
                                                       "libpthread.so", "librt.so", "libresolv.so"};
  return std::ranges::any_of(k_names, [&](std::string_view known) { return name.starts_with(known); });
}

}  // namespace migrate::command

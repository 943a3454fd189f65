#include "migrate/script/detail/module_library.hpp"

#include <cxxabi.h>
#include <dlfcn.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>

#include "migrate/base/files.hpp"

namespace migrate::script::detail {
namespace {

namespace fs = std::filesystem;

constexpr const char* k_upgrade = "_Z7upgradeRN7migrate6schema10OperationsE";
constexpr const char* k_downgrade = "_Z9downgradeRN7migrate6schema10OperationsE";
constexpr std::string_view k_undefined = "undefined symbol: ";

std::string demangled(const std::string& symbol) {
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> name(abi::__cxa_demangle(symbol.c_str(), nullptr, nullptr, &status),
                                                    std::free);
  return status == 0 && name ? name.get() : symbol;
}

/// Says why the loader refused, from its own words.
LoadFailure refused(const ModuleImage& image) {
  const char* words = ::dlerror();
  const std::string reason = words == nullptr ? "the loader gives no reason" : words;
  const auto undefined = reason.find(k_undefined);
  if (undefined == std::string::npos) {
    const bool library = reason.find("cannot open shared object file") != std::string::npos ||
                         reason.find("version `") != std::string::npos;
    return {fmt::format("{}: it cannot be loaded: {}", shown(image), reason),
            library ? "Nothing was run. The library must be where the system's loader looks, in a version that fits."
                    : "Nothing was run.",
            library};
  }
  const auto start = undefined + k_undefined.size();
  const auto symbol = reason.substr(start, reason.find_first_of(" ,\n", start) - start);
  return {
      fmt::format("{}: it uses {}, which is defined nowhere", shown(image), demangled(symbol)),
      "Nothing was run. Define it in the revision or in a header that it includes, or name the library that has it in "
      "libraries under [alembic.cpp].",
      symbol.starts_with("_ZNSt") || symbol.starts_with("_ZSt") || symbol.starts_with("__cxa")};
}

bool write_all(int file, std::span<const char> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return true;
}

/// The loader takes two files of the same name for one. This name stays the file's own as long as it is open, and is no
/// name of a file that the process we were forked from has open: it says /proc/<process>, not /proc/self.
fs::path name_of_open_file(int file) {
  std::error_code ignored;
  return "/proc" / fs::read_symlink("/proc/self", ignored) / "fd" / fmt::format("{}", file);
}

/// From a file in memory, which stays open.
void* load_from_memory(std::span<const char> bytes, int flags) {
  constexpr unsigned executable = 0x10;  // MFD_EXEC, which older kernels do not know
  int file = ::memfd_create("migrate-module", MFD_CLOEXEC | executable);
  if (file < 0) file = ::memfd_create("migrate-module", MFD_CLOEXEC);
  if (file < 0) return nullptr;
  void* handle = nullptr;
  if (write_all(file, bytes)) handle = ::dlopen(name_of_open_file(file).c_str(), flags);
  if (handle == nullptr) ::close(file);
  return handle;
}

void* load_from_file(std::span<const char> bytes, int flags) {
  const base::TemporaryDirectory folder;
  const auto file = folder.path() / "module.so";
  base::write_new_file(file, {bytes.data(), bytes.size()});
  return ::dlopen(file.c_str(), flags);
}

void* load_image(const ModuleImage& image, int flags) {
  void* handle = nullptr;
  if (image.bytes.empty()) {
    handle = ::dlopen(fs::absolute(image.path).c_str(), flags);
  } else {
    handle = load_from_memory(image.bytes, flags);
    // Without /proc, or where memory may not be run, a file may do.
    if (handle == nullptr) handle = load_from_file(image.bytes, flags);
  }
  if (handle == nullptr) throw refused(image);
  return handle;
}

template <class Pointer>
Pointer symbol(void* handle, const char* name) {
  return reinterpret_cast<Pointer>(::dlsym(handle, name));
}

}  // namespace

std::string shown(const ModuleImage& image) {
  if (!image.source.empty()) return image.source.string();
  return image.revision.empty() ? "migrate's own part of C++ revisions" : "revision " + image.revision;
}

void require_upgrade(const ModuleImage& revision, bool has_upgrade) {
  if (has_upgrade) return;
  throw RevisionError(fmt::format("{}: it has no function `void upgrade(Operations& op)`", shown(revision)),
                      "Nothing was run. Write it outside of any namespace, and not static:\n"
                      "#include <migrate/op.hpp>\n"
                      "void upgrade(migrate::Operations& op) { op.execute(\"SELECT 1\"); }");
}

void ModuleLibrary::load(const ModuleSet& modules, bool use_libraries, std::atomic<unsigned>& current) {
  modules_.clear();
  if (use_libraries) {
    for (const auto& library : modules.libraries) load_image(library, RTLD_NOW | RTLD_GLOBAL);
  }
  void* support = load_image(modules.support, RTLD_NOW | RTLD_GLOBAL);
  entry_ = symbol<Entry>(support, "migrate_run_revision");
  if (entry_ == nullptr) throw refused(modules.support);
  current = 0;
  for (const auto& revision : modules.revisions) {
    void* handle = load_image(revision, RTLD_NOW | RTLD_LOCAL);
    modules_.push_back({symbol<Function>(handle, k_upgrade), symbol<Function>(handle, k_downgrade)});
    ++current;
  }
}

ModuleLibrary::Function ModuleLibrary::function(std::size_t index, Direction direction) const {
  const auto& module = modules_.at(index);
  return direction == Direction::upgrade ? module.upgrade : module.downgrade;
}

}  // namespace migrate::script::detail

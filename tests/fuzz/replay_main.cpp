// Runs a fuzz target over kept inputs, so that any compiler can hold it to what was found before:
//   header_replay FILE|FOLDER…
// The input that breaks a promise is the last one named on stderr.
#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "fuzz/target.hpp"
#include "migrate/base/files.hpp"

namespace {

namespace fs = std::filesystem;

std::vector<fs::path> inputs_below(const fs::path& path) {
  if (!fs::is_directory(path)) return {path};
  std::vector<fs::path> inputs;
  for (const auto& entry : fs::recursive_directory_iterator(path)) {
    if (entry.is_regular_file()) inputs.push_back(entry.path());
  }
  std::ranges::sort(inputs);
  return inputs;
}

}  // namespace

int main(int argc, char** argv) {
  std::size_t count = 0;
  for (int i = 1; i < argc; ++i) {
    for (const auto& path : inputs_below(argv[i])) {
      std::fprintf(stderr, "%s\n", path.c_str());
      const std::string input = migrate::base::read_file(path);
      LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
      ++count;
    }
  }
  std::fprintf(stderr, "%zu inputs, no promise broken\n", count);
  return count == 0 ? 1 : 0;
}

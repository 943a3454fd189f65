#pragma once
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "migrate/base/error.hpp"
#include "migrate/base/text.hpp"

/// One fuzz target: takes any bytes, returns 0. It aborts where a promise is broken, and lets every exception that is
/// no migrate::base::Error through. libFuzzer calls it with inputs it makes up; replay_main.cpp with the kept ones.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace migrate::test {

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

/// Ends the program with the broken promise in words.
[[noreturn]] inline void broken(std::string_view promise, std::string_view detail = {}) {
  std::fprintf(stderr, "broken: %s\n%s\n", std::string(promise).c_str(), std::string(detail).c_str());
  std::abort();
}

inline void promise(bool kept, std::string_view words, std::string_view detail = {}) {
  if (!kept) broken(words, detail);
}

/// Whether the action gave a result; false when it refused with an error that says something. Anything else that it
/// throws goes through and ends the program.
template <typename Action>
bool gives_result(Action action) {
  try {
    action();
    return true;
  } catch (const base::Error& error) {
    promise(!std::string_view(error.what()).empty(), "a refusal says why");
    return false;
  }
}

/// The part of `rest` up to the next line break; `rest` goes on behind it.
inline std::string_view next_line(std::string_view& rest) {
  const auto end = rest.find('\n');
  const auto line = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return line;
}

}  // namespace migrate::test

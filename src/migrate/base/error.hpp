#pragma once
#include <stdexcept>
#include <string>

namespace migrate::base {

/// Root of everything migrate throws on purpose. `what()` says what was attempted, on what, and what went wrong;
/// `hint()` says what to do next, and may be empty.
class Error : public std::runtime_error {
 public:
  explicit Error(const std::string& message, std::string hint = {})
      : std::runtime_error(message), hint_(std::move(hint)) {}

  [[nodiscard]] const std::string& hint() const noexcept { return hint_; }

 private:
  std::string hint_;
};

/// A file that could not be read or written; names the path and the system's reason.
class FileError : public Error {
 public:
  using Error::Error;
};

}  // namespace migrate::base

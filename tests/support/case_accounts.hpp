#pragma once
#include <map>
#include <mutex>
#include <string>

namespace migrate::test {

/// What this process has open: number of each descriptor, and what it leads to.
std::map<int, std::string> open_descriptors();

/// What a test case must have given back when it ends: its descriptors, and its sessions on databases of its own. Kept
/// for the cases that a listener opens it for. A breach is printed with the name of the case, and makes the program
/// fail. Thread-safe.
class CaseAccounts {
 public:
  /// The one that TempDatabase and the program's end look at.
  static CaseAccounts& of_process();

  /// A case begins; what is open now is not its own.
  void open(std::string name);
  /// It ends: its descriptors must be gone within a few seconds.
  void close();
  [[nodiscard]] bool is_open() const;
  /// The case has left something behind.
  void breach(const std::string& what);
  /// Whether there was any breach.
  [[nodiscard]] bool broken() const;

 private:
  mutable std::mutex mutex_;
  std::string name_;  ///< of the case; empty: none is open
  std::map<int, std::string> before_;
  bool broken_ = false;
};

}  // namespace migrate::test

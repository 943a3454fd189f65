#include "support/case_accounts.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <thread>

namespace migrate::test {
namespace {

using namespace std::chrono_literals;

/// Threads that connected or cancelled may still be on their way out.
constexpr auto k_patience = 5s;

std::string list(const std::map<int, std::string>& descriptors, const std::map<int, std::string>& before) {
  std::string text;
  for (const auto& [number, target] : descriptors) {
    const auto old = before.find(number);
    if (old == before.end() || old->second != target) text += fmt::format("\n    {} -> {}", number, target);
  }
  return text;
}

}  // namespace

std::map<int, std::string> open_descriptors() {
  std::map<int, std::string> found;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code gone;
    const std::string target = std::filesystem::read_symlink(entry.path(), gone).string();
    // The folder that is being read is open only for that.
    const bool itself = target.starts_with("/proc/") && target.ends_with("/fd");
    if (!itself) found.emplace(std::stoi(entry.path().filename().string()), target);
  }
  return found;
}

CaseAccounts& CaseAccounts::of_process() {
  static CaseAccounts accounts;
  return accounts;
}

void CaseAccounts::open(std::string name) {
  const std::lock_guard lock(mutex_);
  name_ = std::move(name);
  before_ = open_descriptors();
}

void CaseAccounts::close() {
  if (!is_open()) return;
  auto now = open_descriptors();
  for (const auto end = std::chrono::steady_clock::now() + k_patience;
       now.size() > before_.size() && std::chrono::steady_clock::now() < end; now = open_descriptors()) {
    std::this_thread::sleep_for(10ms);
  }
  if (now.size() > before_.size()) {
    breach(fmt::format("{} descriptors are open, there were {}:{}", now.size(), before_.size(), list(now, before_)));
  }
  const std::lock_guard lock(mutex_);
  name_.clear();
}

bool CaseAccounts::is_open() const {
  const std::lock_guard lock(mutex_);
  return !name_.empty();
}

void CaseAccounts::breach(const std::string& what) {
  const std::lock_guard lock(mutex_);
  broken_ = true;
  std::fputs(fmt::format("\nLEFT BEHIND by \"{}\": {}\n", name_, what).c_str(), stderr);
}

bool CaseAccounts::broken() const {
  const std::lock_guard lock(mutex_);
  return broken_;
}

}  // namespace migrate::test

#pragma once
#include <sys/types.h>

#include <functional>
#include <string>

namespace migrate::test {

/// Who a forked child is: an ordinary user in any case; when the tests run as root, `nobody`'s number is used.
enum class Identity { same, ordinary_user };

/// A copy of this process that does one piece of work and ends without running destructors, or is killed.
class Forked {
 public:
  /// `work` returns the child's answer; an exception becomes "error: <message>".
  explicit Forked(const std::function<std::string()>& work, Identity identity = Identity::same);
  ~Forked();
  Forked(const Forked&) = delete;
  Forked& operator=(const Forked&) = delete;

  /// Waits for the end of the child and of everybody who holds its pipe; at most 60 seconds, then "error: no answer".
  std::string answer();
  /// SIGKILL, and waits.
  void kill();
  [[nodiscard]] pid_t pid() const noexcept { return pid_; }

 private:
  pid_t pid_ = -1;
  int answer_ = -1;
};

/// Makes `path` belong to the ordinary user of Identity::ordinary_user.
void give_to_ordinary_user(const std::string& path);

}  // namespace migrate::test

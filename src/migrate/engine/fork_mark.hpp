#pragma once

namespace migrate::engine {

/// Knows whether this process is a fork of the one that made the mark. A child shares its parent's sockets, and a
/// single byte sent or a goodbye said on one would break the parent's session.
class ForkMark {
 public:
  ForkMark();
  ~ForkMark();
  ForkMark(const ForkMark&) = delete;
  ForkMark& operator=(const ForkMark&) = delete;

  /// True in a child of the maker. About a nanosecond where the kernel wipes the page of the mark in children.
  [[nodiscard]] bool in_child() const noexcept { return page_ != nullptr ? *page_ == 0 : other_process(); }

 private:
  [[nodiscard]] bool other_process() const noexcept;

  volatile char* page_ = nullptr;
  int process_;
};

}  // namespace migrate::engine

#include "migrate/engine/detail/session_watch.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace migrate::engine::detail {
namespace {

/// Longer than any word that is looked for.
constexpr std::size_t k_longest = 32;

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 32) : c;
}

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

/// Goes through the words of a text, told of each: the one before it, and the one its statement begins with.
class Watch {
 public:
  explicit Watch(SessionMarks& marks) : marks_(marks) {}

  void word(std::string_view word) {
    if (first_.empty()) {
      first_ = keep(word, first_buffer_);
      begin(word);
    } else {
      go_on(word);
    }
    before_ = keep(word, before_buffer_);
    ++count_;
  }
  void semicolon() {
    end_set();
    first_ = {};
    before_ = {};
    count_ = 0;
  }
  void end() { end_set(); }

 private:
  using Buffer = std::array<char, k_longest>;

  static std::string_view keep(std::string_view word, Buffer& buffer) {
    std::copy(word.begin(), word.end(), buffer.begin());
    return {buffer.data(), word.size()};
  }

  void begin(std::string_view word) {
    if (word == "listen") marks_.listening = true;
    if (word == "prepare") marks_.prepared = true;
    if (word == "do") marks_.settings = true;
    set_ = word == "set";
  }

  void go_on(std::string_view word) {
    if (set_ && count_ == 1 && (word == "local" || word == "transaction" || word == "constraints")) set_ = false;
    if (count_ == 1 && first_ == "prepare" && word == "transaction") marks_.prepared = false;
    if (word == "hold" && before_ == "with" && first_ == "declare") marks_.cursors = true;
    if (word == "set_config") marks_.settings = true;
    if (word.starts_with("pg_")) look_at_function(word);
    if (word == "temp" || word == "temporary") {
      constexpr std::array<std::string_view, 5> k_heads{"create", "replace", "local", "global", "into"};
      if (std::ranges::find(k_heads, before_) != k_heads.end()) marks_.temporary = true;
    }
  }

  void look_at_function(std::string_view word) {
    constexpr std::array<std::string_view, 4> k_locks{"pg_advisory_lock", "pg_try_advisory_lock",
                                                      "pg_advisory_lock_shared", "pg_try_advisory_lock_shared"};
    if (std::ranges::find(k_locks, word) != k_locks.end()) marks_.advisory_lock = true;
    if (word == "pg_temp") marks_.temporary = true;
  }

  void end_set() {
    if (set_) marks_.settings = true;
    set_ = false;
  }

  SessionMarks& marks_;
  Buffer first_buffer_{};
  Buffer before_buffer_{};
  std::string_view first_;
  std::string_view before_;
  std::size_t count_ = 0;
  bool set_ = false;
};

}  // namespace

void watch_statements(std::string_view sql, SessionMarks& marks) {
  Watch watch(marks);
  std::array<char, k_longest> word{};
  for (std::size_t at = 0; at < sql.size();) {
    if (!is_word(sql[at])) {
      if (sql[at] == ';') watch.semicolon();
      ++at;
      continue;
    }
    std::size_t length = 0;
    for (; at < sql.size() && is_word(sql[at]); ++at, ++length) {
      if (length < k_longest) word[length] = lower(sql[at]);
    }
    watch.word({word.data(), std::min(length, k_longest)});
  }
  watch.end();
}

bool watch_tag(std::string_view tag, SessionMarks& marks) {
  if (!tag.starts_with('D') && !tag.starts_with('U')) return false;
  if (tag == "DISCARD ALL") {
    marks = {};
    return true;
  }
  if (tag == "DEALLOCATE ALL") {
    marks.prepared = false;
    return true;
  }
  if (tag == "DISCARD TEMP") marks.temporary = false;
  return false;
}

}  // namespace migrate::engine::detail

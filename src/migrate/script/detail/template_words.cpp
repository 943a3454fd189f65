#include "migrate/script/detail/template_words.hpp"

#include <fmt/format.h>

#include "migrate/script/detail/template_lexer.hpp"

namespace migrate::script::detail {
namespace {

bool starts_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

class Cutter {
 public:
  Cutter(std::string_view code, std::string_view file, int line) : code_(code), file_(file), line_(line) {}

  std::vector<Word> run() {
    std::vector<Word> words;
    for (skip_blanks(); at_ < code_.size(); skip_blanks()) words.push_back(next());
    words.push_back({Word::Kind::end, {}, line_});
    return words;
  }

 private:
  void skip_blanks() {
    while (at_ < code_.size()) {
      const char c = code_[at_];
      if (c == '#') {
        at_ = std::min(code_.find('\n', at_), code_.size());
      } else if (c == '\n') {
        ++line_;
        ++at_;
      } else if (c == ' ' || c == '\t' || c == '\r' || joins_lines()) {
        ++at_;
      } else {
        return;
      }
    }
  }

  [[nodiscard]] bool joins_lines() const {
    const auto here = code_.substr(at_);
    return here.starts_with("\\\n") || here.starts_with("\\\r\n") || here == "\\";
  }

  Word next() {
    const char c = code_[at_];
    if (c == '\'' || c == '"') return string();
    if (is_digit(c)) return take(Word::Kind::number, [](char d) { return is_digit(d) || starts_name(d); });
    if (starts_name(c)) return take(Word::Kind::name, [](char d) { return is_digit(d) || starts_name(d); });
    for (const std::string_view sign : {"==", "!=", "<=", ">="}) {
      if (code_.substr(at_).starts_with(sign)) return sign_of(2);
    }
    if (std::string_view("()[],.:+-<>").find(c) != std::string_view::npos) return sign_of(1);
    fail_template(
        file_, line_, fmt::format("'{}' has no meaning in an expression", c),
        "An expression is made of names, 'text', numbers, if/else, and/or/not, ==, in, +, [index] and calls.");
  }

  Word sign_of(std::size_t length) {
    at_ += length;
    return {Word::Kind::sign, std::string(code_.substr(at_ - length, length)), line_};
  }

  template <typename Belongs>
  Word take(Word::Kind kind, Belongs belongs) {
    const std::size_t begin = at_;
    while (at_ < code_.size() && belongs(code_[at_])) ++at_;
    return {kind, std::string(code_.substr(begin, at_ - begin)), line_};
  }

  Word string() {
    const char quote = code_[at_++];
    Word word{Word::Kind::text, {}, line_};
    for (;; ++at_) {
      if (at_ >= code_.size() || code_[at_] == '\n') {
        fail_template(file_, word.line, fmt::format("a string that starts with {} is not closed on its line", quote));
      }
      if (code_[at_] == quote) break;
      word.value += code_[at_] == '\\' && at_ + 1 < code_.size() ? escaped() : code_[at_];
    }
    ++at_;
    return word;
  }

  char escaped() {
    constexpr std::string_view letters = "nrt\\'\"";
    constexpr std::string_view meanings = "\n\r\t\\'\"";
    const auto which = letters.find(code_[++at_]);
    if (which == std::string_view::npos) {
      fail_template(file_, line_, fmt::format("unknown escape \\{} in a string", code_[at_]),
                    R"(Known: \n \r \t \\ \' and \")");
    }
    return meanings[which];
  }

  std::string_view code_;
  std::string_view file_;
  int line_;
  std::size_t at_ = 0;
};

}  // namespace

std::vector<Word> cut_expression(std::string_view code, std::string_view file, int line) {
  return Cutter(code, file, line).run();
}

}  // namespace migrate::script::detail

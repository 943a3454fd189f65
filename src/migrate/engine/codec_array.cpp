#include "migrate/engine/codec_array.hpp"

#include "migrate/base/text.hpp"

namespace migrate::engine::detail {

ArrayReader::ArrayReader(std::string_view text) : text_(text) {
  if (text_.starts_with('[')) {
    const auto equals = text_.find('=');
    if (equals == std::string_view::npos) refuse();
    at_ = equals + 1;
  }
  if (at_ >= text_.size() || text_[at_] != '{' || text_.back() != '}') refuse();
  ++at_;
}

bool ArrayReader::next() {
  if (at_ >= text_.size()) refuse();
  if (text_[at_] == '}') {
    if (at_ + 1 != text_.size()) refuse();
    return false;
  }
  if (!first_) {
    if (text_[at_] != ',') refuse();
    ++at_;
  }
  first_ = false;
  null_ = false;
  if (at_ >= text_.size()) refuse();
  if (text_[at_] == '"') {
    read_quoted();
  } else if (text_[at_] == '{') {
    read_nested();
  } else {
    read_plain();
  }
  return true;
}

void ArrayReader::read_quoted() {
  unescaped_.clear();
  for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
    if (text_[at_] == '\\' && ++at_ >= text_.size()) refuse();
    unescaped_ += text_[at_];
  }
  if (at_ >= text_.size()) refuse();
  ++at_;
  element_ = unescaped_;
}

void ArrayReader::read_nested() {
  const std::size_t start = at_;
  int depth = 0;
  for (bool quoted = false; at_ < text_.size(); ++at_) {
    const char c = text_[at_];
    if (c == '\\') {
      ++at_;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (!quoted && c == '{') {
      ++depth;
    } else if (!quoted && c == '}' && --depth == 0) {
      break;
    }
  }
  if (at_ >= text_.size()) refuse();
  ++at_;
  element_ = text_.substr(start, at_ - start);
}

void ArrayReader::read_plain() {
  const std::size_t start = at_;
  while (at_ < text_.size() && text_[at_] != ',' && text_[at_] != '}') ++at_;
  if (at_ == start) refuse();
  element_ = text_.substr(start, at_ - start);
  // Text that reads NULL is always quoted.
  null_ = base::to_lower(element_) == "null";
}

void ArrayReader::refuse() const {
  throw bad_value("array", text_);
}

void quote_element(std::string& out, std::size_t start) {
  const std::string text = out.substr(start);
  out.resize(start);
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  out += '"';
}

}  // namespace migrate::engine::detail

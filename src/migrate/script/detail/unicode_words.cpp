#include "migrate/script/detail/unicode_words.hpp"

#include <locale.h>
#include <wctype.h>

#include <cctype>
#include <memory>
#include <type_traits>

namespace migrate::script::detail {
namespace {

struct FreeLocale {
  void operator()(locale_t locale) const noexcept { freelocale(locale); }
};
using Locale = std::unique_ptr<std::remove_pointer_t<locale_t>, FreeLocale>;

std::size_t sequence_length(char lead) {
  const auto byte = static_cast<unsigned char>(lead);
  return byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1;
}

wint_t decode(std::string_view sequence) {
  auto value = static_cast<unsigned char>(sequence[0]) & (sequence.size() == 1 ? 0x7FU : 0x7FU >> sequence.size());
  for (const char c : sequence.substr(1)) value = value << 6U | (static_cast<unsigned char>(c) & 0x3FU);
  return value;
}

void append(std::string& text, wint_t point) {
  const auto tail = [&](unsigned shift) { text += static_cast<char>(0x80U | ((point >> shift) & 0x3FU)); };
  if (point < 0x80) {
    text += static_cast<char>(point);
  } else if (point < 0x800) {
    text += static_cast<char>(0xC0U | (point >> 6U));
    tail(0);
  } else if (point < 0x10000) {
    text += static_cast<char>(0xE0U | (point >> 12U));
    tail(6);
    tail(0);
  } else {
    text += static_cast<char>(0xF0U | (point >> 18U));
    tail(12);
    tail(6);
    tail(0);
  }
}

}  // namespace

std::vector<std::string> lower_case_words(std::string_view text) {
  // Without this locale (a very small system) only ASCII letters count.
  const Locale locale(newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr));
  std::vector<std::string> words;
  bool inside = false;
  while (!text.empty()) {
    const auto sequence = text.substr(0, sequence_length(text.front()));
    text.remove_prefix(sequence.size());
    wint_t point = decode(sequence);
    const bool belongs = point == '_' || (locale ? iswalnum_l(point, locale.get()) != 0
                                                 : point < 0x80 && isalnum(static_cast<int>(point)) != 0);
    if (belongs) {
      if (!inside) words.emplace_back();
      if (locale) {
        point = towlower_l(point, locale.get());
      } else if (point >= 'A' && point <= 'Z') {
        point += 'a' - 'A';
      }
      append(words.back(), point);
    }
    inside = belongs;
  }
  return words;
}

std::string_view first_characters(std::string_view text, std::size_t count) {
  std::size_t at = 0;
  for (; count > 0 && at < text.size(); --count) at += sequence_length(text[at]);
  return text.substr(0, at);
}

}  // namespace migrate::script::detail

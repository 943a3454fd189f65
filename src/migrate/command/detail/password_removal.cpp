// Where a password may stand in a text of alembic.toml whose ${…} are not replaced:
//   postgresql://user:HERE@host/name?password=HERE&sslpassword=HERE
// as plain text, as the default of a ${NAME:-HERE}, and all of that within the default of a ${NAME:-postgresql://…}.
#include <algorithm>
#include <array>

#include "migrate/base/text.hpp"
#include "migrate/command/detail/bundled_config.hpp"

namespace migrate::command {
namespace {

/// A piece of the text: characters, or one ${…}.
struct Piece {
  bool reference = false;
  std::string text;  ///< a reference: its name
  bool has_default = false;
  std::string fallback;
};

std::size_t end_of_reference(std::string_view text, std::size_t from) {
  int open = 1;
  for (std::size_t i = from; i < text.size(); ++i) {
    if (text.substr(i).starts_with("${")) {
      ++open;
      ++i;
    } else if (text[i] == '}' && --open == 0) {
      return i;
    }
  }
  return std::string_view::npos;
}

/// One piece for each character that stands for itself: what marks the parts of a URL is always such a one.
std::vector<Piece> pieces_of(std::string_view text) {
  std::vector<Piece> pieces;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto rest = text.substr(i);
    const auto end = rest.starts_with("${") ? end_of_reference(text, i + 2) : std::string_view::npos;
    if (rest.starts_with("$${")) {
      pieces.push_back({false, "$${", false, ""});
      i += 2;
    } else if (end == std::string_view::npos) {
      pieces.push_back({false, std::string(1, text[i]), false, ""});
    } else {
      const auto inside = text.substr(i + 2, end - i - 2);
      const auto dash = inside.find(":-");
      const bool has_default = dash != std::string_view::npos;
      pieces.push_back({true, std::string(inside.substr(0, dash)), has_default,
                        std::string(has_default ? inside.substr(dash + 2) : "")});
      i = end;
    }
  }
  return pieces;
}

std::string text_of(std::span<const Piece> pieces) {
  std::string text;
  for (const auto& piece : pieces) {
    text += !piece.reference    ? piece.text
            : piece.has_default ? "${" + piece.text + ":-" + piece.fallback + "}"
                                : "${" + piece.text + "}";
  }
  return text;
}

/// Removes what the marks of the URL say is secret; positions are indexes of pieces.
class Removal {
 public:
  explicit Removal(std::string_view text) : pieces_(pieces_of(text)) {}

  WithoutPassword run() {
    clean_defaults();
    if (const auto scheme = find_scheme(); scheme < pieces_.size()) clean_url(scheme + 3);
    if (unclear_) return {"", removed_, true};
    return {text_of(pieces_), removed_, false};
  }

 private:
  [[nodiscard]] bool is(std::size_t at, std::string_view marks) const {
    const auto& piece = pieces_[at];
    return !piece.reference && piece.text.size() == 1 && marks.find(piece.text) != std::string_view::npos;
  }

  /// The first mark of [from, to), or `to`.
  [[nodiscard]] std::size_t find(std::size_t from, std::size_t to, std::string_view marks) const {
    while (from < to && !is(from, marks)) ++from;
    return from;
  }

  [[nodiscard]] std::size_t find_scheme() const {
    for (std::size_t i = 0; i + 2 < pieces_.size(); ++i) {
      if (is(i, ":") && is(i + 1, "/") && is(i + 2, "/")) return i;
    }
    return pieces_.size();
  }

  /// A default may be a whole URL.
  void clean_defaults() {
    for (auto& piece : pieces_) {
      if (!piece.has_default) continue;
      auto cleaned = without_password(piece.fallback);
      unclear_ = unclear_ || cleaned.unclear;
      removed_ = removed_ || cleaned.removed;
      piece.fallback = std::move(cleaned.text);
    }
  }

  void clean_url(std::size_t start) {
    const std::size_t authority = find(start, pieces_.size(), "/?");
    const std::size_t query = find(authority, pieces_.size(), "?");
    // From the end, so that the positions before stay right.
    if (query < pieces_.size()) clean_query(query + 1);
    const std::size_t at = find(start, authority, "@");
    // A second one, or one after the first /, may be part of a password that was not encoded.
    unclear_ = unclear_ || (at < authority ? find(at + 1, query, "@") : find(start, query, "@")) < query;
    if (at < authority) clean_credentials(start, at);
  }

  void clean_credentials(std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < to; ++i) {
      if (is(i, ":")) return clean_value(i, i + 1, to);
      if (auto& fallback = pieces_[i].fallback; fallback.find(':') != std::string::npos) {
        fallback.resize(fallback.find(':'));
        removed_ = true;
      }
    }
  }

  void clean_query(std::size_t from) {
    std::size_t end = pieces_.size();
    while (end > from) {
      std::size_t begin = end;
      while (begin > from && !is(begin - 1, "&")) --begin;
      const std::size_t equals = find(begin, end, "=");
      const auto name = base::to_lower(text_of(std::span(pieces_).subspan(begin, equals - begin)));
      // A name in disguise (p%61ssword) is not worth understanding.
      const bool secret = name == "password" || name == "sslpassword" || name.find('%') != std::string::npos;
      if (equals < end && secret) clean_value(begin, equals + 1, end);
      end = begin > from ? begin - 1 : from;
    }
  }

  /// Takes the literal parts of a value away; with nothing left of it, its mark (from `mark` on) goes too.
  void clean_value(std::size_t mark, std::size_t from, std::size_t to) {
    std::vector<Piece> kept;
    for (std::size_t i = from; i < to; ++i) {
      auto& piece = pieces_[i];
      if (!piece.reference) removed_ = true;
      if (!piece.fallback.empty()) removed_ = true;
      piece.fallback.clear();
      if (piece.reference) kept.push_back(piece);
    }
    const auto begin = pieces_.begin();
    const std::size_t first = kept.empty() ? mark : from;
    pieces_.erase(begin + static_cast<std::ptrdiff_t>(first), begin + static_cast<std::ptrdiff_t>(to));
    pieces_.insert(pieces_.begin() + static_cast<std::ptrdiff_t>(first), kept.begin(), kept.end());
  }

  std::vector<Piece> pieces_;
  bool removed_ = false;
  bool unclear_ = false;
};

}  // namespace

WithoutPassword without_password(std::string_view text) {
  return Removal(text).run();
}

}  // namespace migrate::command

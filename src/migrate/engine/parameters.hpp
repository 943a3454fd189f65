#pragma once
#include <cstddef>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "migrate/engine/codecs.hpp"

namespace migrate::engine {

/// $1, $2 … of a statement, each as text or NULL. Encoded when they are added, so nothing needs to outlive the call.
class Parameters {
 public:
  /// The protocol counts the parameters of a statement in 16 bits.
  static constexpr std::size_t k_limit = 65'535;

  Parameters() = default;

  template <typename... T>
  static Parameters of(const T&... values) {
    Parameters parameters;
    parameters.places_.reserve(sizeof...(T));
    (parameters.add(values), ...);
    return parameters;
  }
  /// Texts as they are, for what was encoded elsewhere.
  static Parameters of_texts(std::span<const std::optional<std::string>> texts);

  /// Throws DatabaseArgumentError for what no text of PostgreSQL can hold: a zero byte.
  template <typename T>
  Parameters& add(const T& value) {
    if constexpr (std::is_convertible_v<const T&, std::string_view>) {
      if constexpr (std::is_pointer_v<T>) {
        if (value == nullptr) return add_null();
      }
      return add_text(value);
    } else if constexpr (is_optional<T>) {
      return value ? add(*value) : add_null();
    } else {
      static_assert(Encodable<T>, "this type has no Codec");
      const std::size_t start = texts_.size();
      Codec<T>::encode(value, texts_);
      return end_text(start);
    }
  }
  Parameters& add(std::nullopt_t) { return add_null(); }
  Parameters& add(std::nullptr_t) { return add_null(); }
  Parameters& add_null();
  Parameters& add_text(std::string_view text);

  /// Throws DatabaseArgumentError when there are more than a statement may have.
  void require_sendable() const;
  [[nodiscard]] std::size_t size() const noexcept { return places_.size(); }
  /// The n-th, from 0; nothing = NULL. Used by the engine and by tests.
  [[nodiscard]] std::optional<std::string_view> text(std::size_t n) const;
  /// Zero-terminated, null for NULL; valid until something is added. Used by the engine.
  [[nodiscard]] std::vector<const char*> pointers() const;

 private:
  static constexpr std::size_t k_null = static_cast<std::size_t>(-1);
  Parameters& end_text(std::size_t start);

  std::string texts_;                ///< one after the other, each with a zero byte behind it
  std::vector<std::size_t> places_;  ///< where each begins, or k_null
};

/// Whether execute(sql, value) means one parameter, not a list of them.
template <typename T>
concept SingleParameter =
    !std::is_convertible_v<const T&, std::span<const std::optional<std::string>>> && !std::is_same_v<T, Parameters>;

}  // namespace migrate::engine

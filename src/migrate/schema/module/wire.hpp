#pragma once
#include <cstring>
#include <type_traits>

#include "migrate/schema/module/fields.hpp"
#include "migrate/schema/request.hpp"

/// The bytes of requests and answers. Numbers are as the machine has them: both ends run on it. A text or list is its
/// length (8 bytes) and its content; an optional value is a flag (1 byte) and the value; a struct is its fields in the
/// order of fields.hpp; an operation is its index in the variant (1 byte) and its fields.
namespace migrate::schema::wire {

template <class T>
concept Plain = std::is_arithmetic_v<T> || std::is_enum_v<T>;

class Writer {
 public:
  template <class... Values>
  void operator()(Values&... values) {
    (put(values), ...);
  }
  std::string bytes;

 private:
  template <Plain T>
  void put(const T& value) {
    bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  void put(const std::string& value) {
    put(value.size());
    bytes += value;
  }
  template <class T>
  void put(const std::optional<T>& value) {
    put(value.has_value());
    if (value) put(*value);
  }
  template <class T>
  void put(const std::vector<T>& values) {
    put(values.size());
    for (const auto& value : values) put(value);
  }
  template <class A, class B>
  void put(const std::pair<A, B>& value) {
    put(value.first);
    put(value.second);
  }
  void put(const Operation& operation) {
    put(static_cast<std::uint8_t>(operation.index()));
    std::visit([this](const auto& alternative) { put(alternative); }, operation);
  }
  void put(const Value& value) {
    put(value.kind());
    put(value.text());
  }
  void put(const NewValue& change) {
    put(change.what());
    put(change.value());
  }
  template <class T>
  requires(!Plain<T>) void put(const T& value) {
    fields(*this, const_cast<T&>(value));  // fields() serves reading too; a Writer changes nothing
  }
};

class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}
  template <class... Values>
  void operator()(Values&... values) {
    (get(values), ...);
  }
  /// All bytes have been read.
  void end() const {
    if (!rest_.empty()) throw WireError("bytes left over");
  }

 private:
  std::string_view take(std::size_t size) {
    if (size > rest_.size()) throw WireError("bytes are missing");
    const auto taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }
  template <Plain T>
  void get(T& value) {
    std::memcpy(&value, take(sizeof value).data(), sizeof value);
  }
  void get(bool& value) {
    std::uint8_t flag = 0;
    get(flag);
    if (flag > 1) throw WireError("a flag is neither true nor false");
    value = flag == 1;
  }
  /// Never more than there are bytes: a damaged length must not take all memory.
  std::size_t length() {
    std::size_t size = 0;
    get(size);
    if (size > rest_.size()) throw WireError("a length is too large");
    return size;
  }
  void get(std::string& value) { value = take(length()); }
  template <class T>
  void get(std::optional<T>& value) {
    bool given = false;
    get(given);
    if (given) get(value.emplace());
  }
  template <class T>
  void get(std::vector<T>& values) {
    const std::size_t count = length();
    values.clear();
    for (std::size_t i = 0; i < count; ++i) get(values.emplace_back());
  }
  template <class A, class B>
  void get(std::pair<A, B>& value) {
    get(value.first);
    get(value.second);
  }
  template <std::size_t Index = 0>
  void get_alternative(std::size_t index, Operation& operation) {
    if constexpr (Index == std::variant_size_v<Operation>) {
      throw WireError("no such operation");
    } else if (index == Index) {
      get(operation.emplace<Index>());
    } else {
      get_alternative<Index + 1>(index, operation);
    }
  }
  void get(Operation& operation) {
    std::uint8_t index = 0;
    get(index);
    get_alternative(index, operation);
  }
  void get(Value& value) {
    Value::Kind kind{};
    std::string text;
    (*this)(kind, text);
    value = Value::of(kind, std::move(text));
  }
  void get(NewValue& change) {
    NewValue::What what{};
    std::string text;
    (*this)(what, text);
    change = what == NewValue::What::keep   ? NewValue{}
             : what == NewValue::What::drop ? NewValue{nullptr}
                                            : NewValue{std::move(text)};
  }
  template <class T>
  requires(!Plain<T>) void get(T& value) { fields(*this, value); }

  std::string_view rest_;
};

template <class T>
std::string to_bytes(const T& value) {
  Writer writer;
  writer(value);
  return std::move(writer.bytes);
}

template <class T>
T from_bytes(std::string_view bytes) {
  Reader reader(bytes);
  T value;
  reader(value);
  reader.end();
  return value;
}

}  // namespace migrate::schema::wire

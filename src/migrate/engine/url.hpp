#pragma once
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace migrate::engine {

enum class Password { hidden, shown };

/// A database URL as a value: postgresql://user:password@host1:5432,host2/name?key=value
/// Accepted schemes: postgresql, postgres, and either with a SQLAlchemy driver suffix (+asyncpg, +psycopg2 …), which is
/// kept as `driver` and ignored when connecting. All parts are stored decoded.
struct Url {
  struct Host {
    std::string name;  ///< host name, IPv4, IPv6 without brackets, or a socket directory; may be empty
    std::optional<std::uint16_t> port;
    bool operator==(const Host&) const = default;
  };

  std::string driver;  ///< text after '+' in the scheme, or empty
  std::string user;
  std::optional<std::string> password;
  std::vector<Host> hosts;  ///< empty: libpq's default
  std::string database;
  std::vector<std::pair<std::string, std::string>> parameters;  ///< query string, in written order

  /// Throws DatabaseArgumentError that names the faulty part and never repeats the password.
  static Url parse(std::string_view text);

  /// Percent-encoded URL without driver suffix, as libpq reads it. A hidden password is written as ***.
  [[nodiscard]] std::string to_string(Password password = Password::hidden) const;

  bool operator==(const Url&) const = default;
};

/// With its password hidden.
std::ostream& operator<<(std::ostream& out, const Url& url);

/// Encodes everything but RFC 3986 unreserved characters.
std::string percent_encode(std::string_view text);
/// Throws DatabaseArgumentError for "%" without two hex digits and for %00.
std::string percent_decode(std::string_view text);

}  // namespace migrate::engine

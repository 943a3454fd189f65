#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Column types as values. Each converts to Type, which is PostgreSQL's own spelling; a type that is not listed here is
/// written by name: column("email", "citext").
namespace migrate::schema {

/// A type as PostgreSQL spells it, or, when it has a name of its own, that name: it is quoted where it is used.
struct Type {
  std::string sql{};                  ///< "varchar(50)", "app.mood[]"; goes in as it is
  std::string schema{}, name{};       ///< instead of `sql`
  int dimensions = 0;                 ///< of an array of the named type
  std::vector<std::string> labels{};  ///< not empty: CREATE TYPE … AS ENUM goes before the table or column that uses it

  Type() = default;
  Type(const char* spelling) : sql(spelling) {}             // NOLINT(google-explicit-constructor): written by name
  Type(std::string spelling) : sql(std::move(spelling)) {}  // NOLINT(google-explicit-constructor)
};

/// A type without parameters, known to PostgreSQL by one name.
#define MIGRATE_PLAIN_TYPE(Name, spelling)     \
  struct Name {                                \
    operator Type() const { return spelling; } \
  }
MIGRATE_PLAIN_TYPE(SmallInteger, "smallint");
MIGRATE_PLAIN_TYPE(Integer, "integer");
MIGRATE_PLAIN_TYPE(BigInteger, "bigint");
MIGRATE_PLAIN_TYPE(SmallSerial, "smallserial");
MIGRATE_PLAIN_TYPE(Serial, "serial");
MIGRATE_PLAIN_TYPE(BigSerial, "bigserial");
MIGRATE_PLAIN_TYPE(Real, "real");
MIGRATE_PLAIN_TYPE(Double, "double precision");
MIGRATE_PLAIN_TYPE(Money, "money");
MIGRATE_PLAIN_TYPE(Text, "text");
MIGRATE_PLAIN_TYPE(Citext, "citext");
MIGRATE_PLAIN_TYPE(Boolean, "boolean");
MIGRATE_PLAIN_TYPE(Date, "date");
MIGRATE_PLAIN_TYPE(Uuid, "uuid");
MIGRATE_PLAIN_TYPE(Json, "json");
MIGRATE_PLAIN_TYPE(Jsonb, "jsonb");
MIGRATE_PLAIN_TYPE(Xml, "xml");
MIGRATE_PLAIN_TYPE(Bytea, "bytea");
MIGRATE_PLAIN_TYPE(Inet, "inet");
MIGRATE_PLAIN_TYPE(Cidr, "cidr");
MIGRATE_PLAIN_TYPE(MacAddress, "macaddr");
MIGRATE_PLAIN_TYPE(TsVector, "tsvector");
MIGRATE_PLAIN_TYPE(TsQuery, "tsquery");
MIGRATE_PLAIN_TYPE(Hstore, "hstore");
MIGRATE_PLAIN_TYPE(Oid, "oid");
MIGRATE_PLAIN_TYPE(Point, "point");
MIGRATE_PLAIN_TYPE(Int4Range, "int4range");
MIGRATE_PLAIN_TYPE(Int8Range, "int8range");
MIGRATE_PLAIN_TYPE(NumericRange, "numrange");
MIGRATE_PLAIN_TYPE(DateRange, "daterange");
MIGRATE_PLAIN_TYPE(TimestampRange, "tsrange");
MIGRATE_PLAIN_TYPE(TimestampTzRange, "tstzrange");
#undef MIGRATE_PLAIN_TYPE

using Float = Double;       ///< SQLAlchemy's name
using LargeBinary = Bytea;  ///< SQLAlchemy's name

/// varchar, or varchar(length).
struct String {
  int length;  ///< characters; 0: no limit
  explicit String(int limit = 0) : length(limit) {}
  operator Type() const;
};

/// char(length).
struct Char {
  int length;
  explicit Char(int size = 1) : length(size) {}
  operator Type() const;
};

/// numeric, numeric(precision), numeric(precision, scale); a negative scale rounds before the point.
struct Numeric {
  int precision;  ///< 0: no limit
  std::optional<int> scale;
  explicit Numeric(int digits = 0, std::optional<int> decimals = {}) : precision(digits), scale(decimals) {}
  operator Type() const;
};

/// timestamp or timestamptz. DateTime{.timezone = true}
struct DateTime {
  bool timezone = false;
  int precision = -1;  ///< digits of the second, 0 to 6; -1: the server's
  operator Type() const;
};

/// time or timetz.
struct Time {
  bool timezone = false;
  int precision = -1;
  operator Type() const;
};

/// interval, with its fields ("YEAR TO MONTH") or precision.
struct Interval {
  std::string fields{};
  int precision = -1;
  operator Type() const;
};

/// bit(length) or bit varying(length).
struct Bit {
  int length;  ///< 0: 1 for bit, no limit for varying
  bool varying;
  explicit Bit(int size = 0, bool may_vary = false) : length(size), varying(may_vary) {}
  operator Type() const;
};

/// An enumerated type. With labels, CREATE TYPE goes before the first use in the same operation; with the name alone it
/// exists already. Dropping the table or column leaves the type: see Operations::drop_type.
struct Enum {
  std::string name{};
  std::vector<std::string> labels{};
  std::string schema{};
  operator Type() const;
};

/// Array{Integer{}}; PostgreSQL does not keep the number of dimensions, but readers do.
struct Array {
  Type of{};
  int dimensions = 1;
  operator Type() const;
};

/// A domain, enum, composite or any other type by schema and name; both are quoted when they need it.
struct NamedType {
  std::string name{};
  std::string schema{};
  operator Type() const;
};

}  // namespace migrate::schema

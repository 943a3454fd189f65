#include "migrate/schema/types.hpp"

#include <string>

// Compiled again by the compiler of the revisions: nothing but the headers of op.hpp and the standard library in here.
namespace migrate::schema {
namespace {

std::string in_parentheses(int number) {
  return "(" + std::to_string(number) + ")";
}

/// precision: -1 stands for the server's.
std::string with_precision(std::string word, int precision) {
  return precision == -1 ? word : word + in_parentheses(precision);
}

}  // namespace

String::operator Type() const {
  return length == 0 ? std::string("varchar") : "varchar" + in_parentheses(length);
}

Char::operator Type() const {
  return "char" + in_parentheses(length);
}

Numeric::operator Type() const {
  if (scale) return "numeric(" + std::to_string(precision) + ", " + std::to_string(*scale) + ")";
  return precision == 0 ? std::string("numeric") : "numeric" + in_parentheses(precision);
}

DateTime::operator Type() const {
  return with_precision(timezone ? "timestamptz" : "timestamp", precision);
}

Time::operator Type() const {
  return with_precision(timezone ? "timetz" : "time", precision);
}

Interval::operator Type() const {
  return with_precision(fields.empty() ? "interval" : "interval " + fields, precision);
}

Bit::operator Type() const {
  const std::string word = varying ? "bit varying" : "bit";
  return length == 0 ? word : word + in_parentheses(length);
}

Enum::operator Type() const {
  Type type;
  type.schema = schema;
  type.name = name;
  type.labels = labels;
  return type;
}

NamedType::operator Type() const {
  Type type;
  type.schema = schema;
  type.name = name;
  return type;
}

Array::operator Type() const {
  Type type = of;
  if (!type.name.empty()) {
    type.dimensions += dimensions;
    return type;
  }
  for (int i = 0; i < dimensions; ++i) type.sql += "[]";
  return type;
}

}  // namespace migrate::schema

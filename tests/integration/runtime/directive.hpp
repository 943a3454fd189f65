#pragma once
#include <functional>
#include <string>

#include "migrate/op.hpp"

namespace migrate::test {

/// One directive of `op`: what it does, how it is undone, and how the catalog shows it.
struct Directive {
  std::string setup{};  ///< what must be there before
  std::function<void(schema::Operations&)> up;
  std::function<void(schema::Operations&)> down;
  std::string probe;     ///< a query of one value
  std::string expected;  ///< its answer after `up`
  std::string before{};  ///< its answer before `up` and after `down`
};

/// Runs `up` as a C++ revision's upgrade and looks at the catalog, runs `down` as its downgrade and finds the catalog
/// as it was; each time compares what the server was sent with what --sql prints.
void check_directive(const Directive& directive);

}  // namespace migrate::test

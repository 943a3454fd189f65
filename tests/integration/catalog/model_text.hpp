#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "migrate/schema/model.hpp"

namespace migrate::test {

/// Every entity, attribute and need of a model as a line each, in the model's order.
std::vector<std::string> lines_of(const schema::Model& model);

/// The lines that only one of two models has, marked "- " and "+ "; empty when they are equal.
std::string difference(const schema::Model& from, const schema::Model& to);

/// "name=value" lines of one entity, sorted; a list is {a|b}, a line end \n. Finds it by describe(). Empty when it is
/// not there.
std::string attributes(const schema::Model& model, std::string_view described);

}  // namespace migrate::test

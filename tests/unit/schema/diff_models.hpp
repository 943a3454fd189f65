#pragma once
#include <string>
#include <utility>
#include <vector>

#include "migrate/schema/diff/plan.hpp"

/// Schemas written down in a few words, for tests of the differ that need no server.
namespace diff_models {

using migrate::schema::Entity;
using migrate::schema::EntityId;
using migrate::schema::EntityKind;
using migrate::schema::Model;

using Facts = std::map<std::string, std::string, std::less<>>;

inline EntityId table_id(const std::string& name) {
  return {EntityKind::table, "public", {}, name, {}};
}
inline EntityId column_id(const std::string& table, const std::string& name) {
  return {EntityKind::column, "public", table, name, {}};
}
inline EntityId function_id(const std::string& name, const std::string& arguments = {}) {
  return {EntityKind::function, "public", {}, name, arguments};
}
inline EntityId view_id(const std::string& name) {
  return {EntityKind::view, "public", {}, name, {}};
}

/// A model that grows: Schema().table("t", {{"id", "integer"}}).
class Schema {
 public:
  Schema() { model_.server_version = 150000; }

  Schema& add(EntityId id, Facts facts = {}, std::vector<EntityId> needs = {}) {
    Entity entity;
    entity.id = std::move(id);
    entity.facts = std::move(facts);
    entity.needs = std::move(needs);
    entity.position = ++position_;
    model_.add(std::move(entity));
    return *this;
  }
  Schema& table(const std::string& name, const std::vector<std::pair<std::string, std::string>>& columns) {
    add(table_id(name));
    for (const auto& [column, type] : columns) add(column_id(name, column), {{"type", type}}, {table_id(name)});
    return *this;
  }
  Schema& constraint(const std::string& table, const std::string& name, const std::string& type,
                     const std::string& definition, std::vector<EntityId> needs = {}) {
    needs.push_back(table_id(table));
    return add({EntityKind::constraint, "public", table, name, {}}, {{"type", type}, {"definition", definition}},
               std::move(needs));
  }
  Schema& index(const std::string& table, const std::string& name, const std::string& column) {
    return add({EntityKind::index, "public", table, name, {}},
               {{"definition", "CREATE INDEX " + name + " ON public." + table + " USING btree (" + column + ")"}},
               {column_id(table, column)});
  }
  Schema& view(const std::string& name, const std::string& definition, std::vector<EntityId> needs,
               const std::vector<std::string>& columns = {"a"}) {
    add(view_id(name), {{"definition", definition}}, std::move(needs));
    for (const auto& column : columns) add(column_id(name, column), {{"type", "integer"}}, {view_id(name)});
    return *this;
  }
  Schema& function(const std::string& name, const std::string& arguments, std::vector<EntityId> needs = {}) {
    return add(function_id(name, arguments),
               {{"definition", "CREATE OR REPLACE FUNCTION public." + name + "(" + arguments + ") …"},
                {"arguments", arguments},
                {"returns", "integer"}},
               std::move(needs));
  }
  [[nodiscard]] Model& model() { return model_; }
  operator const Model&() const { return model_; }  // NOLINT(google-explicit-constructor): stands for the model

 private:
  Model model_;
  int position_ = 0;
};

/// The statements of a plan, one to a line.
inline std::string statements(const migrate::schema::Plan& plan) {
  std::string text;
  for (const auto& group : plan.groups) {
    for (const auto& statement : group.statements) text += statement.sql + "\n";
  }
  return text;
}

}  // namespace diff_models

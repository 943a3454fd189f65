#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "migrate/schema/diff/plan.hpp"

/// The words that statements about any entity are made of.
namespace migrate::schema::detail {

using Statements = std::vector<PlannedStatement>;

/// Appends statements about one entity.
class Writer {
 public:
  Writer(Statements& out, EntityId subject) : out_(&out), subject_(std::move(subject)) {}
  PlannedStatement& add(std::string sql, std::vector<Hazard> hazards = {});
  [[nodiscard]] const EntityId& subject() const noexcept { return subject_; }
  [[nodiscard]] Statements& out() const noexcept { return *out_; }

 private:
  Statements* out_;
  EntityId subject_;
};

/// "public.users": the entity itself, and what it is part of.
std::string name_of(const EntityId& id);
std::string whole_name(const EntityId& id);

/// As COMMENT ON, DROP and ALTER call it: "TABLE public.users", "TRIGGER t ON public.users", "CONSTRAINT c ON DOMAIN
/// d".
std::string object_words(const Model& model, const EntityId& id);

/// The items with ", " between them.
std::string joined(const std::vector<std::string>& items, std::string_view separator = ", ");

/// Storage parameters as WITH and SET take them; each item is "name=value".
std::string storage_parameters(const std::vector<std::string>& options);
/// Their names alone, for RESET.
std::string parameter_names(const std::vector<std::string>& options);

/// Items of `a` that `b` does not have, in order.
std::vector<std::string> without(const std::vector<std::string>& a, const std::vector<std::string>& b);
/// Items of `a` whose name ("name=value") none of `b` has.
std::vector<std::string> unnamed_in(const std::vector<std::string>& a, const std::vector<std::string>& b);

/// `text` without blanks and semicolons at its end.
std::string trimmed(std::string_view text);

/// COMMENT, OWNER and GRANT of a new entity, and the comment on the index of a constraint.
void dress(const Model& model, const Entity& entity, Writer& writer);

/// The same where they differ. `from` and `to` are one entity.
void dress_anew(const Model& model, const Entity& from, const Entity& to, Writer& writer);

/// GRANT and REVOKE that lead from one list of privileges to the other; the owner's and PUBLIC's are in the lists.
void grant(const Model& model, const Entity& entity, const std::vector<std::string>& from,
           const std::vector<std::string>& to, Writer& writer);

/// ALTER DEFAULT PRIVILEGES, likewise.
void grant_by_default(const Entity& entity, const std::vector<std::string>& from, const std::vector<std::string>& to,
                      Writer& writer);

/// What PostgreSQL grants when nothing is said.
std::vector<std::string> built_in_privileges(EntityKind kind, const std::string& owner, int server_version);

}  // namespace migrate::schema::detail

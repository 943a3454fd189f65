#pragma once
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "migrate/base/error.hpp"
#include "migrate/command/context.hpp"
#include "migrate/runtime/prepared_step.hpp"

namespace migrate::command {

/// The steps lose data and nobody agreed to that. Nothing was run.
class DestructiveError : public base::Error {
 public:
  using Error::Error;
};

/// A statement after which data is gone.
struct DestructiveStatement {
  std::string revision;
  std::string place;  ///< "versions/ab_x.sql:12:1"
  std::string sql;    ///< empty: what a C++ revision runs after a question to the database, which nobody can foresee
  std::string loses;  ///< "table messages and its rows"
};

/// Those of the steps, in order, as far as the text of statements tells. Functions of C++ revisions are called in
/// offline mode. Throws RevisionError when one of them fails.
std::vector<DestructiveStatement> destructive_statements(const Context& context,
                                                         std::span<const runtime::PreparedStep> steps);

/// "versions/ab_x.sql:12:1: DROP TABLE messages: loses table messages and its rows", the statement shortened.
std::string describe(const DestructiveStatement& statement);

enum class Consent { given, refused, interrupted };

/// Asks a person.
using AskConsent = std::function<Consent(std::span<const DestructiveStatement>)>;

/// Lets steps pass as safety.destructive and safety.destructive_downgrade say. What was agreed to once is not asked
/// about again.
class DestructiveGuard {
 public:
  /// `allowed`: --allow-destructive was said. `ask`: empty when there is nobody to ask. The context must outlive this.
  DestructiveGuard(const Context& context, script::Direction direction, bool allowed, AskConsent ask);

  /// Throws DestructiveError, RevisionError; script::Interrupted at the question.
  void check(std::span<const runtime::PreparedStep> steps);

 private:
  void ask(std::span<const DestructiveStatement> found) const;

  const Context& context_;
  script::Direction direction_;
  bool allowed_;
  AskConsent ask_;
  std::vector<std::string> agreed_;  ///< described
};

}  // namespace migrate::command

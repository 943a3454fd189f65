#pragma once
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "migrate/schema/table_options.hpp"

/// Options of the operations on everything that is not a table: types, views, routines, triggers, policies …
namespace migrate::schema {

struct CreateSchemaOptions {
  bool if_not_exists = false;
  std::string authorization{};
};

struct ExtensionOptions {
  bool if_not_exists = true;
  std::string schema{}, version{};
  bool cascade = false;
};

struct EnumValueOptions {
  std::string before{}, after{};
  bool if_not_exists = false;
  std::string schema{};
};

struct DomainOptions {
  std::string default_{};  ///< SQL
  bool not_null = false;
  std::string check{};  ///< condition on VALUE
  std::string constraint_name{};
  std::string collation{};
  std::string schema{};
};

/// As SequenceOptions, and where the sequence belongs.
struct CreateSequenceOptions {
  std::string as{};  ///< smallint, integer or bigint
  std::optional<long long> start{}, increment{}, minvalue{}, maxvalue{}, cache{};
  std::optional<bool> cycle{};
  bool if_not_exists = false;
  std::string owned_by{};  ///< "table.column", or NONE
  std::string schema{};
};

struct AlterSequenceOptions {
  std::string as{};
  std::optional<long long> start{}, increment{}, minvalue{}, maxvalue{}, cache{};
  std::optional<bool> cycle{};
  std::optional<long long> restart{};
  std::string owned_by{};
  std::string schema{};
};

struct ViewOptions {
  bool replace = false;
  Names columns{};
  Parameters with{};           ///< {{"security_barrier", "true"}}
  std::string check_option{};  ///< LOCAL or CASCADED
  bool temporary = false;
  std::string schema{};
};

struct MaterializedViewOptions {
  bool if_not_exists = false;
  bool replace = false;  ///< drops the old one first
  Names columns{};
  std::string using_{};
  Parameters with{};
  std::string tablespace{};
  bool with_data = true;
  std::string schema{};
};

struct RefreshOptions {
  bool concurrently = false;
  bool with_data = true;
  std::string schema{};
};

/// create_function("total", "a integer, b integer", "integer", "SELECT a + b", {.language = "sql"})
struct RoutineOptions {
  std::string language = "plpgsql";
  bool replace = false;
  std::string volatility{};  ///< IMMUTABLE, STABLE or VOLATILE
  bool strict = false;
  bool security_definer = false;
  bool leakproof = false;
  std::string parallel{};  ///< SAFE, RESTRICTED or UNSAFE
  std::optional<double> cost{}, rows{};
  Parameters set{};  ///< {{"search_path", "app, pg_temp"}}
  std::string schema{};
};

struct TriggerOptions {
  std::string timing = "BEFORE";  ///< BEFORE, AFTER or INSTEAD OF
  Names events{};                 ///< INSERT, UPDATE, "UPDATE OF a, b", DELETE, TRUNCATE
  std::string function{};         ///< name as it is called, without parentheses: "app.touch"
  Names arguments{};              ///< texts, quoted as literals
  std::string for_each = "ROW";   ///< ROW or STATEMENT
  std::string when{};             ///< condition
  bool constraint = false;        ///< CREATE CONSTRAINT TRIGGER
  std::optional<bool> deferrable{};
  std::string initially{};
  std::string referencing{};  ///< "NEW TABLE AS added"
  bool replace = false;
  std::string schema{};  ///< of the table
};

struct PolicyOptions {
  bool permissive = true;
  std::string command{};  ///< ALL, SELECT, INSERT, UPDATE or DELETE
  Names roles{};          ///< names; PUBLIC, CURRENT_USER and SESSION_USER are words, not names
  std::string using_{};
  std::string with_check{};
  std::string schema{};
};

struct RowSecurityOptions {
  bool force = false;  ///< for the owner too
  std::string schema{};
};

struct GrantOptions {
  bool with_grant_option = false;
  Names columns{};  ///< of a table; empty: all of it
};

struct RevokeOptions {
  bool grant_option_only = false;
  Names columns{};
  bool cascade = false;
};

struct StatisticsOptions {
  Names kinds{};  ///< ndistinct, dependencies, mcv; empty: all
  bool if_not_exists = false;
  std::string schema{};
};

}  // namespace migrate::schema

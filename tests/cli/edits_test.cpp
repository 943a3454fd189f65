// Twenty edits of an applied file that change nothing, and twenty that do, each looked at by a run on one database.
#include <catch2/catch.hpp>

#include "cpp_project.hpp"

namespace {

using namespace migrate;
using namespace migrate::test;

constexpr std::string_view k_applied = R"sql(-- the chat
--
-- revision: a1
-- down_revision:

-- migrate:upgrade
-- messages of the chat
CREATE TABLE messages (
  id bigint PRIMARY KEY,
  author varchar(40) NOT NULL DEFAULT 'nobody',
  "Subject" text,
  priority int DEFAULT 5 CHECK (priority IN (1, 2, 5)),
  price numeric(10,2),
  changed timestamptz
);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.changed := now();  -- when
  RETURN NEW;
END
$$;
COPY messages (id, author) FROM stdin;
1	anna
2	bert
\.
CREATE INDEX ix ON public.messages (author, id DESC) WHERE priority >= 2;
UPDATE messages SET author = 'it''s me', priority = 1 WHERE id = 1;
ALTER TABLE messages ADD note text, DROP price;
INSERT INTO messages VALUES (3, E'a\nb', NULL, DEFAULT, NULL, 'x');
GRANT SELECT ON messages TO PUBLIC;

-- migrate:downgrade
DROP FUNCTION touch();
DROP TABLE messages;
)sql";

struct Edit {
  std::string from;
  std::string to;
};

std::string edited(const Edit& edit) {
  std::string text(k_applied);
  const auto at = text.find(edit.from);
  INFO(edit.from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, edit.from.size(), edit.to);
}

std::vector<std::string> harmless_files() {
  std::vector<std::string> files;
  for (const Edit& edit :
       std::initializer_list<Edit>{{"-- messages of the chat\n", ""},
                                   {"-- messages of the chat", "/* everything /* that was */ said */"},
                                   {"-- the chat\n", "-- The chat service,\n-- first version\n"},
                                   {"CREATE TABLE messages", "create table MESSAGES"},
                                   {"  id bigint PRIMARY KEY,", "id   bigint\n\n\tprimary key ,"},
                                   {"CREATE INDEX ix", "CREATE INDEX \"ix\""},
                                   {"public.messages", "public . \"messages\""},
                                   {"'nobody'", "$$nobody$$"},
                                   {"'it''s me'", "$q$it's me$q$"},
                                   {"'it''s me'", "'it''s'\n  ' me'"},
                                   {"E'a\\nb'", "e'a\\nb'"},
                                   {">= 2;", ">=2;"},
                                   {"DROP price;", "DROP price;;\n;"},
                                   {"DROP price;", "DROP price -- no longer shown\n;"},
                                   {"NULL, DEFAULT", "null,default"},
                                   {"-- down_revision:\n", "-- down_revision:\n-- branch_labels: chat\n"},
                                   {"DROP TABLE messages;", "DROP TABLE IF EXISTS messages CASCADE;"},
                                   {"TO PUBLIC;\n", "TO PUBLIC;\n\n\n\n-- that is all\n"}}) {
    files.push_back(edited(edit));
  }
  files.push_back("\xEF\xBB\xBF" + std::string(k_applied));
  files.push_back(base::replace_all(k_applied, "\n", "\r\n"));
  return files;
}

std::vector<std::string> really_edited_files() {
  std::vector<std::string> files;
  for (const Edit& edit : std::initializer_list<Edit>{{"varchar(40)", "varchar(41)"},
                                                      {"id bigint", "id int"},
                                                      {"DEFAULT 5", "DEFAULT 6"},
                                                      {"'nobody'", "'Nobody'"},
                                                      {"\"Subject\"", "subject"},
                                                      {" NOT NULL", ""},
                                                      {"(1, 2, 5)", "(1, 2)"},
                                                      {"numeric(10,2)", "numeric(10,3)"},
                                                      {"NEW.changed := now();", "NEW.changed := now() + '1 h';"},
                                                      {"-- when", "-- whenever"},
                                                      {"anna", "Anna"},
                                                      {"2\tbert\n", ""},
                                                      {"id DESC", "id"},
                                                      {">= 2", "> 2"},
                                                      {"public.messages", "messages"},
                                                      {"'it''s me'", "'its me'"},
                                                      {"WHERE id = 1;", "WHERE id = 2;"},
                                                      {", DROP price", ""},
                                                      {"E'a\\nb'", "'a\\nb'"},
                                                      {"TO PUBLIC;", "TO PUBLIC;\nCREATE TABLE more ();"}}) {
    files.push_back(edited(edit));
  }
  return files;
}

std::string first_difference(const std::string& text) {
  std::size_t at = 0;
  while (at < text.size() && at < k_applied.size() && text[at] == k_applied[at]) ++at;
  return text.substr(at, 60);
}

}  // namespace

TEST_CASE("of forty edits of an applied file the twenty real ones are caught", "[cli][edited]") {
  Project project;
  project.add_revision("a1.sql", k_applied);
  expect_done(project.migrate("upgrade", "head"));
  const auto harmless = harmless_files();
  const auto real = really_edited_files();
  REQUIRE(harmless.size() == 20);
  REQUIRE(real.size() == 20);
  for (const auto& text : harmless) {
    INFO(first_difference(text));
    project.add_revision("a1.sql", text);
    expect_done(project.migrate("upgrade", "head"));
  }
  for (const auto& text : real) {
    INFO(first_difference(text));
    project.add_revision("a1.sql", text);
    expect_refused(project.migrate("upgrade", "head"), 8, {"a1.sql", "revision a1 was edited"});
  }
  // Nobody has left a mark: as it was applied, it is as it was.
  project.add_revision("a1.sql", k_applied);
  expect_done(project.migrate("upgrade", "head"));
  CHECK(project.database().query("SELECT count(*) FROM alembic_version_log") == "1");
}

// Sends a linear history of SQL revisions with libpq, each as one message: BEGIN, the upgrade section, the version row,
// COMMIT. It trusts its files and parses no SQL: the least that a program which applies them can do.
// Arguments: a connection string, and the directory of the revision files.
#include <libpq-fe.h>

#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace {

struct Revision {
  std::string id;
  std::string upgrade;
};

using Connection = std::unique_ptr<PGconn, decltype(&PQfinish)>;

std::string content(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text(std::filesystem::file_size(path), '\0');
  if (!file.read(text.data(), static_cast<std::streamsize>(text.size()))) {
    throw std::runtime_error("cannot read " + path.string());
  }
  return text;
}

/// What stands after `key` in its line.
std::string header_value(std::string_view text, std::string_view key) {
  auto start = text.find(key);
  if (start == std::string_view::npos) return {};
  start += key.size();
  std::string_view value = text.substr(start, text.find('\n', start) - start);
  while (value.starts_with(' ')) value.remove_prefix(1);
  return std::string(value);
}

std::string upgrade_section(std::string_view text) {
  constexpr std::string_view k_start = "-- migrate:upgrade\n";
  const auto start = text.find(k_start) + k_start.size();
  return std::string(text.substr(start, text.find("-- migrate:downgrade", start) - start));
}

/// The history from its base to its head.
std::vector<Revision> read_history(const char* directory) {
  std::unordered_map<std::string, Revision> by_parent;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    const std::string text = content(entry.path());
    by_parent.emplace(header_value(text, "-- down_revision:"),
                      Revision{header_value(text, "-- revision:"), upgrade_section(text)});
  }
  std::vector<Revision> history;
  std::string parent;
  for (auto found = by_parent.find(parent); found != by_parent.end(); found = by_parent.find(parent)) {
    history.push_back(std::move(found->second));
    parent = history.back().id;
  }
  return history;
}

void send(PGconn* connection, const std::string& message) {
  if (PQsendQuery(connection, message.c_str()) == 0) throw std::runtime_error(PQerrorMessage(connection));
  bool failed = false;
  while (PGresult* result = PQgetResult(connection)) {
    const auto status = PQresultStatus(result);
    failed = failed || (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK);
    PQclear(result);
  }
  if (failed) throw std::runtime_error(PQerrorMessage(connection));
}

void run(const char* url, const char* directory) {
  const auto history = read_history(directory);
  const Connection connection(PQconnectdb(url), &PQfinish);
  if (PQstatus(connection.get()) != CONNECTION_OK) throw std::runtime_error(PQerrorMessage(connection.get()));
  std::string before;
  for (const auto& revision : history) {
    std::string message = "BEGIN;\n";
    if (before.empty()) {
      message +=
          "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL,"
          " CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num));\n";
    }
    message += revision.upgrade;
    message += before.empty() ? "INSERT INTO alembic_version (version_num) VALUES ('" + revision.id + "');\n"
                              : "UPDATE alembic_version SET version_num = '" + revision.id + "' WHERE version_num = '" +
                                    before + "';\n";
    message += "COMMIT;";
    send(connection.get(), message);
    before = revision.id;
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("usage: send_revisions URL DIRECTORY\n", stderr);
    return 2;
  }
  try {
    run(argv[1], argv[2]);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "send_revisions: %s\n", error.what());
    return 1;
  }
}

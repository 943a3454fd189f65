#include "migrate/engine/detail/connect_failure.hpp"

#include <fmt/format.h>
#include <netdb.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <vector>

#include "migrate/base/text.hpp"
#include "migrate/engine/failure.hpp"

namespace migrate::engine::detail {
namespace {

/// What one host answered.
struct Answer {
  std::string place;  ///< `socket "/run/…"` or `"db" (10.0.0.1), port 5432`; empty when it never came to that
  std::string message;
  std::string detail;
  std::string hint;
  std::string sqlstate;
  bool operator==(const Answer&) const = default;
};

constexpr std::string_view k_prefix = "connection to server ";
constexpr std::string_view k_failed = " failed: ";

bool is_sqlstate(std::string_view text) {
  const auto fits = [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'); };
  return text.size() == 5 && std::ranges::all_of(text, fits);
}

/// "FATAL:  28P01: words": the severity may be in any language, so the code is what it is known by.
void read_server_words(std::string_view line, Answer& answer) {
  const auto severity = line.find(":  ");
  if (severity != std::string_view::npos && severity < 30) {
    const auto rest = line.substr(severity + 3);
    const auto colon = rest.find(": ");
    if (colon == 5 && is_sqlstate(rest.substr(0, 5))) {
      answer.sqlstate = rest.substr(0, 5);
      line = rest.substr(7);
    }
  }
  answer.message = base::trim(line);
}

Answer begin_answer(std::string_view line) {
  Answer answer;
  if (line.starts_with(k_prefix)) {
    const auto failed = line.find(k_failed);
    if (failed != std::string_view::npos) {
      answer.place = line.substr(k_prefix.size(), failed - k_prefix.size());
      line.remove_prefix(failed + k_failed.size());
      // "on socket …" and "at "host" (address), port …": the prepositions go.
      answer.place.erase(0, answer.place.find(' ') + 1);
    }
  }
  read_server_words(line, answer);
  return answer;
}

/// The further fields of the verbose form stand on lines of their own: "DETAIL:  …", "LOCATION:  …".
bool read_field(std::string_view line, Answer& answer) {
  const auto colon = line.find(":  ");
  if (colon == std::string_view::npos || colon == 0) return false;
  const auto name = line.substr(0, colon);
  if (!std::ranges::all_of(name, [](char c) { return (c >= 'A' && c <= 'Z') || c == ' '; })) return false;
  if (name == "DETAIL") answer.detail = line.substr(colon + 3);
  if (name == "HINT") answer.hint = line.substr(colon + 3);
  return true;
}

std::vector<Answer> read_answers(std::string_view text) {
  std::vector<Answer> answers;
  bool in_message = false;
  for (auto line : base::split(text, '\n')) {
    if (base::trim(line).empty()) continue;
    if (line.starts_with('\t')) {
      in_message = false;  // advice of libpq for users of psql
    } else if (answers.empty() || line.starts_with(k_prefix) || line.starts_with("could not translate host name")) {
      answers.push_back(begin_answer(line));
      in_message = true;
    } else if (read_field(line, answers.back())) {
      in_message = false;
    } else if (in_message) {
      answers.back().message += fmt::format(" {}", base::trim(line));
    }
  }
  // A server may refuse the same twice, with and without encryption.
  std::vector<Answer> distinct;
  for (auto& answer : answers) {
    if (std::ranges::find(distinct, answer) == distinct.end()) distinct.push_back(std::move(answer));
  }
  return distinct;
}

bool says(const Answer& answer, std::string_view words) {
  return answer.message.find(words) != std::string::npos;
}

bool says_errno(const Answer& answer, int code) {
  return says(answer, std::strerror(code));
}

bool is_socket(const Answer& answer) {
  return answer.place.starts_with("socket ");
}

bool is_unreachable(const Answer& answer) {
  for (const int code :
       {ECONNREFUSED, ECONNRESET, ECONNABORTED, EPIPE, ETIMEDOUT, EHOSTUNREACH, ENETUNREACH, EHOSTDOWN, EAGAIN}) {
    if (says_errno(answer, code)) return true;
  }
  // A file of another kind may be missing too, such as a certificate; only the socket's comes with the server.
  if (is_socket(answer) && says_errno(answer, ENOENT)) return true;
  return says(answer, "server closed the connection unexpectedly") || says(answer, "timeout expired");
}

bool is_wrong_role(const Answer& answer) {
  for (const std::string_view words : {"session is read-only", "session is not read-only", "server is in hot standby",
                                       "server is not in hot standby"}) {
    if (says(answer, words)) return true;
  }
  return false;
}

/// pgbouncer gives nearly everything it says the one code 08P01.
bool is_passing_pooler_state(const Answer& answer) {
  for (const std::string_view words : {"cannot connect to server", "no more connections allowed",
                                       "server login has been failing", "query_wait_timeout", "server conn crashed"}) {
    if (says(answer, words)) return true;
  }
  return false;
}

bool is_passing(const Answer& answer) {
  if (answer.sqlstate == "08P01") return is_passing_pooler_state(answer);
  if (!answer.sqlstate.empty()) return is_passing_state(answer.sqlstate);
  // gai_strerror of EAI_AGAIN: the name server did not answer, which says nothing about the name.
  return is_unreachable(answer) || is_wrong_role(answer) || says(answer, gai_strerror(EAI_AGAIN));
}

struct Advice {
  std::string_view sqlstate;
  std::string_view words;
  std::string_view hint;
};

/// First match wins; an empty field matches all.
constexpr Advice k_advice[] = {
    {"28P01", "", "Check user and password: in the URL, PGPASSWORD or the password file (~/.pgpass)."},
    {"28000", "pg_hba.conf", "Ask the server's administrator to allow this user from this host in pg_hba.conf."},
    {"28000", "does not exist", "Check the user name, or create the role (createuser)."},
    {"28000", "", "Check the user name and how the server wants users to prove themselves (pg_hba.conf)."},
    {"3D000", "", "Check the database name, or create the database (createdb)."},
    {"42501", "", "Ask the owner of the database for the CONNECT privilege."},
    {"53300", "", "All connections are in use: close idle sessions, or raise max_connections on the server."},
    {"57P03", "", "The server is starting, stopping or recovering: try again in a moment."},
    {"", "could not translate host name", "Check the host name, and that this machine can look names up."},
    {"", "SSL", "Check sslmode, and the certificates sslrootcert, sslcert and sslkey name."},
    {"", "certificate", "Check sslmode, and the certificates sslrootcert, sslcert and sslkey name."},
    {"", "invalid", "Check the parameters of the URL and the PG* variables."},
};

std::string advice_for(const Answer& answer, bool needs_password) {
  if (needs_password) return "Give one: in the URL, PGPASSWORD or the password file (~/.pgpass).";
  for (const auto& [sqlstate, words, hint] : k_advice) {
    const bool fits = sqlstate.empty() ? answer.sqlstate.empty() : answer.sqlstate == sqlstate;
    if (fits && says(answer, words)) return std::string(hint);
  }
  if (!answer.hint.empty()) return answer.hint;
  if (is_socket(answer) && says_errno(answer, EACCES)) return "This user may not open the server's socket.";
  if (is_unreachable(answer)) {
    return is_socket(answer) ? "Is the server running, and is this its socket directory and port?"
                             : "Is the server running, and does it listen on this host and port?";
  }
  return {};
}

std::string sentence(const Answer& answer, bool alone, bool needs_password) {
  std::string text = answer.message;
  if (needs_password && answer.sqlstate.empty()) text = "the server wants a password, and none was given";
  if (!answer.detail.empty()) text += fmt::format(" ({})", answer.detail);
  const bool self_explaining = alone && (!answer.sqlstate.empty() || needs_password);
  return answer.place.empty() || self_explaining ? text : fmt::format("{}: {}", answer.place, text);
}

}  // namespace

ConnectFailure explain_connect_failure(std::string_view text, bool needs_password) {
  const std::vector<Answer> answers = read_answers(text);
  ConnectFailure failure;
  if (answers.empty()) {
    failure.message = "libpq gives no reason";
    return failure;
  }
  std::vector<std::string> sentences;
  for (const auto& answer : answers) {
    const bool asked = needs_password && &answer == &answers.back();
    sentences.push_back(sentence(answer, answers.size() == 1, asked));
  }
  failure.message = base::join(sentences, "; ");
  // What a server said of user or database counts more than a host that is down, and will not pass by itself.
  const auto said_no = [](const Answer& answer) { return !answer.sqlstate.empty() && !is_passing(answer); };
  auto decisive = std::ranges::find_if(answers, said_no);
  const bool refused = needs_password || decisive != answers.end();
  if (decisive == answers.end()) {
    decisive = std::ranges::find_if(answers, [](const Answer& answer) { return !answer.sqlstate.empty(); });
  }
  if (decisive == answers.end()) decisive = std::prev(answers.end());
  failure.sqlstate = decisive->sqlstate;
  failure.transient = !refused && std::ranges::any_of(answers, is_passing);
  failure.hint = advice_for(*decisive, needs_password);
  return failure;
}

}  // namespace migrate::engine::detail

#pragma once
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace migrate::engine::detail {

/// Names of prepared statements nobody wants any more, kept until there is an occasion to tell the server.
struct Doomed {
  std::vector<std::string> names;
  std::uint64_t made = 0;   ///< statements ever named
  std::uint64_t drops = 0;  ///< times the server has dropped them all
};

/// A statement under a name of its own on one connection. On the server once it is ready().
class Statement {
 public:
  Statement(std::string sql, std::shared_ptr<Doomed> home);
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  [[nodiscard]] const std::string& sql() const noexcept { return sql_; }
  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] bool lives_in(const std::shared_ptr<Doomed>& home) const noexcept { return home_ == home; }
  [[nodiscard]] bool ready() const noexcept { return prepared_ && drops_ == home_->drops; }
  void set_ready() noexcept {
    prepared_ = true;
    drops_ = home_->drops;
  }
  /// The server has dropped it.
  void set_gone() noexcept { prepared_ = false; }
  /// The server's plan is of no use: from now on another name, not ready.
  void rename();

 private:
  void name_anew();

  std::string sql_;
  std::string name_;
  std::shared_ptr<Doomed> home_;
  std::uint64_t drops_ = 0;
  bool prepared_ = false;
};

/// The prepared statements of one connection: the least recently used give way. Not thread-safe.
class StatementCache {
 public:
  StatementCache() : home_(std::make_shared<Doomed>()) {}

  /// 0, as at first: nothing is kept, find() always answers null.
  void set_capacity(std::size_t capacity);
  [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }
  [[nodiscard]] std::size_t size() const noexcept { return recent_.size(); }

  /// The statement for `sql`, made when there is none; null when nothing is kept.
  std::shared_ptr<Statement> find(std::string_view sql);
  /// One that is not kept here.
  [[nodiscard]] std::shared_ptr<Statement> make(std::string_view sql) const;
  [[nodiscard]] bool owns(const Statement& statement) const noexcept { return statement.lives_in(home_); }

  [[nodiscard]] bool has_doomed() const noexcept { return !home_->names.empty(); }
  std::vector<std::string> take_doomed();
  /// The server has dropped all of them.
  void forget_all();

 private:
  using Recent = std::list<std::shared_ptr<Statement>>;
  void shrink_to(std::size_t size);

  std::size_t capacity_ = 0;
  std::shared_ptr<Doomed> home_;
  Recent recent_;                                                  ///< most recent first
  std::unordered_map<std::string_view, Recent::iterator> by_sql_;  ///< keys are the statements' own texts
};

}  // namespace migrate::engine::detail

#include "migrate/cli/plan_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "migrate/base/text.hpp"

namespace migrate::cli {
namespace {

using Style = Output::Style;
using command::PlannedStatement;
using command::PlannedStep;

constexpr std::size_t k_width = 118;

std::string plural(std::size_t count, std::string_view one) {
  return fmt::format("{} {}{}", count, one, count == 1 ? "" : "s");
}

std::string standing(const std::vector<std::string>& rows) {
  return rows.empty() ? std::string("base") : base::join(rows, ", ");
}

/// "ACCESS EXCLUSIVE on messages, blocks reads and writes; rewrites the table"
std::string lock_text(const PlannedStatement& statement) {
  const auto& effect = statement.effect;
  if (!effect.certain) return "nobody can tell from the text what it locks; at worst ACCESS EXCLUSIVE";
  if (effect.lock == sql::LockMode::none) return "no lock on a table";
  std::string text = fmt::format("{}{}{}{}, blocks {}", lock_name(effect.lock), effect.on.empty() ? "" : " on ",
                                 effect.on, statement.on_new ? " (new)" : "", lock_blocks(effect.lock));
  if (effect.rewrites) text += "; may rewrite the whole table";
  if (!effect.rewrites && effect.scans) text += "; reads the whole table";
  return text;
}

std::string row_text(const script::RowChange& change) {
  if (change.from.empty()) return fmt::format("version row {} is added", change.to);
  if (change.to.empty()) return fmt::format("version row {} is taken away", change.from);
  return fmt::format("version row {} becomes {}", change.from, change.to);
}

class Writer {
 public:
  explicit Writer(const Output& output) : output_(output) {}

  std::string write(const command::Plan& plan) {
    for (std::size_t i = 0; i < plan.steps.size(); ++i) {
      const auto* next = i + 1 < plan.steps.size() ? &plan.steps[i + 1] : nullptr;
      write(plan.steps[i], next);
    }
    summarise(plan);
    return std::move(text_);
  }

 private:
  void line(std::size_t indent, std::string_view words) { text_.append(indent, ' ').append(words).append("\n"); }

  void write(const PlannedStep& step, const PlannedStep* next) {
    line(0, output_.styled(Style::bold, step.heading));
    if (!step.reversible) {
      const bool down = step.step.direction == script::Direction::downgrade;
      line(2, output_.styled(Style::red, down ? fmt::format("{} has no downgrade: this would be refused", step.path)
                                              : fmt::format("{} has no downgrade: it cannot be undone", step.path)));
      if (down) return text_.append("\n"), void();
    }
    write_statements(step);
    enter(step.rows_transaction);
    for (const auto& change : step.step.rows) line(4, row_text(change));
    if (next == nullptr || !goes_on(*next)) leave();
    text_ += '\n';
  }

  /// Whether the open transaction takes the step in.
  [[nodiscard]] bool goes_on(const PlannedStep& step) const {
    const auto first = step.statements.empty() ? std::optional(step.rows_transaction) : step.statements[0].transaction;
    return first == open_;
  }

  void enter(std::optional<std::size_t> transaction) {
    if (transaction == open_ && started_) return;
    if (open_ && transaction != open_) leave();
    line(2, output_.styled(Style::dim, transaction ? "BEGIN" : "outside transactions, one by one"));
    open_ = transaction;
    started_ = true;
  }

  void leave() {
    if (open_) line(2, output_.styled(Style::dim, "COMMIT"));
    open_.reset();
    started_ = false;
  }

  void write_statements(const PlannedStep& step) {
    std::size_t width = 0;
    for (const auto& statement : step.statements) width = std::max(width, short_place(statement).size());
    for (const auto& statement : step.statements) write(statement, width);
    for (const auto& place : step.questions) {
      line(4,
           output_.styled(Style::yellow,
                          fmt::format("{}  asks the database; what it runs after that depends on the answer", place)));
    }
  }

  static std::string short_place(const PlannedStatement& statement) {
    return statement.line == 0 ? statement.file : fmt::format("{}:{}", statement.file, statement.line);
  }

  void write(const PlannedStatement& statement, std::size_t width) {
    enter(statement.transaction);
    const auto place = short_place(statement);
    const std::size_t indent = 4;
    const auto room = std::max<std::size_t>(k_width - std::min(k_width, indent + width + 2), 40);
    line(indent, fmt::format("{:<{}}  {}", place, width, statement.brief(room)));
    line(indent + 4, output_.styled(Style::dim, lock_text(statement)));
    if (statement.effect.destructive) {
      line(indent + 4, output_.styled(Style::red, "LOSES " + statement.effect.loses));
    }
  }

  void summarise(const command::Plan& plan) {
    std::size_t statements = 0, destructive = 0, transactions = 0;
    auto strongest = sql::LockMode::none;
    for (const auto& step : plan.steps) {
      transactions = std::max(transactions, step.rows_transaction);
      statements += step.statements.size();
      for (const auto& statement : step.statements) {
        strongest = std::max(strongest, statement.effect.lock);
        destructive += statement.effect.destructive ? 1 : 0;
      }
    }
    line(0, fmt::format("{} -> {}: {}, {}, {}; strongest lock: {}{}", standing(plan.rows_before),
                        standing(plan.rows_after), plural(plan.steps.size(), "revision"),
                        plural(statements, "statement"), plural(transactions, "transaction"), lock_name(strongest),
                        destructive == 0 ? ""
                                         : fmt::format("; {} {} data", plural(destructive, "statement"),
                                                       destructive == 1 ? "loses" : "lose")));
  }

  const Output& output_;
  std::string text_;
  std::optional<std::size_t> open_;
  bool started_ = false;
};

}  // namespace

std::string plan_text(const command::Plan& plan, const Output& output) {
  return plan.steps.empty() ? std::string() : Writer(output).write(plan);
}

}  // namespace migrate::cli

#pragma once
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace migrate::test {

/// Reads a commit graph back from its characters alone, as an eye does: from every `*` along the lines down to where
/// they end. A line that meets another one goes on in its own direction if a stroke does, else along the other one.
class DrawnGraph {
 public:
  /// Where the lines below one commit end, sorted; k_cut for those that are cut off.
  using Ends = std::vector<std::size_t>;
  static constexpr std::size_t k_cut = static_cast<std::size_t>(-1);

  /// `rows`: the drawing without any text.
  explicit DrawnGraph(std::vector<std::string> rows);

  /// Per commit, in the order of their rows.
  [[nodiscard]] const std::vector<Ends>& commits() const { return commits_; }
  /// What cannot be followed: dead ends, forks without a commit, strokes that no line uses.
  [[nodiscard]] const std::vector<std::string>& faults() const { return faults_; }

 private:
  enum class Way { down, left, right };
  struct Place {
    std::size_t row;  ///< at its bottom
    std::size_t port;
    Way way;
  };

  [[nodiscard]] char at(std::size_t row, std::size_t column) const;
  bool use(std::size_t row, std::size_t column, char glyph);
  void leave(std::size_t row, std::size_t column);
  void follow(Place place, Ends& ends);
  std::vector<Place> strokes(std::size_t row, std::size_t port) const;
  void fault(const std::string& what, std::size_t row, std::size_t column);

  std::vector<std::string> rows_;
  std::vector<std::size_t> commit_of_row_;
  std::set<std::pair<std::size_t, std::size_t>> used_;
  std::vector<Ends> commits_;
  std::vector<std::string> faults_;
};

}  // namespace migrate::test

#include "migrate/command/api.hpp"

namespace migrate::command {
namespace {

Context context_of(const Config& config) {
  Context context;
  context.config = config;
  return context;
}

}  // namespace

MoveReport upgrade(const Config& config, std::string_view target, const MoveEvents& events) {
  return upgrade(context_of(config), UpgradeRequest{.target = std::string(target)}, events);
}

MoveReport downgrade(const Config& config, std::string_view target, const MoveEvents& events) {
  return downgrade(context_of(config), DowngradeRequest{.target = std::string(target)}, events);
}

MoveReport stamp(const Config& config, std::string_view target, const MoveEvents& events) {
  return stamp(context_of(config), StampRequest{.targets = {std::string(target)}}, events);
}

std::string upgrade_script(const Config& config, std::string_view range) {
  return upgrade(context_of(config), UpgradeRequest{.target = std::string(range), .sql = true}).script;
}

std::string downgrade_script(const Config& config, std::string_view range) {
  return downgrade(context_of(config), DowngradeRequest{.target = std::string(range), .sql = true}).script;
}

CurrentReport current(const Config& config) {
  return current(context_of(config));
}

std::vector<RevisionView> heads(const Config& config) {
  return heads(context_of(config), HeadsRequest{});
}

std::vector<RevisionView> history(const Config& config, std::string_view range) {
  return history(context_of(config), HistoryRequest{.range = std::string(range)});
}

NewFileReport revision(const Config& config, std::string_view message) {
  RevisionRequest request;
  request.message = message;
  return revision(context_of(config), request);
}

BuildReport build(const Config& config) {
  return build(context_of(config), BuildRequest{});
}

}  // namespace migrate::command

#include "migrate/runtime/cpp_script.hpp"

#include <fmt/format.h>

#include <iterator>

#include "migrate/runtime/backfill.hpp"
#include "migrate/schema/request.hpp"
#include "migrate/script/error.hpp"

namespace migrate::runtime {
namespace {

using schema::RequestKind;

/// One call of a revision's function in offline mode.
class OfflineCall {
 public:
  OfflineCall(const PreparedStep& step, const RevisionInputs& inputs,
              const std::function<void(const PreparedStep&, const std::string&)>& on_log)
      : step_(step), inputs_(inputs), on_log_(on_log), renderer_(step.path, inputs.naming, step.transaction) {}

  std::vector<PlacedStatement> run() {
    if (!call()) throw script::RevisionError(said_, hint_);
    return std::move(statements_);
  }

  PreviewedStatements preview() {
    if (!call() && !ended_by_refusal_) throw script::RevisionError(said_, hint_);
    return {std::move(statements_), std::move(questions_)};
  }

 private:
  /// True: the function came to its end.
  bool call() {
    schema::RunInfo info;
    info.revision = step_.step.revision;
    info.offline = true;
    info.x = inputs_.x;
    const bool returned = step_.cpp_body(schema::encode(info), [this](std::string_view bytes) { return serve(bytes); });
    return returned && finished_;
  }

  script::ServeReply serve(std::string_view bytes) {
    try {
      return serve(schema::decode_request(bytes));
    } catch (const CppFault& error) {
      throw script::RevisionError(error.what(), error.hint());
    } catch (const schema::WireError& error) {
      throw script::RevisionError(
          fmt::format("{}: the revision sent bytes that make no sense ({})", step_.path.string(), error.what()),
          "It has probably written over memory that is not its own.");
    }
  }

  script::ServeReply serve(const schema::Request& request) {
    // What was asked for before comes along with a question as well.
    if (request.kind == RequestKind::query) append(renderer_.render(request.operations));
    const std::string at = cpp_place(step_.path, request.file, request.line);
    switch (request.kind) {
      case RequestKind::log:
        if (on_log_) on_log_(step_, request.text);
        return {};
      case RequestKind::failed:
        note_thrown(request, at);
        return {};
      case RequestKind::query:
        questions_.push_back(at);
        offline_refusal_ = fmt::format("{}: revision {} needs a live database here, which --sql does not have", at,
                                       step_.step.revision);
        return {true, schema::encode(schema::ErrorReply{schema::ErrorKind::offline, offline_refusal_, {}})};
      case RequestKind::finished:
        finished_ = true;
        break;
      case RequestKind::operations:
      case RequestKind::backfill:
        break;
    }
    append(renderer_.render(request.operations));
    if (request.kind == RequestKind::backfill) {
      append(cut_statements(Backfill::whole_statement(request, at), at, renderer_.outside()));
    }
    return {};
  }

  void append(std::vector<PlacedStatement> more) {
    statements_.insert(statements_.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
  }

  void note_thrown(const schema::Request& request, const std::string& at) {
    if (!offline_refusal_.empty() && request.text == offline_refusal_) {
      ended_by_refusal_ = true;
      said_ = offline_refusal_;
      hint_ = "Let the revision ask op.is_offline() first, or run it online.";
      return;
    }
    said_ = fmt::format("{}: the revision threw {}{}{}", at,
                        request.exception.empty() ? "something that is no exception" : request.exception,
                        request.text.empty() ? "" : ": ", request.text);
    hint_ = "Mend the revision, then try again.";
  }

  const PreparedStep& step_;
  const RevisionInputs& inputs_;
  const std::function<void(const PreparedStep&, const std::string&)>& on_log_;
  CppRenderer renderer_;
  std::vector<PlacedStatement> statements_;
  std::vector<std::string> questions_;
  bool finished_ = false, ended_by_refusal_ = false;
  std::string offline_refusal_;
  std::string said_ = "the revision ended without saying how", hint_;
};

}  // namespace

std::vector<PlacedStatement> offline_statements(
    const PreparedStep& step, const RevisionInputs& inputs,
    const std::function<void(const PreparedStep&, const std::string&)>& on_log) {
  return OfflineCall(step, inputs, on_log).run();
}

PreviewedStatements previewed_statements(const PreparedStep& step, const RevisionInputs& inputs) {
  return OfflineCall(step, inputs, {}).preview();
}

}  // namespace migrate::runtime

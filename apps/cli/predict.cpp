// mote predict: what a model says of files, for people in 80 columns and for programs as JSON.
//
// The answers are Predictor's; here they are only laid out. JSON is written window by window, so that a long
// recording takes no more memory than its answers.
#include "mote/predict.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <map>

#include "base/terminal_lines.h"
#include "base/text.h"
#include "cli.h"
#include "file_notes.h"
#include "mote/error.h"
#include "terminal.h"

namespace mote::cli {

namespace {

struct Options : Common {
  std::vector<std::string> arguments, assignments;
  std::string precision;
  bool has_all = false, is_emulated = false;
  std::string core;
};

constexpr size_t kMostLines = 40, kLongestLabel = 24;

std::string percent(double share) { return fmt::format("{:3.0f} %", 100 * share); }

// Of the terminal; in a file or a pipe nothing is left out.
size_t room() {
  const size_t columns = columns_now(Stream::kOut);
  return columns > 0 ? columns : std::string().max_size();
}
std::string padded(const std::string &text, size_t width) {
  return text + std::string(width - std::min(width, columns_of(text)), ' ');
}
class Layout {
 public:
  Layout(const Predictor &model, bool has_all) : model_(model), has_all_(has_all) {
    for (const std::string &label : model.labels()) label_width_ = std::max(label_width_, columns_of(label));
    if (room_ < std::string().max_size()) label_width_ = std::min(label_width_, kLongestLabel);
  }

  // One line a file, and below a file of several windows those, where it is the only one or all are asked
  // for.
  std::string text(const std::vector<FilePrediction> &files, bool is_alone) const {
    size_t longest = 0;
    for (const FilePrediction &f : files) longest = std::max(longest, columns_of(f.file));
    const size_t rest = label_width_ + 30;  // label, percent, number of windows
    const size_t width = std::min(longest, room_ > rest + 20 ? room_ - rest : 20);
    std::string out;
    for (const FilePrediction &f : files) {
      out += line_of(f, is_alone ? longest : width);
      if (f.windows.size() > 1 && (is_alone || has_all_)) out += windows_of(f);
    }
    out.pop_back();
    return out;
  }

 private:
  bool is_classifier() const { return model_.target() == ModelTarget::kClasses; }
  std::string label(int index) const {
    if (index == StreamDecision::kNothing) return "NOTHING";
    return index < 0 ? "UNKNOWN" : shortened(model_.labels()[static_cast<size_t>(index)], label_width_);
  }

  // Of a detector's single window.
  std::string score_of(const FilePrediction &f) const {
    if (!model_.threshold() || f.windows.size() != 1) return "";
    return fmt::format("  score {:.4g} (an anomaly from {:.4g} on)", f.windows[0].score, *model_.threshold());
  }

  std::string line_of(const FilePrediction &f, size_t width) const {
    std::string line = padded(shortened(f.file, width), width) + "  ";
    if (is_classifier())
      line += padded(label(f.label), label_width_) + "  " + percent(f.probability) + score_of(f);
    else if (model_.target() == ModelTarget::kInput)
      line += fmt::format("error {:.4g}", f.error);
    else if (f.windows.size() == 1)
      line += values_of(f, 0);
    if (f.windows.size() > 1)
      line += fmt::format("  {} windows", with_commas(static_cast<long long>(f.windows.size())));
    return line + "\n";
  }

  // Recordings of a file are answered each by itself: how often as what.
  std::string counts_of(const FilePrediction &f) const {
    std::vector<size_t> count(model_.labels().size()), order;
    for (const WindowPrediction &w : f.windows) ++count[static_cast<size_t>(w.label)];
    for (size_t c = 0; c < count.size(); ++c)
      if (count[c] > 0 && count[c] < f.windows.size()) order.push_back(c);
    std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return count[a] > count[b]; });
    std::string text;
    for (size_t c : order) {
      const std::string next = fmt::format(" {} x {}", label(static_cast<int>(c)), count[c]);
      if (columns_of(text) + columns_of(next) + 4 > room_) return text + " ...\n";
      text += (text.empty() ? " " : ",") + next;
    }
    return text.empty() ? "" : text + "\n";
  }

  std::string values_of(const FilePrediction &f, size_t window) const {
    const size_t count = f.values.size() / f.windows.size();
    std::string text;
    for (size_t k = 0; k < count; ++k)
      text += fmt::format("{}{:.5g}", k > 0 ? "  " : "", f.values[window * count + k]);
    return text;
  }

  // Where rows `from` to `to` of the recording lie.
  std::string place(const FilePrediction &f, const PredictedRecording &r, long from, long to) const {
    std::string text = f.recordings.size() > 1 && r.line > 0 ? fmt::format("line {}", r.line) : "";
    if (f.is_whole || (!text.empty() && r.windows == 1)) return text;
    if (!text.empty()) text += ", ";
    if (f.rate_hz > 0)
      return text + fmt::format("{:.2f}-{:.2f} s", static_cast<double>(from) / f.rate_hz,
                                static_cast<double>(to) / f.rate_hz);
    return text + fmt::format("rows {}-{}", from, to - 1);
  }

  struct Line {
    std::string place, label, rest;
  };
  std::string laid_out(const std::vector<Line> &lines) const {
    size_t width = 0;
    for (const Line &l : lines) width = std::max(width, l.place.size());
    std::string out;
    for (size_t i = 0; i < lines.size(); ++i) {
      if (i == kMostLines && !has_all_) {
        out += fmt::format("  and {} more lines; --all lists every window\n", lines.size() - i);
        break;
      }
      const Line &l = lines[i];
      const std::string line =
          "  " + padded(l.place, width) + "  " + padded(l.label, label_width_) + "  " + l.rest;
      out += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
    }
    return out;
  }

  // Windows of one recording that follow each other with the same answer are one line.
  std::string windows_of(const FilePrediction &f) const {
    std::vector<Line> lines;
    const std::string counts = f.recordings.size() > 1 && is_classifier() ? counts_of(f) : "";
    for (const PredictedRecording &r : f.recordings) {
      for (size_t i = r.first; i < r.first + r.windows;) {
        size_t end = i + 1;
        while (!has_all_ && is_classifier() && end < r.first + r.windows &&
               f.windows[end].label == f.windows[i].label)
          ++end;
        const long from = f.windows[i].start - r.start,
                   to = std::min(r.rows, f.windows[end - 1].start - r.start + window_of(r));
        Line line{place(f, r, from, to), "", ""};
        if (is_classifier()) {
          double sum = 0;
          for (size_t k = i; k < end; ++k) sum += double{f.windows[k].probability};
          line.label = label(f.windows[i].label);
          line.rest = percent(sum / static_cast<double>(end - i));
          if (model_.threshold() && end == i + 1)
            line.rest += fmt::format("  score {:.4g}", f.windows[i].score);
          if (end > i + 1) line.rest += fmt::format("  {} windows", end - i);
          if (has_all_ && f.windows[i].decision != f.windows[i].label)
            line.rest += "  push(): " + label(f.windows[i].decision);
        } else {
          line.label = model_.target() == ModelTarget::kInput
                           ? fmt::format("error {:.4g}", f.windows[i].error)
                           : values_of(f, i);
        }
        lines.push_back(std::move(line));
        i = end;
      }
    }
    std::string out = counts + laid_out(lines);
    const bool has_streams = std::any_of(f.recordings.begin(), f.recordings.end(),
                                         [](const PredictedRecording &r) { return r.windows > 1; });
    if (model_.has_push() && has_streams) out += decisions_of(f);
    return out;
  }

  long window_of(const PredictedRecording &r) const { return model_.window() > 0 ? model_.window() : r.rows; }

  // The moments at which what push() answers changes.
  std::string decisions_of(const FilePrediction &f) const {
    std::vector<Line> lines;
    for (const PredictedRecording &r : f.recordings) {
      for (size_t i = r.first; i < r.first + r.windows; ++i) {
        if (i > r.first && f.windows[i].decision == f.windows[i - 1].decision) continue;
        const long last = std::min(r.rows, f.windows[i].start - r.start + window_of(r)) - 1;
        std::string where = f.recordings.size() > 1 && r.line > 0 ? fmt::format("line {}, ", r.line) : "";
        where += f.rate_hz > 0 ? fmt::format("at {:.2f} s", static_cast<double>(last) / f.rate_hz)
                               : fmt::format("at row {}", last);
        lines.push_back({where, label(f.windows[i].decision), ""});
      }
    }
    return decision_words() + laid_out(lines);
  }

  std::string decision_words() const {
    const DecisionRule &rule = model_.rule();
    const std::string unknown =
        rule.threshold > 0 ? fmt::format(", UNKNOWN below {:.0f} %", rule.threshold / 2.56) : "";
    if (rule.policy == DecisionPolicy::kTrigger)
      return fmt::format("Decisions of push(), a window for each event{}:\n", unknown);
    return fmt::format("Decisions of push(), a window every {} rows, mean of {}{}:\n", rule.stride,
                       rule.smoothing, unknown);
  }

  const Predictor &model_;
  bool has_all_;
  const size_t room_ = room();
  size_t label_width_ = 0;
};

std::string dumped(const nlohmann::json &json) {
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

RunOrModel model_of(Options &o) {
  std::string name;
  if (!o.arguments.empty() && is_run_or_model(o.arguments[0])) {
    name = o.arguments[0];
    o.arguments.erase(o.arguments.begin());
  }
  if (o.arguments.empty()) throw CLI::RequiredError("FILE, behind the run,");
  if (!name.empty() && std::filesystem::is_regular_file(name)) {
    if (!o.assignments.empty())
      throw Error(ErrorCode::kInvalidArgument, "--set", "a model file has no settings", "give its run");
    return find_run_or_model(name);
  }
  RunFolder folder = find_run(name);
  folder.assignments = o.assignments;
  RunOrModel found;
  found.run.emplace(folder);
  return found;
}

// What became of every file that was named.
struct AnsweredFiles {
  std::vector<std::string> names;  // in the order in which they were given
  std::vector<FilePrediction> answered;
  std::map<size_t, Error> refused;       // by place in `names`
  std::vector<EmulatedReplay> emulated;  // of those that are answered
};

bool is_of_file(const Error &e) {
  return e.code() == ErrorCode::kDataFormat || e.code() == ErrorCode::kNotFound || e.code() == ErrorCode::kIo;
}

// A file that cannot be answered does not keep the others from it.
AnsweredFiles answer_files(const Predictor &model, const std::vector<std::string> &arguments,
                           const Core *core) {
  AnsweredFiles files;
  const auto attempt = [&](const std::string &name, auto step) {
    try {
      step();
    } catch (const Error &e) {
      if (!is_of_file(e)) throw;
      files.refused.emplace(files.names.size(), e);
      files.names.push_back(name);
    }
  };
  for (const std::string &argument : arguments) {
    std::vector<std::string> names;
    attempt(argument, [&] { names = model.files_of(argument); });
    for (const std::string &name : names) {
      bool is_answered = false;
      attempt(name, [&] {
        files.answered.push_back(model.predict(name));
        is_answered = true;
      });
      if (!is_answered) continue;
      files.names.push_back(name);
      if (core != nullptr) files.emulated.push_back(model.emulate(files.answered.back(), *core));
    }
  }
  return files;
}

nlohmann::json window_json(const Predictor &model, const FilePrediction &f, size_t i) {
  const WindowPrediction &w = f.windows[i];
  const auto name = [&](int label) { return model.labels()[static_cast<size_t>(label)]; };
  nlohmann::json window = {{"start", w.start}};
  if (model.target() == ModelTarget::kClasses) {
    window["label"] = name(w.label);
    window["probability"] = w.probability;
    window["decision"] = decision_json(w.decision, model.labels());
    if (model.threshold()) window["score"] = w.score;
  } else if (model.target() == ModelTarget::kInput) {
    window["error"] = w.error;
  } else {
    const auto count = static_cast<long>(f.values.size() / f.windows.size());
    const auto from = f.values.begin() + static_cast<long>(i) * count;
    window["values"] = std::vector<float>(from, from + count);
  }
  return window;
}

void write_file_json(const Predictor &model, const FilePrediction &f) {
  if (model.target() == ModelTarget::kClasses)
    std::cout << ",\"label\":" << dumped(model.labels()[static_cast<size_t>(f.label)])
              << ",\"probability\":" << dumped(f.probability);
  else if (model.target() == ModelTarget::kInput)
    std::cout << ",\"error\":" << dumped(f.error);
  std::cout << ",\"windows\":[";
  for (size_t i = 0; i < f.windows.size(); ++i)
    std::cout << (i > 0 ? ",\n" : "\n") << dumped(window_json(model, f, i));
  std::cout << "]";
}

// {"files":[{"file","label","probability","windows":[{"start","label","probability","decision"}],
// "emulated"}]}; of a file without an answer {"file","error"}.
void write_json(const Predictor &model, const AnsweredFiles &files) {
  std::cout << "{\"files\":[";
  size_t next = 0;  // of those that are answered
  for (size_t i = 0; i < files.names.size(); ++i) {
    std::cout << (i == 0 ? "\n" : ",\n") << "{\"file\":" << dumped(files.names[i]);
    if (const auto refused = files.refused.find(i); refused != files.refused.end()) {
      std::cout << ",\"error\":" << dumped(refused->second.what());
    } else {
      write_file_json(model, files.answered[next]);
      if (!files.emulated.empty())
        std::cout << ",\"emulated\":" << dumped(emulated_json(files.emulated[next], model.labels()));
      ++next;
    }
    std::cout << "}";
  }
  std::cout << "]}\n";
}

void warn_of(const AnsweredFiles &files) {
  std::vector<FileNotes> notes;
  for (const FilePrediction &f : files.answered) notes.push_back({f.file, f.notes});
  warn(notes_of(notes));
}

// One file is refused as by any command; of several each has its sentence, and the last says how many.
void throw_refused(const AnsweredFiles &files) {
  if (files.refused.empty()) return;
  if (files.names.size() == 1) throw files.refused.begin()->second;
  std::vector<FileNotes> sentences;
  for (const auto &[place, error] : files.refused) {
    sentences.push_back({files.names[place], {}});
    sentences.back().notes.emplace_back(error.what());
  }
  for (const std::string &sentence : notes_of(sentences)) complain(sentence);
  throw Error(ErrorCode::kDataFormat, "predict",
              fmt::format("{} of {} files {} no answer", files.refused.size(), files.names.size(),
                          files.refused.size() == 1 ? "has" : "have"));
}

}  // namespace

void add_predict(CLI::App &app) {
  auto o = std::make_shared<Options>();
  CLI::App *c =
      app.add_subcommand("predict", "label and probability of recordings and images, without labels");
  c->add_option("FILE", o->arguments,
                "files or folders that training reads, without labels; the first may be the model: a run, a "
                "project or a .mote; default: the newest run here")
      ->required();
  c->add_option("--precision", o->precision, "float or int8; default: int8 where the run has it")
      ->check(CLI::IsMember({"float", "int8"}));
  c->add_flag("--all,-v", o->has_all, "a line for every window, and those of every file");
  add_emulate_options(c, o->is_emulated, o->core);
  add_set_option(c, o->assignments);
  describe(c, *o, "mote predict wave new/punch.csv new/unknown.csv");
  c->callback([o] {
    check_assignments(o->assignments, {"data", "decision"});
    RunOrModel target = model_of(*o);
    const Core *core = nullptr;
    if (o->is_emulated) core = &core_to_emulate(o->core, target.run ? &target.run->project() : nullptr);
    const Predictor model(std::move(target), o->precision);
    warn(model.notes());
    const AnsweredFiles files = answer_files(model, o->arguments, core);
    warn_of(files);
    if (o->json) {
      write_json(model, files);
    } else if (!files.answered.empty()) {
      std::string text = Layout(model, o->has_all).text(files.answered, files.names.size() == 1);
      for (const EmulatedReplay &e : files.emulated) text += "\n" + e.line();
      result(*o, nullptr, text);
    }
    throw_refused(files);
  });
}

}  // namespace mote::cli

// Exports of Label Studio: JSON, a list of tasks with their annotations, and JSON_MIN, a list of tasks with
// what their control tags say at top level.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <tuple>

#include "base/error.h"
#include "base/form.h"
#include "base/text.h"
#include "data/csv.h"
#include "data/intervals.h"
#include "data/label_files.h"
#include "data/moment.h"
#include "data/readers/readers.h"
#include "data/text_lines.h"

namespace mote {

using nlohmann::json;

namespace {

constexpr const char *kListsOfClasses[] = {"timeserieslabels", "labels", "choices", "hypertextlabels"};

std::string decoded_url(const std::string &text) {
  const auto digit = [](char c) { return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10; };
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool is_code = text[i] == '%' && i + 2 < text.size() && std::isxdigit(byte_of(text[i + 1])) &&
                         std::isxdigit(byte_of(text[i + 2]));
    if (is_code) {
      out += static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2]));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

constexpr const char *kUpload = "/data/upload/";

// "/data/upload/1/1a2b3c4d-a%20b.csv" -> "1a2b3c4d-a b.csv"; "/data/local-files/?d=set/a.wav" -> "set/a.wav"
std::string file_of_url(const std::string &url) {
  if (const size_t local = url.find("?d="); local != url.npos)
    return fs::path(decoded_url(url.substr(local + 3))).relative_path().string();
  return fs::path(decoded_url(url.substr(0, url.find('?')))).filename().string();
}

// What an upload puts before a name: eight digits of a hash.
std::string without_upload_mark(const std::string &name) {
  constexpr size_t kDigits = 8;
  const bool is_marked = name.size() > kDigits + 1 && name[kDigits] == '-' &&
                         std::all_of(name.begin(), name.begin() + kDigits,
                                     [](char c) { return std::isxdigit(byte_of(c)) != 0; });
  return is_marked ? name.substr(kDigits + 1) : name;
}

class LabelStudioReader {
 public:
  LabelStudioReader(const std::string &path, LabelBook &book, std::vector<Finding> &findings)
      : path_(path), book_(book), findings_(findings) {}

  void read(const json &tasks) {
    if (!tasks.is_array()) refuse("is no export of Label Studio: it is " + described(tasks));
    for (const json &task : tasks) {
      ++task_;
      if (!task.is_object()) refuse(fmt::format("holds {} as task {}", described(task), task_));
      if (task.contains("annotations") || task.contains("completions"))
        read_task(task);
      else
        read_flat_task(task);
    }
    say(same_name_,
        "are of another upload than the first of their file's name, and are taken for the same recording: is "
        "each of them of it?");
    say(several_, "have several annotations; the first of each is taken");
    say(cancelled_, "were skipped by their annotator and have no class");
    say(more_classes_, "have regions of several classes; the first of each is taken");
    say(other_classes_,
        "give a recording another class than what stands before it; the first of each is taken");
  }

 private:
  [[noreturn]] void refuse(const std::string &what) const {
    throw Error(ErrorCode::kDataFormat, path_, what,
                "export it as JSON or JSON-MIN, or leave it out with data.exclude");
  }

  void say(const std::set<size_t> &tasks, const char *what) {
    if (tasks.empty()) return;
    findings_.push_back(
        {Severity::kWarning, path_,
         fmt::format("{} of {} tasks {} (the first is task {})", tasks.size(), task_, what, *tasks.begin())});
  }

  // Which of these texts is the recording: of data, or of a flat task.
  std::string file_among(const json &fields) {
    std::string any;
    for (const auto &[key, value] : fields.items()) {
      if (!value.is_string()) continue;
      const std::string name = file_of_url(value.get<std::string>());
      if (reader_of(name)) {
        is_upload_ = value.get_ref<const std::string &>().find(kUpload) != std::string::npos;
        return name;
      }
      if (any.empty() && value.get_ref<const std::string &>().find('/') != std::string::npos) any = name;
    }
    return any;
  }

  FileLabels &labels_of(const std::string &name) {
    if (name.empty()) refuse(fmt::format("task {} names no file of a recording", task_));
    const std::string bare = is_upload_ && !book_.knows(name) ? without_upload_mark(name) : name;
    FileLabels &labels = book_.entry(bare, path_);
    book_.add_alias(name, bare);
    if (bare != name && upload_of_.try_emplace(bare, name).first->second != name) same_name_.insert(task_);
    labels.unit = MarkUnit::kColumn;
    labels.may_count_rows = true;
    return labels;
  }

  void read_task(const json &task) {
    std::string name;
    is_upload_ = task.contains("file_upload") && task.at("file_upload").is_string();
    if (is_upload_) name = file_of_url(task.at("file_upload").get<std::string>());
    if (name.empty() && task.contains("data") && task.at("data").is_object())
      name = file_among(task.at("data"));
    FileLabels &labels = labels_of(name);
    const json &list = task.contains("annotations") ? task.at("annotations") : task.at("completions");
    if (!list.is_array()) refuse(fmt::format("task {} has {} as annotations", task_, described(list)));
    const json *first = nullptr;
    for (const json &a : list) {
      if (!a.is_object()) refuse(fmt::format("task {} has {} as an annotation", task_, described(a)));
      if (a.contains("was_cancelled") && a.at("was_cancelled") == true) continue;
      if (first) several_.insert(task_);
      if (!first) first = &a;
    }
    if (!first && !list.empty()) cancelled_.insert(task_);
    if (!first || !first->contains("result")) return;
    if (!first->at("result").is_array()) refuse(fmt::format("task {} has no list of results", task_));
    for (const json &result : first->at("result")) {
      if (!result.is_object() || !result.contains("value") || !result.at("value").is_object()) continue;
      take_value(result.at("value"), labels);
    }
  }

  // A region, or the class of all. Other values (texts, ratings) say nothing of classes.
  void take_value(const json &value, FileLabels &labels) {
    for (const char *key : kListsOfClasses) {
      const auto list = value.find(key);
      if (list == value.end() || !list->is_array() || list->empty() || !(*list)[0].is_string()) continue;
      if (list->size() > 1) more_classes_.insert(task_);
      const std::string label = (*list)[0];
      if (value.contains("start") && value.contains("end")) {
        const bool is_new = regions_.insert({task_, value.at("start").dump(), value.at("end").dump()}).second;
        const bool is_of_region = key == std::string_view("choices") && !is_new;  // it says more of a stretch
        if (!is_of_region) add_mark(value, label, labels);
      } else {
        if (!labels.label) labels.label = label;
        if (*labels.label != label) other_classes_.insert(task_);
      }
      return;
    }
  }

  void add_mark(const json &value, const std::string &label, FileLabels &labels) {
    Mark m{moment(value.at("start"), labels), moment(value.at("end"), labels), label, "", 0};
    if (value.contains("instant") && value.at("instant") == true) m.to = m.from;
    if (m.to < m.from && labels.unit != MarkUnit::kClock)  // which may be behind midnight
      refuse(fmt::format("task {} has a region of '{}' that ends before it begins", task_, printable(label)));
    labels.marks.push_back(std::move(m));
  }

  // A number, or a time as the time column has it.
  double moment(const json &value, FileLabels &labels) const {
    if (value.is_number() && std::isfinite(value.get<double>())) return value.get<double>();
    if (!value.is_string())
      refuse(fmt::format("task {} has a region from or to {}", task_, described(value)));
    const std::string &text = value.get_ref<const std::string &>();
    const Moment at = parse_moment(text);
    if (at.kind == MomentKind::kDate || at.kind == MomentKind::kDateTime) {
      labels.is_text = true;
      return at.seconds;
    }
    const double seconds = seconds_of(text);
    if (!std::isfinite(seconds))
      refuse(fmt::format("task {} has a region from or to '{}', which is no time that mote reads", task_,
                         printable(text)));
    if (text.find(':') != text.npos) {
      labels.unit = MarkUnit::kClock;
      labels.is_text = true;
      labels.has_seconds |= has_seconds_of_day(text);
    }
    return seconds;
  }

  void read_flat_task(const json &task) {
    static const std::set<std::string> kBeside = {"created_at", "updated_at", "annotator", "lead_time"};
    is_upload_ = false;
    const std::string name = file_among(task);
    if (task.contains("id") && !seen_.insert({task.at("id").dump(), name}).second) {
      several_.insert(task_);
      return;
    }
    FileLabels &labels = labels_of(name);
    std::vector<std::string> words;
    for (const auto &[key, value] : task.items()) {
      if (value.is_array() && !value.empty() && value[0].is_object())
        for (const json &region : value)
          if (region.is_object()) take_value(region, labels);
      if (value.is_object()) take_value(value, labels);
      const bool is_word = value.is_string() && kBeside.count(key) == 0;
      if (is_word && file_of_url(value.get<std::string>()) != name) words.push_back(value);
    }
    if (labels.marks.empty() && !labels.label && words.size() == 1) labels.label = words[0];
  }

  const std::string &path_;
  LabelBook &book_;
  std::vector<Finding> &findings_;
  size_t task_ = 0;
  bool is_upload_ = false;
  std::set<std::pair<std::string, std::string>> seen_;  // tasks of JSON-MIN and their recordings
  std::set<std::tuple<size_t, std::string, std::string>> regions_;
  std::map<std::string, std::string> upload_of_;  // by the name without its mark
  std::set<size_t> same_name_, several_, cancelled_, more_classes_, other_classes_;  // tasks
};

}  // namespace

bool looks_like_label_studio(const std::string &head) {
  const size_t start = head.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
  if (start == head.npos || head[start] != '[') return false;
  const auto has = [&](const char *key) { return head.find(fmt::format("\"{}\"", key)) != head.npos; };
  return has("annotations") || has("completions") || has("annotator") || has("annotation_id") ||
         has("file_upload") || has("timeserieslabels") || (has("labels") && has("start"));
}

void parse_label_studio(const std::string &bytes, const std::string &path, LabelBook &book,
                        std::vector<Finding> &findings) {
  const json tasks = parse_json(bytes, path, "is no export of Label Studio:", "export it again");
  LabelStudioReader(path, book, findings).read(tasks);
}

}  // namespace mote

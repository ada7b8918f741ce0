// Tags are a word a line. A note is an item of a list, "- 2026-11-22 13:40: text", so that notes.md reads
// well in any editor, and what somebody adds there by hand is a note, too. One writer at a time: a lock
// beside the run makes two commands of the same moment both count.
//
// The files go with their folder when it is moved or copied, and an index that is made anew finds them.
#include "portfolio/marks.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/clock.h"
#include "base/error.h"
#include "base/file_lock.h"
#include "base/files.h"
#include "base/text.h"
#include "mote/portfolio.h"
#include "runs/json_file.h"

namespace mote {

using nlohmann::json;

namespace {

constexpr size_t kLongestTag = 64, kLongestNote = 10'000, kLargestFile = size_t{1} << 20;

std::vector<std::string> lines_of_file(const fs::path &path) {
  std::error_code code;
  if (!fs::exists(path, code)) return {};
  const std::string text = read_file(path, kLargestFile);
  std::vector<std::string> lines;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    if (!lines.back().empty() && lines.back().back() == '\r') lines.back().pop_back();
    at = end + 1;
  }
  return lines;
}

// Held while a mark is read, changed and written.
FileLock lock_marks(const std::string &run_path) {
  const fs::path path = fs::absolute(run_path).lexically_normal();
  const fs::path run = path.has_filename() ? path : path.parent_path();
  return FileLock(run.parent_path() / fmt::format(".{}.marks.lock", run.filename().string()));
}

void check_tag(const std::string &tag) {
  const auto refuse = [&](const std::string &why) {
    return Error(ErrorCode::kInvalidArgument, "tag", fmt::format("'{}' {}", tag, why),
                 "a tag is a word, such as best or customer-a");
  };
  if (tag.empty()) throw refuse("is empty");
  if (tag.size() > kLongestTag) throw refuse(fmt::format("is longer than {} bytes", kLongestTag));
  if (!is_utf8(tag)) throw refuse("is not UTF-8");
  for (const char c : tag)
    if (byte_of(c) <= ' ' || c == ',' || c == '\'' || c == '"' || byte_of(c) == 127)
      throw refuse("has a blank, a comma, a quote or a control character");
}

void write_tags(const std::string &run_path, const std::vector<std::string> &tags) {
  const fs::path path = fs::path(run_path) / run_file::kTags;
  std::error_code code;
  if (!tags.empty())
    write_file(path, fmt::format("{}\n", fmt::join(tags, "\n")));
  else if (fs::exists(path, code) && !fs::remove(path, code))
    throw io_error(path, "remove the file", code.value());
}

}  // namespace

std::vector<std::string> tags_of(const std::string &run_path) {
  std::vector<std::string> tags;
  for (const std::string &line : lines_of_file(fs::path(run_path) / run_file::kTags)) {
    const std::string tag(trim(line));
    if (!tag.empty() && std::find(tags.begin(), tags.end(), tag) == tags.end()) tags.push_back(tag);
  }
  return tags;
}

std::vector<std::string> notes_of(const std::string &run_path) {
  std::vector<std::string> notes;
  for (const std::string &line : lines_of_file(fs::path(run_path) / run_file::kNotes)) {
    const std::string text(trim(line));
    if (text.empty()) continue;
    if (text.starts_with("- ") || notes.empty())
      notes.push_back(text.starts_with("- ") ? text.substr(2) : text);
    else
      notes.back() += " " + text;
  }
  return notes;
}

std::string note_text(const std::string &note) {
  constexpr std::string_view kTime = "0000-00-00 00:00: ";
  if (note.size() <= kTime.size()) return note;
  for (size_t i = 0; i < kTime.size(); ++i)
    if (kTime[i] == '0' ? std::isdigit(byte_of(note[i])) == 0 : note[i] != kTime[i]) return note;
  return note.substr(kTime.size());
}

std::vector<std::string> add_tags(const RunFolder &run, const std::vector<std::string> &tags) {
  for (const std::string &tag : tags) check_tag(tag);
  const FileLock lock = lock_marks(run.path);
  std::vector<std::string> all = tags_of(run.path);
  for (const std::string &tag : tags)
    if (std::find(all.begin(), all.end(), tag) == all.end()) all.push_back(tag);
  write_tags(run.path, all);
  return all;
}

std::vector<std::string> remove_tags(const RunFolder &run, const std::vector<std::string> &tags) {
  const FileLock lock = lock_marks(run.path);
  std::vector<std::string> all = tags_of(run.path);
  for (const std::string &tag : tags) {
    const auto found = std::find(all.begin(), all.end(), tag);
    if (found == all.end())
      throw Error(ErrorCode::kNotFound, run.path, fmt::format("has no tag '{}'", tag),
                  all.empty() ? "it has none" : fmt::format("it has {}", fmt::join(all, ", ")));
    all.erase(found);
  }
  write_tags(run.path, all);
  return all;
}

std::vector<std::string> run_tags(const RunFolder &run) { return tags_of(run.path); }
std::vector<std::string> run_notes(const RunFolder &run) { return notes_of(run.path); }

std::string add_note(const RunFolder &run, const std::string &text) {
  const auto refuse = [&](const std::string &why) {
    return Error(ErrorCode::kInvalidArgument, "note", why,
                 "write it in words, at most 10,000 bytes of UTF-8");
  };
  if (trim(text).empty()) throw refuse("the text is empty");
  if (text.size() > kLongestNote) throw refuse(fmt::format("the text has {} bytes", text.size()));
  if (!is_utf8(text)) throw refuse("the text is not UTF-8");
  // one item of the list, whatever lines it was given in
  std::string line;
  for (const char c : std::string(trim(text))) {
    const bool is_blank = byte_of(c) <= ' ' || byte_of(c) == 127;
    if (!is_blank || line.empty() || line.back() != ' ') line += is_blank ? ' ' : c;
  }
  const std::string note = fmt::format("{:%Y-%m-%d %H:%M}: {}", record_time(), line);
  const FileLock lock = lock_marks(run.path);
  const fs::path path = fs::path(run.path) / run_file::kNotes;
  std::error_code code;
  std::string all = fs::exists(path, code) ? read_file(path, kLargestFile) : "";
  if (!all.empty() && all.back() != '\n') all += '\n';
  all += "- " + note + "\n";
  if (all.size() > kLargestFile)
    throw Error(ErrorCode::kInvalidArgument, path.string(), "would be longer than 1 MB",
                "shorten it by hand");
  write_file(path, all);
  return note;
}

json target_figures(const Profile &p) {
  json figures = {{"target", p.board ? p.board->name : p.core},
                  {"flash_bytes", p.flash_bytes()},
                  {"ram_bytes", p.all_ram_bytes()}};
  if (p.has_instructions()) figures["instructions"] = p.instructions;
  if (p.timing)
    figures["ms"] = 1e3 * p.timing->call_s;
  else if (p.cycles && p.board)
    figures["ms"] = p.ms(p.cycles->cycles);
  return figures;
}

json kept_profile(const Run &run) {
  const json &list = run.json(run_file::kDevices);
  json found;
  if (!list.is_array() || !run.has_integer_model()) return found;
  for (const json &d : list) {
    if (d.value("int8_model", "") != run.digest(run_file::kIntegerModel)) continue;
    found = {{"target", d.value("target", d.at("core").get<std::string>())},
             {"flash_bytes", d.at("flash_bytes")},
             {"ram_bytes", d.at("ram_bytes").get<uint64_t>() + d.value("stream_bytes", uint64_t{0})}};
    if (d.contains("instructions")) found["instructions"] = d.at("instructions");
    if (d.contains("measured"))
      found["ms"] = d.at("measured").at("ms");
    else if (d.contains("latency_ms"))
      found["ms"] = d.at("latency_ms");
  }
  return found;
}

}  // namespace mote

// What a proposal says, written down as a mote.toml: each setting that differs from its default, with
// reasons, questions and the first findings as comments.
//
// What is proposed is decided in propose.cpp, the network in propose_layers.cpp.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/error.h"
#include "base/escape.h"
#include "base/text.h"
#include "data/label_files.h"
#include "data/readers/readers.h"
#include "mote/project.h"
#include "project/propose.h"

namespace mote {

namespace {

std::string toml_list(const std::vector<std::string> &texts) {
  std::vector<std::string> all;
  for (const std::string &t : texts) all.push_back(toml_quoted(t));
  return fmt::format("[{}]", fmt::join(all, ", "));
}
// One line of a comment, whatever a file put into it.
std::string comment(const std::string &text) {
  size_t end = std::min<size_t>(text.size(), 300);
  while (end < text.size() && end > 0 && (byte_of(text[end]) & 0xC0) == 0x80) --end;  // no half letter
  std::string out;
  for (char c : text.substr(0, end)) out += byte_of(c) < 32 || c == 127 ? '?' : c;
  return "# " + out + (end < text.size() ? "..." : "") + "\n";
}

bool has_integer_classes(const Recordings &set) {
  return std::all_of(set.labels.begin(), set.labels.end(), [](const std::string &label) {
    return label.find_first_not_of("0123456789") == label.npos;
  });
}

std::string class_names_to_fill_in(const Recordings &set) {
  std::vector<std::string> names;
  for (const std::string &label : set.labels) names.push_back("name of " + label);
  return fmt::format("# class_names = {}\n", toml_list(names));
}

// Stretches of one sound are not on both sides.
bool have_cut_files(const Recordings &set) {
  const FilesAround around = files_on_disk();
  const bool has_labels = std::any_of(set.files.begin(), set.files.end(), [&](const SourceFile &f) {
    return label_format_of(f.path, around) != nullptr;
  });
  std::set<std::string> files;
  return std::any_of(set.items.begin(), set.items.end(), [&](const Recording &r) {
    return !files.insert(r.file).second && (has_labels || is_sound(r.file) || is_acquisition(r.file));
  });
}

std::string proposed_split(const Recordings &set) {
  std::set<std::string> groups, parts, free_groups;  // free: not in a part that is held back
  for (const Recording &r : set.items) {
    groups.insert(r.group);
    parts.insert(r.part);
    if (r.part != "test" && r.part != "val") free_groups.insert(r.group);
  }
  const bool are_parts = groups == std::set<std::string>{"test", "train"};
  const bool has_test = are_parts || parts.count("test") > 0, has_val = parts.count("val") > 0;
  const bool has_intervals = !set.options.intervals.empty() || have_cut_files(set),
             has_groups = free_groups.size() >= 3;
  std::string t = "\n[split]                  # whole recordings go to one side\n";
  const bool is_by_group =
      has_groups && (has_intervals || !set.options.file_names.empty() || have_mixed_files(set));
  if (is_by_group)
    t += "by = \"group\"           # a person, or a session, stays on one side\n";
  else if (has_intervals)  // not parts of one recording on both sides
    t += "by = \"file\"\n";
  if (has_test) t += "test_groups = [\"test\"]  # as its authors divided it\n";
  if (has_val) t += "val_groups = [\"val\"]\n";
  t += has_test && has_val ? "train = 1\nval = 0\ntest = 0\n"
       : has_test          ? "train = 0.8\nval = 0.2\ntest = 0\n"
       : has_val           ? "train = 0.85\nval = 0\ntest = 0.15\n"
                           : "train = 0.7\nval = 0.15\ntest = 0.15\n";
  if (has_groups && !is_by_group && !has_intervals)
    t += "# by = \"folder\"          # or \"group\": keeps a person on one side\n";
  return t;
}

}  // namespace

// Recordings of one file, of different classes, are of one person.
bool have_mixed_files(const Recordings &set) {
  std::map<std::string, std::string> label_of;
  return std::any_of(set.items.begin(), set.items.end(), [&](const Recording &r) {
    return label_of.try_emplace(r.file, r.label).first->second != r.label;
  });
}

std::string proposed_toml(const Proposal &proposal, const Recordings &set, const std::string &name,
                          bool is_autoencoder) {
  const LoadOptions &o = proposal.load;
  std::vector<std::string> reasons = set.reading;
  reasons.insert(reasons.end(), proposal.decisions.begin(), proposal.decisions.end());
  std::string t =
      "# A mote project, proposed from files that stay where they are. Every setting is explained in "
      "docs/guide.md.\n";
  t += fmt::format("# {} recordings, {} class{}, channels {}\n", set.items.size(), set.labels.size(),
                   set.labels.size() == 1 ? "" : "es",
                   set.channels.size() <= 12 ? fmt::format("{}", fmt::join(set.channels, ", "))
                                             : std::to_string(set.channels.size()));
  t += fmt::format("name = {}\nseed = 7\n\n[data]\n", toml_quoted(name));
  for (const std::string &r : reasons) t += comment(r);
  for (const std::string &q : proposal.questions) t += comment("QUESTION: " + q);
  size_t shown = 0;
  for (const Finding &f : set.findings)
    if (f.severity != Severity::kNote && shown++ < 5)
      t += comment(fmt::format("finding: {}: {}", f.where, f.message));
  if (shown > 5) t += fmt::format("# and {} more findings: `mote data` shows them\n", shown - 5);
  t += fmt::format("path = {}\n", toml_quoted(proposal.data_path));
  const auto list = [&](const char *key, const std::vector<std::string> &values) {
    if (!values.empty()) t += fmt::format("{} = {}\n", key, toml_list(values));
  };
  list("files", o.files);
  list("exclude", o.exclude);
  list("channels", o.channels);
  list("join", o.join);
  list("file_names", o.file_names);
  if (!o.intervals.empty()) t += fmt::format("intervals = {}\n", toml_quoted(o.intervals));
  list("class_names", o.class_names);
  if (!o.label_column.empty()) t += fmt::format("label_column = {}\n", toml_quoted(o.label_column));
  if (set.is_features && has_integer_classes(set)) t += class_names_to_fill_in(set);
  if (o.rows_per_recording > 0) t += fmt::format("rows_per_recording = {}\n", o.rows_per_recording);
  if (o.skip_bad_rows) t += "skip_bad_rows = true\n";
  if (o.image_channels > 0) t += fmt::format("image_channels = {}\n", o.image_channels);
  if (o.image.is_set()) t += fmt::format("image_size = [{}, {}]\n", o.image.height, o.image.width);
  if (o.is_resampled) t += fmt::format("rate_hz = {:g}\nresample = true\n", o.rate_hz);
  if (o.window > 0) t += fmt::format("window = {}\nstride = {}\n", o.window, o.stride);
  if (o.short_recordings == ShortRecordings::kEdge) t += "padding = \"edge\"\n";
  if (o.short_recordings == ShortRecordings::kZero) t += "padding = \"zero\"\n";
  if (set.rate_hz == 0 && set.image_height == 0 && !set.is_features) t += "# rate_hz =\n";
  t += proposed_split(set);
  if (are_sounds(set) && !is_autoencoder) t += "\n[features]\nblocks = [{ block = \"mfe\" }]\n";
  t += "\n[model]\nlayers = [\n" + proposed_layers(set, proposal.load.window, is_autoencoder) +
       "]\n\n[train]\nepochs = 60\nbatch = 16\n";
  if (is_autoencoder) t += "loss = \"mse\"\ntarget = \"input\"\n";
  t += "learning_rate = 0.001\n\n[train.early_stopping]\npatience = 15\n";
  if (!is_utf8(t))
    throw Error(ErrorCode::kDataFormat, proposal.data_path,
                "the name of a file or folder is not UTF-8 text, so mote.toml cannot hold it", "rename it");
  return t;
}

}  // namespace mote

// A bundle is a zip of one folder, <run>/, which is the run itself without pictures and marks, with a few
// golden windows, and beside its records: manifest.json (every file with size and SHA-256), recordings.json,
// answers.json, the .tflite, the C, the report and a README. Unpacked it is a run folder that every command
// takes.
//
// Checked by verify.cpp. The same run gives the same bytes: nothing here is of the time or the machine.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/digest.h"
#include "base/error.h"
#include "base/files.h"
#include "base/version.h"
#include "base/zip.h"
#include "data/npy.h"
#include "mote/files.h"
#include "portfolio/bundle.h"
#include "runs/golden.h"
#include "runs/json_file.h"

namespace mote {

using nlohmann::json;

namespace {

// As an exporter takes them: n * all / count.
void take_windows(Dataset &golden, size_t count) {
  const size_t all = golden.size(), floats = golden.example_floats();
  Dataset few = golden;
  few.values.clear();
  few.classes.clear();
  few.sources.clear();
  for (size_t n = 0; n < count; ++n) {
    const size_t at = n * all / count;
    few.values.insert(few.values.end(), golden.example(at), golden.example(at) + floats);
    few.classes.push_back(golden.classes[at]);
    few.sources.push_back(golden.sources[at]);
  }
  golden = std::move(few);
}

void add_golden_windows(const Run &run, size_t count, ZipEntries &files) {
  Dataset golden = golden_windows(run);
  if (golden.size() == 0)
    throw Error(ErrorCode::kDataFormat, run.path(), "keeps no golden windows (an older mote made it)",
                "train anew");
  take_windows(golden, std::min(count, golden.size()));
  json record = run.json(run_file::kGolden);
  record["windows"] = golden.size();
  record["classes"] = golden.classes;
  record["sources"] = json::array();
  for (const ExampleSource &s : golden.sources) record["sources"].push_back({s.file, s.line, s.row});
  files[run_file::kGolden] = json_text(record);
  files[run_file::kGoldenValues] = format_npy_f32(
      {golden.size(), static_cast<size_t>(golden.window), static_cast<size_t>(golden.channels)},
      golden.values.data());
  files[bundle_file::kAnswers] = json_text(answers_of(run, golden));
}

void add_records(const Run &run, ZipEntries &files) {
  for (const char *name : bundle_records())
    if (run.has(name)) files[name] = run.text(name);
  if (run.knows_its_data())
    files[bundle_file::kRecordings] = json_text(run.json(run_file::kRecord).at("recordings"));
}

// A page without what its pictures call their surfaces by: a number that counts all pictures of a process.
std::string with_own_numbers(const std::string &page) {
  static constexpr std::string_view kName = "surface";
  std::map<std::string, size_t> numbers;
  std::string text;
  size_t from = 0;
  for (size_t at; (at = page.find(kName, from)) != std::string::npos;) {
    const size_t digits = at + kName.size();
    size_t end = digits;
    while (end < page.size() && page[end] >= '0' && page[end] <= '9') ++end;
    text += page.substr(from, digits - from);
    if (end > digits) {
      const auto number = numbers.emplace(page.substr(digits, end - digits), numbers.size());
      text += std::to_string(number.first->second);
    }
    from = end;
  }
  return text + page.substr(from);
}

std::string readme_of(const Run &run, const std::string &name, const std::vector<std::string> &left_out) {
  const json &record = run.json(run_file::kRecord);
  std::string text = fmt::format(
      "# {0}\n\nA run of mote {1}, made on {2}: model.mote (float), model_int8.mote, the same as C (c/) and "
      ".tflite, how "
      "they were made (mote.toml, run.json), what they are worth (evaluation.json) and the report "
      "(report.html).\n\n"
      "The recordings are not in it: recordings.json has the name, the size, the SHA-256 and the part of "
      "each. {3}\n\n"
      "    mote verify {0}.zip                      # is it whole, and are the figures those of these files\n"
      "    unzip {0}.zip\n"
      "    mote summary {0}                         # or report, profile, export\n"
      "    mote reproduce {0} --in PROJECT          # train anew where the recordings are: the same bits\n",
      name, kVersion, record.value("created", "?"),
      fmt::format("A few windows of them are: golden.npy and the golden vectors of the C."));
  if (left_out.empty()) return text;
  text += "\nLeft out:\n\n";
  for (const std::string &what : left_out) text += "- " + what + "\n";
  return text;
}

}  // namespace

const std::vector<const char *> &bundle_records() {
  static const std::vector<const char *> kNames = {
      run_file::kRecord,   run_file::kProject,    run_file::kData,         run_file::kSummary,
      run_file::kHistory,  run_file::kHistoryCsv, run_file::kHistorySvg,   run_file::kModel,
      run_file::kMean,     run_file::kDeviation,  run_file::kIntegerModel, run_file::kQuantize,
      run_file::kCompress, run_file::kEvaluation, run_file::kConfusionSvg, run_file::kExplain,
      run_file::kDevices};
  return kNames;
}

json answers_of(const Run &run, const Dataset &golden) {
  const std::vector<int8_t> outputs = integer_outputs(run.integer_model(), golden);
  const size_t each = golden.size() > 0 ? outputs.size() / golden.size() : 0;
  json list = json::array();
  for (size_t i = 0; i < golden.size(); ++i)
    list.push_back(std::vector<int>(outputs.begin() + static_cast<std::ptrdiff_t>(i * each),
                                    outputs.begin() + static_cast<std::ptrdiff_t>((i + 1) * each)));
  return {{"int8_model", run.digest(run_file::kIntegerModel)}, {"outputs", list}};
}

std::map<std::string, std::string> bundle_c(const Run &run) {
  const TemporaryFolder temporary("mote-bundle");
  const fs::path folder = temporary.path() / "c";
  const RunExport kept = export_options(run);
  ExportCOptions options = kept.with_golden();
  options.golden_count = static_cast<int>(kept.golden.size());
  const ExportedC made = export_c(run.integer_model(), folder.string(), options);
  std::map<std::string, std::string> files;
  for (const std::string &name : made.files) files["c/" + name] = read_file(folder / name);
  return files;
}

WrittenBundle export_bundle(const Run &run, const std::string &path, int golden) {
  if (run.is_imported())
    throw Error(
        ErrorCode::kUnsupported, run.path(),
        "was imported without recordings, so a bundle could neither answer for its windows nor be made again",
        "`mote export --format c` and `--format tflite` take it");
  const std::string name = name_of_path(run.path());
  if (fs::path(path).extension() != ".zip")
    throw Error(ErrorCode::kInvalidArgument, path, "is no name of a zip", fmt::format("write {}.zip", path));
  run.integer_model();
  WrittenBundle result{path, 0, {}, {}};
  ZipEntries files;
  add_records(run, files);
  add_golden_windows(run, static_cast<size_t>(golden), files);
  {
    // the C has the golden windows of the bundle, so that whoever has it can write the same
    const TemporaryFolder temporary("mote-bundle");
    for (const auto &[file, bytes] : files) write_new_file(temporary.path() / file, bytes);
    for (auto &[file, bytes] : bundle_c(Run(RunFolder{temporary.path().string(), run.folder().project, {}})))
      files[file] = std::move(bytes);
  }
  try {
    files[bundle_file::kTflite] = format_tflite(run.integer_model());
  } catch (const Error &e) {
    if (e.code() != ErrorCode::kUnsupported) throw;
    result.left_out.push_back(fmt::format("{}: {}", bundle_file::kTflite, e.what()));
  }
  files[run_file::kReport] = with_own_numbers(report_page(run));
  files[bundle_file::kReadme] = readme_of(run, name, result.left_out);
  json manifest = {{"format", kBundleFormat},
                   {"kind", "bundle"},
                   {"mote", kVersion},
                   {"run", name},
                   {"model", run.digest(run_file::kModel)},
                   {"int8_model", run.digest(run_file::kIntegerModel)},
                   {"data_digest", run.data_digest()},
                   {"reproduce", fmt::format("mote reproduce {} --in PROJECT", name)},
                   {"left_out", result.left_out},
                   {"files", json::array()}};
  for (const auto &[file, bytes] : files) {
    manifest["files"].push_back({{"path", file}, {"bytes", bytes.size()}, {"sha256", sha256(bytes)}});
    result.files.push_back(file);
  }
  files[bundle_file::kManifest] = json_text(manifest);
  ZipEntries entries;
  for (auto &[file, bytes] : files) entries[name + "/" + file] = std::move(bytes);
  const std::string bytes = format_zip(entries);
  if (const fs::path folder = fs::path(path).parent_path(); !folder.empty()) {
    std::error_code code;
    fs::create_directories(folder, code);
    if (code) throw io_error(folder, "create the folder", code.value());
  }
  write_file(path, bytes);
  result.bytes = bytes.size();
  return result;
}

}  // namespace mote

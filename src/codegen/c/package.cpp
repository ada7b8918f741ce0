// The packages: which file of the exported C goes where, and what each build system wants beside them. The
// texts are in templates/<package>/.
//
// A package changes no file of the model. Sources of the layouts: Arduino library specification 1.5, ESP-IDF
// "Build System" (idf_component_register), Zephyr "Modules", PlatformIO "library.json".
#include "codegen/c/package.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/checksum.h"
#include "base/error.h"
#include "base/template.h"
#include "base/text.h"
#include "base/version.h"
#include "base/zip.h"
#include "codegen/c/c_text.h"
#include "codegen/c/capture.h"
#include "codegen/c/marked_folder.h"
#include "codegen/c/templates.h"
#include "data/sound.h"
#include "mote/names.h"

namespace mote {

namespace {

using Files = std::map<std::string, std::string>;

struct Package {
  const IntegerProgram &program;
  const ExportedC &made;
  const Files &c;  // as export_c wrote them
  const std::string name;
  const TemplateValues shared;

  Package(const IntegerProgram &p, const ExportedFiles &exported)
      : program(p),
        made(exported.made),
        c(exported.files),
        name("mote_" + made.name),
        shared({{"version", kVersion},
                {"title", ForeignText{p.name}},
                {"model", name},
                {"MODEL", upper_case(name)},
                {"buffer_bytes", made.buffer_bytes},
                {"stack_bytes", with_commas(made.stack_bytes)},
                {"weight_bytes", made.weight_bytes}}) {}

  std::string filled(const char *file, const TemplateValues &values = {}) const {
    return fill_template(file, c_template(file), values, shared);
  }
  // "src/model.c", "src/model_selftest.c", ...: all but the self-test for a computer.
  std::string sources(const char *separator) const {
    std::vector<std::string> list;
    for (const auto &[file, text] : c)
      if (file.ends_with(".c") && file != "selftest.c") list.push_back("src/" + file);
    return fmt::format("{}", fmt::join(list, separator));
  }
  bool has_stream() const { return c.contains("stream.c"); }
};

// Longer names are refused by the Arduino IDE (library specification 1.5); the checksum keeps them apart.
std::string arduino_name(const std::string &name) {
  constexpr size_t kLongest = 63;
  if (name.size() <= kLongest) return name;
  const std::string end = fmt::format("_{:08x}", checksum(name));
  return name.substr(0, kLongest - end.size()) + end;
}

std::string forward(const std::string &header) { return "#include \"" + header + "\"\n"; }

bool is_about_licences(const std::string &file) { return file == "LICENSE" || file == "NOTICE"; }

// Sounds are read in units of 16 bits; tables and arrays of others may hold samples from -1 to 1.
bool is_of_one(const Preprocessing &front) {
  constexpr float kMost = 100;  // 1/300 of full scale in 16 bits: silence
  return front.channel_ranges.empty() ||
         std::max(-front.channel_ranges[0].low, front.channel_ranges[0].high) <= kMost;
}

// The rates that the PDM library of the Nano 33 BLE Sense takes (its PDM.cpp), and how the model's own comes
// of one.
TemplateValues microphone_values(const Preprocessing &front) {
  const double rate_hz = front.rate_hz;
  constexpr double kRates[] = {16000, 41667};
  constexpr double kSpeechRate = kRates[0], kNearly = 0.005;  // of a rate: no word sounds otherwise
  constexpr int kMostAveraged = 16;
  const double wanted = rate_hz > 0 ? rate_hz : kSpeechRate;
  const auto values = [&](double microphone_hz, int averaged, const std::string &said) {
    return TemplateValues{{"microphone_hz", microphone_hz > 0 ? fmt::format("{:.0f}", microphone_hz) : ""},
                          {"averaged", averaged},
                          {"rate", fmt::format("{:g}", wanted)},
                          {"full_scale", is_of_one(front) ? "1" : "32768"},
                          {"unit", is_of_one(front) ? "1.0f / 32768 / AVERAGED" : "1.0f / AVERAGED"},
                          {"said", said}};
  };
  if (rate_hz <= 0)
    return values(kSpeechRate, 1, fmt::format("{:g} Hz; the recordings had no rate", kSpeechRate));
  for (int averaged = 1; averaged <= kMostAveraged; ++averaged)
    for (const double microphone_hz : kRates)
      if (std::fabs(microphone_hz / averaged / wanted - 1) < kNearly)
        return values(microphone_hz, averaged,
                      averaged == 1
                          ? fmt::format("{:g} Hz", microphone_hz)
                          : fmt::format("{:g} Hz, the mean of each {} samples is one of the model's {:g} Hz",
                                        microphone_hz, averaged, wanted));
  return values(
      0, 1,
      fmt::format(
          "The microphone gives 16000 or 41667 samples a second, of which no whole number makes one of "
          "the model's {:g} Hz: train it with recordings of 16000 Hz, or 8000 Hz",
          wanted));
}

// library.properties, library.json, src/, examples/. The model's files lie in a folder below src/, so that
// those of two libraries do not meet.
Files arduino(const Package &p) {
  Files f;
  for (const auto &[file, text] : p.c)
    if (file != "selftest.c" && file != "README.md")
      f[is_about_licences(file) ? file : "src/" + p.made.name + "/" + file] = text;
  f["src/" + p.name + ".h"] = forward(p.made.name + "/model.h");
  f["library.properties"] = p.filled("arduino/library.properties.in", {{"library", arduino_name(p.name)}});
  // PlatformIO reads it before library.properties, which would keep the model to the framework Arduino
  f["library.json"] = p.filled("arduino/library.json.in", {{"library", arduino_name(p.name)}});
  f["keywords.txt"] = p.filled("arduino/keywords.txt.in");
  std::string sketches;
  const auto add_sketch = [&](const std::string &name, const TemplateValues &values = {}) {
    f["examples/" + name + "/" + name + ".ino"] = p.filled(("arduino/" + name + ".ino.in").c_str(), values);
    sketches += (sketches.empty() ? "" : ", ") + name;
  };
  add_sketch("SelfTest");
  add_sketch("Benchmark");
  f["examples/Benchmark/timed_model.c"] = p.filled("arduino/timed_model.c.in", {{"folder", p.made.name}});
  if (p.has_stream()) {
    const Preprocessing &front = p.program.front_end;
    constexpr int kAcceleration = 3, kMotion = 6;  // channels as recordings have them: acceleration, rotation
    add_sketch("SerialInput");
    if (front.channels == kAcceleration || front.channels == kMotion) {
      add_sketch("Imu",
                 {{"channel_names", ForeignText{fmt::format("{}", fmt::join(front.channel_names, ", "))}},
                  {"rate_hz", fmt::format("{:g}", front.rate_hz)}});
      for (const auto &[file, text] : imu_files()) f["examples/Imu/" + file] = text;
    }
    if (front.channels == 1) add_sketch("Microphone", microphone_values(front));
  }
  f["README.md"] =
      p.filled("arduino/README.md.in",
               {{"sketches", sketches}, {"folder", p.made.name}, {"library", arduino_name(p.name)}});
  return f;
}

Files esp_idf(const Package &p) {
  Files f;
  for (const auto &[file, text] : p.c) {
    if (file == "selftest.c" || file == "README.md") continue;
    f[is_about_licences(file) ? file
      : file == "model.h"     ? "include/" + p.name + "/" + file
                              : "src/" + file] = text;
  }
  f["src/model.h"] = forward("../include/" + p.name + "/model.h");
  f["include/" + p.name + ".h"] = forward(p.name + "/model.h");
  f["CMakeLists.txt"] = p.filled("esp-idf/CMakeLists.txt.in", {{"sources", p.sources("\n    ")}});
  f["idf_component.yml"] = p.filled("esp-idf/idf_component.yml.in");
  const std::string benchmark = "examples/benchmark/";
  f[benchmark + "CMakeLists.txt"] = p.filled("esp-idf/benchmark/CMakeLists.txt.in");
  f[benchmark + "main/CMakeLists.txt"] =
      "idf_component_register(SRCS main.c PRIV_INCLUDE_DIRS ../../../src)\n";
  f[benchmark + "main/main.c"] = p.filled("esp-idf/benchmark/main.c.in");
  f["README.md"] = p.filled("esp-idf/README.md.in");
  return f;
}

Files zephyr(const Package &p) {
  Files f;
  for (const auto &[file, text] : p.c)
    if (file != "selftest.c" && file != "README.md") f[is_about_licences(file) ? file : "src/" + file] = text;
  f["include/" + p.name + ".h"] = forward("../src/model.h");
  f["zephyr/module.yml"] = p.filled("zephyr/module.yml.in");
  f["Kconfig"] = p.filled("zephyr/Kconfig.in");
  f["CMakeLists.txt"] = p.filled("zephyr/CMakeLists.txt.in", {{"sources", p.sources("\n    ")}});
  const std::string benchmark = "samples/benchmark/";
  f[benchmark + "CMakeLists.txt"] = p.filled("zephyr/benchmark/CMakeLists.txt.in");
  f[benchmark + "prj.conf"] = "CONFIG_PRINTK=y\n";
  f[benchmark + "src/main.c"] = p.filled("zephyr/benchmark/main.c.in");
  f["README.md"] = p.filled("zephyr/README.md.in");
  return f;
}

Files cmake(const Package &p) {
  Files f;
  for (const auto &[file, text] : p.c)
    if (file != "README.md") f[is_about_licences(file) ? file : "src/" + file] = text;
  f["include/" + p.name + ".h"] = forward("../src/model.h");
  f["CMakeLists.txt"] = p.filled("cmake/CMakeLists.txt.in", {{"sources", p.sources("\n  ")}});
  f["README.md"] = p.filled("cmake/README.md.in");
  return f;
}

using Writer = Files (*)(const Package &);
const NameTable<Writer> &writers() {
  static const NameTable<Writer> kWriters(
      {{"arduino", arduino}, {"esp-idf", esp_idf}, {"zephyr", zephyr}, {"cmake", cmake}});
  return kWriters;
}

}  // namespace

const std::vector<std::string> &package_formats() {
  static const std::vector<std::string> kFormats = writers().names();
  return kFormats;
}

ExportedFiles package_in_memory(const IntegerProgram &program, const std::string &format,
                                const ExportCOptions &options) {
  const Writer *writer = writers().find(format);
  if (!writer)
    throw Error(ErrorCode::kInvalidArgument, "export", fmt::format("there is no package '{}'", format),
                fmt::format("there are {}", fmt::join(package_formats(), ", ")));
  const ExportedFiles exported = export_in_memory(program, options);
  const Package p(program, exported);
  ExportedFiles result{exported.made, (*writer)(p)};
  if (*writer == arduino) {
    ZipEntries zip;
    for (const auto &[file, text] : result.files) zip[arduino_name(p.name) + "/" + file] = text;
    result.files[arduino_name(p.name) + ".zip"] = format_zip(zip);
  }
  result.made.files.clear();
  for (const auto &[file, text] : result.files) result.made.files.push_back(file);
  return result;
}

ExportedC export_package(const IntegerProgram &program, const std::string &format, const std::string &folder,
                         const ExportCOptions &options) {
  ExportedFiles made = package_in_memory(program, format, options);
  made.made.changed_files = write_marked_folder(folder, format, made.files, options.force);
  return made.made;
}

bool is_in_units_of_16_bits(const Preprocessing &front) {
  const auto &names = front.channel_names;
  return !names.empty() && std::all_of(names.begin(), names.end(), is_sound_channel) && !is_of_one(front);
}

}  // namespace mote

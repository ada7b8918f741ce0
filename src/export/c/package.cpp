#include "export/c/package.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <map>

#include "base/error.h"
#include "base/files.h"
#include "base/version.h"
#include "base/zip.h"
#include "export/c/c_text.h"
#include "mote/names.h"

namespace mote {

namespace {

using Files = std::map<std::string, std::string>;

struct Package {
  const IntegerProgram &program;
  ExportedC made;
  Files c;  // as export_c wrote them
  std::string name, upper;

  std::vector<std::string> sources(bool has_selftest) const {
    std::vector<std::string> list;
    for (const auto &[file, text] : c)
      if (file.ends_with(".c") && file != "selftest.c" && (has_selftest || file != "model_selftest.c"))
        list.push_back(file);
    return list;
  }
  std::string needs() const {
    return fmt::format(
        "It needs {} bytes of RAM for activations, up to 1 KB of stack, and {} bytes of flash for weights.",
        made.buffer_bytes, made.weight_bytes);
  }
  bool has_stream() const { return c.count("stream.c") > 0; }
};

std::string joined(const std::vector<std::string> &list, const std::string &prefix,
                   const std::string &separator) {
  std::string text;
  for (const std::string &s : list) text += (text.empty() ? "" : separator) + prefix + s;
  return text;
}

// Sketches
// ---------------------------------------------------------------------------------------------------

std::string head(const Package &p, const std::string &what) {
  return fmt::format("// {}\n#include <{}.h>\n", what, p.name);
}

const char *kAnswer =
    "  if (answer == {1}_NOTHING) return; // no whole window yet\n"
    "  Serial.println(answer == {1}_UNKNOWN ? \"unknown\" : {0}_labels[answer]);\n";

std::string answer(const Package &p) { return fmt::format(fmt::runtime(kAnswer), p.name, p.upper); }

std::string selftest_sketch(const Package &p) {
  return head(p, "Compares the golden vectors of the model with what this board computes.") +
         fmt::format(
             "\nvoid setup() {{\n  Serial.begin(115200);\n  while (!Serial) {{}}\n  const int failed = "
             "{0}_selftest();\n"
             "  Serial.print({1}_GOLDEN_COUNT - failed);\n  Serial.print(\" of \");\n  "
             "Serial.print({1}_GOLDEN_COUNT);\n"
             "  Serial.println(\" golden vectors equal\");\n}}\n\nvoid loop() {{}}\n",
             p.name, p.upper);
}

// Channels as motion recordings have them: acceleration, then rotation.
std::string imu_sketch(const Package &p) {
  const int channels = p.program.front_end.channels;
  return head(p,
              "Classifies motion of the Nano 33 BLE Sense (for Rev2 include Arduino_BMI270_BMM150.h "
              "instead).") +
         "#include <Arduino_LSM9DS1.h>\n\nvoid setup() {\n  Serial.begin(115200);\n  if (!IMU.begin()) {\n   "
         " "
         "Serial.println(\"no motion sensor\");\n    while (true) {}\n  }\n}\n\nvoid loop() {\n" +
         fmt::format("  float row[{}_CHANNELS]; // {}\n", p.upper,
                     commentable(fmt::format("{}", fmt::join(p.program.front_end.channel_names, ", ")))) +
         (channels == 6 ? "  if (!IMU.accelerationAvailable() || !IMU.gyroscopeAvailable()) return;\n"
                          "  IMU.readAcceleration(row[0], row[1], row[2]);\n  IMU.readGyroscope(row[3], "
                          "row[4], row[5]);\n"
                        : "  if (!IMU.accelerationAvailable()) return;\n  IMU.readAcceleration(row[0], "
                          "row[1], row[2]);\n") +
         fmt::format("  const int answer = {}_push(row);\n", p.name) + answer(p) + "}\n";
}

std::string microphone_sketch(const Package &p) {
  const double rate = p.program.front_end.rate_hz > 0 ? p.program.front_end.rate_hz : 16000;
  return head(p, "Classifies the samples of a PDM microphone.") +
         fmt::format(
             "#include <PDM.h>\n\nstatic const float unit[1] = {{1.0f / 32768}}; // of the training data: "
             "full scale is 1\n"
             "static int16_t samples[256];\nstatic volatile int count = 0;\n\nstatic void receive() {{\n  "
             "int bytes = "
             "PDM.available();\n  if (bytes > (int)sizeof samples) bytes = sizeof samples;\n  "
             "PDM.read(samples, bytes);\n  count = "
             "bytes / 2;\n}}\n\nvoid setup() {{\n  Serial.begin(115200);\n  PDM.onReceive(receive);\n  if "
             "(!PDM.begin(1, {:.0f})) {{\n   "
             " Serial.println(\"no microphone\");\n    while (true) {{}}\n  }}\n}}\n\nstatic void push(const "
             "int16_t *sample) {{\n  const int "
             "answer = {}_push_s16(sample, unit);\n{}}}\n\nvoid loop() {{\n  const int n = count;\n  if (n "
             "== 0) return;\n  for (int i = 0; "
             "i < n; ++i) push(samples + i);\n  count = 0;\n}}\n",
             rate, p.name, answer(p));
}

std::string serial_sketch(const Package &p) {
  return head(p,
              "Classifies rows of numbers that come over the serial port, as a sensor sketch prints them.") +
         fmt::format(
             "\nvoid setup() {{\n  Serial.begin(115200);\n}}\n\nvoid loop() {{\n  float row[{0}_CHANNELS];\n "
             " if (!Serial.available()) "
             "return;\n  for (int i = 0; i < {0}_CHANNELS; ++i) row[i] = Serial.parseFloat();\n  const int "
             "answer = {1}_push(row);\n",
             p.upper, p.name) +
         answer(p) + "}\n";
}

// Packages
// ---------------------------------------------------------------------------------------------------

// Arduino library specification 1.5: library.properties, src/, examples/. The model's files lie in a folder
// below src/, so that those of two libraries do not meet.
Files arduino(const Package &p) {
  Files f;
  const std::string below = "src/" + p.made.name + "/";
  for (const auto &[file, text] : p.c)
    if (file != "selftest.c" && file != "README.md" && file != "LICENSE" && file != "NOTICE")
      f[below + file] = text;
  f["src/" + p.name + ".h"] = fmt::format("#include \"{}/model.h\"\n", p.made.name);
  f["LICENSE"] = p.c.at("LICENSE"), f["NOTICE"] = p.c.at("NOTICE");
  f["library.properties"] = fmt::format(
      "name={0}\nversion={1}\nauthor=mote\nmaintainer=mote\nsentence=The model '{2}' as "
      "C.\nparagraph=Generated by mote: no heap, no "
      "interpreter, {3} bytes of RAM for activations, {4} bytes of weights.\ncategory=Data "
      "Processing\nurl=https://www.arduino.cc/reference/en/libraries/\n"
      "architectures=*\nincludes={0}.h\n",
      p.name, kVersion, commentable(p.program.name), p.made.buffer_bytes, p.made.weight_bytes);
  f["keywords.txt"] = fmt::format(
      "{0}_invoke\tKEYWORD2\n{0}_predict\tKEYWORD2\n{0}_push\tKEYWORD2\n{0}_selftest\tKEYWORD2\n", p.name);
  f["examples/SelfTest/SelfTest.ino"] = selftest_sketch(p);
  std::string sketches = "SelfTest";
  if (p.has_stream()) {
    const int channels = p.program.front_end.channels;
    f["examples/SerialInput/SerialInput.ino"] = serial_sketch(p), sketches += ", SerialInput";
    if (channels == 3 || channels == 6) f["examples/Imu/Imu.ino"] = imu_sketch(p), sketches += ", Imu";
    if (channels == 1)
      f["examples/Microphone/Microphone.ino"] = microphone_sketch(p), sketches += ", Microphone";
  }
  f["README.md"] = fmt::format(
      "# {0}: Arduino library\n\nIn the IDE: Sketch, Include Library, Add .ZIP Library, {0}.zip (or copy "
      "this folder to "
      "libraries/).\nThen File, Examples, {0}: {1}.\nIn a sketch: `#include <{0}.h>`; what there is stands "
      "in "
      "`src/{2}/model.h`.\n{3}\nRun SelfTest once: it compares this board's outputs with the desk's, byte "
      "for byte.\n",
      p.name, sketches, p.made.name, p.needs());
  return f;
}

Files esp_idf(const Package &p) {
  Files f;
  for (const auto &[file, text] : p.c)
    if (file != "selftest.c" && file != "README.md")
      f[file.ends_with(".c") || file == "golden.h" ? "src/" + file : file] = text;
  for (const auto &[file, text] : p.c)
    if (file.ends_with(".h"))
      f.erase(file), f[(file == "model.h" ? "include/" + p.name + "/" : "src/") + file] = text;
  f["src/model.h"] = fmt::format("#include \"../include/{}/model.h\"\n", p.name);
  f["include/" + p.name + ".h"] = fmt::format("#include \"{}/model.h\"\n", p.name);
  f["CMakeLists.txt"] = fmt::format(
      "idf_component_register(\n  SRCS {}\n  INCLUDE_DIRS \"include\"\n  PRIV_INCLUDE_DIRS "
      "\"src\")\ntarget_compile_options(${{COMPONENT_LIB}} "
      "PRIVATE -O2)\n",
      joined(p.sources(true), "src/", "\n    "));
  f["idf_component.yml"] =
      fmt::format("version: \"{}\"\ndescription: \"The model '{}' as C, generated by mote\"\n", kVersion,
                  commentable(p.program.name));
  f["README.md"] = fmt::format(
      "# {0}: ESP-IDF component\n\nCopy this folder to `components/{0}` of your project; `idf.py build` "
      "finds it.\nIn your code: `#include "
      "\"{0}.h\"`; what there is stands in `include/{0}/model.h`.\n{1}\nName it in `REQUIRES` of the "
      "component that uses it (main needs "
      "nothing).\nCall `{0}_selftest()` once: 0 means that this chip gives the desk's bytes.\n",
      p.name, p.needs());
  return f;
}

Files zephyr(const Package &p) {
  Files f;
  for (const auto &[file, text] : p.c)
    if (file != "selftest.c" && file != "README.md" && file != "LICENSE" && file != "NOTICE")
      f["src/" + file] = text;
  f["LICENSE"] = p.c.at("LICENSE"), f["NOTICE"] = p.c.at("NOTICE");
  f["include/" + p.name + ".h"] = fmt::format("#include \"../src/model.h\"\n");
  f["zephyr/module.yml"] = fmt::format("name: {}\nbuild:\n  cmake: .\n  kconfig: Kconfig\n", p.name);
  f["Kconfig"] = fmt::format("config {}\n\tbool \"The model '{}', generated by mote\"\n\tdefault y\n",
                             p.upper, commentable(p.program.name));
  f["CMakeLists.txt"] = fmt::format(
      "if(CONFIG_{0})\n  zephyr_library_named({1})\n  zephyr_library_sources(\n    {2})\n  "
      "zephyr_library_include_directories(src)\n"
      "  zephyr_library_compile_options(-O2)\n  zephyr_include_directories(include)\nendif()\n",
      p.upper, p.name, joined(p.sources(true), "src/", "\n    "));
  f["README.md"] = fmt::format(
      "# {0}: Zephyr module\n\nAdd it to your application: `west build -- "
      "-DZEPHYR_EXTRA_MODULES=/path/to/this/folder`.\n`CONFIG_{2}=y` (the "
      "default) compiles it; in your code: `#include <{0}.h>`.\nWhat there is stands in "
      "`src/model.h`.\n{1}\nCall `{0}_selftest()` once: 0 "
      "means that this chip gives the desk's bytes.\n",
      p.name, p.needs(), p.upper);
  return f;
}

Files cmake(const Package &p) {
  Files f;
  for (const auto &[file, text] : p.c)
    if (file != "README.md") f[file == "LICENSE" || file == "NOTICE" ? file : "src/" + file] = text;
  f["include/" + p.name + ".h"] = fmt::format("#include \"../src/model.h\"\n");
  f["CMakeLists.txt"] = fmt::format(
      "cmake_minimum_required(VERSION 3.13)\nproject({0} C)\nadd_library({0} STATIC\n  "
      "{1})\ntarget_include_directories({0} PUBLIC include "
      "PRIVATE src)\nset_target_properties({0} PROPERTIES C_STANDARD 99)\nif(CMAKE_SOURCE_DIR STREQUAL "
      "CMAKE_CURRENT_SOURCE_DIR AND NOT "
      "CMAKE_CROSSCOMPILING)\n  enable_testing()\n  add_executable({0}_test src/selftest.c)\n  "
      "target_include_directories({0}_test PRIVATE src)\n  "
      "target_link_libraries({0}_test PRIVATE {0})\n  add_test(NAME {0} COMMAND {0}_test)\nendif()\n",
      p.name, joined(p.sources(true), "src/", "\n  "));
  f["README.md"] = fmt::format(
      "# {0}: CMake library\n\nIn your project: `add_subdirectory({0})` and `target_link_libraries(firmware "
      "PRIVATE {0})`.\nIn your code: "
      "`#include <{0}.h>`; what there is stands in `src/model.h`.\n{1}\nAlone it builds its self-test: "
      "`cmake -B build && cmake --build build && "
      "ctest --test-dir build`.\nC99, no other library; set the toolchain and the core's flags as for the "
      "rest of your firmware.\n",
      p.name, p.needs());
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

void write_marked_folder(const std::string &folder, const std::string &mark,
                         const std::map<std::string, std::string> &files, bool force) {
  constexpr const char *kMark = ".mote-package";
  const fs::path to(folder);
  std::error_code code;
  if (!force && fs::is_directory(to, code) && !fs::is_empty(to, code) && !fs::exists(to / kMark, code))
    throw Error(ErrorCode::kIo, folder, "is not empty and was not written by mote export",
                "choose another folder, or pass --force");
  StagedFolder staged(folder);
  for (const auto &[file, text] : files) staged.write(file, text);
  staged.write(kMark, mark + "\n");
  staged.commit();
}

ExportedFiles export_in_memory(const IntegerProgram &program, const ExportCOptions &options) {
  std::string pattern = (fs::temp_directory_path() / "mote-export-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr)
    throw Error(ErrorCode::kIo, fs::temp_directory_path().string(), "no folder can be made in it");
  struct Cleanup {
    fs::path path;
    ~Cleanup() {
      std::error_code ignored;
      fs::remove_all(path, ignored);
    }
  } cleanup{pattern};
  ExportedFiles r;
  r.made = export_c(program, pattern, options);
  for (const std::string &file : r.made.files) r.files[file] = read_file(fs::path(pattern) / file);
  return r;
}

ExportedC export_package(const IntegerProgram &program, const std::string &format, const std::string &folder,
                         const ExportCOptions &options) {
  ExportedFiles exported = export_in_memory(program, options);
  Package p{program, std::move(exported.made), std::move(exported.files), "", ""};
  p.name = "mote_" + p.made.name;
  for (char c : p.name) p.upper += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  const Writer *writer = writers().find(format);
  if (!writer)
    throw Error(ErrorCode::kInvalidArgument, "export", fmt::format("there is no package '{}'", format),
                fmt::format("there are {}", fmt::join(package_formats(), ", ")));
  Files files = (*writer)(p);
  if (*writer == arduino) {
    ZipEntries zip;
    for (const auto &[file, text] : files) zip[p.name + "/" + file] = text;
    files[p.name + ".zip"] = format_zip(zip);
  }
  p.made.files.clear();
  for (const auto &[file, text] : files) p.made.files.push_back(file);
  write_marked_folder(folder, format, files, options.force);
  return p.made;
}

}  // namespace mote

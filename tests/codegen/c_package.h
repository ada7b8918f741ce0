// The C package as its users have it: exported, compiled with gcc and called through model.h. A driver reads
// commands from a file and prints what each call returns, so one compilation serves many questions.
#pragma once

#include <fmt/format.h>

#include <set>
#include <sstream>

#include "base/files.h"
#include "base/process.h"
#include "test_support.h"

namespace mote::test {

inline constexpr const char *kDriver = R"(
#include <stdio.h>
#include <string.h>
#include "model.h"
#define JOIN(a, b) a##b
#define CAT(a, b) JOIN(a, b)
#define CALL(name) CAT(PREFIX, name)
#define SIZE(name) CAT(UPPER, name)
int wanted_threshold = 0;
static float raw[SIZE(_INPUT_SIZE)], unit[SIZE(_CHANNELS)];
static int16_t counts[SIZE(_INPUT_SIZE)];
static int8_t in[SIZE(_INPUT_SIZE)], scores[SIZE(_OUTPUT_SIZE)];
static int32_t memory[SIZE(_BUFFER_BYTES) / 4 + 32];
static void floats(FILE *f, float *to, int n) { while (n-- > 0) if (fscanf(f, "%f", to++) != 1) *to = -1; }
static void integers(FILE *f, int16_t *to, int n) { while (n-- > 0) if (fscanf(f, "%hd", to++) != 1) *to = -1; }
static void print_scores(int answer) {
  int i;
  printf("%d", answer);
  for (i = 0; i < SIZE(_OUTPUT_SIZE); ++i) printf(" %d", scores[i]);
  printf("\n");
}
int main(int argc, char **argv) {
  FILE *f = fopen(argv[argc - 1], "r");
  char command[8];
  int i;
  while (fscanf(f, "%7s", command) == 1) {
    memset(scores, 99, sizeof scores);
    if (*command == 'w') floats(f, raw, SIZE(_INPUT_SIZE)), i = CALL(_predict)(raw, scores), print_scores(i);
    if (*command == 'n') floats(f, raw, SIZE(_INPUT_SIZE)), printf("%d\n", CALL(_predict)(raw, 0));
    if (*command == 'v') {
      floats(f, unit, SIZE(_CHANNELS)), integers(f, counts, SIZE(_INPUT_SIZE));
      i = CALL(_predict_s16)(counts, unit, scores), print_scores(i);
    }
#ifndef CARRIED
    if (*command == 'i') {
      integers(f, counts, SIZE(_INPUT_SIZE));
      for (i = 0; i < SIZE(_INPUT_SIZE); ++i) in[i] = (int8_t)counts[i];
      CALL(_invoke)(in, scores), print_scores(0);
    }
#endif
    if (*command == 'e') {
      floats(f, raw, SIZE(_INPUT_SIZE)), CALL(_front_end)(raw, in);
      for (i = 0; i < SIZE(_INPUT_SIZE); ++i) printf("%d%s", in[i], i + 1 < SIZE(_INPUT_SIZE) ? " " : "\n");
    }
#ifdef REENTRANT
    if (*command == 'm') { /* nothing beside BUFFER_BYTES is written */
      int touched = 0;
      const int from = 16, to = 16 + SIZE(_BUFFER_BYTES) / 4;
      floats(f, raw, SIZE(_INPUT_SIZE));
      memset(memory, 0x5A, sizeof memory);
      i = CALL(_predict_in)(memory + from, raw, scores), print_scores(i);
      for (i = 0; i < (int)(sizeof memory / 4); ++i)
        touched += (i < from || i >= to) && memory[i] != 0x5A5A5A5A;
      printf("%d\n", touched);
    }
#endif
#if defined(STREAM) || defined(TRIGGER)
    if (*command == 'p') floats(f, raw, SIZE(_CHANNELS)), printf("%d\n", CALL(_push)(raw));
    if (*command == 'q') {
      floats(f, unit, SIZE(_CHANNELS)), integers(f, counts, SIZE(_CHANNELS));
      printf("%d\n", CALL(_push_s16)(counts, unit));
    }
    if (*command == 'r') CALL(_stream_reset)();
#endif
#ifdef IMAGE
    if (*command == 'g') {
      static uint8_t pixels[1 << 16];
      int height, width, k;
      if (fscanf(f, "%d %d", &height, &width) != 2) return 1;
      for (k = 0; k < height * width * SIZE(_CHANNELS); ++k) {
        if (fscanf(f, "%d", &i) != 1) return 1;
        pixels[k] = (uint8_t)i;
      }
      i = CALL(_predict_image)(pixels, height, width, scores), print_scores(i);
    }
#endif
#ifdef STREAM
    if (*command == 'd') printf("%d %d %d\n", SIZE(_STRIDE), SIZE(_SMOOTHING), SIZE(_THRESHOLD));
#endif
#ifdef CARRIED
    if (*command == 'r') CALL(_reset)();
#endif
    if (*command == 't') i = fscanf(f, "%d", &wanted_threshold);
    if (*command == 's') printf("%d\n", CALL(_selftest)());
    if (*command == 'h') printf("%s %s %d\n", SIZE(_VERSION), SIZE(_HASH), SIZE(_BUFFER_BYTES));
#ifdef LABELS
    if (*command == 'l')
      for (i = 0; i < SIZE(_CLASSES); ++i) {
        const char *c;
        for (c = CALL(_labels)[i]; *c; ++c) printf("%02x", (unsigned char)*c);
        printf("\n");
      }
#endif
  }
  return 0;
}
)";

class CPackage {
 public:
  // `defines`: "STREAM" or "TRIGGER", "REENTRANT", "CARRIED", "LABELS" for what the package has;
  // "IMAGE"; "FREE_THRESHOLD": the command t
  // sets it.
  CPackage(const IntegerProgram &program, const ExportCOptions &options,
           std::vector<std::string> defines = {"STREAM", "REENTRANT", "LABELS"})
      : defines_(std::move(defines)) {
    made_ = export_c(program, path("c"), options);
  }
  const ExportedC &made() const { return made_; }
  std::string file(const std::string &name) const { return read_file(folder_ / ("c/" + name)); }
  void change(const std::string &name, const std::string &text) { write_file(folder_ / ("c/" + name), text); }

  // The lines that the driver prints for these commands.
  std::vector<std::string> run(const std::string &commands) {
    if (!is_built_) build();
    write_file(folder_ / "commands", commands);
    const ProcessResult r = run_process({path("driver"), path("commands")});
    EXPECT_EQ(r.status, 0) << r.output;
    std::vector<std::string> lines;
    std::istringstream in(r.output);
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
  }
  std::string macro(const std::string &name) const {
    const std::string header = file("model.h"), key = "#define " + upper() + "_" + name + " ";
    const size_t at = header.find(key);
    if (at == std::string::npos) return "";
    const size_t from = at + key.size();
    return header.substr(from, header.find_first_of(" \n", from) - from);
  }

 private:
  std::string path(const std::string &name) const { return (folder_ / name).string(); }
  std::string upper() const {
    std::string text = "MOTE_";
    for (char c : made_.name) text += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return text;
  }
  void build() {
    write_file(folder_ / "driver.c", kDriver);
    write_file(folder_ / "threshold.h", "extern int wanted_threshold;\n");
    std::vector<std::string> command = {"gcc",
                                        "-std=c99",
                                        "-O0",
                                        "-I" + path("c"),
                                        "-DPREFIX=mote_" + made_.name,
                                        "-DUPPER=" + upper(),
                                        "-o",
                                        path("driver"),
                                        path("driver.c")};
    for (const std::string &d : defines_) {
      if (d == "FREE_THRESHOLD")
        command.insert(command.end(),
                       {"-include", path("threshold.h"), "-D" + upper() + "_THRESHOLD=wanted_threshold"});
      else
        command.push_back("-D" + d);
    }
    for (const auto &entry : fs::directory_iterator(folder_ / "c"))
      if (entry.path().extension() == ".c" && entry.path().filename() != "selftest.c")
        command.push_back(entry.path().string());
    const ProcessResult r = run_process(command);
    ASSERT_EQ(r.status, 0) << r.output;
    is_built_ = true;
  }

  TempFolder folder_;
  std::vector<std::string> defines_;
  ExportedC made_;
  bool is_built_ = false;
};

inline std::vector<int> numbers(const std::string &line) {
  std::vector<int> list;
  std::istringstream in(line);
  for (int v; in >> v;) list.push_back(v);
  return list;
}
template <class Values>
std::string words(const Values &values) {
  std::string text;
  for (const auto &v : values) {
    if constexpr (std::is_floating_point_v<std::decay_t<decltype(v)>>)
      text += fmt::format(" {:a}", v);
    else
      text += fmt::format(" {}", v);
  }
  return text;
}

}  // namespace mote::test

// Writes starting inputs for every fuzzer: make_seeds FOLDER
#include <filesystem>
#include <functional>

#include "base/files.h"
#include "base/random.h"
#include "base/zip.h"
#include "data/npy.h"
#include "mote/mote.h"
#include "packed_weights.h"
#include "random/random_programs.h"
#include "wav_bytes.h"

namespace {

using Seed =
    std::function<void(const std::string &fuzzer, const std::string &name, const std::string &bytes)>;

template <size_t N>
std::string raw(const char (&text)[N]) {
  return {text, N - 1};  // with its zero bytes
}

void sound_seeds(const Seed &seed) {
  using mote::test::wav_bytes;
  const std::vector<double> samples = {0, 0.5, -0.5, 0.25, -1, 0.75};
  for (const int bits : {8, 16, 24, 32})
    seed("sound", "wav" + std::to_string(bits), wav_bytes(samples, {.rate = 16000, .bits = bits}));
  seed("sound", "float", wav_bytes(samples, {.channels = 3, .rate = 48000, .bits = 32, .is_float = true}));
  seed("sound", "lying", wav_bytes(samples, {.told_bytes = 4000}));
  seed("sound", "flac",
       raw("fLaC\x80\0\0\x22\x10\0\x10\0\0\0\0\0\0\0\x03\xE8\0\xF0") + std::string(20, '\0'));
  seed("sound", "ogg",
       std::string("OggS\0\2", 6) + std::string(8, '\0') + raw("\1\0\0\0\0\0\0\0\0\0\0\0\1\x1E\1vorbis"));
  seed("sound", "aiff",
       raw("FORM\0\0\0\x2E"
           "AIFFCOMM\0\0\0\x12\0\1\0\0\0\1\0\x10\x40\x0C\xFA\0\0\0\0\0\0\0"));
}

void collect_seeds(const Seed &seed) {
  seed("collect", "lines", "\2\naX,aY\n# board: b\n1,2\n3,4\n# rate_hz: 5\n5;6\nx:1 y:2\n7,8\naX,aY\n9,10\n");
  const std::string rows = "board: b\nsketch: s\nrate_hz: 100\nchannels: x,y\nscale: 0.5\n";
  const std::string picture = "kind: picture\nwidth: 2\nheight: 2\n";
  const auto part = [](char type, char first, const std::string &payload) {
    return std::string{type, first, static_cast<char>(payload.size())} + payload;
  };
  seed("collect", "rows",
       "\7" + part(0, 0, rows) + part(1, 0, "abcdefgh") + part(1, 5, "abcd") + part(2, 6, "abcdefgh"));
  seed("collect", "picture",
       "\xff" + part(0, 0, picture) + part(3, 0, "abcd") + part(0, 0, rows) + part(1, 0, "abcd"));
}

void label_seeds(const Seed &seed) {
  seed("acquisition", "json",
       R"({"protected":{"ver":"v1"},"signature":"00","payload":{"device_type":"B","interval_ms":10,
 "sensors":[{"name":"x","units":"g"},{"name":"y"}],"values":[[1,2.5],[-3,null]]}})");
  seed("acquisition", "cbor",
       raw("\xA1gpayload\xA3kinterval_ms\x0Agsensors\x81\xA1"
           "dname"
           "aafvalues\x83\x01\x81\x20\xF9\x3E\x00"));
  seed("acquisition", "typed",
       raw("\xA1gpayload\xBFkinterval_ms\x0Agsensors\x81\xA1"
           "dname"
           "aafvalues\xD8\x4E\x48\1\0\0\0\2\0\0\0\xFF"));
  const char *const labels[] = {
      "0.5\t1.0\tdog\n\\\t100\t200\n0,1\t0,2\tcat\n",
      R"({"version":1,"files":[{"path":"a.wav","category":"training","label":{"type":"multi-label","labels":[
 {"label":"x","startIndex":0,"endIndex":3}]}},{"path":"b.wav","label":{"type":"label","label":"y"}}]})",
      R"([{"file_upload":"0a1b2c3d-a%20b.csv","annotations":[{"was_cancelled":false,"result":[{"value":
 {"start":0.1,"end":"0:00.3","timeserieslabels":["x"]}},{"value":{"choices":["y"]}}]}]},
 {"audio":"/u/c.wav","label":[{"start":0,"end":1,"labels":["x"]}]}])",
      "file,start,end,label\na.wav,0.1,0.2,x\nb.wav,0:00.1,0:00.3,y\n"};
  for (int kind = 0; kind < 4; ++kind)
    seed("labels", std::to_string(kind), std::string(1, static_cast<char>(kind)) + labels[kind]);
  seed("labels", "structured",
       "\1"
       R"({"structuredLabels":{"a.wav":[{"startIndex":0,"endIndex":1,"label":"x"}]}})");
  seed("labels", "rows",
       "\3"
       "1 7 5 1 3\n1 7 4 2 4\n");
}

// Each block with its own settings, on sounds of 1000 rows and on pictures of 16 x 16 pixels in three colors.
void block_seeds(const Seed &seed) {
  for (size_t b = 0; b < mote::feature_blocks().size() + 2; ++b) {  // with those that are no choice
    const std::string settings(24, '\0'), samples = raw("\x2F\0") + "some bytes for samples, any will do";
    const char block = static_cast<char>(b);
    seed("features", "sound" + std::to_string(b),
         raw("\0\0\0\x03\xE7\x01\0\0\0") + block + settings + samples);
    seed("features", "image" + std::to_string(b),
         raw("\x02\0\0\0\0\0\x01\x0F\x0F\0\0") + block + settings + samples);
  }
}

}  // namespace

int main(int argc, char **argv) {
  using namespace mote;
  if (argc != 2) return 2;
  const fs::path folder = argv[1];
  const auto seed = [&](const std::string &fuzzer, const std::string &name, const std::string &bytes) {
    fs::create_directories(folder / fuzzer);
    write_file(folder / fuzzer / name, bytes);
  };
  seed("csv", "plain", "aX,aY\n1,2\n3,4\n\n5,6\n");
  seed("csv", "crlf",
       "\xEF\xBB\xBF"
       "a;b\r\n1;2\r\n;\r\n-3.5e2;nan\r\n");
  seed("csv", "text", "who,x\nann,1\nbob,oops\n");
  seed("archive", "table", "\1x;y\n-0,5;1\n2,25;-3\n4;5,5\n");
  seed("archive", "stamps",
       std::string(1, '\0') +
           "12:00:01.123 -> t_ms,x,who\n12:00:02.000 -> 0,1,ann\n12:00:02.020 -> 20,2,bob\n");
  seed("archive", "ts", "\1@classLabel true a b\n@data\n1,2:3,4:a\n5,?:6,?:b\n");
  seed("archive", "arff",
       "\2@relation r\n@attribute s relational\n@end s\n@attribute c {a,b}\n@data\n'1,2\\n3,4',a\n");
  seed("bitmap", "pgm", std::string("P5 2 1 65535\n\x80\0\xff\xff", 17));
  seed("bitmap", "ppm", "P3\n2 1\n5\n5 0 0\n0 0 5\n");
  const float values[6] = {1, 2, 3, 4, 5, 6};
  seed("npy", "f4", format_npy_f32({2, 3}, values));
  seed("npy", "fortran",
       std::string("\x93NUMPY\x02\0\x40\0\0\0", 12) +
           "{'descr': '<i2', 'fortran_order': True, 'shape': (2, 2), }      \n" +
           std::string("\1\0\2\0\3\0\4\0", 8));
  sound_seeds(seed);
  collect_seeds(seed);
  label_seeds(seed);
  block_seeds(seed);
  for (const std::string &name : project_templates()) seed("config", name, project_toml(name, "x"));
  seed("boards", "one",
       "[[board]]\nname = \"x\"\ncore = \"cortex-m4\"\nmhz = 64\nram_kb = 2.5\nflash_kb = 8\npower_mw = 1\n");
  seed("boards", "measured",
       "[[measurement]]\nboard = \"x\"\ncore = \"cortex-m4\"\nmhz = 64\nmodel = \"m\"\nhash = \"h\"\n"
       "is_counted = true\ninstructions = [10, 20, 5]\ncycles = [15, 25.5, 9]\n");
  const std::string measured =
      "mote-benchmark format=1 model=mote_toy hash=0badcafe layers=2 hz=1000000 wrong=0\n"
      "mote-call calls=16 ticks=20480 marks=1024 marks_ticks=2048\n"
      "mote-layer index=0 times=16 ticks=15000\nmote-layer index=1 times=16 ticks=4200\n"
      "mote-end sum=1042803\n";
  seed("benchmark_log", "one", "\2" + measured);
  seed("benchmark_log", "two", "\2ready.\r\n" + measured + "12:00:01.123 -> " + measured.substr(0, 90));
  seed("benchmark_log", "none",
       std::string(1, '\0') +
           "mote-benchmark format=1 model=mote_toy hash=0badcafe layers=0 hz=1 wrong=0\n"
           "mote-call calls=1 ticks=1 marks=0 marks_ticks=0\nmote-end sum=3\n");

  Dataset data;
  data.window = 12;
  data.channels = 2;
  data.labels = {"a", "b"};
  data.channel_names = {"x", "y"};
  Random random(1);
  for (int i = 0; i < 8; ++i) {
    data.classes.push_back(i % 2);
    data.sources.push_back({"f", i, 0});
    for (int k = 0; k < 24; ++k) data.values.push_back(static_cast<float>(random.normal()));
  }
  const std::vector<std::vector<Layer>> models = {{Flatten{}, Dense{4, relu}, Dense{2, softmax}},
                                                  {Conv1D{3, 3, relu}, MaxPool1D{2}, AveragePool1D{2},
                                                   Dropout{0.1}, GlobalAveragePool1D{}, ReLU{}, Dense{2}},
                                                  {GRU{3}, Dense{2}}};
  int n = 0;
  for (const auto &layers : models) {
    const TrainedRun run =
        train(sequential("m", {12, 2}, layers), {data, data, data, ""}, {.epochs = 1, .threads = 1});
    const IntegerProgram q = quantize(run.model, {data});
    seed("mote_file", "float" + std::to_string(n), format_mote(run.model));
    seed("mote_file", "int8" + std::to_string(n), format_mote(q));
    // the fuzzer reaches the manifest without having to repair a zip's checksums
    for (const auto &[name, content] : parse_zip(format_mote(q), "x"))
      if (name == "model.json") seed("mote_file", "manifest" + std::to_string(n), content);
    seed("tflite", "m" + std::to_string(n), format_tflite(q));
    ++n;
  }
  seed("where", "all",
       "int8.accuracy > 90 % and (flash <= 40k or tag = 'small') and not kind ~ \"tr\" or int8 < "
       "float.accuracy");
  seed("where", "mistake", "flash < 40 kB an tags != x)");
  seed(
      "bundle", "manifest",
      R"({"format": 1, "kind": "bundle", "mote": "0.1.0", "run": "r", "model": "", "int8_model": "", "data_digest": "", "files": [{"path": "run.json", "bytes": 2, "sha256": "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"}, {"path": "x", "bytes": 1, "sha256": "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"}]})");
  for (const std::string &form : test::form_names()) {
    const std::string packed = format_mote(test::packed_program(test::patterned_program({form}, 1), {form}));
    seed("mote_file", form, packed);
    seed("mote_file", "manifest_" + form, parse_zip(packed, "x").at("model.json"));
  }
  seed("run_folder", "record",
       std::string(1, '\0') +
           R"({"format": 2, "name": "a", "created": "b", "seed": 1, "data": "data", "data_digest": "0",
 "settings": {"seed": 1, "split": {"seed": null}, "train": {"epochs": 1, "threads": 0}},
 "recordings": [{"path": "data/a.csv", "sha256": "0", "bytes": 3, "recordings": 2, "parts": "tx"}]})");
  seed("run_folder", "history",
       "\3{\"epochs\": [{\"epoch\": 1, \"loss\": null, \"learning_rate\": 0.1, \"seconds\": 1}], "
       "\"best_epoch\": 1, "
       "\"stopped_early\": false, \"judgement\": \"\"}");
  seed("run_folder", "exports", "\4[{\"format\": \"c\", \"path\": \"p\", \"verified\": \"no\"}]");
  seed("run_folder", "regression", "\5[{\"precision\": \"int8\", \"examples\": 1, \"mse\": 1, \"mae\": 2}]");
  seed("run_folder", "golden",
       "\7{\"window\": 119, \"channels\": 6, \"rate_hz\": 119, \"labels\": [\"a\"], \"channel_names\": "
       "[\"x\"], "
       "\"classes\": [0], \"sources\": [[\"f\", 1, 2]]}");
  seed("run_folder", "settings", "\10" + project_toml("gesture", "x"));
  for (uint64_t i = 1; i <= 80; ++i)  // every op, int8 and int16
    if (const std::string bytes = format_tflite(test::random_program(i)); bytes.size() < 12000)
      seed("tflite", "random" + std::to_string(i), bytes);
}

// mote predict, and what evaluate and run say of files that a model was not made from: against evaluate,
// against the exported C fed row by row, and against counts made here.
#include <sys/resource.h>

#include <set>

#include "cli/command.h"
#include "codegen/c_package.h"

namespace mote {
namespace {

using test::json;
using test::mote_in;
using test::mote_ok;
using test::printed;
using test::Said;
using test::small_project;

// One recording that goes through the classes, and between them.
std::string long_recording(int rows) {
  Random random(23);
  std::string csv = "x,y\n";
  for (int t = 0; t < rows; ++t) {
    const double mean = std::sin(t * 0.02), middle = 5 + 2 * (mean + 0.5 * random.normal());
    csv += printed("%.3f,", middle) + printed("%.3f\n", -middle * 10 + 4 * random.normal());
  }
  return csv;
}

std::vector<float> values_of(const std::string &csv) {
  std::vector<float> values;
  for (const std::string &line : test::lines_of(csv)) {
    if (line == "x,y") continue;
    const size_t comma = line.find(',');
    values.push_back(std::stof(line.substr(0, comma)));
    values.push_back(std::stof(line.substr(comma + 1)));
  }
  return values;
}

json predicted(const std::vector<std::string> &arguments) {
  std::vector<std::string> all = {"predict", small_project().run};
  all.insert(all.end(), arguments.begin(), arguments.end());
  all.push_back("--json");
  test::TempFolder here;
  return mote_ok(here.text(), all).parsed();
}

TEST(Predict, prints_exactly_the_keys_that_are_promised) {
  test::TempFolder temp;
  write_file(temp / "new.csv", long_recording(60));
  const json j = predicted({(temp / "new.csv").string()});
  ASSERT_EQ(j.size(), 1u);
  ASSERT_EQ(j.at("files").size(), 1u);
  const json &file = j["files"][0];
  EXPECT_EQ(file.size(), 4u);
  EXPECT_EQ(file.at("file"), (temp / "new.csv").string());
  const json &windows = file.at("windows");
  ASSERT_EQ(windows.size(), 13u);  // of 10 rows every 4
  std::map<std::string, double> sums;
  for (size_t i = 0; i < windows.size(); ++i) {
    EXPECT_EQ(windows[i].size(), 4u);
    EXPECT_EQ(windows[i].at("start"), 4 * i);
    EXPECT_GT(windows[i].at("probability").get<double>(), 0.33);
    EXPECT_LE(windows[i]["probability"].get<double>(), 1);
    EXPECT_TRUE(windows[i].at("label").is_string());
    EXPECT_TRUE(windows[i].contains("decision"));
  }
  EXPECT_GT(file.at("probability").get<double>(), 0.33);
  EXPECT_TRUE(file.at("label").is_string());
}

TEST(Predict, decides_as_the_exported_c_does_on_the_same_rows) {
  test::TempFolder temp;
  const std::string csv = long_recording(700);
  write_file(temp / "long.csv", csv);
  const mote::Run run(find_run(small_project().run));
  const RunExport exported = export_options(run);
  test::CPackage package(run.integer_model(), exported.options, {"STREAM", "LABELS"});
  const std::vector<float> values = values_of(csv);
  std::string commands;
  for (size_t i = 0; i < values.size(); i += 2)
    commands += fmt::format("p {:.9g} {:.9g}\n", values[i], values[i + 1]);
  const std::vector<std::string> answers = package.run(commands);
  ASSERT_EQ(answers.size(), 700u);
  EXPECT_NE(package.macro("THRESHOLD"), "0");
  const json windows = predicted({(temp / "long.csv").string()})["files"][0]["windows"];
  const std::vector<std::string> labels = run.integer_model().labels;
  std::map<size_t, json> due;
  for (const json &w : windows) due[w.at("start").get<size_t>() + 9] = w.at("decision");
  std::set<std::string> seen;
  for (size_t r = 0; r < answers.size(); ++r) {
    const int pushed = std::stoi(answers[r]);
    ASSERT_EQ(due.count(r), pushed != -2) << "row " << r;
    if (pushed == -2) continue;
    EXPECT_EQ(due[r], pushed == -1 ? "UNKNOWN" : labels[static_cast<size_t>(pushed)]) << "row " << r;
    seen.insert(answers[r]);
  }
  EXPECT_EQ(seen.size(), 4u);  // every class, and unknown
}

TEST(Predict, labels_windows_as_evaluate_does) {
  test::TempFolder temp;
  for (const std::string precision : {"float", "int8"}) {
    std::vector<std::string> files;
    for (const char *label : {"high", "low", "mid"})
      files.push_back((small_project().data() / (std::string(label) + ".csv")).string());
    std::vector<std::string> arguments = files;
    arguments.push_back("--precision");
    arguments.push_back(precision);
    const json j = predicted(arguments);
    const json score = mote_ok(temp.text(), {"evaluate", small_project().run, "--precision", precision,
                                             "--data", small_project().data().string(), "--json"})
                           .parsed();
    std::set<std::string> wrong;  // "file:line+row label"
    for (const json &w : score.at("wrong").at(precision))
      wrong.insert(fmt::format("{}:{}+{} {}", w.at("file").get<std::string>(), w.at("line").get<long>(),
                               w.at("row").get<int>(), w.at("predicted").get<std::string>()));
    EXPECT_GT(wrong.size(), 5u);
    size_t windows = 0, right = 0;
    for (size_t f = 0; f < 3; ++f) {
      const std::string truth = std::vector<std::string>{"high", "low", "mid"}[f];
      for (const json &w : j["files"][f]["windows"]) {
        const int start = w.at("start"), recording = start / 14, row = start % 14;
        const std::string said =
            fmt::format("{}:{}+{} {}", files[f], 2 + 15 * recording, row, w.at("label").get<std::string>());
        EXPECT_EQ(wrong.count(said), w["label"] != truth) << said;
        ++windows;
        right += w["label"] == truth;
      }
    }
    EXPECT_EQ(windows, 240u);
    EXPECT_DOUBLE_EQ(score["evaluations"][0]["accuracy"], static_cast<double>(right) / 240);
  }
}

TEST(Predict, the_file_is_the_average_of_its_windows) {
  test::TempFolder temp;
  write_file(temp / "long.csv", long_recording(200));
  const Predictor predictor(find_run_or_model(small_project().run), "float");
  const FilePrediction found = predictor.predict((temp / "long.csv").string());
  const std::vector<float> values = values_of(read_file(temp / "long.csv"));
  const mote::Run run(find_run(small_project().run));
  Dataset data;
  data.window = 10;
  data.channels = 2;
  data.labels = run.model().labels;
  for (size_t from = 0; from + 10 <= 200; from += 4) {
    data.values.insert(data.values.end(), values.begin() + static_cast<long>(2 * from),
                       values.begin() + static_cast<long>(2 * from + 20));
    data.classes.push_back(0);
  }
  const std::vector<float> outputs = float_outputs(run.model(), data, true);
  std::vector<double> mean(3);
  for (size_t i = 0; i < outputs.size(); ++i)
    mean[i % 3] += double{outputs[i]} / static_cast<double>(data.size());
  ASSERT_EQ(found.windows.size(), data.size());
  const auto best = std::max_element(mean.begin(), mean.end());
  EXPECT_EQ(found.label, best - mean.begin());
  EXPECT_NEAR(found.probability, *best, 1e-5);
}

TEST(Predict, reads_arrays_as_it_reads_tables) {
  test::TempFolder temp;
  const std::string csv = long_recording(120);
  write_file(temp / "long.csv", csv);
  const std::vector<float> values = values_of(csv);
  const auto npy = [](const std::vector<size_t> &shape, const std::vector<float> &v) {
    std::string dims, header;
    for (size_t d : shape) dims += fmt::format("{}, ", d);
    header = fmt::format("{{'descr': '<f4', 'fortran_order': False, 'shape': ({}), }}", dims);
    header.append(117 - header.size(), ' ');
    header += '\n';
    std::string bytes = std::string("\x93NUMPY\x01", 7) + '\0' + static_cast<char>(118) + '\0' + header;
    return bytes.append(reinterpret_cast<const char *>(v.data()), v.size() * sizeof(float));
  };
  write_file(temp / "rows.npy", npy({120, 2}, values));
  write_file(temp / "y.npy", npy({3}, {0, 1, 2}));  // of other examples
  const json j = predicted({(temp / "long.csv").string(), (temp / "rows.npy").string()});
  EXPECT_EQ(j["files"][0]["windows"].size(), 28u);
  EXPECT_EQ(j["files"][0]["windows"], j["files"][1]["windows"]);
  // twelve examples of one window each
  fs::remove(temp / "y.npy");
  write_file(temp / "X.npy", npy({12, 10, 2}, values));
  const json x = predicted({(temp / "X.npy").string(), "--set", "decision.hop=10"})["files"][0]["windows"],
             same =
                 predicted({(temp / "long.csv").string(), "--set", "decision.hop=5"})["files"][0]["windows"];
  ASSERT_EQ(x.size(), 12u);
  for (size_t i = 0; i < 12; ++i) {
    EXPECT_EQ(x[i]["start"], 10 * i);
    EXPECT_EQ(x[i]["label"], same[2 * i]["label"]);
    EXPECT_EQ(x[i]["probability"], same[2 * i]["probability"]);
  }
}

TEST(Predict, takes_a_model_file_and_what_it_knows) {
  test::TempFolder temp;
  write_file(temp / "long.csv", long_recording(100));
  const std::string csv = (temp / "long.csv").string();
  for (const auto &[file, precision] : {std::pair("model.mote", "float"), {"model_int8.mote", "int8"}}) {
    const json from_file =
        mote_ok(temp.text(), {"predict", small_project().in_run(file).string(), csv, "--json"}).parsed();
    const json from_run = predicted({csv, "--precision", precision});
    ASSERT_EQ(from_file["files"][0]["windows"].size(), 23u);  // the file has the rule: every 4 rows
    for (size_t i = 0; i < 23; ++i) {
      const json &a = from_file["files"][0]["windows"][i], &b = from_run["files"][0]["windows"][i];
      EXPECT_EQ(a["label"], b["label"]);
      EXPECT_EQ(a["probability"], b["probability"]);
      if (precision == std::string("int8")) EXPECT_EQ(a["decision"], b["decision"]);
    }
  }
}

// The error of a file is that of `evaluate` on the same windows.
TEST(Predict, says_the_error_of_an_autoencoder) {
  test::TempFolder temp;
  fs::create_directories(temp / "p");
  fs::copy(small_project().data(), temp / "p/data");
  write_file(temp / "p/mote.toml", R"(name = "p"
[data]
path = "data"
window = 10
stride = 4
[model]
layers = [ { type = "flatten" }, { type = "dense", units = 4, activation = "relu" }, { type = "dense", units = 20 } ]
[train]
epochs = 3
loss = "mse"
target = "input"
)");
  mote_ok(temp / "p", {"train", "--quiet"});
  mote_ok(temp / "p", {"quantize"});
  const std::string file = (temp / "p/data/low.csv").string();
  for (const std::string precision : {"float", "int8"}) {
    const json found =
        mote_ok(temp.text(), {"predict", "p", file, "--precision", precision, "--json"}).parsed()["files"][0];
    const json score =
        mote_ok(temp.text(), {"evaluate", "p", "--data", file, "--precision", precision, "--json"}).parsed();
    EXPECT_EQ(found.size(), 3u);
    ASSERT_EQ(found["windows"].size(), 80u);
    std::vector<double> errors, listed;
    double sum = 0;
    for (const json &w : found["windows"]) {
      EXPECT_EQ(w.size(), 2u);
      errors.push_back(w.at("error"));
      sum += errors.back();
    }
    EXPECT_NEAR(found.at("error").get<double>(), sum / 80, 1e-6);
    EXPECT_NEAR(score["evaluations"][0]["mae"].get<double>(), sum / 80, 1e-5);
    for (const json &w : score.at("wrong").at(precision)) listed.push_back(w.at("error"));
    std::sort(errors.rbegin(), errors.rend());
    ASSERT_EQ(listed.size(), 80u);
    for (size_t i = 0; i < 80; ++i) EXPECT_NEAR(listed[i], errors[i], 1e-6);
  }
  const Said text = mote_ok(temp.text(), {"evaluate", "p", "--data", file});
  EXPECT_NE(text.out.find("Largest errors (int8)"), std::string::npos);
  EXPECT_NE(text.out.find("and 70 more"), std::string::npos);
}

TEST(Predict, refuses_what_it_cannot_answer) {
  test::TempFolder temp;
  const auto refused = [&](const std::string &file, const std::string &part) {
    const Said said = mote_in(temp.text(), {"predict", small_project().run, file});
    EXPECT_EQ(said.status, 1) << file;
    EXPECT_EQ(said.out, "") << file;
    EXPECT_NE(said.err.find(part), std::string::npos) << file << ": " << said.err;
  };
  write_file(temp / "short.csv", long_recording(9));
  write_file(
      temp / "other.csv", "x,z\n" + [] {
        std::string rows;
        for (int i = 0; i < 30; ++i) rows += fmt::format("{},{}\n", i % 7, i % 3);
        return rows;
      }());
  write_file(temp / "nan.csv", long_recording(20) + "nan,1\n");
  write_file(temp / "letter.csv", "Dear reader,\nthis is no table.\nYours\n");
  fs::create_directories(temp / "empty");
  refused("short.csv", "has 9 rows, the model's window is 10");
  refused("other.csv", "has no column y, which the model was trained on; instead there is z");
  refused("nan.csv", "nan");
  refused("letter.csv", "letter.csv");
  refused("empty", "holds no recordings");
  refused("nowhere.csv", "no such file or folder");
  refused("-", "no such file or folder");
  const Said usage = mote_in(temp.text(), {"predict", small_project().run});
  EXPECT_EQ(usage.status, 2);
}

// Files in another unit have one cause, whatever their figures.
TEST(Predict, says_once_what_many_files_share) {
  test::TempFolder temp;
  Random random(5);
  for (int file = 0; file < 6; ++file) {
    std::string csv = "x,y\n";
    for (int t = 0; t < 30; ++t)
      csv +=
          printed("%.1f,", 7000 + 900 * random.normal()) + printed("%.1f\n", -60000 + 9000 * random.normal());
    write_file(temp / fmt::format("new_{}.csv", file), csv);
  }
  const Said said = mote_ok(temp.text(), {"predict", small_project().run, temp.text()});
  size_t notes = 0;
  for (size_t at = said.err.find("note:"); at != std::string::npos; at = said.err.find("note:", at + 1))
    ++notes;
  EXPECT_LE(notes, 2u) << said.err;
  EXPECT_NE(said.err.find("and alike for 5 more files"), std::string::npos) << said.err;
}

// Peak of the process in bytes.
size_t peak_of(const std::vector<std::string> &arguments, const fs::path &out) {
  std::vector<std::string> copies = arguments;
  copies.insert(copies.begin(), MOTE_BINARY);
  std::vector<char *> argv;
  for (std::string &a : copies) argv.push_back(a.data());
  argv.push_back(nullptr);
  const pid_t child = ::fork();
  if (child == 0) {
    const int o = ::open(out.c_str(), O_CREAT | O_WRONLY | O_TRUNC, 0600);
    ::dup2(o, STDOUT_FILENO);
    ::execv(argv[0], argv.data());
    ::_exit(127);
  }
  int status = 0;
  struct rusage usage = {};
  EXPECT_EQ(::wait4(child, &status, 0, &usage), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  return static_cast<size_t>(usage.ru_maxrss) * 1024;
}

// An hour at 100 Hz of 6 channels: windows of 100 rows, each row in ten of them, would be 86 MB.
TEST(Predict, memory_does_not_grow_with_the_number_of_windows) {
#ifdef MOTE_SANITIZED
  GTEST_SKIP() << "a sanitizer keeps freed memory, which is not the program's";
#endif
  test::TempFolder temp;
  fs::create_directories(temp / "p/data");
  Random random(5);
  const auto rows_at = [&](int rows, double level) {
    std::string csv = "a,b,c,d,e,f\n";
    for (int r = 0; r < rows; ++r)
      for (int c = 0; c < 6; ++c) csv += printed(c < 5 ? "%.2f," : "%.2f\n", level + random.normal());
    return csv;
  };
  for (int n = 0; n < 8; ++n) {
    write_file(temp / fmt::format("p/data/rest_{}.csv", n), rows_at(100, 0));
    write_file(temp / fmt::format("p/data/move_{}.csv", n), rows_at(100, 3));
  }
  write_file(temp / "p/mote.toml", R"(name = "p"
[data]
path = "data"
window = 100
rate_hz = 100
[model]
layers = [ { type = "flatten" }, { type = "dense", units = "classes", activation = "softmax" } ]
[decision]
policy = "stream"
[train]
epochs = 2
)");
  mote_ok(temp / "p", {"train", "--quiet"});
  mote_ok(temp / "p", {"quantize"});
  constexpr int kRows = 360000;
  write_file(temp / "hour.csv", rows_at(kRows, 1));
  const auto peak = [&](int stride) {
    return peak_of({"predict", (temp / "p").string(), (temp / "hour.csv").string(), "--json", "--set",
                    fmt::format("decision.hop={}", stride)},
                   temp / "out");
  };
  const size_t few = peak(99);
  EXPECT_EQ(json::parse(read_file(temp / "out"))["files"][0]["windows"].size(), 3636u);
  const size_t many = peak(10);
  EXPECT_EQ(json::parse(read_file(temp / "out"))["files"][0]["windows"].size(), 35991u);
  constexpr size_t kWindows = 35991 * size_t{100 * 6 * 4};
  EXPECT_GT(kWindows, size_t{80} << 20);
  EXPECT_LT(many, few + (size_t{8} << 20)) << few;
  // three hours of it, as one recording
  const std::string hour = read_file(temp / "hour.csv"), rows = hour.substr(hour.find('\n') + 1);
  write_file(temp / "hour.csv", hour + rows + rows);
  const size_t hours = peak(99);
  const json windows = json::parse(read_file(temp / "out"))["files"][0]["windows"];
  ASSERT_EQ(windows.size(), 10909u);
  EXPECT_EQ(windows[3636]["start"], 359964);  // over a border of what is read at a time
  EXPECT_LT(hours, few + few / 3) << few;     // read as a whole, these would take 200 MB more
}

TEST(EvaluateOther, counts_apart_what_the_model_does_not_know) {
  test::TempFolder temp;
  fs::create_directories(temp / "data");
  fs::copy(small_project().data() / "high.csv", temp / "data/high.csv");
  fs::copy(small_project().data() / "low.csv", temp / "data/jump.csv");
  const auto arguments = [&](const std::string &data, bool is_json) {
    std::vector<std::string> all = {"evaluate", small_project().run, "--data", (temp / data).string()};
    if (is_json) all.push_back("--json");
    return all;
  };
  const Said text = mote_ok(temp.text(), arguments("data", false));
  EXPECT_NE(text.out.find("Unknown to the model: 80 windows of 'jump'"), std::string::npos) << text.out;
  const json j = mote_ok(temp.text(), arguments("data", true)).parsed();
  EXPECT_EQ(j["evaluations"][0]["examples"], 80);
  ASSERT_EQ(j.at("unknown").size(), 1u);
  EXPECT_EQ(j["unknown"][0]["label"], "jump");
  // they are the windows of class 'low'
  const json known = mote_ok(temp.text(), {"evaluate", small_project().run, "--data",
                                           (small_project().data() / "low.csv").string(), "--json"})
                         .parsed();
  for (size_t p = 0; p < 2; ++p) {
    const json &answered = j["unknown"][0]["answered"][p == 0 ? "float" : "int8"];
    EXPECT_EQ(answered, json({{"high", known["evaluations"][p]["confusion"][1][0]},
                              {"low", known["evaluations"][p]["confusion"][1][1]},
                              {"mid", known["evaluations"][p]["confusion"][1][2]}}));
  }
  // without any label of the model's there is no accuracy
  fs::copy(small_project().data() / "low.csv", temp / "new.csv");
  const Said none = mote_ok(temp.text(), arguments("new.csv", false));
  EXPECT_EQ(none.out.find("accuracy"), std::string::npos) << none.out;
  EXPECT_NE(none.out.find("80 windows"), std::string::npos) << none.out;
  EXPECT_NE(none.err.find("no labels of the model's classes (high, low, mid) were found"), std::string::npos);
  EXPECT_TRUE(mote_ok(temp.text(), arguments("new.csv", true)).parsed()["evaluations"].empty());
}

TEST(EvaluateOther, lists_the_surest_wrong_answers_first) {
  test::TempFolder temp;
  const std::vector<std::string> arguments = {"evaluate", small_project().run, "--data",
                                              small_project().data().string()};
  const auto with = [&](const std::vector<std::string> &more) {
    std::vector<std::string> all = arguments;
    all.insert(all.end(), more.begin(), more.end());
    return all;
  };
  const json j = mote_ok(temp.text(), with({"--json"})).parsed();
  const json &wrong = j.at("wrong").at("int8");
  ASSERT_GT(wrong.size(), 10u);
  for (size_t i = 1; i < wrong.size(); ++i)
    EXPECT_GE(wrong[i - 1]["probability"].get<double>(), wrong[i]["probability"].get<double>());
  EXPECT_EQ(wrong.size(), 240 - std::lround(240 * j["evaluations"][1]["accuracy"].get<double>()));
  const auto listed = [&](const Said &said) {
    long count = 0;
    for (const std::string &line : test::lines_of(said.out))
      count += line.find(" for ") != std::string::npos && line.find('%') != std::string::npos;
    return count;
  };
  const Said ten = mote_ok(temp.text(), arguments);
  EXPECT_EQ(listed(ten), 10);
  EXPECT_NE(ten.out.find(fmt::format("and {} more; --wrong all lists them", wrong.size() - 10)),
            std::string::npos);
  EXPECT_EQ(listed(mote_ok(temp.text(), with({"--wrong", "all"}))), static_cast<long>(wrong.size()));
  EXPECT_EQ(listed(mote_ok(temp.text(), with({"--wrong", "0"}))), 0);
  EXPECT_EQ(mote_in(temp.text(), with({"--wrong", "-1"})).status, 1);
}

TEST(RunFile, gives_tables_and_arrays_the_bytes_of_raw_windows) {
  test::TempFolder temp;
  const std::string csv = long_recording(50);
  write_file(temp / "in.csv", csv);
  const std::vector<float> values = values_of(csv);
  std::string raw;
  for (size_t from = 0; from + 10 <= 50; from += 4)
    raw.append(reinterpret_cast<const char *>(values.data() + 2 * from), 20 * sizeof(float));
  write_file(temp / "in.bin", raw);
  const auto run = [&](const std::vector<std::string> &more) {
    std::vector<std::string> all = {"run", small_project().run};
    all.insert(all.end(), more.begin(), more.end());
    return mote_ok(temp.text(), all);
  };
  EXPECT_EQ(run({"--input", "in.bin", "--output", "raw"}).out, "Ran 11 samples; wrote 33 bytes to raw.\n");
  write_file(temp / "one.bin", raw.substr(0, 20 * sizeof(float)));
  EXPECT_EQ(run({"--input", "one.bin", "--output", "one"}).out, "Ran 1 sample; wrote 3 bytes to one.\n");
  run({"--input", "in.csv", "--output", "table"});
  EXPECT_EQ(read_file(temp / "raw"), read_file(temp / "table"));
  const Said said = run({"--input", "in.csv"});
  const auto lines = test::lines_of(said.out);
  ASSERT_EQ(lines.size(), 11u);
  const auto scores = test::values_in<int8_t>(temp / "raw");
  run({"--input", "in.csv", "--output", "out.csv"});
  const auto rows = test::lines_of(read_file(temp / "out.csv"));
  EXPECT_EQ(rows[0], "sample,output0,output1,output2,label,probability");
  const std::vector<std::string> labels = {"high", "low", "mid"};
  for (size_t i = 0; i < 11; ++i) {
    const auto from = scores.begin() + static_cast<long>(3 * i);
    const auto best = static_cast<size_t>(std::max_element(from, from + 3) - from);
    EXPECT_NE(lines[i].find(labels[best]), std::string::npos) << lines[i];
    EXPECT_EQ(rows[i + 1], fmt::format("{},{},{},{},{},{}", i, from[0], from[1], from[2], labels[best],
                                       (from[static_cast<long>(best)] + 128) / 256.0));
  }
  run({"--input", "in.csv", "--output", "out.npy"});
  EXPECT_TRUE(read_file(temp / "out.npy").ends_with(read_file(temp / "raw")));
  // past the front end, as integers of a table
  std::string inputs;
  for (int i = 0; i < 20; ++i) inputs += fmt::format("{}{}", i > 0 ? "," : "", i - 100);
  write_file(temp / "inputs.csv", inputs + "\n");
  std::string bytes;
  for (int i = 0; i < 20; ++i) bytes += static_cast<char>(i - 100);
  write_file(temp / "inputs.bin", bytes);
  run({"--int8-input", "--input", "inputs.csv", "--output", "a"});
  run({"--int8-input", "--input", "inputs.bin", "--output", "b"});
  EXPECT_EQ(read_file(temp / "a"), read_file(temp / "b"));
  write_file(temp / "inputs.csv", inputs + "\n" + inputs + ".5\n");
  const Said refused =
      mote_in(temp.text(), {"run", small_project().run, "--int8-input", "--input", "inputs.csv"});
  EXPECT_EQ(refused.status, 1);
  EXPECT_NE(refused.err.find("the model's input is int8"), std::string::npos) << refused.err;
}

}  // namespace
}  // namespace mote

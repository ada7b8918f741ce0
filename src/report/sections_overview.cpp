// The first things that a reader wants: how good, how large, and what data go through from recordings to a
// board.
#include <fmt/format.h>

#include "base/text.h"
#include "report/sections.h"

namespace mote {

using nlohmann::json;

std::vector<DocBlock> overview_blocks(const ReportInput &in) {
  DocCards cards;
  const auto card = [&](std::string value, std::string label) {
    cards.cards.push_back({std::move(value), std::move(label)});
  };
  for (const json &e : evaluations_of(in)) {
    const std::string precision = e.at("precision");
    if (e.contains("mae"))
      card(fmt::format("{:.4g}", figure(e.at("mae"))), precision + " mean absolute error, test");
    else
      card(percent(e.at("accuracy")) + " %",
           fmt::format("{} {} accuracy ({})", precision, in.folds.is_array() ? "held-out" : "test",
                       accuracy_interval(e)));
  }
  for (const json &e : evaluations_of(in))
    if (e.contains("replay"))
      card(fmt::format("{:.1f} %", percent_found(e.at("replay"))),
           fmt::format("{} events found in the replay (95 %: {})", e.at("precision").get<std::string>(),
                       share_interval(e.at("replay"))));
  if (in.program.is_object()) {
    card(human_bytes(in.program.at("weight_bytes")), "int8 weights (flash)");
    card(human_bytes(in.program.at("buffer_bytes")), "activation buffer (RAM), planned");
    card(commas(in.program.at("macs")), "multiply-adds per inference");
  } else if (in.summary.is_object()) {
    card(commas(in.summary.at("parameters")), "parameters");
  }
  std::vector<DocBlock> blocks;
  if (!cards.cards.empty()) blocks.emplace_back(std::move(cards));
  if (is_imported(in))
    blocks.emplace_back(
        DocText{fmt::format("Others trained this model. `mote evaluate {0} --data DIR` scores it on labelled "
                            "recordings, `mote evaluate {0} --stream FILE` on long ones.",
                            in.where)});
  else if (evaluations_of(in).empty() && !in.where.empty())
    blocks.emplace_back(DocText{
        fmt::format("There are no scores of this model yet; `mote evaluate {}` makes them.", in.where)});
  return blocks;
}

namespace {

const json *evaluation_of(const ReportInput &in, const std::string &precision) {
  for (const json &e : evaluations_of(in))
    if (e.at("precision") == precision) return &e;
  return nullptr;
}

std::string score_of(const json &e) {
  return e.contains("mae") ? fmt::format("{} mean absolute error on test windows: {:.4g}",
                                         e.at("precision").get<std::string>(), figure(e.at("mae")))
                           : fmt::format("{} on test windows: {} % right",
                                         e.at("precision").get<std::string>(), percent(e.at("accuracy")));
}

DocStage data_stage(const ReportInput &in) {
  DocStage s{"Dataset",
             "Labelled recordings, cut into windows and divided so that the test windows are of recordings "
             "that training never saw.",
             {},
             "record with the sensor, the mounting and the place that the device will have; another rate or "
             "range is another data set."};
  if (!in.data.is_object()) return s;
  size_t recordings = 0, windows = 0;
  for (const json &c : in.data.at("classes")) {
    recordings += c.at("recordings").get<size_t>();
    windows += c.at("windows").get<size_t>();
  }
  s.figures.push_back(fmt::format("{} classes, {} recordings, {} windows", in.data.at("classes").size(),
                                  with_commas(static_cast<long long>(recordings)),
                                  with_commas(static_cast<long long>(windows))));
  if (in.data.contains("split")) {
    const json &split = in.data.at("split");
    s.figures.push_back(fmt::format("{} windows to train, {} to validate, {} to test",
                                    commas(split.at("train")), commas(split.at("val")),
                                    commas(split.at("test"))));
  }
  s.figures.push_back(fmt::format("{} finding{} of the data check", in.data.at("findings").size(),
                                  in.data.at("findings").size() == 1 ? "" : "s"));
  return s;
}

DocStage preprocessing_stage(const ReportInput &in) {
  DocStage s{"Preprocessing",
             "A window of sensor values in their units, which the model normalizes itself: the exported C "
             "takes raw rows.",
             {},
             "give rows in the same units, order of channels and rate; check the first answers against a "
             "recording."};
  if (!in.front.is_object()) return s;
  const json &f = in.front;
  if (f.contains("image"))
    s.figures.push_back(fmt::format("pictures of {} x {} pixels, {} channel{}",
                                    f.at("image").at(1).get<int>(), f.at("image").at(0).get<int>(),
                                    f.at("channels").get<int>(),
                                    f.at("channels").get<int>() == 1 ? "" : "s"));
  else
    s.figures.push_back(fmt::format("windows of {} rows, {} channel{}{}", f.at("window").get<int>(),
                                    f.at("channels").get<int>(), f.at("channels").get<int>() == 1 ? "" : "s",
                                    figure(f.at("rate_hz")) > 0
                                        ? fmt::format(" at {:g} Hz ({:.3g} s)", figure(f.at("rate_hz")),
                                                      f.at("window").get<int>() / figure(f.at("rate_hz")))
                                        : ""));
  if (f.contains("normalization")) s.figures.push_back(f.at("normalization"));
  if (f.contains("decision")) s.figures.push_back(f.at("decision"));
  return s;
}

DocStage feature_stage(const ReportInput &in) {
  DocStage s{"Features",
             "What signal processing makes of a window before the network sees it.",
             {},
             "blocks take time and RAM beside the network, on every window; integer blocks suit cores "
             "without an FPU."};
  if (!in.front.is_object()) return s;
  for (const json &block : in.front.at("blocks")) s.figures.push_back(block);
  if (in.front.at("blocks").empty())
    s.figures.push_back("none: the network takes the normalized window itself");
  if (in.front.contains("output"))
    s.figures.push_back(fmt::format("the network's input: {}", in.front.at("output").get<std::string>()));
  return s;
}

DocStage training_stage(const ReportInput &in) {
  DocStage s{
      "Training",
      "Weights are fitted to the training windows; the validation windows choose the epoch that is kept.",
      {},
      "figures of the validation are too good by that choice: believe the test, and then recordings of your "
      "own."};
  if (in.summary.is_object()) s.figures.push_back(commas(in.summary.at("parameters")) + " parameters");
  const bool is_fit = in.history.is_object() && in.history.contains("epochs") &&
                      !in.history.at("epochs").empty() && in.history.at("epochs").back().contains("score");
  if (is_fit)
    s.purpose =
        "A detector is fitted to normal training windows in one go; the validation windows give its "
        "threshold.";
  if (!is_fit && in.history.is_object() && in.history.contains("epochs"))
    s.figures.push_back(fmt::format("{} epochs, kept: {}", in.history.at("epochs").size(),
                                    in.history.at("best_epoch").get<int>()));
  if (const json *e = evaluation_of(in, "float")) s.figures.push_back(score_of(*e));
  return s;
}

DocStage quantization_stage(const ReportInput &in) {
  DocStage s{"Quantization",
             "Weights and activations become 8-bit integers; scales come from the ranges that training "
             "windows have.",
             {},
             "values beyond the calibrated range are clipped; recordings that reach further need to be among "
             "the training windows."};
  if (in.quantize.is_object()) {
    const bool is_aware = in.quantize.value("method", "") == "qat";
    s.figures.push_back(is_aware ? "quantization-aware training" : "post-training quantization");
    if (in.quantize.contains("settings")) {
      const json &settings = in.quantize.at("settings");
      s.figures.push_back(fmt::format("ranges: {}, of {} windows", settings.value("calibration", "min-max"),
                                      in.quantize.value("calibrate_on", "train")));
    }
  }
  if (const json *e = evaluation_of(in, "int8")) s.figures.push_back(score_of(*e));
  if (s.figures.empty()) s.figures.push_back(fmt::format("not yet: `mote quantize {}`", in.where));
  return s;
}

DocStage conversion_stage(const ReportInput &in) {
  DocStage s{"Conversion",
             "The int8 program becomes C without heap or libraries, or a .tflite file; golden vectors prove "
             "that its answers are these.",
             {},
             "run the self-test of the exported folder once on the board itself."};
  if (in.program.is_object())
    s.figures.push_back(fmt::format("{} bytes of weights, a buffer of {} bytes",
                                    commas(in.program.at("weight_bytes")),
                                    commas(in.program.at("buffer_bytes"))));
  for (const json &e : in.exports.is_array() ? in.exports : json::array())
    s.figures.push_back(
        fmt::format("{}: {}", e.at("format").get<std::string>(), e.at("verified").get<std::string>()));
  if (!in.exports.is_array() || in.exports.empty())
    s.figures.push_back(fmt::format("not yet: `mote export {} --format c --output DIR --verify`", in.where));
  return s;
}

DocStage deployment_stage(const ReportInput &in) {
  DocStage s{
      "Deployment",
      "The board runs the model on what its sensor gives: flash, RAM, time and energy decide whether it can.",
      {},
      "time and energy are estimates until the package's benchmark ran on the board; leave room for the "
      "stack and for your own code."};
  for (const json &d : in.devices.is_array() ? in.devices : json::array()) {
    constexpr size_t kMostBoards = 2;
    if (s.figures.size() == kMostBoards) break;
    std::string text =
        fmt::format("{}: {} of flash, {} of RAM with stack", d.at("title").get<std::string>(),
                    human_bytes(d.at("flash_bytes")),
                    human_bytes(d.at("ram_bytes").get<size_t>() + d.at("stream_bytes").get<size_t>() +
                                d.at("stack_bytes").get<size_t>()));
    if (d.contains("latency_ms")) text += fmt::format(", {} ms", three_digits(d.at("latency_ms")));
    s.figures.push_back(std::move(text));
  }
  if (s.figures.empty()) s.figures.push_back("known once there is an int8 model");
  return s;
}

}  // namespace

DocSection pipeline_section(const ReportInput &in) {
  DocSection s{"pipeline", "From recordings to the device",
               "What every reading goes through, what this run has there, and what to watch for on a board."};
  if (!in.data.is_object() && !in.summary.is_object()) return s;
  if (in.folds.is_array()) return s;  // there is no model that goes on
  s.blocks.emplace_back(
      DocStages{{data_stage(in), preprocessing_stage(in), feature_stage(in), training_stage(in),
                 quantization_stage(in), conversion_stage(in), deployment_stage(in)}});
  return s;
}

}  // namespace mote

// Results as JSON and as text for terminals: one schema for --json, the files of a run and the page.
//
// Reading back is here too where a run needs it (history_from).
#include "mote/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "base/terminal_lines.h"
#include "base/text.h"
#include "data/subjects.h"
#include "graph/cost.h"
#include "graph/op_def.h"
#include "report/findings_text.h"

namespace mote {

using nlohmann::json;

json profile_json(const TrainingProfile &p) {
  json rows = json::array();
  for (const auto &r : p.rows)
    rows.push_back({{"layer", r.layer},
                    {"op", r.op},
                    {"forward_s", r.forward_s},
                    {"backward_s", r.backward_s},
                    {"flop", r.flop}});
  return {{"threads", p.threads},
          {"steps", p.steps},
          {"feed_s", p.feed_s},
          {"step_s", p.step_s},
          {"update_s", p.update_s},
          {"peak_flops", p.peak_flops},
          {"share_of_peak", p.share_of_peak()},
          {"layers", rows}};
}

// JSON has no infinity.
static json number_or_text(double v) { return std::isfinite(v) ? json(v) : json(v > 0 ? "inf" : "-inf"); }
static float number_from(const json &j) {
  return j.is_number() ? j.get<float>() : j == "inf" ? INFINITY : -INFINITY;
}

json history_json(const TrainedRun &run) {
  json epochs = json::array();
  for (const EpochRecord &e : run.history) {
    if (e.is_fit) {
      json fit = {{"epoch", e.epoch}, {"score", e.loss}, {"seconds", e.seconds}};
      if (e.has_validation) fit["val_score"] = e.val_loss;
      epochs.push_back(fit);
      continue;
    }
    json epoch = {
        {"epoch", e.epoch}, {"loss", e.loss}, {"learning_rate", e.learning_rate}, {"seconds", e.seconds}};
    const char *metric = e.is_regression ? "mae" : "accuracy";
    epoch[metric] = e.value(metric);
    if (e.has_validation) {
      const std::string validated = fmt::format("val_{}", metric);
      epoch["val_loss"] = e.val_loss;
      epoch[validated] = e.value(validated);
    }
    if (!std::isnan(e.val_stream)) epoch["val_stream"] = e.val_stream;
    for (const LayerOutputRange &r : e.ranges)
      epoch["ranges"].push_back(
          {{"layer", r.layer}, {"min", number_or_text(r.range.low)}, {"max", number_or_text(r.range.high)}});
    epochs.push_back(epoch);
  }
  return {{"epochs", epochs},
          {"best_epoch", run.best_epoch},
          {"stopped_early", run.stopped_early},
          {"judgement", judge_history(run.history, run.facts)}};
}

std::vector<EpochRecord> history_from(const json &j) {
  std::vector<EpochRecord> history;
  for (const json &e : j.at("epochs")) {
    const auto figure = [&](const char *name) {  // null: it was not finite
      return !e.contains(name) ? 0.0 : e.at(name).is_null() ? NAN : e.at(name).get<double>();
    };
    if (e.contains("score")) {
      EpochRecord fit;
      fit.epoch = e.at("epoch");
      fit.is_fit = true;
      fit.loss = figure("score");
      fit.val_loss = figure("val_score");
      fit.has_validation = e.contains("val_score");
      fit.seconds = figure("seconds");
      history.push_back(fit);
      continue;
    }
    history.push_back({e.at("epoch"), figure("loss"), figure("accuracy"), figure("val_loss"),
                       figure("val_accuracy"), figure("learning_rate"), figure("seconds"), figure("mae"),
                       figure("val_mae"), e.contains("mae"), false, e.contains("val_loss")});
    if (e.contains("val_stream")) history.back().val_stream = figure("val_stream");
    for (const json &r : e.value("ranges", json::array()))
      history.back().ranges.push_back({r.at("layer"), {number_from(r.at("min")), number_from(r.at("max"))}});
  }
  return history;
}

json summary_json(const Summary &s) {
  json layers = json::array();
  for (const SummaryRow &r : s.rows)
    layers.push_back({{"name", r.name},
                      {"type", r.type},
                      {"output", r.output.dims()},
                      {"parameters", r.parameters},
                      {"macs", r.macs}});
  return {{"layers", layers},
          {"parameters", s.parameters},
          {"trainable", s.trainable},
          {"macs", s.macs},
          {"float32_bytes", s.float32_bytes},
          {"int8_bytes", s.int8_bytes},
          {"activation_bytes", s.activation_bytes}};
}

namespace {

struct LayerRow {
  std::string name, op, output;
  uint64_t macs;
  size_t weight_bytes, live_bytes;
};

std::vector<LayerRow> layer_rows(const IntegerProgram &p) {
  std::vector<LayerRow> rows;
  for (const ProgramLayer &l : p.layers) {
    const Cost cost = cost_of(p, l);
    const ProgramTensor &y = p.tensor(l.outputs[0]);
    rows.push_back({l.name, l.op, fmt::format("{} {}", y.shape.text(), dtype_name(y.dtype)), cost.macs,
                    cost.weight_bytes, 0});
  }
  return rows;
}

}  // namespace

static json ports_json(const IntegerProgram &p, const std::vector<int> &tensors) {
  json list = json::array();
  for (int i : tensors) {
    const ProgramTensor &t = p.tensor(i);
    json port = {{"name", t.name},
                 {"shape", t.shape.dims()},
                 {"type", dtype_name(t.port_dtype())},
                 {"bytes", t.bytes()}};
    if (const QuantParams quant = t.port_quant(); quant.is_set()) {
      port["scale"] = quant.scale[0];
      port["zero_point"] = quant.zero_point[0];
    }
    list.push_back(port);
  }
  return list;
}

static std::string ports_text(const IntegerProgram &p, const char *role, const std::vector<int> &tensors) {
  std::string out;
  for (int i : tensors) {
    const ProgramTensor &t = p.tensor(i);
    const QuantParams q = t.port_quant();
    const std::string quant = q.is_set()
                                  ? fmt::format(", value = {:.6g} * (q {} {})", q.scale[0],
                                                q.zero_point[0] < 0 ? '+' : '-', std::abs(q.zero_point[0]))
                                  : "";
    out += fmt::format("{}: {} {}{}\n", role, t.shape.text(), dtype_name(t.port_dtype()), quant);
  }
  return out;
}

json program_json(const IntegerProgram &p) {
  const MemoryPlan plan = plan_memory(p);
  json layers = json::array();
  uint64_t macs = 0;
  size_t weights = 0;
  for (const LayerRow &r : layer_rows(p)) {
    layers.push_back({{"name", r.name},
                      {"op", r.op},
                      {"output", r.output},
                      {"macs", r.macs},
                      {"weight_bytes", r.weight_bytes}});
    macs += r.macs;
    weights += r.weight_bytes;
  }
  return {{"name", p.name},
          {"inputs", ports_json(p, p.inputs)},
          {"outputs", ports_json(p, p.outputs)},
          {"layers", layers},
          {"macs", macs},
          {"weight_bytes", weights},
          {"buffer_bytes", plan.bytes},
          {"buffer_lower_bound", plan.lower_bound},
          {"labels", p.labels},
          {"has_front_end", p.front_end.is_set()}};
}

std::string program_text(const IntegerProgram &p) {
  const MemoryPlan plan = plan_memory(p);
  const std::vector<LayerRow> rows = layer_rows(p);
  const auto name_of = [](const LayerRow &r) { return fmt::format("{} ({})", r.name, r.op); };
  size_t name = 34, output = 24;
  for (const LayerRow &r : rows) {
    name = std::max(name, columns_of(name_of(r)));
    output = std::max(output, r.output.size());
  }
  const std::string rule(name + output + 29, '-');
  std::string out = fmt::format("{:<{}} {:<{}} {:>12} {:>14}\n{}\n", "Layer (op)", name, "Output", output,
                                "MACs", "Weight bytes", rule);
  uint64_t macs = 0;
  size_t weights = 0;
  for (const LayerRow &r : rows) {
    out += fmt::format("{:<{}} {:<{}} {:>12} {:>14}\n", name_of(r), name, r.output, output,
                       with_commas(r.macs), with_commas(r.weight_bytes));
    macs += r.macs;
    weights += r.weight_bytes;
  }
  out += rule + "\n";
  out += ports_text(p, "Input", p.inputs) + ports_text(p, "Output", p.outputs);
  out += fmt::format("MACs: {}   Weights: {}   Activation buffer: {} (planned{})\n", with_commas(macs),
                     human_bytes(weights), human_bytes(plan.bytes),
                     plan.peak_layer >= 0 ? fmt::format("; set by {}", p.layers[plan.peak_layer].name) : "");
  constexpr size_t kTight = 200 * 1024;
  if (weights > kTight)
    out += fmt::format(
        "Warning: {} of weights leave little room beside the firmware of a small microcontroller; aim below "
        "200 KB.\n",
        human_bytes(weights));
  return out;
}

static json spread_json(const Spread &s) {
  if (s.counts.empty()) return nullptr;
  return {{"low", s.low}, {"width", s.width}, {"counts", s.counts}};
}

json explanation_json(const Explanation &e) {
  json layers = json::array(), flips = json::array(), remedies = json::array();
  for (const ExplainedLayer &l : e.layers)
    layers.push_back({{"name", l.name},
                      {"op", l.op},
                      {"sqnr_alone_db", number_or_text(l.alone_db)},
                      {"sqnr_accumulated_db", number_or_text(l.accumulated_db)},
                      {"range", {l.range.low, l.range.high}},
                      {"seen", {l.seen.low, l.seen.high}},
                      {"usual", l.usual},
                      {"values", l.values},
                      {"saturated_low", l.below},
                      {"saturated_high", l.above},
                      {"low_set_by", l.low_source},
                      {"high_set_by", l.high_source},
                      {"activations", spread_json(l.activations)},
                      {"weights", spread_json(l.weights)}});
  const auto label = [&](int k) -> json {
    if (k >= 0 && k < std::ssize(e.labels)) return e.labels[k];
    return k;
  };
  for (const Flip &f : e.flips)
    flips.push_back({{"source", f.source},
                     {"truth", label(f.truth)},
                     {"float", label(f.by_float)},
                     {"int8", label(f.by_int8)}});
  for (const Remedy &r : e.remedies) {
    json remedy = {{"what", r.what},
                   {"setting", r.setting},
                   {"weight_bytes", r.weight_bytes},
                   {"buffer_bytes", r.buffer_bytes},
                   {"int16_macs", r.int16_macs},
                   {"seconds", r.seconds}};
    remedy[e.is_regression ? "mse" : "accuracy"] = e.is_regression ? r.mse : r.accuracy;
    remedies.push_back(std::move(remedy));
  }
  json j = {{"scored", e.scored},         {"part", e.is_of_training ? "train" : "val"},
            {"calibrated", e.calibrated}, {"findings", e.findings},
            {"layers", layers},           {"flips", flips},
            {"remedies", remedies}};
  if (e.is_regression) {
    j["float_mse"] = e.float_mse;
    j["int8_mse"] = e.int8_mse;
  } else {
    j["float_accuracy"] = e.float_accuracy;
    j["int8_accuracy"] = e.int8_accuracy;
  }
  return j;
}

json settings_json(const QuantizeSettings &s) {
  json ranges = json::object();
  for (const LayerRange &r : s.calibration.layers)
    ranges[r.layer] = r.range ? json{r.range->low, r.range->high}
                              : json(range_method_name(r.method.value_or(s.calibration.method)));
  return {{"int16", s.int16_layers},
          {"calibration", range_method_name(s.calibration.method)},
          {"percentile", s.calibration.percentile},
          {"ranges", ranges},
          {"examples", s.examples},
          {"drop_outliers", s.drops_outliers},
          {"equalize", s.has_equalization},
          {"bias_correction", s.has_bias_correction},
          {"dense", s.has_dense_per_tensor ? "per-tensor" : "per-channel"}};
}

QuantizeSettings settings_from(const json &j) {
  QuantizeSettings s;
  s.int16_layers = j.at("int16").get<std::vector<std::string>>();
  s.calibration.method = range_method(j.at("calibration").get<std::string>());
  s.calibration.percentile = j.at("percentile");
  for (const auto &[layer, range] : j.at("ranges").items()) {
    LayerRange own{layer};
    if (range.is_string())
      own.method = range_method(range.get<std::string>());
    else
      own.range = ValueRange{range.at(0), range.at(1)};
    s.calibration.layers.push_back(std::move(own));
  }
  s.examples = j.at("examples");
  s.drops_outliers = j.at("drop_outliers");
  s.has_equalization = j.at("equalize");
  s.has_bias_correction = j.at("bias_correction");
  s.has_dense_per_tensor = j.at("dense") == "per-tensor";
  return s;
}

std::vector<ClassOverview> overview(const Recordings &set) {
  std::vector<ClassOverview> rows;
  const size_t width = set.channel_count();
  const int window = set.window(), stride = set.stride();  // each looks at every recording
  for (const std::string &label : set.labels) {
    ClassOverview o;
    o.label = label;
    std::vector<double> sum(width);
    std::vector<size_t> count(width);
    o.low.assign(width, INFINITY);
    o.high.assign(width, -INFINITY);
    size_t rows_total = 0;
    for (const Recording &r : set.items) {
      if (r.label != label) continue;
      ++o.recordings;
      rows_total += r.rows;
      o.shortest = o.shortest == 0 ? r.rows : std::min(o.shortest, r.rows);
      o.longest = std::max(o.longest, r.rows);
      if (r.rows >= window && window > 0)
        o.windows += (r.rows - window) / stride + 1;
      else if (set.options.short_recordings != ShortRecordings::kSkip)
        ++o.windows;
      for (size_t i = 0; i < r.values.size(); ++i) {
        const float v = r.values[i];
        if (!std::isfinite(v)) continue;
        const size_t c = i % width;
        o.low[c] = std::min(o.low[c], v);
        o.high[c] = std::max(o.high[c], v);
        sum[c] += v;
        ++count[c];
      }
    }
    o.seconds = set.rate_hz > 0 ? rows_total / set.rate_hz : 0;
    for (size_t c = 0; c < width; ++c) o.mean.push_back(count[c] ? sum[c] / count[c] : NAN);
    rows.push_back(o);
  }
  return rows;
}

static json finite_list(const std::vector<float> &values) {
  json out = json::array();
  for (float v : values) out.push_back(std::isfinite(v) ? json(v) : json(nullptr));
  return out;
}

json recordings_json(const Recordings &set, const std::vector<Finding> &findings) {
  json classes = json::array(), list = json::array();
  for (const ClassOverview &o : overview(set))
    classes.push_back({{"label", o.label},
                       {"recordings", o.recordings},
                       {"windows", o.windows},
                       {"seconds", o.seconds},
                       {"shortest_rows", o.shortest},
                       {"longest_rows", o.longest},
                       {"min", finite_list(o.low)},
                       {"max", finite_list(o.high)},
                       {"mean", finite_list(o.mean)}});
  for (const Finding &f : findings) {
    list.push_back({{"severity", severity_name(f.severity)}, {"where", f.where}, {"message", f.message}});
    if (f.kind.empty()) continue;
    json &last = list.back();
    last["kind"] = f.kind;
    last["remedy"] = f.remedy;
    last["count"] = f.files.size();
    last["files"] = f.files;
  }
  json groups = nullptr;
  if (const Subjects subjects = subjects_of(set); subjects.count() > 0) {
    constexpr size_t kMostNames = 50;
    std::vector<size_t> recordings(subjects.count());
    for (const int s : subjects.of)
      if (s >= 0) ++recordings[static_cast<size_t>(s)];
    groups = {{"kind", subjects.kind}, {"count", subjects.count()}, {"names", json::array()}};
    for (size_t i = 0; i < std::min(kMostNames, subjects.count()); ++i)
      groups["names"].push_back({{"name", subjects.names[i]}, {"recordings", recordings[i]}});
  }
  json out = {{"channels", set.channels}, {"rate_hz", set.rate_hz},         {"window", set.window()},
              {"stride", set.stride()},   {"recordings", set.items.size()}, {"classes", classes},
              {"findings", list},         {"reading", set.reading}};
  if (!groups.is_null()) out["groups"] = groups;
  if (set.image_height > 0) out["image"] = {set.image_height, set.image_width};
  return out;
}

std::string reading_text(const std::vector<std::string> &reading) {
  std::string out;
  if (!reading.empty()) out += "How the files were read:\n";
  for (const std::string &how : reading) out += "  " + how + "\n";
  return out;
}

std::string recordings_text(const Recordings &set, const std::vector<Finding> &findings) {
  size_t width = 8;
  size_t channel = 12;
  for (const std::string &name : set.channels) channel = std::max(channel, columns_of(name) + 1);
  for (const std::string &label : set.labels) width = std::max(width, columns_of(label) + 1);
  std::string out = fmt::format("{:<{}} {:>10} {:>8} {:>9} {:>12}\n", "class", width, "recordings", "windows",
                                "seconds", "rows each");
  const auto classes = overview(set);
  for (const ClassOverview &o : classes)
    out += fmt::format(
        "{:<{}} {:>10} {:>8} {:>9} {:>12}\n", o.label, width, o.recordings, o.windows,
        set.rate_hz > 0 ? fmt::format("{:.1f}", o.seconds) : "?",
        o.shortest == o.longest ? std::to_string(o.shortest) : fmt::format("{}-{}", o.shortest, o.longest));
  if (set.image_height > 0)
    out += fmt::format("\n{} images of {} x {} pixels, {} channel{}\n", set.items.size(), set.image_width,
                       set.image_height, set.channel_count(), set.channel_count() == 1 ? "" : "s");
  else
    out += fmt::format("\n{} recordings, window {} rows, stride {}, rate {}\n", set.items.size(),
                       set.window(), set.stride(),
                       set.rate_hz > 0 ? fmt::format("{:g} Hz", set.rate_hz) : "unknown (set data.rate_hz)");
  out += fmt::format("\n{:<{}} {:<{}} {:>12} {:>12} {:>12}\n", "class", width, "channel", channel, "min",
                     "mean", "max");
  for (const ClassOverview &o : classes)
    for (size_t c = 0; c < set.channels.size(); ++c)
      out += fmt::format("{:<{}} {:<{}} {:>12.4g} {:>12.4g} {:>12.4g}\n", c == 0 ? o.label : "", width,
                         set.channels[c], channel, o.low[c], o.mean[c], o.high[c]);
  if (!set.reading.empty()) out += "\n" + reading_text(set.reading);
  if (findings.empty()) return out + "\nNothing suspicious found.\n";
  return out + findings_text(findings);
}

}  // namespace mote

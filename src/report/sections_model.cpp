// What the model is: what int8 costs and why, what each step of making it smaller brought, its architecture
// and its layers.
#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "report/picture_data.h"
#include "report/sections.h"

namespace mote {

using nlohmann::json;

namespace {

// The remedies that explain tried, the most accurate first as the record has them.
void add_remedies(DocSection &s, const json &explain) {
  if (!explain.contains("remedies") || explain.at("remedies").empty() || !explain.contains("int8_accuracy"))
    return;
  DocTable t{"What would help: int8 models made otherwise, on the same windows",
             {"tried", "accuracy, %", "weights, bytes", "buffer, bytes", "setting of mote quantize"},
             {}};
  t.words = {4};
  for (const json &r : explain.at("remedies"))
    t.rows.push_back({r.at("what").get<std::string>(), percent(r.at("accuracy")),
                      fmt::format("{:+}", r.at("weight_bytes").get<long long>()),
                      fmt::format("{:+}", r.at("buffer_bytes").get<long long>()),
                      r.at("setting").get<std::string>()});
  s.blocks.emplace_back(std::move(t));
}

void add_layer_noise(DocSection &s, const json &explain) {
  DocTable t{"Signal to noise of each layer, float against int8",
             {"layer", "alone, dB", "all layers so far, dB", "range of int8", "values clipped, %"},
             {}};
  const auto db = [](const json &v) {
    return v.is_number() ? fmt::format("{:.1f}", v.get<double>())
           : v == "inf"  ? std::string("exact")
                         : std::string("-");
  };
  for (const json &l : explain.at("layers")) {
    const double values = std::max(1.0, l.at("values").get<double>());
    t.rows.push_back(
        {fmt::format("{} ({})", l.at("name").get<std::string>(), l.at("op").get<std::string>()),
         db(l.at("sqnr_alone_db")), db(l.at("sqnr_accumulated_db")),
         fmt::format("{:.4g} .. {:.4g}", figure(l.at("range").at(0)), figure(l.at("range").at(1))),
         fmt::format(
             "{:.3f}",
             100 * (l.at("saturated_low").get<double>() + l.at("saturated_high").get<double>()) / values)});
  }
  s.blocks.emplace_back(std::move(t));
}

}  // namespace

DocSection quantization_section(const ReportInput &in) {
  DocSection s{"quantization", "What int8 costs",
               "The float and the int8 model on the same windows, layer by layer: where precision is lost, "
               "and what would bring it back."};
  if (is_imported(in)) {
    s.lead = "The model came as int8: what it lost on the way there is known where it was trained.";
    return s;
  }
  if (in.quantize.is_object() && in.quantize.contains("findings"))
    for (const json &f : in.quantize.at("findings"))
      s.blocks.emplace_back(DocWarning{f.get<std::string>() + "."});
  if (in.quantize.is_object() && in.quantize.contains("tried") && !in.quantize.at("tried").empty()) {
    DocTable t{
        "int8 models of these weights, on the validation windows, in the order in which they were made",
        {"method", "ranges", "accuracy, %", "weights, bytes", "buffer, bytes"},
        {}};
    for (const json &q : in.quantize.at("tried"))
      t.rows.push_back(
          {q.at("method") == "qat" ? "quantization-aware training" : "post-training quantization",
           q.at("calibration").get<std::string>(),
           q.contains("val_accuracy") ? percent(q.at("val_accuracy")) : "-", commas(q.at("weight_bytes")),
           commas(q.at("buffer_bytes"))});
    s.blocks.emplace_back(std::move(t));
  }
  const json &e = in.explain;
  if (!e.is_object()) {
    if (in.program.is_object() && !in.where.empty())
      s.blocks.emplace_back(DocText{fmt::format(
          "Where int8 differs from float was not looked at; `mote explain {}` does it.", in.where)});
    return s;
  }
  DocList findings;
  for (const json &f : e.at("findings")) findings.items.push_back(f.get<std::string>());
  if (!findings.items.empty()) s.blocks.emplace_back(std::move(findings));
  s.blocks.emplace_back(DocText{
      "Signal to noise: how much larger the values of a layer are than what int8 changes in them; 6 dB "
      "more are one bit more."});
  add_layer_noise(s, e);
  if (!in.explain_svg.empty()) {
    DocPicture p{
        "Per layer: signal to noise, and how often values and weights occur beside the range of int8",
        "Blue: the layer alone on the float model's values; orange: with all layers before it. Counts on a "
        "logarithmic scale."};
    p.svg = in.explain_svg;
    s.blocks.emplace_back(std::move(p));
  }
  add_remedies(s, e);
  return s;
}

DocSection steps_section(const ReportInput &in) {
  DocSection s{"steps", "Before and after",
               "Each model on the way to this one: what a step took away in size, and what it cost in right "
               "answers on the test windows."};
  if (in.steps.is_array() && in.steps.size() > 1) {
    DocTable t{"Models on the way, the last is this run",
               {"step", "parameters", "multiply-adds", "int8 weights, bytes", "flash, bytes", "buffer, bytes",
                "float, % right", "int8, % right"},
               {}};
    const auto or_dash = [](const json &j, const char *key) {
      return j.contains(key) && !j.at(key).is_null() ? commas(j.at(key)) : std::string("-");
    };
    const auto share = [](const json &j, const char *key) {
      return j.contains(key) && !j.at(key).is_null() ? percent(j.at(key)) : std::string("-");
    };
    for (const json &j : in.steps)
      t.rows.push_back({j.at("step").get<std::string>(), or_dash(j, "parameters"), or_dash(j, "macs"),
                        or_dash(j, "weight_bytes"), or_dash(j, "flash_bytes"), or_dash(j, "buffer_bytes"),
                        share(j, "float_accuracy"), share(j, "int8_accuracy")});
    s.blocks.emplace_back(std::move(t));
    s.blocks.emplace_back(
        DocText{"Int8 weights count a byte each and what a channel needs; flash has them as they are stored "
                "(shared values and zeros "
                "take less), with the code of the model."});
  }
  const json &c = in.compress;
  if (!c.is_object()) return s;
  if (!in.compress_svg.empty()) {
    DocPicture p{"Size against accuracy of what a search tried", ""};
    p.svg = in.compress_svg;
    s.blocks.emplace_back(std::move(p));
  }
  DocTable t{"Weights of each kernel after the compression",
             {"kernel", "weights", "zeros", "different values", "bits", "left as it was, because"},
             {}};
  t.words = {5};
  for (const json &k : c.at("kernels")) {
    t.rows.push_back({k.at("name").get<std::string>(), commas(k.at("weights")), commas(k.at("zeros")),
                      k.contains("values") ? commas(k.at("values")) : "-", commas(k.at("bits")),
                      k.contains("left") ? k.at("left").get<std::string>() : ""});
  }
  const bool has_left =
      std::any_of(t.rows.begin(), t.rows.end(), [](const auto &row) { return !row.back().empty(); });
  if (!has_left) {
    t.head.pop_back();
    for (auto &row : t.rows) row.pop_back();
    t.words.clear();
  }
  s.blocks.emplace_back(std::move(t));
  for (const json &note : c.at("notes")) s.blocks.emplace_back(DocText{note.get<std::string>() + "."});
  return s;
}

namespace {

// For a screen in columns beside each other, for a phone one column after the other.
void add_architecture(DocSection &s, const ReportInput &in) {
  if (!in.architecture || in.architecture->nodes.empty()) return;
  constexpr size_t kMostBoxes = 400;  // of a page
  DocPicture p{fmt::format("Architecture of {}: its layers from the input to the output; the tables below "
                           "have the same figures",
                           in.architecture->name),
               "Blue: layers with weights; red: activations and what changes values one by one; green: "
               "pooling; brown: what only moves or reshapes values; ochre: where branches meet. On the "
               "arrows: shapes of the tensors. "
               "Ranges are the real values that the 256 levels of int8 span."};
  if (in.architecture->nodes.size() > kMostBoxes) {
    s.blocks.emplace_back(DocText{fmt::format(
        "The model has {} boxes, too many for a page; `mote summary {} --picture model.svg` draws it.",
        in.architecture->nodes.size(), in.where)});
    return;
  }
  try {
    for (const Drawing &sheet : draw_model(*in.architecture)) p.drawings.push_back(sheet.inlined(p.alt));
    PictureLimits phone;
    phone.width = 1;  // one column a sheet
    constexpr double kPhone = 380;
    if (p.drawings.size() > 1 || picture_width(p.drawings[0]) > kPhone)
      for (const Drawing &sheet : draw_model(*in.architecture, phone))
        p.narrow_drawings.push_back(sheet.inlined(p.alt));
    p.file = whole_model(*in.architecture).svg_file();
    s.blocks.emplace_back(std::move(p));
  } catch (const Error &e) {
    s.blocks.emplace_back(DocText{fmt::format("The architecture is not drawn: {}.", e.message())});
  }
}

}  // namespace

DocSection model_section(const ReportInput &in) {
  DocSection s{"model", "Model",
               "Layers as they are trained; shapes are without the batch, multiply-adds (MACs) of one window "
               "follow from the shapes."};
  if (!in.summary.is_object()) return s;
  add_architecture(s, in);
  DocTable t{"Layers of the float model", {"layer", "output", "parameters", "MACs"}, {}, true};
  for (const json &l : in.summary.at("layers"))
    t.rows.push_back(
        {fmt::format("{} ({})", l.at("name").get<std::string>(), l.at("type").get<std::string>()),
         l.at("output").dump(), commas(l.at("parameters")), commas(l.at("macs"))});
  t.rows.push_back({"total", "", commas(in.summary.at("parameters")), commas(in.summary.at("macs"))});
  s.blocks.emplace_back(std::move(t));
  s.blocks.emplace_back(DocText{fmt::format(
      "Weights: {} as float32, {} as int8.", human_bytes(in.summary.at("float32_bytes")),
      human_bytes(in.program.is_object() ? in.program.at("weight_bytes") : in.summary.at("int8_bytes")))});
  return s;
}

}  // namespace mote

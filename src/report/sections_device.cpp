// The model on a board: layers, memory, flash, time and energy with how each is known; and how the run was
// made, so that it can be made again.
#include <fmt/format.h>

#include <cmath>

#include "base/escape.h"
#include "base/text.h"
#include "report/sections.h"

namespace mote {

using nlohmann::json;

namespace {

void add_integer_layers(DocSection &s, const json &program) {
  DocTable t{"Layers of the int8 program", {"integer layer", "output", "MACs", "weight bytes"}, {}};
  for (const json &l : program.at("layers"))
    t.rows.push_back({fmt::format("{} ({})", l.at("name").get<std::string>(), l.at("op").get<std::string>()),
                      l.at("output").get<std::string>(), commas(l.at("macs")), commas(l.at("weight_bytes"))});
  s.blocks.emplace_back(std::move(t));
  s.blocks.emplace_back(DocText{
      fmt::format("Activations live in one static buffer of {} bytes, planned ahead (lower bound {}). The "
                  "int8 figures above were computed with the C routines that ship to the device.",
                  commas(program.at("buffer_bytes")), commas(program.at("buffer_lower_bound")))});
}

std::string bytes_cell(const json &d, const char *key) { return commas(d.at(key)); }

void add_boards(DocSection &s, const json &devices) {
  if (!devices.is_array() || devices.empty()) return;
  DocTable t{"On boards: one inference",
             {"board", "flash, bytes", "RAM, bytes", "instructions", "time, ms", "energy, mJ"},
             {}};
  DocList how;
  for (const json &d : devices) {
    const std::string title = d.at("title");
    const bool is_measured = d.at("is_measured").get<bool>();
    std::string time = "-", energy = "-";
    if (d.contains("latency_ms"))
      time = fmt::format("{} ({} to {})", three_digits(d.at("latency_ms")),
                         three_digits(d.at("latency_ms_low")), three_digits(d.at("latency_ms_high")));
    if (d.contains("measured")) time = fmt::format("{:.4g} measured", figure(d.at("measured").at("ms")));
    if (d.contains("energy_mj")) energy = three_digits(d.at("energy_mj"));
    t.rows.push_back(
        {title, bytes_cell(d, "flash_bytes"),
         commas(d.at("ram_bytes").get<size_t>() + d.at("stream_bytes").get<size_t>() +
                d.at("stack_bytes").get<size_t>()),
         d.contains("instructions") ? with_commas(std::llround(figure(d.at("instructions")))) : "-", time,
         energy});
    std::string text = fmt::format(
        "{}: flash is code {} ({}) and weights {} (exact); RAM is buffer {}{} (exact) and stack {} ({})",
        title, commas(d.at("code_bytes")), is_measured ? "linked" : "estimated", commas(d.at("weight_bytes")),
        commas(d.at("ram_bytes")),
        d.at("stream_bytes").get<size_t>() > 0 ? fmt::format(", push() {}", commas(d.at("stream_bytes")))
                                               : "",
        commas(d.at("stack_bytes")), is_measured ? "measured on the emulated core" : "a bound");
    text += is_measured ? fmt::format("; instructions counted on {}", d.value("emulator", "the emulator"))
                        : "; instructions estimated from those of measured networks";
    if (d.contains("latency_basis"))
      text += fmt::format("; time estimated: {}", d.at("latency_basis").get<std::string>());
    if (d.contains("why_no_latency") && !d.at("why_no_latency").get<std::string>().empty())
      text += fmt::format("; no time: {}", d.at("why_no_latency").get<std::string>());
    if (d.contains("power_source"))
      text += fmt::format("; energy: active power {:.3g} mW ({}) times that time", figure(d.at("power_mw")),
                          d.at("power_source").get<std::string>());
    how.items.push_back(text + ".");
    for (const json &problem : d.at("problems"))
      how.items.push_back(fmt::format("{}: does not fit: {}", title, problem.get<std::string>()));
  }
  s.blocks.emplace_back(std::move(t));
  s.blocks.emplace_back(std::move(how));
}

void add_exports(DocSection &s, const ReportInput &in) {
  if (!in.exports.is_array()) return;
  DocTable t{"What was exported", {"export", "where", "verified"}, {}};
  t.words = {1, 2};
  for (const json &e : in.exports)
    t.rows.push_back({e.at("format").get<std::string>(), e.at("path").get<std::string>(),
                      e.at("verified").get<std::string>()});
  if (!t.rows.empty()) s.blocks.emplace_back(std::move(t));
}

}  // namespace

DocSection device_section(const ReportInput &in) {
  DocSection s{
      "device", "On the device",
      "What the int8 program needs. Weights and buffer are exact; what is estimated says so, and from what."};
  if (!in.program.is_object()) {
    if (in.summary.is_object() && !in.where.empty())
      s.blocks.emplace_back(
          DocText{fmt::format("There is no int8 model yet; `mote quantize {}` makes it.", in.where)});
    return s;
  }
  add_boards(s, in.devices);
  add_integer_layers(s, in.program);
  if (!in.plan_svg.empty()) {
    DocPicture p{
        "Memory plan: which tensor lies where in the buffer, over the layers",
        "Each box is a tensor: its height are its bytes, its place the offset in the one static buffer, its "
        "width the layers that need it. Planned before compiling; the linker map has the same size."};
    p.svg = in.plan_svg;
    s.blocks.emplace_back(std::move(p));
  }
  add_exports(s, in);
  return s;
}

DocSection made_section(const ReportInput &in) {
  DocSection s{"made", "How it was made",
               "What is needed to make this run again, bit for bit: settings, recordings, seed and version."};
  const json &r = in.record;
  if (r.is_object()) {
    DocTable t{"Record of the run", {"what", "value"}, {}};
    t.words = {1};
    const auto row = [&](const char *what, const char *key) {
      if (r.contains(key) && r.at(key).is_string()) t.rows.push_back({what, r.at(key).get<std::string>()});
    };
    row("made by mote", "mote");
    row("compiler", "compiler");
    row("instruction set of the kernels", "tier");
    row("kind", "kind");
    row("parent run", "parent");
    if (is_imported(in)) {
      const json &from = r.at("imported");
      t.rows.push_back({"imported from", from.at("file").get<std::string>()});
      t.rows.push_back({"SHA-256 of that file", from.at("sha256").get<std::string>()});
    } else {
      row("data", "data");
      row("SHA-256 of the recordings and their parts", "data_digest");
    }
    if (r.contains("float_model")) row("SHA-256 of the float model", "float_model");
    if (r.contains("int8_model")) row("SHA-256 of the int8 model", "int8_model");
    if (!t.rows.empty()) s.blocks.emplace_back(std::move(t));
    if (r.contains("again"))
      s.blocks.emplace_back(
          DocCode{r.at("again").get<std::string>(), true, "commands that make the run again"});
  }
  if (!in.toml.empty()) {
    s.blocks.emplace_back(DocHeading{"Configuration"});
    s.blocks.emplace_back(DocCode{in.toml, false, "mote.toml"});
  }
  return s;
}

}  // namespace mote

// The form in which the weights of each layer are stored, by their values: what is smaller, and what that
// takes.
//
// Forms and their bytes: program/packed_storage.cpp. Instructions and code are estimates of the core
// (instruction_estimate.cpp); `mote profile --emulate` measures the choice.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/error.h"
#include "base/text.h"
#include "device/instruction_estimate.h"
#include "device/work.h"
#include "graph/cost.h"
#include "graph/op_def.h"
#include "mote/device.h"
#include "program/storage.h"

namespace mote {

namespace {

// The tensor of a layer's weights, if it alone reads them; -1: none.
int weights_of(const IntegerProgram &p, const ProgramLayer &l) {
  if (l.inputs.size() < 2 || l.inputs[1] < 0) return -1;
  const int weights = l.inputs[1];
  const ProgramTensor &t = p.tensor(weights);
  if (!t.is_constant || t.dtype != DType::kInt8 || t.storage != &plain_storage()) return -1;
  int readers = 0;
  for (const ProgramLayer &other : p.layers)
    readers += std::count(other.inputs.begin(), other.inputs.end(), weights);
  return readers == 1 && std::count(p.outputs.begin(), p.outputs.end(), weights) == 0 ? weights : -1;
}

struct Price {
  double instructions = 0;
  bool is_packed = false, is_known = true;
};

Price price_of(const IntegerProgram &p, const ProgramLayer &l, const std::string &core) {
  Price price;
  const auto outputs = static_cast<double>(p.tensor(l.outputs[0]).shape.elements());
  const auto macs = static_cast<double>(cost_of(p, l).macs);
  for (const CCall &call : op_by_name(l.op).c.get()(p, l)) {
    if (call.is_copy) continue;
    const CountEstimate e =
        estimate_call(core, call.routine, work_of(call, products_of_core(core), macs, outputs));
    price.instructions += e.instructions;
    price.is_known &= e.is_known && !e.is_guessed;
    price.is_packed |= !call.header.empty();
  }
  return price;
}

// Of its bytes, what a form has to save: less is not worth a routine of its own.
constexpr double kLeastSaved = 0.05;
constexpr size_t kFewestBytes = 32;

struct Candidate {
  const Storage *form;
  size_t bytes;
  Price price;
};

// A layer whose values have a pattern, with the form that it has so far.
struct Layer {
  LayerForm now;
  std::vector<Candidate> candidates;
};

// The forms of its weights that are smaller; nothing where there are none.
std::optional<Layer> layer_with_forms(IntegerProgram &p, const ProgramLayer &l, int weights,
                                      const std::string &core) {
  if (!op_by_name(l.op).c.is_given()) return {};
  ProgramTensor &t = p.tensors[static_cast<size_t>(weights)];
  const ProgramTensor plain = t;
  const Price before = price_of(p, l, core);
  Layer layer{{static_cast<size_t>(&l - p.layers.data()), l.name, plain_storage().name, plain.bytes(),
               plain.bytes(), before.instructions, before.instructions, ""},
              {}};
  for (const Storage *form : packed_forms()) {
    auto packed = stored_as(plain, *form);
    if (!packed) continue;
    const size_t bytes = packed->bytes();
    if (static_cast<double>(bytes) > (1 - kLeastSaved) * static_cast<double>(plain.bytes()) ||
        bytes + kFewestBytes > plain.bytes())
      continue;
    t = std::move(*packed);
    const Price price = price_of(p, l, core);
    if (price.is_packed) layer.candidates.push_back({form, bytes, price});  // else no routine takes it
  }
  t = plain;
  return layer.candidates.empty() ? std::nullopt : std::optional(std::move(layer));
}

double instructions_of(const IntegerProgram &p, const std::string &core) {
  double sum = 0;
  for (const ProgramLayer &l : p.layers)
    if (op_by_name(l.op).c.is_given()) sum += price_of(p, l, core).instructions;
  return sum;
}

// Takes, one after the other, the form that saves most bytes for each further instruction, first those that
// take none, while the instructions of the model stay below `most`. `total`: of them all, which is brought up
// to date.
void take_forms(std::vector<Layer> &layers, double most, double &total) {
  while (true) {
    Layer *best = nullptr;
    const Candidate *form = nullptr;
    double worth = 0;
    for (Layer &layer : layers)
      for (const Candidate &c : layer.candidates) {
        const double more = c.price.instructions - layer.now.instructions;
        const auto saved = static_cast<double>(layer.now.bytes) - static_cast<double>(c.bytes);
        if (!c.price.is_known || saved < 0 || (saved == 0 && more >= 0)) continue;
        if (more > 0 && total + more > most) continue;
        const double own = more > 0 ? saved / more : 1e12 * (1 + saved);
        if (own <= worth) continue;
        best = &layer;
        form = &c;
        worth = own;
      }
    if (best == nullptr) return;
    total += form->price.instructions - best->now.instructions;
    best->now.form = form->form->name;
    best->now.bytes = form->bytes;
    best->now.instructions = form->price.instructions;
  }
}

// Why the smallest form of a layer was not taken; "": it was.
std::string why_larger(const Layer &layer, double total, double plain_total, const FormOptions &o) {
  const auto smallest =
      std::min_element(layer.candidates.begin(), layer.candidates.end(),
                       [](const Candidate &a, const Candidate &b) { return a.bytes < b.bytes; });
  if (smallest->bytes >= layer.now.bytes) return "";
  if (!smallest->price.is_known)
    return fmt::format("{} was not measured on {}", smallest->form->name, o.core);
  return fmt::format(
      "{} has {} bytes and {:.2f} times the instructions; the model would have {:.2f} times, more than {:g}",
      smallest->form->name, with_commas(smallest->bytes),
      smallest->price.instructions / layer.now.plain_instructions,
      (total + smallest->price.instructions - layer.now.instructions) / plain_total, o.slowdown);
}

size_t flash_of(const IntegerProgram &p, const std::string &core) {
  auto bytes = static_cast<size_t>(estimate_code_bytes(core, p));
  for (const ProgramTensor &t : p.tensors) bytes += t.is_constant ? t.bytes() : 0;
  return bytes;
}

}  // namespace

IntegerProgram with_plain_weights(IntegerProgram program) {
  const std::vector<const Storage *> &packed = packed_forms();
  for (ProgramTensor &t : program.tensors)
    if (t.is_constant && std::find(packed.begin(), packed.end(), t.storage) != packed.end())
      t.store(t.values<int8_t>());
  return program;
}

ChosenForms choose_forms(const IntegerProgram &given, const FormOptions &o) {
  if (!(o.slowdown >= 0))
    throw Error(ErrorCode::kInvalidArgument, "slowdown", fmt::format("{:g} is below 0", o.slowdown),
                "1.3 allows the model 1.3 times the instructions of plain weights");
  const std::string core = o.core.empty() ? "cortex-m4" : o.core;
  const IntegerProgram program = with_plain_weights(given);
  ChosenForms made{program, {}, 0, {core, o.slowdown}};
  std::vector<Layer> layers;
  for (const ProgramLayer &l : made.program.layers)
    if (const int weights = weights_of(made.program, l); weights >= 0)
      if (auto layer = layer_with_forms(made.program, l, weights, core)) layers.push_back(std::move(*layer));
  const double plain_total = layers.empty() ? 0 : instructions_of(program, core);
  double total = plain_total;
  take_forms(layers, o.slowdown * plain_total, total);
  std::map<std::string, std::vector<size_t>> of_op;  // routines of one op share code
  for (Layer &layer : layers) {
    layer.now.why = why_larger(layer, total, plain_total, {core, o.slowdown});
    const ProgramLayer &l = program.layers[layer.now.index];
    for (const Candidate &c : layer.candidates)
      if (c.form->name == layer.now.form)
        made.program.tensors[static_cast<size_t>(l.inputs[1])] =
            *stored_as(program.tensor(l.inputs[1]), *c.form);
    of_op[l.op].push_back(layer.now.index);
    made.layers.push_back(layer.now);
  }
  // with the code that they bring
  for (const auto &[op, its] : of_op) {
    IntegerProgram without = made.program;
    for (const size_t i : its) {
      const auto w = static_cast<size_t>(program.layers[i].inputs[1]);
      without.tensors[w] = program.tensors[w];
    }
    const size_t is = flash_of(made.program, core), was = flash_of(without, core);
    if (is < was) continue;
    for (const size_t i : its)
      for (LayerForm &f : made.layers)
        if (f.index == i && f.form != plain_storage().name) {
          f.why = fmt::format("the code of the {} layers' forms is larger than what they save", op);
          f.form = plain_storage().name;
          f.bytes = f.plain_bytes;
          f.instructions = f.plain_instructions;
        }
    made.program = std::move(without);
  }
  const size_t was = flash_of(program, core), is = flash_of(made.program, core);
  made.saved_bytes = is < was ? was - is : 0;
  return made;
}

std::vector<FormTotal> form_totals(const ChosenForms &chosen) {
  std::map<std::string, FormTotal> totals;
  for (const LayerForm &f : chosen.layers) {
    if (f.form == plain_storage().name) continue;
    FormTotal &t = totals[f.form];
    t.form = f.form;
    ++t.layers;
    t.plain_bytes += f.plain_bytes;
    t.bytes += f.bytes;
  }
  std::vector<FormTotal> list;
  for (const auto &[form, total] : totals) list.push_back(total);
  return list;
}

std::string forms_text(const ChosenForms &chosen) {
  std::string text;
  for (const LayerForm &f : chosen.layers)
    text += f.form == plain_storage().name
                ? fmt::format("  {:<24} plain: {}\n", f.layer, f.why)
                : fmt::format("  {:<24} {}: {} of {} bytes, {:.2f} times the instructions (estimated){}\n",
                              f.layer, f.form, with_commas(f.bytes), with_commas(f.plain_bytes),
                              f.instructions / std::max(1.0, f.plain_instructions),
                              f.why.empty() ? "" : "; " + f.why);
  for (const FormTotal &t : form_totals(chosen))
    text += fmt::format("  {} layer{} as {}: {} of {} bytes of weights, {:.1f} % less\n", t.layers,
                        t.layers == 1 ? "" : "s", t.form, with_commas(t.bytes), with_commas(t.plain_bytes),
                        t.cut_percent());
  return text;
}

}  // namespace mote

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

// Of the forms that its values have, the smallest that is fast enough.
std::optional<LayerForm> choose(IntegerProgram &p, const ProgramLayer &l, int weights, const FormOptions &o) {
  if (!op_by_name(l.op).c.is_given()) return {};
  ProgramTensor &t = p.tensors[static_cast<size_t>(weights)];
  const ProgramTensor plain = t;
  const Price before = price_of(p, l, o.core);
  LayerForm best{static_cast<size_t>(&l - p.layers.data()),
                 l.name,
                 plain_storage().name,
                 plain.bytes(),
                 plain.bytes(),
                 before.instructions,
                 before.instructions,
                 ""};
  ProgramTensor chosen = plain;
  bool has_pattern = false;
  size_t least = plain.bytes();  // of those that are too slow
  for (const Storage *form : packed_forms()) {
    auto packed = stored_as(plain, *form);
    if (!packed) continue;
    if (static_cast<double>(packed->bytes()) > (1 - kLeastSaved) * static_cast<double>(plain.bytes()))
      continue;
    const size_t bytes = packed->bytes();
    t = std::move(*packed);
    const Price price = price_of(p, l, o.core);
    if (!price.is_packed) continue;  // no routine takes it
    has_pattern = true;
    const bool is_fast = price.is_known && price.instructions <= o.slowdown * before.instructions;
    if (!is_fast && bytes < least) {
      least = bytes;
      best.why =
          !price.is_known
              ? fmt::format("{} was not measured on {}", form->name, o.core)
              : fmt::format("{} has {} bytes and {:.2f} times the instructions, more than {:g}", form->name,
                            with_commas(bytes), price.instructions / before.instructions, o.slowdown);
    }
    const bool is_better =
        bytes < best.bytes || (bytes == best.bytes && price.instructions < best.instructions);
    if (!is_fast || !is_better) continue;
    best.form = form->name;
    best.bytes = bytes;
    best.instructions = price.instructions;
    chosen = t;
  }
  t = chosen;
  if (least >= best.bytes) best.why.clear();
  return has_pattern ? std::optional(best) : std::nullopt;
}

size_t flash_of(const IntegerProgram &p, const std::string &core) {
  auto bytes = static_cast<size_t>(estimate_code_bytes(core, p));
  for (const ProgramTensor &t : p.tensors) bytes += t.is_constant ? t.bytes() : 0;
  return bytes;
}

}  // namespace

ChosenForms choose_forms(const IntegerProgram &program, const FormOptions &o) {
  if (!(o.slowdown >= 0))
    throw Error(ErrorCode::kInvalidArgument, "slowdown", fmt::format("{:g} is below 0", o.slowdown),
                "1.3 allows a layer 1.3 times the instructions of plain weights");
  const std::string core = o.core.empty() ? "cortex-m4" : o.core;
  ChosenForms made{program, {}, 0};
  std::map<std::string, std::vector<size_t>> of_op;  // routines of one op share code
  for (const ProgramLayer &l : program.layers) {
    const int weights = weights_of(program, l);
    if (weights < 0) continue;
    const size_t index = static_cast<size_t>(&l - program.layers.data());
    const auto form = choose(made.program, made.program.layers[index], weights, {core, o.slowdown});
    if (!form) continue;
    of_op[l.op].push_back(form->index);
    made.layers.push_back(*form);
  }
  // with the code that they bring
  for (const auto &[op, layers] : of_op) {
    IntegerProgram without = made.program;
    for (const size_t i : layers) {
      const auto w = static_cast<size_t>(program.layers[i].inputs[1]);
      without.tensors[w] = program.tensors[w];
    }
    const size_t is = flash_of(made.program, core), was = flash_of(without, core);
    if (is < was) continue;
    for (const size_t i : layers)
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

std::string forms_text(const ChosenForms &chosen) {
  std::string text;
  for (const LayerForm &f : chosen.layers)
    text += f.form == plain_storage().name
                ? fmt::format("  {:<24} plain: {}\n", f.layer, f.why)
                : fmt::format("  {:<24} {}: {} of {} bytes, {:.2f} times the instructions (estimated){}\n",
                              f.layer, f.form, with_commas(f.bytes), with_commas(f.plain_bytes),
                              f.instructions / std::max(1.0, f.plain_instructions),
                              f.why.empty() ? "" : "; " + f.why);
  return text;
}

}  // namespace mote

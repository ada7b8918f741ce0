// Weights with the pattern of each packed form, and programs of them: convolutions and dense layers of sizes
// that fill no group, chunk or block.
#pragma once

#include <algorithm>

#include "base/error.h"
#include "ops/program_cases.h"
#include "program/storage.h"

namespace mote::test {

inline const Storage &form_named(const std::string &name) {
  for (const Storage *form : packed_forms())
    if (form->name == name) return *form;
  throw InternalError("no form is named " + name);
}

// Random values of [outputs, ...] with the pattern of a form; blocks: half of them are 0.
inline std::vector<int8_t> values_for(const std::string &form, const Shape &shape, Random &random) {
  const auto outputs = static_cast<size_t>(shape[0]), size = shape.elements() / outputs;
  const auto any = [&] { return static_cast<int8_t>(static_cast<int>(random.below(255)) - 127); };
  std::vector<int8_t> values(shape.elements());
  if (form.starts_with("codebook")) {
    std::vector<int8_t> book(size_t{1} << (form.back() - '0'));
    for (int8_t &v : book) v = any();
    book[0] = -128;
    for (int8_t &v : values) v = book[random.below(book.size())];
    return values;
  }
  if (form == "int4") {
    for (int8_t &v : values) v = static_cast<int8_t>(static_cast<int>(random.below(16)) - 8);
    return values;
  }
  const size_t many = form == "sparse_2_4" ? 2 : 1;
  const size_t block = form == "sparse_1_16" ? 16 : form == "sparse_1_8" ? 8 : 4;
  for (size_t row = 0; row < outputs; ++row)
    for (size_t k = 0; k < size; k += block) {
      int8_t *const w = values.data() + row * size + k;
      const size_t n = std::min(block, size - k);
      if (form == "blocks") {
        const bool is_kept = random.below(2) == 0;
        for (size_t j = 0; j < n; ++j) w[j] = is_kept ? any() : int8_t{0};
      } else {
        for (size_t i = 0; i < many; ++i) w[random.below(n)] = any();
      }
    }
  return values;
}

// A layer of random weights with the pattern, alone in a program.
struct PatternedLayer {
  std::string op = "conv2d";
  Shape in, weights, out;  // with batch, [outputs, ...], with batch
  Attrs attrs = {};
};

inline IntegerProgram patterned_layer(const PatternedLayer &l, const std::string &form, uint64_t seed) {
  Random random(seed);
  ProgramBuilder b(form);
  const int x = b.input(l.in, 0.03f, -11), w = b.weights(l.weights, 0, seed + 1),
            bias = b.bias(l.weights[0], seed + 2), y = b.output(l.out, 0.4f, 9);
  if (!form.empty()) b.p.tensors[static_cast<size_t>(w)].store(values_for(form, l.weights, random));
  b.p.name = form.empty() ? "plain" : form;
  return b.layer(l.op, l.attrs, {x, w, bias}, {y});
}

// Layers of each form, which all take the inputs: odd sizes, borders, gaps in the kernel, time in either
// place.
inline IntegerProgram patterned_program(const std::vector<std::string> &forms, uint64_t seed) {
  Random random(seed);
  ProgramBuilder b(forms.size() == 1 ? forms[0] : "all_forms");
  const auto list = [](int64_t h, int64_t w) { return std::vector<int64_t>{h, w}; };
  const std::string same = "same", valid = "valid";
  const int image = b.input({1, 6, 5, 12}, 0.05f, 7), row = b.input({1, 1, 13, 33}, 0.05f, -128),
            vector = b.input({1, 150}, 0.05f, 100);
  for (const std::string &form : forms) {
    const auto add = [&](const std::string &op, int x, const Shape &weights, const Shape &out, Attrs attrs) {
      const int w = b.weights(weights, 0, random.below(1000)), bias = b.bias(weights[0], random.below(1000)),
                y = b.output(out, 0.3f, 5);
      b.p.tensors[static_cast<size_t>(w)].store(values_for(form, weights, random));
      b.layer(op, attrs, {x, w, bias}, {y});
    };
    add("conv2d", image, {19, 3, 3, 12}, {1, 6, 5, 19}, {{"padding", same}});
    add("conv2d", image, {35, 1, 1, 12}, {1, 6, 5, 35}, {{"padding", valid}});
    add("conv2d", image, {3, 2, 2, 12}, {1, 2, 2, 3},
        {{"padding", valid}, {"strides", list(2, 2)}, {"dilation", list(2, 2)}});
    add("conv2d", row, {16, 1, 5, 33}, {1, 1, 9, 16}, {{"padding", valid}});
    add("dense", vector, {37, 150}, {1, 37}, {});
    add("dense", vector, {2, 150}, {1, 2}, {{"activation", std::string("relu")}});
  }
  return b.p;
}

inline std::vector<std::string> form_names() {
  std::vector<std::string> names;
  for (const Storage *form : packed_forms()) names.push_back(form->name);
  return names;
}

// Weights in the form of the pattern that they were made with; six layers have each.
inline IntegerProgram packed_program(IntegerProgram p, const std::vector<std::string> &forms) {
  for (size_t i = 0; i < p.layers.size(); ++i) {
    ProgramTensor &w = p.tensors[static_cast<size_t>(p.layers[i].inputs.at(1))];
    w = stored_as(w, form_named(forms[i * forms.size() / p.layers.size()])).value();
  }
  return p;
}

}  // namespace mote::test

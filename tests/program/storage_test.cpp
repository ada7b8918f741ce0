// A form of storage that is not in the list, defined here: what follows from it without another line
// anywhere.
#include "program/storage.h"

#include "graph/cost.h"
#include "mote/host_program.h"
#include "program_runs.h"
#include "test_support.h"

namespace mote::test {
namespace {

// Two values of -8 .. 7 in a byte.
const Storage kNibbles{"nibbles", [](const ProgramTensor &t) { return (t.shape.elements() + 1) / 2; },
                       [](const ProgramTensor &t, void *values) {
                         for (size_t i = 0; i < t.shape.elements(); ++i) {
                           const int nibble = t.data[i / 2] >> (i % 2 * 4) & 15;
                           static_cast<int8_t *>(values)[i] = static_cast<int8_t>((nibble ^ 8) - 8);
                         }
                       }};

ProgramTensor packed(ProgramTensor t) {
  const std::vector<int8_t> values = t.values<int8_t>();
  t.storage = &kNibbles;
  t.data.assign(t.bytes(), 0);
  for (size_t i = 0; i < values.size(); ++i)
    t.data[i / 2] = static_cast<uint8_t>(t.data[i / 2] | (values[i] & 15) << (i % 2 * 4));
  return t;
}

// Five values through a dense layer of three outputs, and a constant added to these; its constants are -8
// .. 7.
IntegerProgram program_with_constants() {
  IntegerProgram p;
  p.name = "stored";
  const auto values = [&](const Shape &shape) {
    return p.add_tensor({"t", shape, DType::kInt8, {{0.1f}, {2}, 0}, {}, false});
  };
  const auto constant = [&](const Shape &shape, const std::vector<float> &scale) {
    ProgramTensor t{"c", shape, DType::kInt8, {scale, std::vector<int>(scale.size(), 0), 0}, {}, true};
    std::vector<int8_t> v;
    for (size_t i = 0; i < shape.elements(); ++i)
      v.push_back(static_cast<int8_t>(static_cast<int>(i * 7 % 16) - 8));
    t.store(v);
    return p.add_tensor(t);
  };
  const int x = values({1, 5}), y = values({1, 3}), z = values({1, 3});
  const int weights = constant({3, 5}, {0.1f, 0.2f, 0.3f}), added = constant({1, 3}, {0.1f});
  p.layers = {{"dense", "d", {{"activation", std::string("none")}}, {x, weights}, {y}},
              {"add", "a", {{"activation", std::string("none")}}, {y, added}, {z}}};
  p.inputs = {x};
  p.outputs = {z};
  return p;
}

IntegerProgram with_packed_constants(IntegerProgram p) {
  for (ProgramTensor &t : p.tensors)
    if (t.is_constant) t = packed(t);
  return p;
}

TEST(Storage, a_packed_constant_holds_the_same_values_in_fewer_bytes) {
  const IntegerProgram plain = program_with_constants(), small = with_packed_constants(plain);
  for (size_t t = 0; t < plain.tensors.size(); ++t) {
    if (!plain.tensors[t].is_constant) continue;
    EXPECT_EQ(small.tensors[t].values<int8_t>(), plain.tensors[t].values<int8_t>());
    EXPECT_EQ(small.tensors[t].plain_bytes(), plain.tensors[t].data);
    EXPECT_EQ(small.tensors[t].bytes(), (plain.tensors[t].bytes() + 1) / 2);
  }
  EXPECT_EQ(cost_of(plain, plain.layers[0]).weight_bytes, 15u);
  EXPECT_EQ(cost_of(small, small.layers[0]).weight_bytes, 8u);
  EXPECT_EQ(cost_of(small, small.layers[0]).macs, 15u);
}

TEST(Storage, the_host_and_the_writers_ask_the_form) {
  const IntegerProgram plain = program_with_constants(), small = with_packed_constants(plain);
  HostProgram host(plain), other(small);
  const auto inputs = random_inputs(host, 50, 3);
  EXPECT_EQ(run_all(host, inputs), run_all(other, inputs));
  EXPECT_EQ(format_tflite(small), format_tflite(plain));
  TempFolder folder;
  export_c(small, (folder / "c").string(), {.golden_count = 8});
  EXPECT_NE(verify_c((folder / "c").string()).find("8 of 8"), std::string::npos);
}

TEST(Storage, a_constant_of_too_few_bytes_is_refused_in_its_own_form) {
  IntegerProgram small = with_packed_constants(program_with_constants());
  for (ProgramTensor &t : small.tensors)
    if (t.is_constant) t.data.pop_back();
  EXPECT_THROW(HostProgram{small}, Error);
}

TEST(Storage, a_file_names_the_form_and_one_of_another_version_is_refused) {
  const IntegerProgram plain = program_with_constants();
  const IntegerProgram back = std::get<IntegerProgram>(parse_mote(format_mote(plain), "x.mote"));
  for (const ProgramTensor &t : back.tensors) EXPECT_EQ(t.storage, &plain_storage());
  try {
    parse_mote(format_mote(with_packed_constants(plain)), "x.mote");
    FAIL() << "a form that is not in the list was read";
  } catch (const Error &e) {
    EXPECT_EQ(e.code(), ErrorCode::kDataFormat);
    EXPECT_NE(e.message().find("'nibbles'"), std::string::npos) << e.message();
  }
}

TEST(Storage, forms_have_names_of_their_own) {
  for (const Storage *a : storage_forms())
    for (const Storage *b : storage_forms()) EXPECT_EQ(a == b, a->name == b->name);
}

}  // namespace
}  // namespace mote::test

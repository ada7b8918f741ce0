// Packed forms of weights: the values come back, a pattern that is not there gives no form, and bytes that no
// packing makes are refused.
#include "program/storage.h"

#include "base/random.h"
#include "mote/host_program.h"
#include "packed_weights.h"
#include "program_runs.h"
#include "test_support.h"

namespace mote::test {
namespace {

ProgramTensor weights_of(const Shape &shape, const std::vector<int8_t> &values) {
  ProgramTensor t{"w", shape, DType::kInt8, {{0.1f}, {0}, 0}, {}, true};
  t.store(values);
  return t;
}

TEST(PackedStorage, values_come_back) {
  Random random(1);
  for (const Storage *form : packed_forms())
    for (int round = 0; round < 40; ++round) {
      const Shape shape{1 + static_cast<int>(random.below(40)), 1 + static_cast<int>(random.below(3)),
                        1 + static_cast<int>(random.below(3)), 1 + static_cast<int>(random.below(40))};
      const std::vector<int8_t> values = values_for(form->name, shape, random);
      const auto packed = stored_as(weights_of(shape, values), *form);
      ASSERT_TRUE(packed) << form->name << " " << shape.text();
      EXPECT_EQ(packed->storage, form);
      EXPECT_EQ(packed->bytes(), packed->data.size()) << form->name << " " << shape.text();
      EXPECT_EQ(packed->values<int8_t>(), values) << form->name << " " << shape.text();
    }
}

TEST(PackedStorage, what_has_not_the_pattern_has_no_form) {
  Random random(2);
  const Shape shape{8, 64};
  for (const Storage *form : packed_forms()) {
    if (form->name == "blocks") continue;  // every weight has a place in it
    std::vector<int8_t> values = values_for(form->name, shape, random);
    for (size_t i = 0; i < 128; ++i) values[i] = static_cast<int8_t>(i - 64);
    EXPECT_FALSE(stored_as(weights_of(shape, values), *form)) << form->name;
  }
  ProgramTensor bias{"b", {2, 2}, DType::kInt32, {}, {}, true};
  bias.store(std::vector<int32_t>{1, 2, 3, 4});
  EXPECT_FALSE(stored_as(bias, *packed_forms()[0]));
  EXPECT_FALSE(stored_as(weights_of({4}, {1, 2, 3, 4}), *packed_forms()[0]));
  EXPECT_FALSE(stored_as(weights_of({2, 2}, {1, 2, 3, 4}), plain_storage()));
}

TEST(PackedStorage, a_file_may_claim_any_shape) {
  const int most = 2147483647;
  for (const Storage *form : packed_forms())
    for (const Shape &shape : {Shape{65536, 65536, 65536, 65536}, Shape{most, most}, Shape{1, most}})
      for (const size_t size : {0u, 2u, 5u, 384u}) {
        ProgramTensor t = weights_of({1, 1}, {1});
        t.shape = shape;
        t.storage = form;
        t.data.assign(size, 0);
        if (size > 0) t.data[0] = 1;
        EXPECT_NE(t.bytes(), size) << form->name << " " << shape.text();
      }
}

TEST(PackedStorage, a_constant_may_be_an_output) {
  Random random(5);
  const Shape shape{64, 64};
  const std::vector<int8_t> values = values_for("sparse_1_16", shape, random);
  IntegerProgram p = patterned_layer({"dense", {1, 256}, {64, 256}, {1, 64}, {}}, "", 3);
  p.tensors.push_back(*stored_as(weights_of(shape, values), form_named("sparse_1_16")));
  p.outputs = {static_cast<int>(p.tensors.size()) - 1};
  HostProgram host(p);
  ASSERT_EQ(host.output_bytes(), values.size());
  std::vector<int8_t> inputs(host.input_bytes()), outputs(host.output_bytes());
  host.invoke(inputs.data(), outputs.data());
  EXPECT_EQ(outputs, values);
}

TEST(PackedStorage, sizes_are_those_of_the_pages) {
  Random random(3);
  const Shape shape{64, 64};  // 4,096 bytes
  const auto bytes = [&](size_t form) {
    return stored_as(weights_of(shape, values_for(packed_forms()[form]->name, shape, random)),
                     *packed_forms()[form])
        ->bytes();
  };
  EXPECT_EQ(bytes(0), 2u + 512 + 3);
  EXPECT_EQ(bytes(3), 16u + 2048 + 3);
  EXPECT_EQ(bytes(5), 64u + 3072 + 3);
  EXPECT_EQ(bytes(6), 2048u);
  EXPECT_EQ(bytes(7), 2560u);  // 2 of 4
  EXPECT_EQ(bytes(8), 1280u);  // 1 of 4
  EXPECT_EQ(bytes(9), 768u);   // 1 of 8
  EXPECT_EQ(bytes(10), 384u);  // 1 of 16
  EXPECT_EQ(stored_as(weights_of(shape, std::vector<int8_t>(4096)), *packed_forms()[11])->bytes(), 128u);
}

// Bytes that routines would follow out of a row: refused when the program is bound.
TEST(PackedStorage, bytes_that_no_packing_makes_are_refused) {
  Random random(4);
  const auto refused = [](const ProgramTensor &t) { return t.bytes() != t.data.size(); };
  const Shape shape{3, 20};
  for (const Storage *form : packed_forms()) {
    ProgramTensor t = *stored_as(weights_of(shape, values_for(form->name, shape, random)), *form);
    EXPECT_FALSE(refused(t));
    t.data.pop_back();
    EXPECT_TRUE(refused(t)) << form->name;
    t.data.assign(2, 0);
    EXPECT_TRUE(refused(t)) << form->name;
    t.values<int8_t>();
    t.dtype = DType::kInt32;
    EXPECT_TRUE(refused(t)) << form->name;
  }
  ProgramTensor t = *stored_as(weights_of(shape, std::vector<int8_t>(60)), *packed_forms()[9]);  // 1 of 8
  t.data[0] = 1;
  t.data[4] = 9;  // the ninth of eight
  EXPECT_TRUE(refused(t));
  t.data[4] = 7;
  EXPECT_FALSE(refused(t));
  t.data[2] = 1;
  t.data[5] = 7;  // the 24th of 20
  EXPECT_TRUE(refused(t));
  t = *stored_as(weights_of(shape, std::vector<int8_t>(60)), *packed_forms()[7]);  // 2 of 4
  t.data[0] = t.data[1] = 1;                                                       // both in place 0
  EXPECT_TRUE(refused(t));
  t = *stored_as(weights_of(shape, std::vector<int8_t>(60)), *packed_forms()[11]);
  t.data[1] = 0x04;  // a sixth block of five
  t.data.insert(t.data.begin() + 2, 4, 1);
  EXPECT_TRUE(refused(t));
  t.data[1] = 0x08;
  EXPECT_FALSE(refused(t));
}

TEST(PackedStorage, host_files_and_c_have_the_same_values) {
  const IntegerProgram plain = patterned_program(form_names(), 5),
                       packed = packed_program(plain, form_names());
  HostProgram host(plain), other(packed);
  const auto inputs = random_inputs(host, 20, 6);
  EXPECT_EQ(run_all(host, inputs), run_all(other, inputs));
  EXPECT_EQ(format_tflite(packed), format_tflite(plain));
  const std::string file = format_mote(packed);
  const IntegerProgram back = std::get<IntegerProgram>(parse_mote(file, "x.mote"));
  EXPECT_EQ(format_mote(back), file);
  for (size_t t = 0; t < back.tensors.size(); ++t)
    EXPECT_EQ(back.tensors[t].storage, packed.tensors[t].storage);
  TempFolder folder;
  export_c(packed, (folder / "c").string(), {.golden_count = 8});
  EXPECT_NE(verify_c((folder / "c").string()).find("8 of 8"), std::string::npos);
  const std::string c = read_file(folder / "c/model.c");
  for (const std::string &form : form_names()) {
    EXPECT_NE(c.find("mote_conv2d_" + form + "_s8("), std::string::npos) << form;
    EXPECT_NE(c.find("mote_fully_connected_" + form + "_s8("), std::string::npos) << form;
  }
  if (const char *written = std::getenv("MOTE_WRITE_PROGRAMS")) {  // for e2e/forms.sh
    save(packed, std::string(written) + "/forms.mote");
    save(patterned_layer({"dense", {1, 256}, {64, 256}, {1, 64}, {}}, "codebook4", 3),
         std::string(written) + "/pattern.mote");
    for (const std::string form :
         {"codebook3", "codebook6", "int4", "sparse_2_4", "blocks"})  // for e2e/avr.sh
      save(packed_program(patterned_program({form}, 3), {form}), std::string(written) + "/" + form + ".mote");
  }
}

}  // namespace
}  // namespace mote::test

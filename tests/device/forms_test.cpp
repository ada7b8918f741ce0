// Which form weights get: by their values, by what it takes, and by the code that it brings.
#include <algorithm>
#include <cmath>

#include "mote/device.h"
#include "packed_weights.h"
#include "test_support.h"

namespace mote::test {
namespace {

const PatternedLayer kConv{
    "conv2d", {1, 4, 5, 64}, {128, 1, 1, 64}, {1, 4, 5, 128}, {{"padding", std::string("valid")}}};
const PatternedLayer kDense{"dense", {1, 256}, {64, 256}, {1, 64}, {}};

TEST(Forms, are_those_of_the_values) {
  for (const PatternedLayer &layer : {kConv, kDense})
    for (const std::string form : {"codebook2", "codebook4", "int4", "sparse_1_8", "sparse_1_16"}) {
      const IntegerProgram plain = patterned_layer(layer, form, 3);
      const ChosenForms chosen = choose_forms(plain, {.slowdown = 2});
      ASSERT_EQ(chosen.layers.size(), 1u) << form;
      EXPECT_EQ(chosen.layers[0].form, form);
      EXPECT_EQ(chosen.layers[0].plain_bytes, plain.tensors[1].bytes());
      EXPECT_EQ(chosen.layers[0].bytes, chosen.program.tensors[1].bytes());
      EXPECT_EQ(chosen.program.tensors[1].values<int8_t>(), plain.tensors[1].values<int8_t>());
      EXPECT_GT(chosen.saved_bytes, 1000u);
      EXPECT_NE(forms_text(chosen).find(form), std::string::npos);
    }
}

// The sizes from the definition of the form (runtime/mote_packed.h), not from the code that packs.
TEST(Forms, bytes_of_all_layers_in_a_form_are_their_sum) {
  const ChosenForms chosen =
      choose_forms(patterned_program({"codebook4", "codebook4", ""}, 3), {.slowdown = 9});
  size_t plain = 0, layers = 0;
  double packed = 0;
  for (const LayerForm &f : chosen.layers) {
    if (f.form != "codebook4") continue;
    ++layers;
    plain += f.plain_bytes;
    // a table of 16, rows of whole octets with half a byte for each weight, and 3 behind
    const IntegerProgram &p = chosen.program;
    const Shape &shape = p.tensor(p.layers[f.index].inputs[1]).shape;
    const double rows = shape[0], octets = std::ceil(static_cast<double>(shape.elements()) / rows / 8);
    packed += 16 + rows * octets * 4 + 3;
  }
  const std::vector<FormTotal> totals = form_totals(chosen);
  const auto total =
      std::find_if(totals.begin(), totals.end(), [](const FormTotal &t) { return t.form == "codebook4"; });
  ASSERT_NE(total, totals.end());
  ASSERT_GT(layers, 1u);
  EXPECT_EQ(total->layers, layers);
  EXPECT_EQ(total->plain_bytes, plain);
  EXPECT_EQ(static_cast<double>(total->bytes), packed);
  EXPECT_NEAR(total->cut_percent(), 100 - 100 * packed / static_cast<double>(plain), 1e-9);
  EXPECT_TRUE(form_totals(choose_forms(patterned_layer(kDense, "", 3))).empty());
}

TEST(Forms, without_a_pattern_the_program_stays) {
  const IntegerProgram plain = patterned_layer(kDense, "", 3);
  const ChosenForms chosen = choose_forms(plain);
  EXPECT_TRUE(chosen.layers.empty());
  EXPECT_FALSE(chosen.is_packed());
  EXPECT_EQ(forms_text(chosen), "");
  EXPECT_EQ(format_mote(chosen.program), format_mote(plain));
}

TEST(Forms, one_that_is_too_slow_says_so) {
  const IntegerProgram plain = patterned_layer(kDense, "codebook4", 3);
  const ChosenForms chosen = choose_forms(plain, {.slowdown = 0.5});
  ASSERT_EQ(chosen.layers.size(), 1u);
  EXPECT_EQ(chosen.layers[0].form, "plain");
  EXPECT_NE(chosen.layers[0].why.find("more than 0.5"), std::string::npos) << chosen.layers[0].why;
  EXPECT_EQ(format_mote(chosen.program), format_mote(plain));
  EXPECT_ERROR(choose_forms(plain, {.slowdown = -1}), "below 0");
}

TEST(Forms, the_model_is_what_may_be_slower) {
  const IntegerProgram plain = patterned_program({"codebook4", "codebook4"}, 3);
  double before = 0, after = 0;
  const ChosenForms chosen = choose_forms(plain, {.slowdown = 1.5});
  for (const LayerForm &f : chosen.layers) {
    before += f.plain_instructions;
    after += f.instructions;
    if (f.form == "plain") EXPECT_FALSE(f.why.empty()) << f.layer;
  }
  EXPECT_LE(after, 1.5 * before);
  // what some layers gain, others may take
  before = after = 0;
  for (const LayerForm &f : choose_forms(plain, {.slowdown = 1}).layers) {
    before += f.plain_instructions;
    after += f.instructions;
  }
  EXPECT_LE(after, before);
}

TEST(Forms, what_saves_less_than_its_code_stays_plain) {
  const PatternedLayer small{"dense", {1, 64}, {8, 64}, {1, 8}, {}};
  const IntegerProgram plain = patterned_layer(small, "codebook2", 3);
  const ChosenForms chosen = choose_forms(plain, {.slowdown = 100});
  ASSERT_EQ(chosen.layers.size(), 1u);
  EXPECT_EQ(chosen.layers[0].form, "plain");
  EXPECT_NE(chosen.layers[0].why.find("code"), std::string::npos);
  EXPECT_EQ(format_mote(chosen.program), format_mote(plain));
}

TEST(Forms, are_chosen_anew_for_a_program_that_has_some) {
  const IntegerProgram plain = patterned_layer(kConv, "codebook4", 3);
  const ChosenForms packed = choose_forms(plain, {.slowdown = 2});
  ASSERT_TRUE(packed.is_packed());
  EXPECT_EQ(format_mote(with_plain_weights(packed.program)), format_mote(plain));
  const ChosenForms slow = choose_forms(packed.program, {.slowdown = 0.5});
  EXPECT_EQ(slow.layers.at(0).form, "plain");
  EXPECT_EQ(format_mote(slow.program), format_mote(plain));
  EXPECT_EQ(format_mote(choose_forms(packed.program, {.slowdown = 2}).program), format_mote(packed.program));
  EXPECT_EQ(slow.options.slowdown, 0.5);
}

// What is reckoned beside what the emulated core counted: ./dev bench forms.
TEST(Forms, a_core_that_was_not_measured_keeps_plain_weights) {
  const ChosenForms chosen = choose_forms(patterned_layer(kDense, "codebook4", 3), {.core = "unknown"});
  ASSERT_EQ(chosen.layers.size(), 1u);
  EXPECT_EQ(chosen.layers[0].form, "plain");
  EXPECT_NE(chosen.layers[0].why.find("not measured"), std::string::npos);
}

}  // namespace
}  // namespace mote::test

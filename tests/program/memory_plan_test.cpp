#include "program/memory_plan.h"

#include "mote/host_program.h"
#include "test_support.h"

namespace mote {
namespace {

// No two tensors that live at the same time share a byte; the plan is never below the bound.
TEST(MemoryPlan, random_lifetimes_never_overlap) {
  Random random(2);
  size_t at_bound = 0, rounds = 300;
  for (size_t round = 0; round < rounds; ++round) {
    std::vector<Lifetime> items;
    const int count = 1 + static_cast<int>(random.below(15));
    for (int i = 0; i < count; ++i) {
      const int first = static_cast<int>(random.below(10));
      items.push_back({1 + random.below(500), random.below(2) ? size_t{1} : size_t{4}, first,
                       first + static_cast<int>(random.below(4))});
    }
    const Packing p = pack(items);
    EXPECT_GE(p.total, p.lower_bound);
    at_bound += p.total <= p.lower_bound + 8;
    for (size_t i = 0; i < items.size(); ++i) {
      EXPECT_EQ(p.offsets[i] % items[i].alignment, 0u);
      EXPECT_LE(p.offsets[i] + items[i].bytes, p.total);
      for (size_t j = 0; j < i; ++j) {
        const bool lives_together = items[i].first <= items[j].last && items[j].first <= items[i].last;
        const bool apart =
            p.offsets[i] + items[i].bytes <= p.offsets[j] || p.offsets[j] + items[j].bytes <= p.offsets[i];
        EXPECT_TRUE(!lives_together || apart);
      }
    }
  }
  EXPECT_GT(at_bound, rounds / 2);
}

TEST(MemoryPlan, a_chain_needs_its_largest_neighbours) {
  const Packing p = pack({{714, 1, -1, 0}, {920, 1, 0, 1}, {456, 1, 1, 2}, {880, 1, 2, 3}});
  EXPECT_EQ(p.total, 714u + 920u);
}

// Two layers, by hand: 30 values in, 4 and 4 between and behind.
TEST(MemoryPlan, of_a_program_counts_what_is_alive_at_each_layer) {
  IntegerProgram p;
  const auto tensor = [&](const Shape &shape) {
    return p.add_tensor({"t", shape, DType::kInt8, {{0.1f}, {0}, 0}, {}, false});
  };
  const int x = tensor({1, 30}), y = tensor({1, 5}), z = tensor({1, 5});
  ProgramTensor w{"w", {5, 30}, DType::kInt8, {{0.1f}, {0}, 0}, std::vector<uint8_t>(150, 1), true};
  const int weights = p.add_tensor(w);
  p.tensors[static_cast<size_t>(z)].quant = {{1.0f / 256}, {-128}, 0};
  p.layers = {{"dense", "d", {{"activation", std::string("none")}}, {x, weights}, {y}},
              {"softmax", "s", {{"beta", 1.0}}, {y}, {z}}};
  p.inputs = {x}, p.outputs = {z};
  const MemoryPlan plan = plan_memory(p);
  EXPECT_EQ(plan.alive, (std::vector<size_t>{35, 10}));
  EXPECT_EQ(plan.peak_layer, 0);
  EXPECT_EQ(plan.lower_bound, 35u);
  EXPECT_EQ(plan.bytes, 36u);  // a multiple of 4
  EXPECT_EQ(plan.offset[static_cast<size_t>(weights)], MemoryPlan::kNowhere);
  // a layer that works value by value writes over an input that nothing reads afterwards
  p.layers[1] = {"relu", "r", {}, {y}, {z}};
  p.tensors[static_cast<size_t>(z)].quant = {{0.1f}, {0}, 0};
  const MemoryPlan over = plan_memory(p);
  EXPECT_EQ(over.offset[static_cast<size_t>(z)], over.offset[static_cast<size_t>(y)]);
  p.outputs = {z, y};  // now it is read
  const MemoryPlan apart = plan_memory(p);
  EXPECT_NE(apart.offset[static_cast<size_t>(z)], apart.offset[static_cast<size_t>(y)]);
}

TEST(Threshold, of_a_single_output_is_a_half) {
  const auto at = [](float scale, int zero) {
    return decision_threshold({"y", {1}, DType::kInt8, {{scale}, {zero}, 0}, {}, false});
  };
  for (const float scale : {1.0f / 256, 0.01f, 0.04f, 0.3f})
    for (const int zero : {-128, -40, 0, 127}) {
      // the largest value that is not above a half
      int expected = -128;
      for (int q = -128; q < 128; ++q)
        if (static_cast<double>(scale) * (q - zero) <= 0.5 + 1e-9) expected = q;
      EXPECT_EQ(at(scale, zero), expected) << scale << " " << zero;
    }
}

TEST(MemoryPlan, poisoned_buffers_change_nothing) {  // nothing reads what it did not write
  const Splits data = test::toy_splits();
  const IntegerProgram program = quantize(test::toy_run(data, 2).model, {data.train});
  HostProgram host(program);
  std::vector<int8_t> first(host.output_bytes()), again(host.output_bytes());
  host.predict(data.test.example(0), first.data());
  std::vector<int8_t> garbage(host.input_bytes(), 127);
  host.invoke(garbage.data(), again.data());
  host.predict(data.test.example(0), again.data());
  EXPECT_EQ(first, again);
}

}  // namespace
}  // namespace mote

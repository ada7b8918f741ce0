// The memory plan of a program: what is alive at each layer, and that no layer reads what another has
// overwritten.
//
// How blocks are packed: packing_test.cpp.
#include "host/memory_plan.h"

#include "mote/host_program.h"
#include "test_support.h"

namespace mote {
namespace {

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
  p.inputs = {x};
  p.outputs = {z};
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

// Quantization-aware training: lowers every node anew before each step and runs that as the forward pass; the
// float graph's backward works on its values. Ranges follow the weights. Decision 0011.
#include "quant/qat.h"

#include <algorithm>

#include "base/error.h"
#include "graph/op_def.h"
#include "kernels/loops.h"
#include "mote/evaluate.h"
#include "mote/host_program.h"
#include "train/distillation.h"
#include "train/extension.h"

namespace mote {

constexpr size_t kTrainedPerObserved = 32;  // examples trained on for each one that is observed ...
constexpr size_t kMostSteps = 32;           // ... but no more steps than these
constexpr float kKept = 0.8f;               // of the old range
constexpr int kNoEnd = 1 << 20;             // no int8 value is that

IntegerForward::IntegerForward(DeployedModel deployed, const Dataset &examples,
                               const CalibrationOptions &calibration, const TrainOptions &training)
    : deployed_(std::move(deployed)), options_(calibration), loss_(training.loss) {
  const size_t rows = std::max(1, training.batch);
  interval_ = std::clamp<size_t>(kObserved * kTrainedPerObserved / rows, 1, kMostSteps);
  for (size_t from = 0; from < examples.size(); from += kObserved) {
    const size_t count = std::min(kObserved, examples.size() - from), floats = examples.example_floats();
    if (count < kObserved && !slices_.empty()) break;  // too few to say anything
    Dataset slice;
    slice.window = examples.window;
    slice.channels = examples.channels;
    slice.values.assign(examples.example(from), examples.example(from) + count * floats);
    slice.classes.assign(count, 0);
    slices_.push_back(std::move(slice));
  }
  observer_ = std::make_unique<Observer>(deployed_.model, kObserved);
  lowerer_ = std::make_unique<Lowerer>(deployed_.model, deployed_.calibration, deployed_.lowering);
}

void IntegerForward::plan(const Graph &graph, int shards, int rows) {
  MOTE_CHECK(graph.nodes.size() == deployed_.model.graph.nodes.size());
  const int count = graph.count();
  owner_ = {0};
  is_clipped_.assign(count, false);
  layers_.resize(count);
  first_node_ = count;
  for (int i = 0; i < count; ++i) {
    const Node &node = graph.nodes[i];
    const int result = lowerer_->result_of(i);
    owner_.push_back(node.op->has(Property::kView) || result < 0 ? owner_[node.inputs[0]] : i + 1);
    layers_[i].result = node.op->has(Property::kView) ? -1 : result;
    if (layers_[i].result < 0) continue;
    first_node_ = std::min(first_node_, i);
    if (node.op->output_range == OutputRange::kCalibrated) is_clipped_[result - 1] = true;
  }
  shards_.resize(shards);
  for (Shard &shard : shards_) {
    shard.values.resize(count + 1);
    shard.is_clamped.assign(count, 0);
    for (int v = 0; v <= count; ++v) {
      if (owner_[v] != v) continue;
      const int value = v;
      const size_t bytes =
          graph.value_shape(value).elements() * dtype_bytes(lowerer_->stored(value).dtype) * rows;
      shard.values[v].resize(bytes / 8 + 1);
    }
  }
}

// The calls of a node with the weights as they are now.
void IntegerForward::bind(int i) {
  Layers &l = layers_[i];
  l.program = lowerer_->lower_alone(i);
  const IntegerProgram &p = l.program;
  std::vector<Port> ports(p.tensors.size());
  std::vector<bool> is_known(p.tensors.size(), false);
  const auto give = [&](int tensor, int value) {
    ports[tensor].value = owner(value);
    ports[tensor].row = p.tensor(tensor).bytes();
    is_known[tensor] = true;
  };
  const Node &node = deployed_.model.graph.nodes[i];
  size_t next = 0;
  for (size_t k = 0; k < node.inputs.size(); ++k) {
    const auto end = node.inputs.begin() + k;
    if (std::find(node.inputs.begin(), end, node.inputs[k]) == end) give(p.inputs[next++], node.inputs[k]);
  }
  give(p.outputs[0], i + 1);
  l.scratch = 0;
  const auto place = [&](size_t t) {
    if (p.tensors[t].is_constant) {
      MOTE_CHECK(p.tensors[t].storage == &plain_storage());  // nothing packs before a model is deployed
      ports[t].constant = p.tensors[t].data.data();
    } else if (!is_known[t]) {
      ports[t].offset = l.scratch;
      l.scratch += (p.tensors[t].bytes() + 7) / 8 * 8;
    }
    is_known[t] = true;
  };
  for (const ProgramLayer &layer : p.layers) {
    if (!op_by_name(layer.op).has(Property::kView)) continue;
    const size_t x = layer.inputs[0], y = layer.outputs[0];
    MOTE_CHECK(!is_known[x] || !is_known[y]);
    if (!is_known[y]) place(x);
    ports[is_known[y] ? x : y] = ports[is_known[y] ? y : x];  // the same memory under another shape
    is_known[x] = is_known[y] = true;
  }
  for (size_t t = 0; t < ports.size(); ++t) place(t);
  l.steps.clear();
  for (const ProgramLayer &layer : p.layers) {
    const OpDef &op = op_by_name(layer.op);
    if (op.has(Property::kView)) continue;
    if (!op.run.is_given()) throw Error(ErrorCode::kUnsupported, layer.name, op.run.why());
    Step step{op.run.get()(p, layer), {}, {}};
    for (int t : layer.inputs) step.in.push_back(t < 0 ? Port{} : ports[t]);
    for (int t : layer.outputs) step.out.push_back(ports[t]);
    l.steps.push_back(std::move(step));
  }
}

void IntegerForward::observe() {
  const Calibration seen = calibrate(*observer_, slices_[steps_ / interval_ % slices_.size()], options_);
  const auto move = [](ValueRange &range, const ValueRange &now) {
    range.low = kKept * range.low + (1 - kKept) * now.low;
    range.high = kKept * range.high + (1 - kKept) * now.high;
  };
  Calibration &c = deployed_.calibration;
  for (size_t v = 0; v < c.values.size(); ++v) move(c.values[v], seen.values[v]);
  for (size_t i = 0; i < c.inner.size(); ++i)
    for (size_t k = 0; k < c.inner[i].size(); ++k) move(c.inner[i][k], seen.inner[i][k]);
  lowerer_ = std::make_unique<Lowerer>(deployed_.model, deployed_.calibration, deployed_.lowering);
  ranges_moved_ = true;
}

void IntegerForward::prepare(const std::vector<const float *> &params, ThreadPool &pool) {
  std::vector<Parameter> &weights = deployed_.model.graph.params;
  for (size_t p = 0; p < weights.size(); ++p)
    std::copy_n(params[p], weights[p].data.size(), weights[p].data.begin());
  if (steps_ > 0 && steps_ % interval_ == 0) observe();
  ++steps_;
  const Graph &g = deployed_.model.graph;
  pool.run(layers_.size(), [&](int k) {
    const size_t i = k;
    if (layers_[i].result >= 0 && (ranges_moved_ || !g.nodes[i].params.empty())) bind(i);
  });
  ranges_moved_ = false;
  size_t scratch = 0;
  for (const Layers &l : layers_) scratch = std::max(scratch, l.scratch);
  for (Shard &shard : shards_) shard.scratch.resize(scratch / 8 + 1);
}

uint8_t *IntegerForward::at(Shard &shard, const Port &port, int row) const {
  std::vector<uint64_t> &memory = port.value < 0 ? shard.scratch : shard.values[port.value];
  return reinterpret_cast<uint8_t *>(memory.data()) + port.offset + port.row * row;
}

// The smallest int8 value, where it is an end of the range rather than a ReLU's zero.
int IntegerForward::low_end(int value) const {
  return lowerer_->stored(value).quant.zero_point[0] > -128 ? -128 : kNoEnd;
}

void IntegerForward::read_values(Shard &shard, int value, int rows, float *y, bool *is_clamped) {
  const Lowerer::Stored &s = lowerer_->stored(value);
  const size_t count = deployed_.model.graph.value_shape(value).elements() * rows;
  const void *from = shard.values[owner(value)].data();
  const float scale = s.quant.scale[0];
  if (s.dtype == DType::kInt16) {
    const auto *q = static_cast<const int16_t *>(from);
    for (size_t i = 0; i < count; ++i) y[i] = scale * q[i];
    return;
  }
  const bool has_ends = kernels::loops().dequantize(static_cast<const int8_t *>(from), count, scale,
                                                    s.quant.zero_point[0], low_end(value), 127, y);
  if (is_clamped) *is_clamped = has_ends;
}

void IntegerForward::forward(int shard_index, int i, const ForwardArgs &a) {
  Shard &shard = shards_[shard_index];
  const Graph &g = deployed_.model.graph;
  const Node &node = g.nodes[i];
  const Layers &l = layers_[i];
  if (i == first_node_) shard.has_input = false;
  bool is_clamped = false;
  if (l.result < 0) {  // done by the node before it
    read_values(shard, i + 1, a.rows, a.y, &is_clamped);
    shard.is_clamped[i] = is_clamped;
    return;
  }
  for (size_t k = 0; k < node.inputs.size() && !shard.has_input; ++k) {
    if (owner(node.inputs[k]) != 0) continue;
    const QuantParams &quant = lowerer_->stored(0).quant;
    const float gain = 1.0 / quant.scale[0];
    kernels::loops().quantize(a.x[k], a.rows * g.input.elements(), gain, quant.zero_point[0],
                              reinterpret_cast<int8_t *>(shard.values[0].data()));
    shard.has_input = true;
  }
  constexpr size_t kMostPorts = 64;
  const void *in[kMostPorts];
  void *out[kMostPorts];
  for (int row = 0; row < a.rows; ++row)
    for (const Step &step : l.steps) {
      MOTE_CHECK(step.in.size() <= kMostPorts && step.out.size() <= kMostPorts);
      for (size_t k = 0; k < step.in.size(); ++k)
        in[k] = step.in[k].constant ? step.in[k].constant : at(shard, step.in[k], row);
      for (size_t k = 0; k < step.out.size(); ++k) out[k] = at(shard, step.out[k], row);
      step.call(in, out);
    }
  const int activation = lowerer_->activation_of(i);
  if (activation >= 0 && g.nodes[activation].op->activation == FusedActivation::kRelu)
    return;  // its gradient needs its own values only
  read_values(shard, i + 1, a.rows, a.y, &is_clamped);
  shard.is_clamped[i] = is_clamped && activation < 0;
}

void IntegerForward::clip_gradient(int shard_index, int i, int rows, float *dy) {
  Shard &shard = shards_[shard_index];
  if (!is_clipped_[i] || !shard.is_clamped[i]) return;
  const int value = i + 1;
  kernels::loops().clip_gradient(reinterpret_cast<const int8_t *>(shard.values[owner(value)].data()),
                                 deployed_.model.graph.value_shape(value).elements() * rows, low_end(value),
                                 127, dy);
}

IntegerProgram IntegerForward::program(const Graph &graph) const {
  Model model = deployed_.model;
  for (size_t p = 0; p < graph.params.size(); ++p) model.graph.params[p].data = graph.params[p].data;
  return Lowerer(model, deployed_.calibration, deployed_.lowering).lower();
}

void IntegerForward::validate(const Graph &graph, const Dataset &data, EpochRecord &record) {
  const IntegerProgram now = program(graph);
  const std::vector<int8_t> outputs = integer_outputs(now, data);
  const Evaluation e = score_outputs(now, data, outputs);
  record.val_accuracy = e.accuracy;
  record.val_mae = e.mae;
  record.val_loss = loss_of_outputs(loss_, now, data, outputs);
}

TrainOptions tuning_options(const TuneSettings &settings, const TrainOptions &training) {
  constexpr int kFewestEpochs = 3;
  TrainOptions o = training;
  o.epochs = settings.epochs > 0 ? settings.epochs : std::max(kFewestEpochs, training.epochs / 10);
  float &rate = learning_rate_of(o.optimizer);
  rate = settings.learning_rate > 0 ? settings.learning_rate : rate / 10;
  o.schedule = {.type = "cosine"};
  o.early_stopping = {};
  o.reduce_lr = {};
  o.callbacks = {};
  o.save = nullptr;
  o.resume = nullptr;
  return o;
}

TunedModel quantize_aware(const Model &model, const Splits &data, const QuantizeOptions &options,
                          const TuneSettings &settings, const TrainOptions &training,
                          const std::optional<Teaching> &teaching) {
  if (options.by_row)
    throw Error(ErrorCode::kInvalidArgument, "quantize", "a model that works row by row is not tuned",
                "tune the model of the whole window");
  TrainOptions o = tuning_options(settings, training);
  o.callbacks = training.callbacks;
  o.is_fine_tuning = true;
  IntegerForward pass(prepare_deployment(model, options, true), calibration_set(model, options),
                      options.settings.calibration, o);
  TunedModel result;
  TrainHooks hooks{.forward = &pass};
  std::optional<Distillation> teacher;
  if (teaching) {
    teacher.emplace(pass.model(), std::vector{pass.model()}, *teaching, o);
    hooks.extensions.push_back(&*teacher);
  }
  result.run = train(pass.model(), data, o, hooks);
  result.program = pass.program(result.run.model.graph);
  return result;
}

}  // namespace mote

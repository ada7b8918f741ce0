// Ways to a smaller model, as sentences with a figure each: for the error of an export that does not fit, and
// the profile.
//
// Only row streaming is planned exactly; the others are the plan of the same program with smaller tensors,
// which the texts call "about". Boards and their sizes: src/device.
#include "codegen/c/fit.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "codegen/c/row_plan.h"
#include "host/memory_plan.h"
#include "mote/host_program.h"

namespace mote {

namespace {

size_t weight_bytes(const IntegerProgram &p) {
  size_t n = 0;
  for (const ProgramTensor &t : p.tensors)
    if (t.is_constant) n += t.bytes();
  return n;
}

// The buffer if every activation had this part of its values.
size_t scaled_buffer(const IntegerProgram &p, double part) {
  StreamedRows smaller{0, std::vector<size_t>(p.tensors.size(), 0)};
  for (size_t i = 0; i < p.tensors.size(); ++i) {
    const size_t bytes = std::ceil(p.tensors[i].bytes() * part);
    smaller.bytes[i] = std::max<size_t>(1, bytes);
  }
  return plan_memory(p, smaller).bytes;
}

std::string smaller_input(const Preprocessing &front_end, double part) {
  if (const ImageInput &image = front_end.image; image.is_set()) {
    const auto side = [&](int full) { return std::max(1, static_cast<int>(full * std::sqrt(part))); };
    return fmt::format("bring pictures to {} x {} instead of {} x {} (data.image_size)", side(image.width),
                       side(image.height), image.width, image.height);
  }
  const int window = front_end.window, fewer = window * part;
  return fmt::format("use {} of {:g} times the values{}", front_end.is_set() ? "a window" : "an input", part,
                     window > 0 ? fmt::format(" ({} rows instead of {})", std::max(1, fewer), window) : "");
}

}  // namespace

std::vector<WayToFit> ways_to_less_ram(const IntegerProgram &p, size_t wanted) {
  std::vector<WayToFit> ways;
  const MemoryPlan plan = plan_memory(p);
  const RowPlan rows = plan_rows(p, wanted);
  if (!rows.layers.empty())
    ways.push_back(
        {fmt::format("run the first {} layers row by row (--ram {})", rows.count, rows.memory.bytes),
         rows.memory.bytes, true});
  // the layer at the peak, and what lies there
  const PlacedTensor *largest = nullptr;
  for (const PlacedTensor &item : plan.items)
    if (item.first <= plan.peak_layer && plan.peak_layer <= item.last &&
        (!largest || item.bytes > largest->bytes))
      largest = &item;
  for (double part : {0.75, 0.5, 0.25, 0.125}) {
    const size_t bytes = scaled_buffer(p, part);
    if (bytes > wanted && part > 0.125) continue;
    ways.push_back({fmt::format("train with {:g} times the filters", part), bytes, false});
    ways.push_back({smaller_input(p.front_end, part), bytes, false});
    break;
  }
  if (largest != nullptr) {
    StreamedRows strided{0, std::vector<size_t>(p.tensors.size(), 0)};
    strided.bytes[largest->tensor] = std::max<size_t>(1, largest->bytes / 4);
    ways.push_back({fmt::format("pool, or use a stride of 2, where '{}' ({} bytes) is computed",
                                p.tensor(largest->tensor).name, with_commas(largest->bytes)),
                    plan_memory(p, strided).bytes, false});
  }
  std::stable_sort(ways.begin(), ways.end(), [&](const WayToFit &a, const WayToFit &b) {
    return std::make_pair(a.bytes > wanted, !a.keeps_outputs) <
           std::make_pair(b.bytes > wanted, !b.keeps_outputs);
  });
  if (ways.size() > 3) ways.resize(3);
  return ways;
}

std::vector<WayToFit> ways_to_less_flash(const IntegerProgram &p, size_t wanted) {
  std::vector<WayToFit> ways;
  const size_t all = weight_bytes(p);
  for (double part : {0.75, 0.5, 0.25, 0.125}) {
    const size_t bytes = all * part * part;
    if (bytes > wanted && part > 0.125) continue;
    ways.push_back({fmt::format("train with {:g} times the filters and units", part), bytes, false});
    break;
  }
  const ProgramTensor *largest = nullptr;
  for (const ProgramTensor &t : p.tensors)
    if (t.is_constant && (!largest || t.bytes() > largest->bytes())) largest = &t;
  if (largest != nullptr) {
    ways.push_back({fmt::format("halve the outputs of '{}', the largest layer ({} bytes)", largest->name,
                                with_commas(largest->bytes())),
                    all - largest->bytes() / 2, false});
    ways.push_back({fmt::format("pool before '{}': half of its inputs, half of its weights", largest->name),
                    all - largest->bytes() / 2, false});
  }
  return ways;
}

std::string listed(const std::vector<WayToFit> &ways, size_t wanted, const std::string &separator) {
  std::string text;
  int n = 0;
  for (const WayToFit &way : ways) {
    text += fmt::format("{}({}) {}: {}{} bytes{}", n ? separator : "", n + 1, way.what,
                        way.keeps_outputs ? "" : "about ", with_commas(way.bytes),
                        way.bytes > wanted ? ", not enough alone" : "");
    ++n;
  }
  return text;
}

Error does_not_fit(const IntegerProgram &p, const std::string &memory, size_t wanted, size_t bytes) {
  const bool is_ram = memory == "RAM";
  return Error(
      ErrorCode::kUnsupported, p.name,
      fmt::format("needs {} bytes of {}, {} more than there are", with_commas(bytes),
                  is_ram ? "activation memory (RAM)" : "flash", with_commas(bytes - wanted)),
      "the cheapest ways: " +
          listed(is_ram ? ways_to_less_ram(p, wanted) : ways_to_less_flash(p, wanted), wanted, "; "));
}

}  // namespace mote

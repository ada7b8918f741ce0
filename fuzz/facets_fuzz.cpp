// All that commands do with a model once it is read: summary, cost, profile, memory plan, every emitter, and
// writing it again, which must be readable. In memory, nothing is compiled.
#include "base/error.h"
#include "base/zip.h"
#include "codegen/c/package.h"
#include "device/latency.h"
#include "formats/model_format.h"
#include "mote/device.h"
#include "mote/files.h"
#include "mote/host_program.h"
#include "mote/layer.h"
#include "mote/report.h"
#include "report/file_description.h"

namespace {

using namespace mote;

// What is refused is one facet's answer; the others are still asked.
template <class Facet>
void ask(Facet facet) {
  try {
    facet();
  } catch (const Error &) {
  }
}

// `choice`: which of the boards and packages, one each, so that an input takes no longer than it must.
void use(const IntegerProgram &p, size_t choice) {
  if (HostProgram(p).plan().bytes > 1 << 20) return;
  uint64_t macs = 0;
  ask([&] { macs = program_json(p).at("macs"); });
  if (macs > 10'000'000) return;  // golden vectors are computed
  ask([&] { program_text(p); });
  static const std::vector<Board> kBoards = known_boards();
  ask([&] {
    const Board &board = kBoards[choice % kBoards.size()];
    const Profile made = profile(p, {.board = board, .ram_bytes = choice / kBoards.size() % 2 * 2048});
    profile_json(made).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    profile_text(made);
    if (choice % 16 == 0) draw_plan(made);
  });
  ask([&] { export_in_memory(p, {.golden_count = 2}); });
  const std::string &package = package_formats()[choice % package_formats().size()];
  ask([&] { package_in_memory(p, package, {.golden_count = 2}); });
  for (const std::string &name : writable_formats()) {
    ModelFormat::Files files;
    const ModelFormat *format = writable_format(name);
    ask([&] { files = format->write.get()(p, "m" + format->extension, {}); });
    if (!files.empty() && format->read.is_given() && name == "mote")
      format->read.get()(files.at("m" + format->extension), "m");  // what is written can be read
  }
}

void use(const Model &m, size_t) {
  if (m.graph.parameter_count() > 1 << 20) return;
  const Summary made = summarize(m);
  summary_json(made).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  made.text();
  std::get<Model>(parse_mote(format_mote(m), "m"));
}

void read(std::string_view bytes) {
  for (const ModelFormat *format : model_formats())
    if (format->describe.is_given() && format->is_kind(bytes))
      ask([&] {  // what summary says of a file that does not run
        const FileDescription made = format->describe.get()(bytes, "m");
        description_json(made).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
        description_text(made);
      });
  for (const ModelFormat *format : model_formats())
    if (format->read.is_given() && format->is_kind(bytes))
      ask([&] {
        const AnyModel any = format->read.get()(bytes, "m");
        std::visit([&](const auto &model) { use(model, std::hash<std::string_view>()(bytes)); }, any);
      });
}

}  // namespace

// Once for all models, and long under sanitizers: no input is to blame.
extern "C" int LLVMFuzzerInitialize(int *, char ***) {
  cycle_fit();
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const std::string bytes(reinterpret_cast<const char *>(data), size);
  if (!bytes.starts_with("{")) {
    read(bytes);
    return 0;
  }
  // A manifest, in an archive with constants of many sizes.
  mote::ZipEntries entries{{"model.json", bytes}};
  for (size_t i = 0; i < 12; ++i) entries["data/" + std::to_string(i) + ".bin"] = std::string(4 * i, '\1');
  read(mote::format_zip(entries));
  return 0;
}

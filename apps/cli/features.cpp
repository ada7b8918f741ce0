// mote features: one block of features on one file. What a block is, and how a file becomes windows, is the
// library's (src/workflow/features.cpp).
#include "mote/features.h"

#include <fmt/format.h>

#include "base/files.h"
#include "cli.h"
#include "mote/error.h"

namespace mote::cli {

namespace {

struct FeatureOptions : Common {
  std::string block, input, output;
  std::vector<std::string> assignments;
  bool is_markdown = false;
};

std::string blocks_text(const std::string &only) {
  std::string text;
  for (const FeatureBlock &block : feature_blocks()) {
    if (!only.empty() && block.name != only) continue;
    text += fmt::format("{}: {}\n", block.name, block.doc);
    if (only.empty()) continue;
    for (const AttrSpec &spec : block.settings) {
      text += fmt::format("  {} = {}", spec.name, setting_text(spec.fallback));
      if (!spec.doc.empty()) text += ": " + spec.doc;
      if (!spec.choices.empty()) text += fmt::format(" ({})", fmt::join(spec.choices, ", "));
      text += "\n";
    }
  }
  return text;
}

nlohmann::json blocks_json() {
  nlohmann::json all = nlohmann::json::array();
  for (const FeatureBlock &block : feature_blocks()) {
    nlohmann::json settings = nlohmann::json::object();
    for (const AttrSpec &spec : block.settings)
      std::visit([&, &name = spec.name](const auto &v) { settings[name] = v; }, spec.fallback);
    all.push_back({{"name", block.name}, {"doc", block.doc}, {"settings", settings}});
  }
  return all;
}

void list_blocks(const FeatureOptions &o) {
  std::string text = blocks_text(o.block);
  if (text.empty())
    throw Error(ErrorCode::kUnsupported, "--block " + o.block, "there is no such block",
                "mote features lists them");
  text.pop_back();
  result(o, {{"blocks", blocks_json()}}, text);
}

}  // namespace

void add_features(CLI::App &app) {
  auto o = std::make_shared<FeatureOptions>();
  CLI::App *c =
      app.add_subcommand("features", "one block of features on one file; without a file: the blocks");
  c->add_option("--block", o->block, "its name; alone it shows the block's settings");
  c->add_option("--set", o->assignments, "a setting of the block; may be given several times")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  CLI::Option *input =
      c->add_option("INPUT", o->input, "a sound, a .npy [n, ...] of n windows, a table or an image");
  c->add_option("--output", o->output, "a .npy for the features, frames x features")->needs(input);
  c->add_flag("--markdown", o->is_markdown,
              "the list of blocks with all settings, as docs/features.md has it");
  describe(c, *o, "mote features --block mfe --set filters=32 yes.wav --output yes.npy");
  c->callback([o] {
    if (o->is_markdown) return result(*o, {{"blocks", blocks_json()}}, feature_blocks_markdown());
    if (o->input.empty()) return list_blocks(*o);
    if (o->block.empty()) throw Error(ErrorCode::kInvalidArgument, "--block", "is needed with a file");
    if (o->output.empty()) throw Error(ErrorCode::kInvalidArgument, "--output", "is needed with a file");
    const FeatureArray features = run_feature_block(o->block, o->assignments, o->input);
    warn(features.notes);
    write_file(o->output, format_feature_array(features));
    result(*o,
           {{"block", o->block}, {"shape", features.shape}, {"type", features.type}, {"output", o->output}},
           fmt::format("Wrote {} features of {} to {}.", fmt::join(features.shape, " x "), shown(o->input),
                       shown(o->output)));
  });
}

}  // namespace mote::cli

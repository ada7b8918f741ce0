// A .mote as a file: read back unchanged, and refused when it is damaged.
//
// Field by field: mote_fields_test.cpp; with any bytes: fuzz/mote_file_fuzz.cpp.
#include "base/files.h"
#include "base/zip.h"
#include "trained_program.h"

namespace mote {
namespace {

using test::TempFolder;

class MoteFiles : public test::TrainedProgram {};

TEST_F(MoteFiles, a_model_file_is_read_back_unchanged) {
  TempFolder folder;
  const std::string path = (folder / "m.mote").string();
  save(run_->model, path);
  const Model back = std::get<Model>(load(path));
  EXPECT_EQ(format_mote(back), format_mote(run_->model));
  EXPECT_EQ(evaluate(back, data_->test).predicted, evaluate(run_->model, data_->test).predicted);
  save(*program_, path);
  const IntegerProgram q = std::get<IntegerProgram>(load(path));
  EXPECT_EQ(integer_outputs(q, data_->test), integer_outputs(*program_, data_->test));
}

TEST_F(MoteFiles, damaged_model_files_are_refused) {
  TempFolder folder;
  const std::string path = (folder / "m.mote").string();
  for (const std::string &bytes : {format_mote(run_->model), format_mote(*program_)}) {
    for (size_t n = 0; n < bytes.size(); n += 1 + bytes.size() / 97) {
      write_file(path, bytes.substr(0, n));
      EXPECT_THROW(load(path), Error) << n;
    }
  }
  ZipEntries entries = parse_zip(format_mote(run_->model), "x");
  std::string &manifest = entries["model.json"];
  const auto replace = [&](const std::string &from, const std::string &to) {
    const std::string keep = manifest;
    manifest.replace(manifest.find(from), from.size(), to);
    write_file(path, format_zip(entries));
    manifest = keep;
  };
  replace("\"format\": 1", "\"format\": 9");
  EXPECT_ERROR(load(path), "written by a newer mote (format 9, this one reads up to 6); update mote");
  replace("\"op\": \"conv2d\"", "\"op\": \"conv3d\"");
  EXPECT_ERROR(load(path), "no op is called 'conv3d'");
  replace("\"mean\": [", "\"mean\": [1e999,");
  EXPECT_THROW(load(path), Error);
  entries.erase("weights/0.npy");
  write_file(path, format_zip(entries));
  EXPECT_ERROR(load(path), "'weights/0.npy' is missing");
  write_file(path, "hello");
  EXPECT_ERROR(load(path), "neither a .mote nor a .tflite");
  write_file(path, "");
  EXPECT_ERROR(load(path), "the file is empty");
}

}  // namespace
}  // namespace mote

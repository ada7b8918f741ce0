// A .tflite that someone else made, to C: foreign_tflite FOLDER [FILE.tflite]
//
// Shows: reading any int8 .tflite, its layers and memory, running it on the desk, its flash, RAM and time on
// a board, and compiling it to C whose results are those of the desk. Without a file it makes one to work on.
#include <mote/mote.h>

#include <filesystem>
#include <iostream>

// Stands for a file from elsewhere: written as .tflite, of which only int8 tensors are left.
static std::string some_file(const std::string &folder) {
  mote::Dataset data;
  data.window = 16;
  data.channels = 3;
  data.labels = {"a", "b"};
  for (int i = 0; i < 40; ++i) {
    for (int k = 0; k < 48; ++k) data.values.push_back(static_cast<float>((i % 2 == 0 ? k : -k) % 7));
    data.classes.push_back(i % 2);
  }
  mote::Splits splits;
  splits.train = data;
  const auto model = mote::sequential(
      "foreign", {16, 3}, {mote::Conv1D{4, 3, mote::relu}, mote::Flatten{}, mote::Dense{2}, mote::Softmax{}});
  const auto run = mote::train(model, splits, {.epochs = 5});
  mote::export_tflite(mote::quantize(run.model, {.calibrate_on = data}), folder + "/foreign.tflite");
  return folder + "/foreign.tflite";
}

int main(int argc, char **argv) {
  const std::string folder = argc > 1 ? argv[1] : "foreign_tflite_example";
  try {
    std::filesystem::create_directories(folder);
    const std::string file = argc > 2 ? argv[2] : some_file(folder);
    const auto any = mote::load(file);
    const auto &program = std::get<mote::IntegerProgram>(any);
    for (const mote::ProgramLayer &layer : program.layers) {
      const mote::ProgramTensor &output = program.tensor(layer.outputs[0]);
      std::cout << layer.op << " -> " << output.name << " " << output.shape.text() << "\n";
    }

    mote::HostProgram host(program);  // refuses what mote cannot run, with the layer's name
    std::vector<int8_t> in(host.input_bytes(), 5), out(host.output_bytes());
    host.invoke(in.data(), out.data());
    std::cout << "outputs:";
    for (int8_t value : out) std::cout << " " << static_cast<int>(value);
    std::cout << "\n" << host.plan().bytes << " bytes of activations\n";

    const auto boards = mote::known_boards();
    std::cout << mote::profile_text(
        mote::profile(program, {.board = mote::board_by_name(boards, "nano33ble")}));
    mote::export_c(program, folder + "/c", {.force = true});
    std::cout << mote::verify_c(folder + "/c") << "\n";
    return 0;
  } catch (const mote::Error &e) {
    std::cerr << e.what() << "\n";
    return 1;
  }
}

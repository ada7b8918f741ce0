// Recordings from a board on a serial port, or from this computer's microphone: what `mote collect` does.
//
// A board sends frames (numbered, with a checksum) or lines of numbers: docs/collect.md. Baud rate, columns
// and rate are found. A recording becomes a file of its own, folder/label/time.csv (.wav of sounds, .png of
// pictures), with board, sketch, time, measured rate and losses in its head. Nothing is repaired: what is
// lost or damaged is counted; a recording that broke off is kept under the ending ".incomplete", which
// nothing trains on.
//
// Units: seconds, Hz; values as the board sends them.
// Errors: kInvalidArgument of options; kNotFound, kIo of ports and folders; kDataFormat: what comes is
// neither frames nor rows of numbers. What happens behind the first row ends the session with a sentence
// instead, and whole recordings stay.
// Ownership/Threads: one thread; callbacks are called in it.
//
// Example:
//   for (const mote::SerialPortInfo &port : mote::serial_ports())
//     std::cout << port.path << "  " << port.board << "\n";
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace mote {

struct SerialPortInfo {
  std::string path, board;  // "/dev/ttyACM0", "Nano 33 BLE"; "" where nothing is known of it
};
std::vector<SerialPortInfo> serial_ports();

enum class CollectStart { kNow, kKey, kLevel };

struct CollectOptions {
  std::string port;            // a path; or the microphone
  bool is_microphone = false;  // the default device of ALSA
  double microphone_hz = 16000;
  int baud = 0;  // 0: found
  std::string folder, label;
  int count = 1;       // recordings; of pictures, pictures
  double seconds = 2;  // of each, not of pictures
  CollectStart start = CollectStart::kNow;
  double countdown_s = 3;  // before each recording; with kLevel before the first
  // Of kLevel: what the distances of the channels from rest add up to. 0: ten times what they do in a second
  // of rest, which comes first.
  double level = 0;
  double before_s = 0.2;  // of a recording of kLevel, before the level was reached
  double patience_s = 5;  // in which something must come, and in which a port that went away must be back
};

struct CollectedFile {
  std::string path;
  size_t rows = 0;
  uint64_t lost = 0;     // rows that are missing between them
  bool is_whole = true;  // false: broke off; not counted among `count`
};

struct CollectedSession {
  std::string source;  // "frames", "lines" or "microphone"
  int baud = 0;        // 0: no port
  std::string board, sketch;
  std::vector<std::string> channels;
  double stated_rate_hz = 0, measured_rate_hz = 0;  // 0: not known
  std::vector<CollectedFile> files;
  uint64_t lost_rows = 0, damaged = 0, skipped_bytes = 0;  // damaged: frames, lines, stretches of sound
  int restarts = 0, reconnections = 0;                     // of the board, of the port
  bool is_asked_to_end = false;
  std::string why_ended;  // "": all recordings were made, or somebody asked for the end
  size_t whole() const;   // recordings
};

// What a person would like to see while it goes on.
struct CollectView {
  enum class State { kMeasuring, kCountdown, kKey, kRest, kArmed, kRecording, kGone };
  State state = State::kMeasuring;
  double seconds = 0;  // that are left of the countdown or of patience, or that are recorded
  size_t whole = 0;
  double rate_hz = 0;
  const std::vector<std::string> *channels = nullptr;
  // The last moments of each channel, 20 to a second: [channel][moment]
  const std::vector<std::vector<float>> *trace = nullptr;
};

// Each may be left out.
struct CollectCallbacks {
  std::function<void(const CollectView &view)> show = {};         // at most 20 times a second
  std::function<void(const std::string &sentence)> note = {};     // "the board started anew"
  std::function<void(const CollectedFile &file)> collected = {};  // it is on the disk
  std::function<bool()> is_key_pressed = {};                      // asked while a key is waited for
  std::function<bool()> is_end_asked = {};
};

CollectedSession collect(const CollectOptions &options, const CollectCallbacks &callbacks = {});

}  // namespace mote

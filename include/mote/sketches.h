// Sketches that send what a sensor gives, for `mote collect` to record: motion, sound or pictures, of Arduino
// and ESP32 boards. docs/collect.md has what they send.
//
// Ownership/Threads: values. Errors: kInvalidArgument for a name that is none of collect_sketches().
//
// Example:
//   for (const auto &[path, text] : mote::collect_sketch("nano33ble-imu"))
//     std::cout << path << ": " << text.size() << " bytes\n";
#pragma once

#include <map>
#include <string>
#include <vector>

namespace mote {

std::vector<std::string> collect_sketches();  // "nano33ble-imu", "esp32-camera", ...
// By file, in the folder that Arduino's editor wants: "nano33ble_imu/nano33ble_imu.ino".
std::map<std::string, std::string> collect_sketch(const std::string &name);

}  // namespace mote

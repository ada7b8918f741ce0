// Units that differ between files or classes: what is named, and what normal recordings must not be called.
#include <fmt/format.h>

#include <cmath>
#include <functional>

#include "test_support.h"

namespace mote {
namespace {

// Of an accelerometer in g at some posture and a gyroscope in degrees, as lively as `moves`.
struct Motion {
  double moves = 0.01, acceleration_unit = 1, rotation_unit = 1;
};
using MotionOf = std::function<Motion(const std::string &label, int file)>;

Recordings body(const MotionOf &motion_of, int files = 6) {
  Recordings set;
  set.channels = {"ax", "ay", "az", "gx", "gy", "gz"};
  set.labels = {"rest", "shake"};
  set.options.window = 60;
  Random random(11);
  for (const std::string &label : set.labels)
    for (int file = 0; file < files; ++file) {
      const Motion m = motion_of(label, file);
      const double tilt = 0.4 * file;
      const double gravity[3] = {std::sin(tilt), 0.5 * std::cos(tilt), std::sqrt(0.75) * std::cos(tilt)};
      Recording r{label, fmt::format("{}.{}.csv", label, file), "", 1, 120, {}};
      for (int row = 0; row < 120; ++row) {
        const double moving = row < 30 ? 0.01 : m.moves;  // hands begin at rest
        for (const double g : gravity)
          r.values.push_back(static_cast<float>(m.acceleration_unit * (g + moving * random.normal())));
        for (int axis = 0; axis < 3; ++axis)
          r.values.push_back(static_cast<float>(m.rotation_unit * 200 * moving * random.normal()));
      }
      set.items.push_back(std::move(r));
    }
  return set;
}

std::string units_said(const Recordings &set) {
  std::string text;
  for (const Finding &f : lint(set))
    if (f.message.find("by a factor of") != std::string::npos) text += f.where + ": " + f.message + "\n";
  return text;
}
bool has(const std::string &text, const std::string &part) { return text.find(part) != std::string::npos; }

TEST(Units, rest_in_g_and_motion_in_another_unit_are_told_by_gravity) {
  for (const auto &[unit, said] : {std::pair(9.80665, "about 9.81, as between g and m/s2"),
                                   {1000.0, "about 1000, as between g and milli-g"}}) {
    const std::string text = units_said(body([u = unit](const std::string &label, int) {
      return label == "rest" ? Motion{} : Motion{0.8, u};
    }));
    EXPECT_TRUE(
        has(text, fmt::format("than the other class, in the columns ax, ay, az by a factor of {}", said)))
        << text;
  }
}

// Rest in g and in m/s2, and gestures of any liveliness.
TEST(Units, files_of_one_class_are_told_by_gravity_however_lively) {
  const std::string text = units_said(body([](const std::string &label, int file) {
    return Motion{label == "rest" ? 0.01 : 0.1 + 0.4 * file, file % 3 == 0 ? 9.80665 : 1};
  }));
  EXPECT_TRUE(has(text,
                  "4 files (rest.0.csv, rest.3.csv, shake.0.csv, ...) hold values that are larger than the 8 "
                  "other files, in the columns ax, ay, az by a factor of about 9.81"))
      << text;
  const std::string milli = units_said(body([](const std::string &, int file) {
    return Motion{0.1 + 0.3 * file, file < 2 ? 9.80665 : 1000};
  }));
  EXPECT_TRUE(has(milli, "smaller")) << milli;
  EXPECT_TRUE(has(milli, "about 102, as between m/s2 and milli-g")) << milli;
}

TEST(Units, one_sensor_of_some_files_may_be_in_another_unit) {
  const std::string text = units_said(body([](const std::string &label, int file) {
    return Motion{label == "rest" ? 0.01 : 0.3 + 0.05 * file, 1, file >= 4 ? M_PI / 180 : 1};
  }));
  EXPECT_TRUE(
      has(text,
          "4 files (rest.4.csv, rest.5.csv, shake.4.csv, ...) hold values that are smaller than the 8 "
          "other files, in the columns gx, gy, gz by a factor of about 57.3, as between radians and "
          "degrees"))
      << text;
  const std::string acceleration = units_said(body([](const std::string &label, int file) {
    return Motion{label == "rest" ? 0.01 : 0.3 + 0.05 * file, file == 1 ? 1000.0 : 1};
  }));
  EXPECT_TRUE(has(acceleration, "in the columns ax, ay, az by a factor of about 1000")) << acceleration;
}

TEST(Units, nothing_is_said_of_recordings_that_are_livelier_or_tilted) {
  for (const double unit : {1e-9, 1.0, 9.80665, 1000.0, 16384.0}) {
    const auto said = [&](const std::function<double(const std::string &, int)> &moves) {
      return units_said(body([&](const std::string &label, int file) {
        return Motion{moves(label, file), unit};
      }));
    };
    EXPECT_EQ(said([](const std::string &, int) { return 0.01; }), "");
    EXPECT_EQ(said([](const std::string &label, int) { return label == "rest" ? 0.01 : 3.0; }), "");
    EXPECT_EQ(said([](const std::string &, int file) { return 0.01 + 0.7 * file; }), "");
    EXPECT_EQ(said([](const std::string &, int file) { return file == 0 ? 0.01 : 4.0; }), "");
  }
}

// A motor that turns needs ten times the current of one that does not.
TEST(Units, three_columns_that_are_not_gravity_have_no_unit_by_their_level) {
  Recordings set = body([](const std::string &label, int) {
    return label == "rest" ? Motion{0.02, 0.3} : Motion{0.02, 2.9};
  });
  EXPECT_EQ(units_said(set), "");
}

}  // namespace
}  // namespace mote

// Edge Impulse's acquisition format in JSON and CBOR. The bytes of CBOR are written here from RFC 8949 and
// RFC 8746.
#include <fmt/format.h>

#include <bit>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "data/acquisition.h"
#include "data/cbor.h"
#include "data/said.h"
#include "test_support.h"

namespace mote {
namespace {

std::string bytes_of(std::initializer_list<int> list) {
  std::string out;
  for (const int b : list) out += static_cast<char>(b);
  return out;
}

// The head of an item: its kind (major type) and how many, of which value.
std::string head(int major, uint64_t n) {
  std::string out;
  const int size = n < 24 ? 0 : n < 256 ? 1 : n < 65536 ? 2 : n < (uint64_t{1} << 32) ? 4 : 8;
  out += static_cast<char>(major << 5 | (size == 0   ? static_cast<int>(n)
                                         : size == 1 ? 24
                                         : size == 2 ? 25
                                         : size == 4 ? 26
                                                     : 27));
  for (int i = size; i-- > 0;) out += static_cast<char>(n >> (8 * i));
  return out;
}
std::string text(const std::string &t) { return head(3, t.size()) + t; }
std::string integer(int64_t n) {
  return n >= 0 ? head(0, static_cast<uint64_t>(n)) : head(1, static_cast<uint64_t>(-1 - n));
}
std::string real(double d) {
  std::string out = "\xFB";
  const auto bits = std::bit_cast<uint64_t>(d);
  for (int i = 8; i-- > 0;) out += static_cast<char>(bits >> (8 * i));
  return out;
}

// As a device sends it; `values` is one item.
std::string cbor_acquisition(const std::string &values, double interval_ms = 10,
                             const std::string &units = "m/s2") {
  return head(5, 3) + text("protected") + head(5, 2) + text("ver") + text("v1") + text("alg") + text("none") +
         text("signature") + text("00") + text("payload") + head(5, 4) + text("device_type") + text("BOARD") +
         text("interval_ms") + real(interval_ms) + text("sensors") + head(4, 2) + head(5, 2) + text("name") +
         text("accX") + text("units") + text(units) + head(5, 1) + text("name") + text("accY") +
         text("values") + values;
}

std::string json_acquisition(const std::string &values,
                             const std::string &sensors = R"({"name":"accX","units":"m/s2"},{"name":"accY"})",
                             const std::string &interval = "10") {
  return fmt::format(
      R"({{"protected":{{"ver":"v1"}},"signature":"00","payload":{{"device_name":"ac:87","device_type":"BOARD",
    "interval_ms":{},"sensors":[{}],"values":[{}]}}}})",
      interval, sensors, values);
}

TEST(Acquisitions, in_json_have_channels_units_rate_and_rows) {
  const Acquisition a = parse_acquisition(json_acquisition("[1,-2.5],[3,4],[null,6]"), "a.json");
  EXPECT_EQ(a.channels, (std::vector<std::string>{"accX", "accY"}));
  EXPECT_EQ(a.units, (std::vector<std::string>{"m/s2", ""}));
  EXPECT_EQ(a.rate_hz, 100);
  EXPECT_EQ(a.device, "BOARD ac:87");
  ASSERT_EQ(a.values.size(), 6u);
  EXPECT_EQ(a.values[1], -2.5f);
  EXPECT_TRUE(std::isnan(a.values[4]));
}

TEST(Acquisitions, of_sound_are_one_channel) {
  const std::string sensor = R"({"name":"audio","units":"wav"})";
  for (const char *values : {"-32768,0,12", "[-32768],[0],[12]"}) {
    const Acquisition a = parse_acquisition(json_acquisition(values, sensor, "0.0625"), "a.json");
    EXPECT_EQ(a.rate_hz, 16000);
    EXPECT_EQ(a.values, (SensorValues{-32768, 0, 12}));
  }
}

TEST(Acquisitions, in_cbor_are_those_of_json) {
  const std::string rows[] = {
      head(4, 2) + head(4, 2) + integer(1) + integer(-300) + head(4, 2) + integer(70000) + integer(-70000),
      // of no given length
      "\x9F" + head(4, 2) + integer(1) + integer(-300) + "\x9F" + integer(70000) + integer(-70000) +
          "\xFF\xFF",
      // as doubles
      head(4, 2) + head(4, 2) + real(1) + real(-300) + head(4, 2) + real(70000) + real(-70000),
      // typed arrays: int32 little endian (78), float32 big endian (81)
      head(4, 2) + head(6, 78) + head(2, 8) + bytes_of({1, 0, 0, 0, 0xD4, 0xFE, 0xFF, 0xFF}) + head(6, 81) +
          head(2, 8) + bytes_of({0x47, 0x88, 0xB8, 0x00, 0xC7, 0x88, 0xB8, 0x00})};
  for (const std::string &values : rows) {
    const Acquisition a = parse_acquisition(cbor_acquisition(values), "a.cbor");
    EXPECT_EQ(a.channels, (std::vector<std::string>{"accX", "accY"}));
    EXPECT_EQ(a.rate_hz, 100);
    EXPECT_EQ(a.values, (SensorValues{1, -300, 70000, -70000}));
  }
  // a file may begin with the tag that says so
  EXPECT_EQ(parse_acquisition("\xD9\xD9\xF7" + cbor_acquisition(rows[0]), "a").values.size(), 4u);
}

TEST(Acquisitions, numbers_of_cbor_are_those_of_its_definition) {
  const auto value = [](const std::string &bytes) { return parse_cbor(bytes, "x"); };
  EXPECT_EQ(value(bytes_of({0xF9, 0x3E, 0x00})), 1.5);  // RFC 8949, appendix A
  EXPECT_EQ(value(bytes_of({0xF9, 0x00, 0x01})), 5.960464477539063e-8);
  EXPECT_EQ(value(bytes_of({0xFA, 0x47, 0xC3, 0x50, 0x00})), 100000.0);
  EXPECT_EQ(value(bytes_of({0x3B, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF})), -18446744073709551616.0);
  EXPECT_EQ(value(bytes_of({0x7F, 0x65, 's', 't', 'r', 'e', 'a', 0x64, 'm', 'i', 'n', 'g', 0xFF})),
            "streaming");
  EXPECT_EQ(value(bytes_of({0xF7})), nullptr);
  // RFC 8746: uint8 (64), int16 little endian (77), float16 big endian (80), int8 (72)
  EXPECT_EQ(value(head(6, 64) + head(2, 2) + bytes_of({7, 255})), nlohmann::json({7, 255}));
  EXPECT_EQ(value(head(6, 77) + head(2, 4) + bytes_of({0xFF, 0xFF, 0x00, 0x80})),
            nlohmann::json({-1, -32768}));
  EXPECT_EQ(value(head(6, 80) + head(2, 2) + bytes_of({0xC4, 0x00})), nlohmann::json({-4.0}));
  EXPECT_EQ(value(head(6, 72) + head(2, 1) + bytes_of({0x80})), nlohmann::json({-128}));
}

TEST(Acquisitions, that_are_none_are_refused_with_what_is_wrong) {
  const auto error = [](const std::string &bytes) {
    return test::error_of([&] { parse_acquisition(bytes, "f"); });
  };
  const auto has = [&](const std::string &bytes, const char *part) {
    const std::string said = error(bytes);
    return said.find(part) != said.npos ? testing::AssertionSuccess() : testing::AssertionFailure() << said;
  };
  EXPECT_TRUE(has("", "is empty"));
  EXPECT_TRUE(has("{}", "payload is missing"));
  EXPECT_TRUE(has("{\"payload\": ", "is not JSON"));
  EXPECT_TRUE(has(json_acquisition("[1,2],[3]"), "a list of 1 as row 2, and 2 sensors"));
  EXPECT_TRUE(has(json_acquisition("1,2"), "1 as row 1, and 2 sensors"));
  EXPECT_TRUE(has(json_acquisition("[1,\"x\"]"), "the text 'x' among the values of row 1"));
  EXPECT_TRUE(has(json_acquisition("[1,1e300]"), "too large for a float"));
  EXPECT_TRUE(has(json_acquisition("[1,2]", ""), "sensors must be a list"));
  EXPECT_TRUE(
      has(json_acquisition("[1,2]", R"({"name":"a"},{"name":"b"})", "0"), "interval_ms must be a number"));
  EXPECT_TRUE(
      has(json_acquisition("[1,2]", R"({"name":"a"},{"name":"b"})", "-1"), "interval_ms must be a number"));
  EXPECT_TRUE(has(json_acquisition(""), "holds no values"));
  EXPECT_TRUE(has(json_acquisition("\"Ref-BINARY-i16 (16000 samples) 5e5f\""), "values in an attachment"));
  EXPECT_TRUE(has(json_acquisition("1,2,3", R"({"name":"image","units":"rgba"})"), "is a picture"));
  EXPECT_TRUE(has(std::string(100000, '[') + std::string(100000, ']'), "nested deeper"));
  EXPECT_TRUE(has("{\"payload\":" + std::string(100000, '['), "nested deeper"));
  EXPECT_TRUE(has(cbor_acquisition(head(2, 4) + "abcd"), "values"));
  const std::string whole = cbor_acquisition(head(4, 1) + head(4, 2) + integer(1) + integer(2));
  EXPECT_TRUE(has(whole.substr(0, whole.size() - 1), "before all its values are there"));
  EXPECT_TRUE(has(whole.substr(0, 40), "in the middle of a value"));
  EXPECT_TRUE(has(whole + "\x01", "behind its end"));
  EXPECT_TRUE(has("\xA1" + integer(1) + integer(2), "a key that is no text"));
  EXPECT_TRUE(has("\xA1" + text("a") + std::string(100000, '\x81'), "nested deeper"));
  EXPECT_TRUE(has("\xA1" + text("a") + head(4, uint64_t{1} << 62) + integer(1), "before all its values"));
  EXPECT_TRUE(has("\xA1" + text("a") + head(2, uint64_t{1} << 62), "in the middle of a value"));
  EXPECT_TRUE(has("\xA1" + text("a") + "\xFF", "where nothing began"));
}

class AcquiredSet : public ::testing::Test {
 protected:
  void file(const std::string &name, const std::string &bytes) const {
    fs::create_directories((folder_ / name).parent_path());
    write_file(folder_ / name, bytes);
  }
  const test::TempFolder folder_;
};

TEST_F(AcquiredSet, has_its_classes_up_to_the_first_dot) {
  const std::string rows = "[1,2],[3,4],[5,6]";
  file("training/idle.abcdef.json", json_acquisition(rows));
  file("training/wave left.2b3c.ingestion-5f.json", json_acquisition(rows));
  file("testing/idle.xyzxyz.cbor", cbor_acquisition(head(4, 1) + head(4, 2) + integer(1) + integer(2)));
  file("notes.json", "{\"by\": \"ann\"}");
  const Recordings set = load_recordings(folder_.text());
  ASSERT_EQ(set.items.size(), 3u) << test::said(set);
  EXPECT_EQ(set.labels, (std::vector<std::string>{"idle", "wave left"}));
  EXPECT_EQ(set.channels, (std::vector<std::string>{"accX", "accY"}));
  EXPECT_EQ(set.rate_hz, 100);
  EXPECT_EQ(set.items[0].part, "test");
  EXPECT_EQ(set.items[1].rows, 3);
  EXPECT_TRUE(test::says(set, "accX in m/s2, accY"));
  EXPECT_TRUE(test::says(set, "not read: JSON of another kind")) << test::said(set);
}

TEST_F(AcquiredSet, takes_classes_from_info_labels) {
  file("training/a.json", json_acquisition("[1,2],[3,4],[5,6],[7,8]"));
  file("info.labels",
       R"({"version":1,"files":[{"path":"training/a.json","name":"a","category":"training","label":{"type":
    "multi-label","labels":[{"label":"x","startIndex":0,"endIndex":1},{"label":"y","startIndex":2,"endIndex":3}]}}]})");
  const Recordings set = load_recordings(folder_.text());
  ASSERT_EQ(set.items.size(), 2u);
  EXPECT_EQ(set.items[1].label, "y");
  EXPECT_EQ(set.items[1].values, (SensorValues{5, 6, 7, 8}));
}

TEST_F(AcquiredSet, of_other_rates_is_named_or_resampled) {
  std::string rows, slow;
  for (int i = 0; i < 41; ++i) rows += fmt::format("{}[{},0]", i ? "," : "", i);
  for (int i = 0; i < 21; ++i) slow += fmt::format("{}[{},0]", i ? "," : "", 2 * i);
  file("a.1.json", json_acquisition(rows));
  file("b.1.json", json_acquisition(slow, R"({"name":"accX"},{"name":"accY"})", "20"));
  EXPECT_TRUE(
      test::says(load_recordings(folder_.text()), "is sampled at 50.0 Hz, the files before at 100.0 Hz"));
  const Recordings set = load_recordings(folder_.text(), {.rate_hz = 100, .is_resampled = true});
  ASSERT_EQ(set.items.size(), 2u);
  ASSERT_EQ(set.items[1].rows, 41);
  for (int i = 0; i < 41; ++i) EXPECT_NEAR(set.items[1].values[2 * i], i, 1e-4);
  EXPECT_TRUE(test::says(set, "1 of 2 files is resampled from 50 Hz to 100 Hz")) << test::said(set);
}

}  // namespace
}  // namespace mote

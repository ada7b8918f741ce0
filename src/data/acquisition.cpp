// The data acquisition format: {protected, signature, payload: {device_name, device_type, interval_ms,
// sensors, values}}. A signature says who sent it, which does not matter here.
#include "data/acquisition.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "base/error.h"
#include "base/form.h"
#include "base/text.h"
#include "data/cbor.h"
#include "data/csv.h"

namespace mote {

using nlohmann::json;

namespace {

constexpr const char *kWhat = "is no recording in Edge Impulse's acquisition format:";
constexpr const char *kHint = "export it again, or save it as CSV";

Form acquisition_form() {
  constexpr double kShortest_ms = 1e-6, kLongest_ms = 1e9;
  const Form sensor = form::object({{"name", form::text()}, form::optional("units", form::text())});
  const Form payload = form::object({{"interval_ms", form::number(kShortest_ms, kLongest_ms)},
                                     {"sensors", form::list(sensor, 1, 1 << 12)},
                                     {"values", form::anything()},
                                     form::optional("device_name", form::text()),
                                     form::optional("device_type", form::text())});
  return form::object({{"payload", payload}});
}

class AcquisitionReader {
 public:
  AcquisitionReader(const json &payload, const std::string &where) : payload_(payload), where_(where) {}

  Acquisition read() {
    for (const json &sensor : payload_.at("sensors")) {
      a_.channels.push_back(sensor.at("name"));
      a_.units.push_back(sensor.value("units", ""));
    }
    refuse_pictures();
    a_.rate_hz = 1000 / payload_.at("interval_ms").get<double>();
    a_.device = payload_.value("device_type", "");
    if (const std::string name = payload_.value("device_name", ""); !name.empty()) a_.device += " " + name;
    const json &values = payload_.at("values");
    if (!values.is_array() || (!values.empty() && values[0].is_string()))
      refuse("has its values as " + described(values.is_array() ? values[0] : values),
             "values in an attachment, or packed into text, are not read: export it as CSV or WAV");
    if (values.empty()) refuse("holds no values", "");
    a_.values.reserve(values.size() * a_.channels.size());
    for (const json &row : values) add_row(row);
    return std::move(a_);
  }

 private:
  [[noreturn]] void refuse(const std::string &what, const std::string &hint) const {
    throw Error(ErrorCode::kDataFormat, where_, what, hint);
  }

  void refuse_pictures() const {
    const std::string &units = a_.units[0];
    if (units == "rgba" || units == "rgb")
      refuse("is a picture in the acquisition format", "export pictures as PNG or JPEG");
  }

  void add_row(const json &row) {
    ++rows_;
    const size_t width = a_.channels.size();
    if (!row.is_array() && width == 1) return add_value(row);
    if (!row.is_array() || row.size() != width)
      refuse(fmt::format("has {} as row {}, and {} sensors", described(row), rows_, width),
             "each row has a value of each sensor");
    for (const json &value : row) add_value(value);
  }

  void add_value(const json &value) {
    if (!value.is_number() && !value.is_null())
      refuse(fmt::format("has {} among the values of row {}", described(value), rows_), "expected a number");
    const double number = value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.get<double>();
    const auto sample = static_cast<float>(number);
    if (std::isfinite(number) && !std::isfinite(sample))
      refuse(fmt::format("has {:g} in row {}, which is too large for a float", number, rows_), "");
    a_.values.push_back(sample);
  }

  const json &payload_;
  const std::string &where_;
  Acquisition a_;
  size_t rows_ = 0;
};

size_t first_sign(const std::string &bytes) { return bytes.find_first_not_of(" \t\r\n\xEF\xBB\xBF"); }

// A map, or the tag of CBOR that stands before one.
bool is_cbor(const std::string &bytes) {
  return !bytes.empty() &&
         ((byte_of(bytes[0]) >= 0xA0 && byte_of(bytes[0]) <= 0xBF) || bytes.starts_with("\xD9\xD9\xF7"));
}

}  // namespace

bool looks_like_acquisition(const std::string &head) {
  if (is_cbor(head)) return true;
  const size_t start = first_sign(head);
  return start != head.npos && head[start] == '{' &&
         (head.find("\"payload\"") != head.npos || head.find("\"protected\"") != head.npos);
}

Acquisition parse_acquisition(const std::string &bytes, const std::string &where) {
  if (bytes.empty()) throw Error(ErrorCode::kDataFormat, where, "is empty", kHint);
  const json all = is_cbor(bytes) ? parse_cbor(bytes, where) : parse_json(bytes, where, kWhat, kHint);
  check_form(acquisition_form(), all, where, kWhat, kHint);
  return AcquisitionReader(all.at("payload"), where).read();
}

}  // namespace mote

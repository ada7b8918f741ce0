// Forms of entries. `kept` says where a setting is kept: [](auto &p) -> auto & { return p.train.epochs; }
#pragma once

#include <charconv>
#include <concepts>
#include <optional>

#include "base/text.h"
#include "mote/settings.h"

namespace mote {

std::vector<Setting> data_settings();
std::vector<Setting> augment_settings();
std::vector<Setting> feature_settings();
std::vector<Setting> model_settings();
std::vector<Setting> train_settings();
std::vector<Setting> quantize_settings();
std::vector<Setting> compress_settings();
std::vector<Setting> decision_settings();
std::vector<Setting> anomaly_settings();
std::vector<Setting> target_settings();

template <class Kept>
Setting integer(std::string name, Kept kept, int64_t low, int64_t high, std::string doc) {
  return {std::move(name),
          SettingKind::kInteger,
          std::move(doc),
          [kept](const Project &p) { return Value(static_cast<int64_t>(kept(p))); },
          [kept](Project &p, const Value &v) {
            auto &to = kept(p);
            to = v.get<int64_t>();
          },
          low,
          high};
}

// The double that a person would write for it: 0.1 of 0.1f.
inline double as_written(float value) {
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, value).ptr;
  double wide = 0;
  std::from_chars(text, end, wide);
  return wide;
}
inline double as_written(double value) { return value; }

template <class Kept>
Setting number(std::string name, Kept kept, double low, double high, std::string doc) {
  return {std::move(name),
          SettingKind::kNumber,
          std::move(doc),
          [kept](const Project &p) { return Value(as_written(kept(p))); },
          [kept](Project &p, const Value &v) {
            auto &to = kept(p);
            to = v.get<double>();
          },
          low,
          high};
}

template <class Kept>
Setting toggle(std::string name, Kept kept, std::string doc) {
  return {std::move(name), SettingKind::kSwitch, std::move(doc),
          [kept](const Project &p) { return Value(static_cast<bool>(kept(p))); },
          [kept](Project &p, const Value &v) { kept(p) = v.get<bool>(); }};
}

template <class Kept>
Setting text(std::string name, Kept kept, std::string doc) {
  return {std::move(name), SettingKind::kText, std::move(doc),
          [kept](const Project &p) { return Value(kept(p)); },
          [kept](Project &p, const Value &v) { kept(p) = v.get<std::string>(); }};
}

template <class Kept>
Setting texts(std::string name, Kept kept, std::string doc) {
  return {std::move(name), SettingKind::kTexts, std::move(doc),
          [kept](const Project &p) { return Value(kept(p)); },
          [kept](Project &p, const Value &v) { kept(p) = v.get<std::vector<std::string>>(); }};
}

// One of a table of names.
template <class Kept, class T>
Setting choice(std::string name, Kept kept, const NameTable<T> &names, std::string doc) {
  Setting s{std::move(name), SettingKind::kChoice, std::move(doc),
            [kept, names](const Project &p) { return Value(names.name_of(kept(p))); },
            [kept, names](Project &p, const Value &v) {
              const T *found = names.find(v.get<std::string>());
              if (!found) throw Refusal{};  // the reader lists the choices
              kept(p) = *found;
            }};
  s.choices = names.names();
  return s;
}

// A setting of a layer or a block of features, which has a table of its own. Throws Refusal.
Attr attr_from(const std::string &name, const Value &value);
Value attr_value(const Attr &attr);

// A number of bytes; 0: no limit.
template <class Kept>
Setting bytes(std::string name, Kept kept, std::string doc) {
  return {std::move(name),
          SettingKind::kBytes,
          std::move(doc),
          [kept](const Project &p) { return Value(static_cast<int64_t>(kept(p))); },
          [kept](Project &p, const Value &v) { kept(p) = v.get<int64_t>(); },
          int64_t{1},
          int64_t{1} << 40};
}

}  // namespace mote

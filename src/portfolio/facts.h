// What there is to know of a run by a name: figures, settings, digests, tags. Tables, filters and comparisons
// take it from here, so that a name means the same everywhere.
//
// Units: shares are from 0 to 1, bytes are bytes, times are seconds.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "mote/runs.h"

namespace mote {

enum class FactKind { kText, kDigest, kTags, kShare, kNumber, kCount, kBytes, kSeconds, kSwitch };

inline constexpr double kLargestWhole = 9007199254740992.0;  // 2^53: beyond, a double skips whole numbers

struct FactDef {
  std::string name;  // "int8.accuracy"
  FactKind kind;
  std::string doc;
  int better = 0;  // 1: more of it is, -1: less
};

// Of runs; the settings of mote.toml stand beside these, by their names.
const std::vector<FactDef> &run_facts();
// By its name or a short one ("int8"); nullopt: there is none.
std::optional<FactDef> find_fact(const std::string &name);
std::string nearest_fact(const std::string &name);  // "" where none is near

// Values by name: a number or a text; what a run has not is absent.
using Facts = std::map<std::string, nlohmann::json>;

// Of the records in its folder, as far as they are of the models that are there. A record that cannot be read
// is named in `problem`, and what it would say is absent.
Facts facts_of(const RunFolder &folder);

// Files of a run's folder that these are taken from and that may change without being replaced; the first is
// that without which there is no run.
const std::vector<const char *> &files_of_facts();

// Leaves of a record by their path: {"train": {"epochs": 3}} is "train.epochs". Lists are JSON text; null is
// left out.
Facts flattened(const nlohmann::json &record);

// As a table shows it: "98.2 %", "14.6 KB", the first letters of a digest.
std::string shown_fact(FactKind kind, const nlohmann::json &value);

}  // namespace mote

// Forms are small functions that call each other; the place of a misfit is put together on the way back, so
// that a record that fits costs no text.
//
// Which record has which form: runs/records.cpp, formats/mote/manifest.cpp.
#include "base/form.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/text.h"

namespace mote {

using nlohmann::json;

namespace {

constexpr size_t kShownName = 40;

std::string cut_name(const std::string &text) {
  return text.size() <= kShownName ? text : text.substr(0, kShownName) + "...";
}

std::optional<Misfit> wrong(const json &value, const std::string &expected) {
  return Misfit{"", fmt::format("must be {}, and is {}", expected, described(value))};
}

// The misfit of a part, seen from the whole.
std::optional<Misfit> within(const std::string &step, std::optional<Misfit> misfit) {
  const bool is_joined = !misfit->place.empty() && misfit->place[0] != '[';
  misfit->place = step + (is_joined ? "." : "") + misfit->place;
  return misfit;
}

std::string line_and_column(const std::string &text, size_t byte) {
  const std::string_view before = std::string_view(text).substr(0, byte == 0 ? 0 : byte - 1);
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const size_t start = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  return fmt::format("line {}, column {}", line, before.size() - start + 1);
}

}  // namespace

std::string described(const json &value) {
  switch (value.type()) {
    case json::value_t::null:
      return "nothing (null)";
    case json::value_t::object:
      return "an object";
    case json::value_t::array:
      return fmt::format("a list of {}", value.size());
    case json::value_t::string: {
      const std::string &text = value.get_ref<const std::string &>();
      return text.size() <= kShownName ? fmt::format("the text '{}'", text)
                                       : fmt::format("a text of {} bytes", text.size());
    }
    default:
      return value.dump();  // a number, true or false
  }
}

Form form::text(size_t longest) {
  return [longest](const json &value) -> std::optional<Misfit> {
    if (!value.is_string()) return wrong(value, "a text");
    if (value.get_ref<const std::string &>().size() > longest)
      return wrong(value, fmt::format("a text of at most {} bytes", longest));
    return {};
  };
}

Form form::number() {
  return [](const json &value) -> std::optional<Misfit> {
    if (!value.is_number() && !value.is_null()) return wrong(value, "a number");
    return {};
  };
}

Form form::number(double low, double high) {
  return [low, high](const json &value) -> std::optional<Misfit> {
    if (!value.is_number() || !(value.get<double>() >= low && value.get<double>() <= high))
      return wrong(value, fmt::format("a number from {:g} to {:g}", low, high));
    return {};
  };
}

Form form::count(uint64_t highest, uint64_t lowest) {
  return [highest, lowest](const json &value) -> std::optional<Misfit> {
    const bool is_count =
        value.is_number_unsigned() || (value.is_number_integer() && value.get<int64_t>() >= 0);
    if (!is_count || value.get<uint64_t>() < lowest || value.get<uint64_t>() > highest)
      return wrong(value, fmt::format("a whole number from {} to {}", lowest, highest));
    return {};
  };
}

Form form::integer(int64_t lowest, int64_t highest) {
  return [lowest, highest](const json &value) -> std::optional<Misfit> {
    const bool is_above = value.is_number_unsigned() && value.get<uint64_t>() > INT64_MAX;
    if (!value.is_number_integer() || is_above || value.get<int64_t>() < lowest ||
        value.get<int64_t>() > highest)
      return wrong(value, fmt::format("a whole number from {} to {}", lowest, highest));
    return {};
  };
}

Form form::flag() {
  return [](const json &value) -> std::optional<Misfit> {
    if (!value.is_boolean()) return wrong(value, "true or false");
    return {};
  };
}

Form form::anything() {
  return [](const json &) { return std::optional<Misfit>(); };
}

Form form::or_null(Form form) {
  return [form = std::move(form)](const json &value) -> std::optional<Misfit> {
    if (value.is_null()) return {};
    return form(value);
  };
}

Form form::list(Form item, size_t least, size_t most) {
  return [item = std::move(item), least, most](const json &value) -> std::optional<Misfit> {
    if (!value.is_array() || value.size() < least || value.size() > most)
      return wrong(value, least == most ? fmt::format("a list of {}", least)
                          : least == 0  ? fmt::format("a list of at most {}", most)
                                        : fmt::format("a list of {} to {}", least, most));
    for (size_t i = 0; i < value.size(); ++i)
      if (std::optional<Misfit> misfit = item(value[i])) return within(fmt::format("[{}]", i), misfit);
    return {};
  };
}

Form form::object(std::vector<Field> fields) {
  return [fields = std::move(fields)](const json &value) -> std::optional<Misfit> {
    if (!value.is_object()) return wrong(value, "an object");
    for (const Field &field : fields) {
      const auto found = value.find(field.name);
      if (found == value.end()) {
        if (field.is_needed) return Misfit{field.name, "is missing"};
      } else if (std::optional<Misfit> misfit = field.form(*found)) {
        return within(field.name, misfit);
      }
    }
    return {};
  };
}

Form form::map_of(Form item) {
  return [item = std::move(item)](const json &value) -> std::optional<Misfit> {
    if (!value.is_object()) return wrong(value, "an object");
    for (const auto &[name, part] : value.items()) {
      if (name.size() > kLongestText) return wrong(value, "an object with shorter names");
      if (std::optional<Misfit> misfit = item(part))
        return within(fmt::format("['{}']", cut_name(name)), misfit);
    }
    return {};
  };
}

json parse_json(const std::string &text, const std::string &where, const std::string &what,
                const std::string &hint) {
  constexpr int kDeepest = 64;
  const auto damaged = [&](const std::string &why) {
    return Error(ErrorCode::kDataFormat, where, what + " " + why, hint);
  };
  const auto check = [&](int depth, json::parse_event_t, const json &) {
    if (depth > kDeepest) throw damaged(fmt::format("it is nested deeper than {} levels", kDeepest));
    return true;
  };
  try {
    return json::parse(text, check);
  } catch (const json::parse_error &e) {
    throw damaged("it is not JSON from " + line_and_column(text, e.byte) + " on");
  } catch (const json::exception &) {
    throw damaged("it holds a number beyond all range");
  }
}

void check_form(const Form &form, const json &value, const std::string &where, const std::string &what,
                const std::string &hint) {
  if (const std::optional<Misfit> misfit = form(value))
    throw Error(ErrorCode::kDataFormat, where, what + " " + misfit->text(), hint);
}

}  // namespace mote

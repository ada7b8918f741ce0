// Names of packages where a build system limits them.
#include <nlohmann/json.hpp>

#include "codegen/c/package.h"
#include "small_program.h"

namespace mote {
namespace {

// The line "name=..." of an Arduino library.
std::string library_name(const std::string &model, std::string &zip) {
  IntegerProgram p = test::SmallProgram(4, 2, 3, test::Last::kSoftmax).p;
  p.name = model;
  const ExportedFiles package = package_in_memory(p, "arduino", {});
  const std::string &text = package.files.at("library.properties");
  const std::string name = text.substr(5, text.find('\n') - 5);
  EXPECT_TRUE(text.starts_with("name="));
  EXPECT_EQ(package.files.count("src/mote_" + model + ".h"), 1u);  // the header is not shortened
  const auto platformio = nlohmann::json::parse(package.files.at("library.json"));
  EXPECT_EQ(platformio.at("name"), name);
  EXPECT_EQ(platformio.at("frameworks"), "*");
  EXPECT_EQ(package.files.count("src/" + platformio.at("headers").get<std::string>()), 1u);
  zip = package.files.at(name + ".zip");
  return name;
}

TEST(PackageNames, arduino_libraries_have_at_most_63_characters) {
  std::string zip;
  const std::string fits(58, 'a');  // behind "mote_"
  EXPECT_EQ(library_name(fits, zip), "mote_" + fits);
  const std::string first = library_name(fits + "bc", zip);
  EXPECT_EQ(first.size(), 63u);
  EXPECT_TRUE(first.starts_with("mote_aaaaaaaaaa"));
  EXPECT_NE(zip.find(first + "/library.properties"), zip.npos);
  EXPECT_NE(library_name(fits + "bd", zip), first);  // names that differ at their end stay apart
}

// Tables beyond the first 64 KB of an AVR's flash would be read wrong without a word.
TEST(PackageOfManyWeights, does_not_compile_for_avr) {
  for (const int inputs : {100, 2000}) {
    const IntegerProgram p = test::SmallProgram(inputs, 40, 3, test::Last::kSoftmax).p;
    size_t refusals = 0, models = 0;
    for (const auto &[name, text] : package_in_memory(p, "cmake", {}).files) {
      if (!name.ends_with("model.c")) continue;
      ++models;
      refusals += text.find("#error \"8-bit AVR") != text.npos;
    }
    EXPECT_EQ(models, 1u);
    EXPECT_EQ(refusals, inputs == 2000 ? 1u : 0u) << inputs;
  }
}

}  // namespace
}  // namespace mote

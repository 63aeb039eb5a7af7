// Any bytes as a design file: never a crash; what opens is written and read back to the same design.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "core/catalog/block_type.h"
#include "core/exchange/design_json.h"

using namespace cantilever;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  const catalog::Catalog& catalog = catalog::Catalog::builtIn();
  const auto loaded = exchange::readDesign(text, catalog, "fuzz.json");
  if (!loaded) {
    return 0;
  }
  const auto again = exchange::readDesign(exchange::writeDesign(loaded->design), catalog, "again.json");
  if (!again || !(again->design == loaded->design)) {
    std::abort();
  }
  return 0;
}

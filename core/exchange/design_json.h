#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/catalog/block_type.h"
#include "core/model/design.h"
#include "core/model/diagnostic.h"

namespace cantilever::exchange {

inline constexpr std::string_view kDesignSchema = "cantilever.design/1";
inline constexpr std::string_view kFragmentSchema = "cantilever.fragment/1";

struct LoadedDesign {
  Design design;
  std::vector<Diagnostic> remarks;  ///< what was kept but not understood
};

/// Reads `*.cantilever.json`. Not JSON, a wrong schema or a missing id is an Error with file:line:column.
/// Unknown types, parameters, and fields are kept verbatim and remarked on; quantities that do not parse are
/// kept as OpaqueValue (compile reports them).
Result<LoadedDesign> readDesign(std::string_view json, const catalog::Catalog& catalog,
                                std::string_view fileName);

/// Stable order, one field a line, quantities with units: made for git. readDesign(writeDesign(d)) == d.
std::string writeDesign(const Design& design);

/// A part of a design: things and the links among the blocks.
struct Fragment {
  std::vector<Block> blocks = {};
  std::vector<Link> links = {};
  std::vector<Zone> zones = {};
  std::vector<Note> notes = {};
};
/// As text for the clipboard (schema "cantilever.fragment/1").
std::string writeFragment(const Fragment& fragment);
Result<Fragment> readFragment(std::string_view json, const catalog::Catalog& catalog);

}  // namespace cantilever::exchange

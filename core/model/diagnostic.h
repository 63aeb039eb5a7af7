#pragma once

#include <cstdint>
#include <string>

#include "core/base/ids.h"

namespace cantilever {

enum class Severity : std::uint8_t { Note, Warning, Error };

/// A remark about a design: what is wrong, where, and what would be right. An Error keeps the design from
/// being compiled to a plan.
struct Diagnostic {
  Severity severity = Severity::Warning;
  std::string code;     ///< stable, for tests: "link.dangling", "param.out_of_range"
  std::string message;  ///< a sentence for the user
  BlockId block;        ///< at most one of block, link and zone is set
  LinkId link;
  ZoneId zone;
  std::string param;       ///< key of the parameter or field concerned, if one is
  std::string where = {};  ///< file:line:column, if the remark was made while reading a file

  bool operator==(const Diagnostic&) const = default;
};

}  // namespace cantilever

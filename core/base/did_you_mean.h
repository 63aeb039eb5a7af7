#pragma once

#include <string>
#include <string_view>

#include "core/base/text.h"

namespace cantilever {

/// The end of a sentence about an unknown word: `; did you mean "x"?` for the candidate nearest to it, or
/// else `otherwise`, which ends the sentence.
template <class Range>
std::string didYouMean(std::string_view word, const Range& candidates, std::string_view otherwise = ".") {
  const std::string near = nearestOf(word, candidates);
  return near.empty() ? std::string(otherwise) : "; did you mean \"" + near + "\"?";
}

}  // namespace cantilever

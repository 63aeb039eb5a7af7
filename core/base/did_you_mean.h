#pragma once

#include <string>
#include <string_view>

#include "core/base/text.h"

namespace cantilever {

/// The end of a sentence about an unknown word: `; did you mean "x"?`, or `otherwise` if nothing is near.
inline std::string orMeant(const std::string& near, std::string_view otherwise = ".") {
  return near.empty() ? std::string(otherwise) : "; did you mean \"" + near + "\"?";
}
/// The same for the candidate nearest to the word.
template <class Range>
std::string didYouMean(std::string_view word, const Range& candidates, std::string_view otherwise = ".") {
  return orMeant(nearestOf(word, candidates), otherwise);
}

}  // namespace cantilever

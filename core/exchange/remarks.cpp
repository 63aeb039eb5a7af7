#include "core/exchange/remarks.h"

#include <algorithm>

namespace cantilever::exchange {
namespace {

bool areAboutTheSame(const Diagnostic& a, const Diagnostic& b) {
  return !a.param.empty() && a.param == b.param && a.block == b.block && a.link == b.link && a.zone == b.zone;
}

}  // namespace

std::vector<Diagnostic> combined(std::vector<Diagnostic> found, const std::vector<Diagnostic>& remarks) {
  for (const Diagnostic& remark : remarks) {
    const auto same = std::find_if(found.begin(), found.end(), [&](const Diagnostic& diagnostic) {
      return areAboutTheSame(diagnostic, remark) && diagnostic.where.empty();
    });
    if (same == found.end()) {
      found.push_back(remark);
    } else {
      same->where = remark.where;
    }
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const Diagnostic& a, const Diagnostic& b) { return b.severity < a.severity; });
  return found;
}

}  // namespace cantilever::exchange

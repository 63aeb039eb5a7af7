#pragma once

#include <algorithm>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "core/model/block.h"
#include "core/model/diagnostic.h"
#include "core/model/link.h"
#include "core/model/names.h"
#include "core/model/zone.h"

namespace cantilever::compile {

/// What a remark is about; nothing: the design as a whole.
struct About {
  BlockId block;
  LinkId link;
  ZoneId zone;
  std::string param;

  static About the(const Block& block, std::string param = {}) {
    return {block.id, {}, {}, std::move(param)};
  }
  static About the(const Link& link, std::string param = {}) { return {{}, link.id, {}, std::move(param)}; }
  static About the(const Zone& zone, std::string param = {}) { return {{}, {}, zone.id, std::move(param)}; }
};

/// Collects the diagnostics of one compilation.
class Remarks {
 public:
  void error(std::string code, std::string message, About about = {}) {
    ++m_errors;
    add(Severity::Error, std::move(code), std::move(message), std::move(about));
  }
  void warn(std::string code, std::string message, About about = {}) {
    add(Severity::Warning, std::move(code), std::move(message), std::move(about));
  }
  void note(std::string code, std::string message, About about = {}) {
    add(Severity::Note, std::move(code), std::move(message), std::move(about));
  }

  std::size_t errorCount() const { return m_errors; }

  /// Errors first, then warnings, then notes; each by element, and in the order made.
  std::vector<Diagnostic> take() {
    std::stable_sort(m_diagnostics.begin(), m_diagnostics.end(),
                     [](const Diagnostic& a, const Diagnostic& b) {
                       return std::tie(b.severity, a.block, a.link, a.zone) <
                              std::tie(a.severity, b.block, b.link, b.zone);
                     });
    return std::move(m_diagnostics);
  }

 private:
  void add(Severity severity, std::string code, std::string message, About about) {
    m_diagnostics.push_back({severity, std::move(code), std::move(message), std::move(about.block),
                             std::move(about.link), std::move(about.zone), std::move(about.param)});
  }

  std::vector<Diagnostic> m_diagnostics;
  std::size_t m_errors = 0;
};

inline std::string quoted(const std::string& text) {
  return "\"" + text + "\"";
}
/// As a person knows it.
inline std::string quoted(const Block& block) {
  return quoted(nameOf(block));
}

/// `; it has "a", "b" and "c".`, or `none` if there is nothing to name.
inline std::string orAllOf(const std::vector<std::string>& known, const std::string& none) {
  std::string list;
  for (std::size_t i = 0; i < known.size(); ++i) {
    list += (i == 0 ? "; it has " : i + 1 == known.size() ? " and " : ", ") + quoted(known[i]);
  }
  return known.empty() ? none : list + ".";
}

}  // namespace cantilever::compile

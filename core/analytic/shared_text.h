#pragma once

#include <memory>
#include <string>
#include <utility>

/// Internal to the solver.
namespace cantilever::analytic {

/// A text that is handed on far more often than it is made: copies share it.
class SharedText {
 public:
  SharedText() = default;
  SharedText(std::string text)
      : m_text(text.empty() ? nullptr : std::make_shared<const std::string>(std::move(text))) {}
  SharedText(const char* text) : SharedText(std::string(text)) {}

  bool empty() const { return m_text == nullptr; }
  operator const std::string&() const { return str(); }
  const std::string& str() const {
    static const std::string none;
    return m_text == nullptr ? none : *m_text;
  }

 private:
  std::shared_ptr<const std::string> m_text;  // null: empty
};

}  // namespace cantilever::analytic

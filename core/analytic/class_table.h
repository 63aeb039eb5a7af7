#pragma once

#include <cstddef>
#include <numeric>
#include <span>
#include <vector>

/// Internal to the solver.
namespace cantilever::analytic {

/// A value for each element of some kind and each class of requests, in one piece of memory.
template <class Value>
class ClassTable {
 public:
  ClassTable() = default;
  ClassTable(std::size_t elements, std::size_t classes, const Value& value = {})
      : m_elements(elements), m_classes(classes), m_values(elements * classes, value) {}

  /// Of elements.
  std::size_t size() const { return m_elements; }
  /// [class] of an element.
  std::span<Value> operator[](std::size_t element) {
    return {m_values.data() + element * m_classes, m_classes};
  }
  std::span<const Value> operator[](std::size_t element) const {
    return {m_values.data() + element * m_classes, m_classes};
  }
  /// All of them, element by element.
  std::vector<Value>& values() { return m_values; }
  const std::vector<Value>& values() const { return m_values; }

 private:
  std::size_t m_elements = 0;
  std::size_t m_classes = 0;
  std::vector<Value> m_values;
};

using ByClass = ClassTable<double>;

inline double totalOf(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

}  // namespace cantilever::analytic

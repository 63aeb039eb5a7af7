#pragma once

#include <string>

#include "core/model/table.h"

namespace cantilever {

/// What an element is called where people read it: its name, or its id while it has none.
template <class Element>
const std::string& nameOf(const Element& element) {
  return element.name.empty() ? element.id.text() : element.name;
}

/// The same by its id; where there is no such element, the id itself. Valid as long as the id and the table.
template <class Element>
const std::string& nameOf(const Table<Element>& table, const typename Table<Element>::IdType& id) {
  const Element* element = table.find(id);
  return element == nullptr ? id.text() : nameOf(*element);
}

}  // namespace cantilever

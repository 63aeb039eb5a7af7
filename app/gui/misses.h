#pragma once

#include "core/model/link.h"

namespace cantilever::app {

/// A look-up that fails is a miss, whatever the cause: its caller goes on, and no request fails by it.
inline bool missesRatherThanFails(const Link& link) {
  return link.role == LinkRole::Lookup;
}

}  // namespace cantilever::app

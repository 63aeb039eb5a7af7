#pragma once

namespace cantilever::analytic {

/// Relative, of the reference cases: what their expected values are good for.
inline constexpr double kReference = 1e-6;

}  // namespace cantilever::analytic

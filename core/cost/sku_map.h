#pragma once

#include <span>
#include <string_view>

#include "core/vocabulary/usage.h"

namespace cantilever::cost {

/// Where the price book sells a neutral usage item.
struct Sku {
  Usage::Kind kind;
  std::string_view item;     ///< as block types name it: "alb-lcu"
  std::string_view service;  ///< as the price book names it: "ELB"
  std::string_view sku;
  double unitsPerAmount;  ///< 2 where each side of a transfer pays
};

/// The whole table, which is in no order.
std::span<const Sku> allSkus();

/// Null for an item that the table does not know. Instance hours are not in it: their item is the SKU.
const Sku* findSku(const Usage& usage);

/// How many of `unit` one request, GB or hour is: "10k requests" -> 1e-4. Zero for a unit that does not fit
/// the kind.
double unitsPer(Usage::Kind kind, std::string_view unit);

}  // namespace cantilever::cost

#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/money.h"
#include "core/base/result.h"
#include "core/vocabulary/usage.h"

namespace cantilever::cost {

/// One price, or one tier of it.
struct Price {
  std::string provider;
  std::string region;
  std::string sku;      ///< "c7g.2xlarge"
  std::string service;  ///< "EC2"
  std::string unit;     ///< "hour", "GB-month", "10k-requests"
  UnitPrice price;
  double tierFrom = 0;           ///< in units per month; above 0 for the first tier: so many are free
  std::optional<double> tierTo;  ///< nothing: no upper end
  std::string terms;             ///< ondemand, ri1y, ri3y, spot
  std::string asOf;
  std::string source;
  std::string confidence;  ///< high, medium, low
  std::string notes;
  std::string item;  ///< as block types name it in their usage ("alb-lcu"); empty where that is the SKU
};

/// Dated prices of one provider and region: a value. No prices are written in C++.
class PriceBook {
 public:
  /// Reads the CSV layout of resources/prices (header line required; the column item may be absent). Errors
  /// give line and column name; the tiers of a price must join without gap or overlap.
  static Result<PriceBook> fromCsv(std::string_view csv, std::string_view name);
  /// The price book compiled into the program; us-east-1.
  static const PriceBook& builtIn();

  const std::string& name() const { return m_name; }
  std::string provider() const;
  std::string region() const;
  const std::vector<Price>& prices() const { return m_prices; }

  /// All tiers for service, SKU and terms, in order of tierFrom; empty if there is no such price. An empty
  /// service finds what is sold by the hour under that SKU.
  std::vector<const Price*> tiers(std::string_view service, std::string_view sku,
                                  std::string_view terms) const;
  /// All tiers of what the usage consumes, on its terms: instance hours by SKU, everything else by item and
  /// in a unit that fits its kind. Empty if there is no such price.
  std::vector<const Price*> tiersOf(const Usage& usage) const;

 private:
  std::string m_name;
  std::vector<Price> m_prices;                                            // by sku, service, terms, tierFrom
  std::map<std::string, std::vector<std::size_t>, std::less<>> m_byItem;  // places of the prices
};

}  // namespace cantilever::cost

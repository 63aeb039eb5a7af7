#pragma once

#include <string>
#include <vector>

#include "core/base/ids.h"
#include "core/base/money.h"
#include "core/catalog/block_type.h"
#include "core/cost/price_book.h"
#include "core/model/design.h"
#include "core/vocabulary/visits.h"

namespace cantilever::cost {

/// One usage of one block at one price, for a month of 730 hours. A usage that spans several price tiers has
/// one line a tier.
struct Line {
  BlockId block;
  std::string category;  ///< compute, storage, requests, transfer, service
  Usage usage;
  double units = 0;  ///< billed at this price, in the price's unit
  Money amount;      ///< units x price, rounded half-even once
  Price price;       ///< with its source and date; a copy, so that an estimate outlives the book
};

/// A usage for which the book has no price, and why.
struct Unpriced {
  BlockId block;
  Usage usage;
  std::string reason;
};

/// Monthly cost, itemised. `total` is the sum of the lines and says nothing about `unpriced`.
struct Estimate {
  std::vector<Line> lines;
  std::vector<Unpriced> unpriced;
  Money total;
  Money instances;           ///< the part that is instance hours
  Money perMillionRequests;  ///< total / mean requests of the month; zero if there are none
  std::string priceBook;
  std::string pricesAsOf;  ///< newest and oldest date of the prices used
  std::string pricesFrom;

  Money ofBlock(const BlockId& block) const;
};

/// Usage at the workloads' mean rates (capacity is the designer's business), priced by `book`. `visits` at
/// peak is scaled by mean/peak of each request class. Tiers are of the whole design, filled in order of
/// block. A sliced design is priced as it is drawn: the whole system costs about `design.slice` times as
/// much.
Estimate estimate(const Design& design, const catalog::Catalog& catalog, const plan::Plan& plan,
                  const plan::Visits& visits, const PriceBook& book);

}  // namespace cantilever::cost

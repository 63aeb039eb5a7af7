#include "core/cost/price_book.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>
#include <cmath>
#include <map>
#include <tuple>

#include "core/base/embedded.h"
#include "core/base/text.h"
#include "core/cost/csv.h"
#include "core/cost/units.h"

namespace cantilever::cost {
namespace {

constexpr std::array<std::string_view, 13> kColumns = {
    "provider", "region", "sku",   "service", "unit",       "price_usd", "tier_from",
    "tier_to",  "terms",  "as_of", "source",  "confidence", "notes"};

/// One row of the file with its fields by column name.
class PriceRow {
 public:
  PriceRow(const CsvRow& row, const std::map<std::string_view, std::size_t>& columns, std::string_view file)
      : m_row(row), m_columns(columns), m_file(file) {}

  std::string text(std::string_view column) const { return m_row.fields[m_columns.at(column)]; }
  std::string textIfThere(std::string_view column) const {
    return m_columns.contains(column) ? text(column) : std::string();
  }

  Error error(std::string_view column, const std::string& wanted) const {
    const std::string where = std::string(m_file) + ":" + std::to_string(m_row.line);
    return {"prices.field",
            where + ": column " + std::string(column) + " is \"" + text(column) + "\"; it must be " + wanted +
                ".",
            where};
  }

  Result<double> number(std::string_view column) const {
    const std::string field = text(column);
    double value = 0;
    const auto [end, status] = std::from_chars(field.data(), field.data() + field.size(), value);
    if (status != std::errc() || end != field.data() + field.size() || !std::isfinite(value) || value < 0) {
      return error(column, "a number of at least 0");
    }
    return value;
  }

 private:
  const CsvRow& m_row;
  const std::map<std::string_view, std::size_t>& m_columns;
  std::string_view m_file;
};

Result<Price> readPrice(const PriceRow& row) {
  Price price;
  price.provider = row.text("provider");
  price.region = row.text("region");
  price.sku = row.text("sku");
  price.service = row.text("service");
  price.unit = row.text("unit");
  price.terms = row.text("terms");
  price.asOf = row.text("as_of");
  price.source = row.text("source");
  price.confidence = row.text("confidence");
  price.notes = row.text("notes");
  price.item = row.textIfThere("item");
  for (const std::string_view column : {"provider", "sku", "service", "unit", "terms"}) {
    if (row.text(column).empty()) {
      return row.error(column, "filled in");
    }
  }
  const auto unitPrice = UnitPrice::parse(row.text("price_usd"));
  if (!unitPrice) {
    return row.error("price_usd", "a decimal number such as 0.0816");
  }
  price.price = *unitPrice;
  const auto from = row.text("tier_from").empty() ? Result<double>(0.0) : row.number("tier_from");
  if (!from) {
    return from.error();
  }
  price.tierFrom = *from;
  if (!row.text("tier_to").empty()) {
    const auto to = row.number("tier_to");
    if (!to) {
      return to.error();
    }
    if (!(*to > price.tierFrom)) {
      return row.error("tier_to", "more than tier_from (" + formatNumber(price.tierFrom) + ")");
    }
    price.tierTo = *to;
  }
  return price;
}

auto orderOf(const Price& price) {
  return std::tie(price.sku, price.service, price.terms, price.tierFrom);
}

/// The tiers of one price must follow each other without gap or overlap, in one unit; this also catches a
/// price that is given twice. `prices` are in the order of orderOf.
Result<void> checkTiers(const std::vector<Price>& prices, std::string_view name) {
  for (std::size_t i = 1; i < prices.size(); ++i) {
    const Price& lower = prices[i - 1];
    const Price& upper = prices[i];
    if (lower.sku != upper.sku || lower.service != upper.service || lower.terms != upper.terms) {
      continue;
    }
    if (lower.tierTo != upper.tierFrom || lower.unit != upper.unit) {
      return Error{"prices.tiers",
                   std::string(name) + ": the tiers of " + upper.service + " " + upper.sku + " (" +
                       upper.terms + ") do not join at " + formatNumber(upper.tierFrom) +
                       "; each must begin where the one before ends, in the same unit.",
                   std::string(name)};
    }
  }
  return {};
}

}  // namespace

Result<PriceBook> PriceBook::fromCsv(std::string_view csv, std::string_view name) {
  const auto rows = parseCsv(csv, name);
  if (!rows) {
    return rows.error();
  }
  if (rows->empty()) {
    return Error{"prices.empty", std::string(name) + " is empty; its first line must name the columns.",
                 std::string(name)};
  }
  const CsvRow& header = rows->front();
  std::map<std::string_view, std::size_t> columns;
  for (std::size_t i = 0; i < header.fields.size(); ++i) {
    columns.emplace(header.fields[i], i);
  }
  for (const std::string_view column : kColumns) {
    if (!columns.contains(column)) {
      return Error{"prices.column", std::string(name) + ":1: there is no column " + std::string(column) + ".",
                   std::string(name) + ":1"};
    }
  }
  PriceBook book;
  book.m_name = name;
  book.m_prices.reserve(rows->size() - 1);
  for (std::size_t i = 1; i < rows->size(); ++i) {
    const CsvRow& row = (*rows)[i];
    if (row.fields.size() != header.fields.size()) {
      const std::string where = std::string(name) + ":" + std::to_string(row.line);
      return Error{"prices.fields",
                   where + ": " + std::to_string(row.fields.size()) + " fields where the header has " +
                       std::to_string(header.fields.size()) + ".",
                   where};
    }
    auto price = readPrice(PriceRow(row, columns, name));
    if (!price) {
      return price.error();
    }
    book.m_prices.push_back(std::move(*price));
  }
  for (const Price& price : book.m_prices) {
    if (price.region != "global" && price.region != book.region()) {
      return Error{"prices.region",
                   std::string(name) + " has prices of " + book.region() + " and of " + price.region +
                       "; a price book is of one region (and \"global\").",
                   std::string(name)};
    }
  }
  std::stable_sort(book.m_prices.begin(), book.m_prices.end(),
                   [](const Price& a, const Price& b) { return orderOf(a) < orderOf(b); });
  if (const auto joined = checkTiers(book.m_prices, name); !joined) {
    return joined.error();
  }
  for (std::size_t i = 0; i < book.m_prices.size(); ++i) {
    if (!book.m_prices[i].item.empty()) {
      book.m_byItem[book.m_prices[i].item].push_back(i);
    }
  }
  return book;
}

const PriceBook& PriceBook::builtIn() {
  static const PriceBook book = [] {
    for (const embedded::File& file : embedded::prices()) {
      if (file.name == "aws_us_east_1.csv") {
        auto read = fromCsv(file.text, "AWS us-east-1");
        assert(read.ok());  // price_book_test reads it too
        return std::move(read).value();
      }
    }
    assert(false);
    return PriceBook();
  }();
  return book;
}

std::string PriceBook::provider() const {
  return m_prices.empty() ? std::string() : m_prices.front().provider;
}

std::string PriceBook::region() const {
  const auto at = std::find_if(m_prices.begin(), m_prices.end(),
                               [](const Price& price) { return price.region != "global"; });
  return at == m_prices.end() ? std::string() : at->region;
}

std::vector<const Price*> PriceBook::tiers(std::string_view service, std::string_view sku,
                                           std::string_view terms) const {
  const auto first =
      std::lower_bound(m_prices.begin(), m_prices.end(), sku,
                       [](const Price& price, std::string_view wanted) { return price.sku < wanted; });
  std::vector<const Price*> found;
  for (auto at = first; at != m_prices.end() && at->sku == sku; ++at) {
    const bool isOfService = service.empty() ? at->unit == "hour" : at->service == service;
    if (isOfService && at->terms == terms) {
      found.push_back(&*at);
    }
  }
  return found;
}

std::vector<const Price*> PriceBook::tiersOf(const Usage& usage) const {
  if (usage.kind == Usage::Kind::InstanceHours) {
    return tiers({}, usage.item, usage.purchase);
  }
  std::vector<const Price*> found;
  if (const auto at = m_byItem.find(usage.item); at != m_byItem.end()) {
    for (const std::size_t place : at->second) {
      const Price& price = m_prices[place];
      if (price.terms == usage.purchase && unitsPer(usage.kind, price.unit) > 0) {
        found.push_back(&price);
      }
    }
  }
  return found;
}

}  // namespace cantilever::cost

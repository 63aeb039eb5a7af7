#include "core/exchange/reports.h"

#include "core/exchange/report_parts.h"

namespace cantilever::exchange {
namespace {

const char* nameOfUsage(Usage::Kind kind) {
  switch (kind) {
    case Usage::Kind::InstanceHours:
      return "instance_hours";
    case Usage::Kind::StorageGbMonths:
      return "storage_gb_months";
    case Usage::Kind::Requests:
      return "requests";
    case Usage::Kind::EgressGb:
      return "egress_gb";
    case Usage::Kind::ProcessedGb:
      return "processed_gb";
    case Usage::Kind::CapacityUnitHours:
      return "capacity_unit_hours";
    case Usage::Kind::ServiceHours:
      return "service_hours";
  }
  return "";
}

void writeUsage(JsonWriter& writer, const BlockId& block, const Usage& usage) {
  writer.field("block", block.text());
  writer.field("usage", nameOfUsage(usage.kind));
  writer.field("item", usage.item);
  writer.field("amount", usage.amount);
  writer.field("purchase", usage.purchase);
  writer.field("note", usage.note);
}

void writeLine(JsonWriter& writer, const cost::Line& line) {
  writeUsage(writer, line.block, line.usage);
  writer.field("category", line.category);
  writer.field("units", line.units);
  writer.field("unit", line.price.unit);
  if (writer.key("unit_price_usd")) {
    writer.raw(line.price.price.text());  // exact: a double might not be
  }
  writer.field("cost_usd_month", line.amount.toDouble());
  writer.field("service", line.price.service);
  writer.field("sku", line.price.sku);
  writer.field("terms", line.price.terms);
  writer.field("tier_from_units", line.price.tierFrom);
  writer.field("tier_to_units", line.price.tierTo);
  writer.field("price_as_of", line.price.asOf);
  writer.field("price_source", line.price.source);
  writer.field("price_confidence", line.price.confidence);
}

}  // namespace

std::string costJson(const Design& design, const cost::Estimate& estimate) {
  JsonWriter writer;
  beginReport(writer, "cantilever.cost/1", design);
  writer.field("price_book", estimate.priceBook);
  writer.field("prices_as_of", estimate.pricesAsOf);
  writer.field("prices_from", estimate.pricesFrom);
  writer.field("cost_usd_month", estimate.total.toDouble());
  writer.field("instances_usd_month", estimate.instances.toDouble());
  writer.field("per_million_requests_usd", estimate.perMillionRequests.toDouble());
  writeItems(writer, "lines", estimate.lines, [&](const cost::Line& line) { writeLine(writer, line); });
  writeItems(writer, "unpriced", estimate.unpriced, [&](const cost::Unpriced& unpriced) {
    writeUsage(writer, unpriced.block, unpriced.usage);
    writer.field("reason", unpriced.reason);
  });
  writer.endObject();
  return writer.take();
}

}  // namespace cantilever::exchange

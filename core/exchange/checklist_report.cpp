#include "core/exchange/reports.h"

#include <algorithm>
#include <array>

#include "core/exchange/report_parts.h"

namespace cantilever::exchange {
namespace {

std::int64_t countOf(const std::vector<advice::AnsweredItem>& items, advice::Status status) {
  return std::count_if(items.begin(), items.end(),
                       [&](const advice::AnsweredItem& item) { return item.answer.status == status; });
}

constexpr std::array kStatuses{advice::Status::Pass, advice::Status::Warn, advice::Status::Fail,
                               advice::Status::Unknown, advice::Status::NotApplicable};

/// Plain text inside Markdown: what would be mark-up is escaped, line breaks become spaces.
std::string asMarkdownText(std::string_view text) {
  constexpr std::string_view special = "\\`*_[]<>|#";
  std::string out;
  for (const char c : text) {
    if (c == '\n' || c == '\r') {
      out += ' ';
      continue;
    }
    if (special.find(c) != std::string_view::npos) {
      out += '\\';
    }
    out += c;
  }
  return out;
}

}  // namespace

std::string checklistJson(const Design& design, std::string_view list,
                          const std::vector<advice::AnsweredItem>& items) {
  JsonWriter writer;
  beginReport(writer, "cantilever.checklist/1", design);
  writer.field("checklist", list);
  for (const advice::Status status : kStatuses) {
    writer.field(std::string(advice::nameOf(status)), countOf(items, status));
  }
  writeItems(writer, "items", items, [&](const advice::AnsweredItem& one) {
    writer.field("id", one.item->id);
    writer.field("title", one.item->title);
    writer.field("status", advice::nameOf(one.answer.status));
    writer.field("evidence", one.answer.evidence);
    writer.field("remedy", one.answer.remedy);
    if (writer.key("blocks")) {
      std::vector<std::string> blocks;
      for (const BlockId& block : one.answer.blocks) {
        blocks.push_back(block.text());
      }
      writer.inlineList(blocks);
    }
    writer.field("rule", one.item->rule);
    writer.field("rationale", one.item->rationale);
  });
  writer.endObject();
  return writer.take();
}

std::string checklistMarkdown(const Design& design, std::string_view list,
                              const std::vector<advice::AnsweredItem>& items) {
  const std::string name = design.name.empty() ? "Unnamed design" : asMarkdownText(design.name);
  std::string out = "# " + name + ": " + asMarkdownText(list) + " checklist\n\n";
  out += std::to_string(items.size()) + " items: " + std::to_string(countOf(items, advice::Status::Pass)) +
         " pass, " + std::to_string(countOf(items, advice::Status::Warn)) + " warn, " +
         std::to_string(countOf(items, advice::Status::Fail)) + " fail, " +
         std::to_string(countOf(items, advice::Status::Unknown)) + " unknown, " +
         std::to_string(countOf(items, advice::Status::NotApplicable)) +
         " not applicable. Answered from the design; unknown means that the design cannot tell.\n";
  for (const advice::AnsweredItem& one : items) {
    const bool isDone =
        one.answer.status == advice::Status::Pass || one.answer.status == advice::Status::NotApplicable;
    std::string status = advice::nameOf(one.answer.status);
    std::replace(status.begin(), status.end(), '_', ' ');
    out += std::string("\n- [") + (isDone ? "x" : " ") + "] **" + asMarkdownText(one.item->id) + " " +
           asMarkdownText(one.item->title) + "**: " + status + "\n";
    const std::pair<const char*, const std::string&> lines[] = {{"Found", one.answer.evidence},
                                                                {"To do", one.answer.remedy},
                                                                {"Checked", one.item->rule},
                                                                {"Why", one.item->rationale}};
    for (const auto& [heading, text] : lines) {
      if (!text.empty()) {
        out += std::string("  - ") + heading + ": " + asMarkdownText(text) + "\n";
      }
    }
  }
  return out;
}

}  // namespace cantilever::exchange

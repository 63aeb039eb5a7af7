#include <cmath>

#include "core/base/did_you_mean.h"
#include "core/catalog/policies/link_policy.h"
#include "core/edit/checks.h"
#include "core/edit/steps.h"
#include "core/model/names.h"
#include "core/vocabulary/plan.h"

namespace cantilever::edit {
namespace {

/// May any link go from the one block to the other? Blocks of unknown type are given the benefit of the
/// doubt.
Result<void> canConnect(const Design& design, const BlockId& from, const BlockId& to,
                        const catalog::Catalog& catalog) {
  const Block* caller = design.blocks.find(from);
  const Block* callee = design.blocks.find(to);
  if (caller == nullptr || callee == nullptr) {
    return unknownElement(design.blocks, caller == nullptr ? from : to);
  }
  if (from == to) {
    return Error{"link.same_block",
                 "A block cannot be linked to itself: " + nameOf(*caller) + " is at both ends.", from.text()};
  }
  const catalog::BlockType* callerType = catalog.find(caller->type);
  if (callerType != nullptr && !callerType->makesCalls) {
    return Error{
        "link.not_a_caller",
        "No link can begin at " + nameOf(*caller) + ": " + catalog::blocksOf(*callerType) + " make no calls.",
        from.text()};
  }
  const catalog::BlockType* calleeType = catalog.find(callee->type);
  if (calleeType != nullptr && !calleeType->acceptsCalls) {
    return Error{
        "link.not_a_callee",
        "No link can end at " + nameOf(*callee) + ": " + catalog::blocksOf(*calleeType) + " accept no calls.",
        to.text()};
  }
  return {};
}

/// Two links that do the same: the calls of one could be added to the other's.
bool areForTheSame(const Link& a, const Link& b) {
  return a.from == b.from && a.to == b.to && a.mode == b.mode && a.role == b.role &&
         a.operation == b.operation && a.group == b.group && a.classes == b.classes;
}

Result<void> mustDiffer(const Design& design, const Link& link) {
  for (const Link& other : design.links) {
    if (other.id != link.id && areForTheSame(other, link)) {
      return Error{"link.exists",
                   "The link \"" + other.id.text() + "\" from " + nameOf(design.blocks, link.from) + " to " +
                       nameOf(design.blocks, link.to) +
                       " does the same already; change its number of calls instead.",
                   other.id.text()};
    }
  }
  return {};
}

Result<void> checkNumbers(const Link& link) {
  const auto fault = [&](const char* field, const std::string& rule) {
    return Error{"edit.out_of_range", rule, link.id.text() + "." + field};
  };
  if (!std::isfinite(link.calls) || link.calls < 0) {
    return fault("calls", "The mean number of calls must be zero or more, such as 1 or 0.25.");
  }
  if (!std::isfinite(link.weight) || link.weight < 0) {
    return fault("weight", "The weight of a link must be zero or more.");
  }
  if (link.timeout < Duration()) {
    return fault("timeout", "A timeout cannot be negative; 0 s means that there is none.");
  }
  if (link.latency) {
    if (const std::string problem = plan::faultIn(*link.latency); !problem.empty()) {
      return fault("latency", "The latency of the link: " + problem);
    }
  }
  return {};
}

Result<void> checkOperation(const Design& design, const Link& link, const catalog::Catalog& catalog) {
  const Block* callee = design.blocks.find(link.to);
  const catalog::BlockType* type = callee != nullptr ? catalog.find(callee->type) : nullptr;
  if (link.operation.empty() || type == nullptr) {
    return {};
  }
  if (std::find(type->operations.begin(), type->operations.end(), link.operation) != type->operations.end()) {
    return {};
  }
  return Error{"edit.unknown_operation",
               "There is no operation \"" + link.operation + "\" at " + catalog::blocksOf(*type) +
                   didYouMean(link.operation, type->operations),
               link.id.text() + ".operation"};
}

/// `before` is null for a new link. What the edit does not touch is not complained about.
Result<void> checkLink(const Design& design, const Link& link, const Link* before,
                       const catalog::Catalog& catalog) {
  const bool keepsEnds = before != nullptr && before->from == link.from && before->to == link.to;
  if (!keepsEnds) {
    if (const auto allowed = canConnect(design, link.from, link.to, catalog); !allowed) {
      return allowed;
    }
  }
  if (before == nullptr || !areForTheSame(*before, link)) {
    if (const auto differs = mustDiffer(design, link); !differs) {
      return differs;
    }
  }
  if (!keepsEnds || before->operation != link.operation) {
    if (const auto known = checkOperation(design, link, catalog); !known) {
      return known;
    }
  }
  for (const ClassId& id : link.classes) {
    const bool wasThere = before != nullptr && std::find(before->classes.begin(), before->classes.end(),
                                                         id) != before->classes.end();
    if (!wasThere && !design.classes.contains(id)) {
      return unknownElement(design.classes, id);
    }
  }
  return checkNumbers(link);
}

Traits traitsAt(const Design& design, const BlockId& id, const catalog::Catalog& catalog) {
  const Block* block = design.blocks.find(id);
  return block != nullptr ? catalog.traitsOf(*block) : Traits{};
}

/// What the block that calls does by itself is the default.
Result<void> settleParamsOf(Link& link, const Link* before, const Design& design,
                            const catalog::Catalog& catalog) {
  return settleParams(link.params, before != nullptr ? &before->params : nullptr, catalog::linkParams(),
                      {"Links have", link.id.text()}, traitsAt(design, link.from, catalog).linkDefaults);
}

}  // namespace

Result<void> canLink(const Design& design, const BlockId& from, const BlockId& to,
                     const catalog::Catalog& catalog) {
  const auto allowed = canConnect(design, from, to, catalog);
  return allowed ? mustDiffer(design, suggestLink(design, from, to, catalog)) : allowed;
}

Link suggestLink(const Design& design, const BlockId& from, const BlockId& to,
                 const catalog::Catalog& catalog) {
  Link link;
  link.id = freeLinkId(design, from.text() + "-" + to.text());
  link.from = from;
  link.to = to;
  const Traits caller = traitsAt(design, from, catalog);
  const Traits callee = traitsAt(design, to, catalog);
  const bool isPrimary = caller.isRelational && !caller.isReplica;
  if (isPrimary && callee.isReplica) {
    link.role = LinkRole::Replication;
    link.mode = LinkMode::Send;
  } else if (callee.isCache && !callee.isCdn) {
    link.role = LinkRole::Lookup;
  } else if (callee.isReplica) {
    link.role = LinkRole::Read;
  } else if (callee.isQueue) {
    link.mode = LinkMode::Send;
  }
  return link;
}

Result<void> steps::run(Design& design, const AddLink& edit, const Catalog& catalog) {
  Link link = edit.link;
  if (link.id.isEmpty()) {
    link.id = freeLinkId(design, link.from.text() + "-" + link.to.text());
  }
  if (const auto isFree = mustBeFree(design.links, link.id); !isFree) {
    return isFree;
  }
  if (const auto checked = checkLink(design, link, nullptr, catalog); !checked) {
    return checked;
  }
  if (const auto settled = settleParamsOf(link, nullptr, design, catalog); !settled) {
    return settled;
  }
  design.links.put(std::move(link));
  return {};
}

Result<void> steps::run(Design& design, const SetLink& edit, const Catalog& catalog) {
  const Link* before = design.links.find(edit.link.id);
  if (before == nullptr) {
    return unknownElement(design.links, edit.link.id);
  }
  Link link = edit.link;
  if (const auto checked = checkLink(design, link, before, catalog); !checked) {
    return checked;
  }
  if (const auto settled = settleParamsOf(link, before, design, catalog); !settled) {
    return settled;
  }
  design.links.put(std::move(link));
  return {};
}

}  // namespace cantilever::edit

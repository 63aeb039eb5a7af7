#include "core/exchange/deployment.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <map>
#include <optional>
#include <set>

#include "core/base/text.h"

namespace cantilever::exchange {
namespace {

constexpr std::size_t kLongestName = 40;

std::string hostNameOf(std::string_view id) {
  std::string name;
  for (const char c : id) {
    const bool isUpper = c >= 'A' && c <= 'Z';
    const bool isPlain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    const char next = isUpper ? static_cast<char>(c - 'A' + 'a') : isPlain ? c : '-';
    if (next != '-' || !name.ends_with('-')) {  // some clouds refuse two in a row
      name += next;
    }
  }
  if (name.empty() || name.front() < 'a') {  // digits and '-' come before letters
    name.insert(0, "b");
  }
  name.resize(std::min(name.size(), kLongestName));
  name.erase(name.find_last_not_of('-') + 1);
  return name;
}

std::string uniqueName(const std::string& wish, std::set<std::string>& taken) {
  std::string name = wish;
  for (int i = 2; !taken.insert(name).second; ++i) {
    const std::string suffix = "-" + std::to_string(i);
    name = wish.substr(0, kLongestName - suffix.size()) + suffix;
  }
  return name;
}

/// Block types read checked parameters only; whoever exports a design with errors gets the defaults.
Block withoutBadParams(const Block& block, const catalog::BlockType& type) {
  Block checked = block;
  std::erase_if(checked.params, [&](const auto& entry) {
    const catalog::ParamSpec* spec = type.find(entry.first);
    return spec == nullptr || !spec->check(entry.second).ok();
  });
  return checked;
}

}  // namespace

std::string DeployedBlock::setting(std::string_view key, std::string_view otherwise) const {
  const auto at = deployable.settings.find(std::string(key));
  return at == deployable.settings.end() ? std::string(otherwise) : at->second;
}

int DeployedBlock::number(std::string_view key, int otherwise, int smallest) const {
  const std::string text = setting(key);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !(value > -1e9 && value < 1e9)) {
    return otherwise;
  }
  return std::max(smallest, static_cast<int>(value + (value < 0 ? -0.5 : 0.5)));
}

bool DeployedBlock::speaksHttp() const {
  using Kind = Deployable::Kind;
  switch (deployable.kind) {
    case Kind::Compute:
    case Kind::Worker:
    case Kind::LoadBalancer:
    case Kind::Gateway:
    case Kind::Proxy:
    case Kind::Firewall:
    case Kind::TrafficManager:
    case Kind::Cdn:
    case Kind::ObjectStore:
    case Kind::External:
      return true;
    default:
      return false;
  }
}

bool DeployedBlock::isFetchedFrom() const {
  using Kind = Deployable::Kind;
  return is(Kind::EventLog) || is(Kind::Queue) || is(Kind::Topic) || is(Kind::EventBus) || is(Kind::Stream);
}

bool DeployedBlock::keepsData() const {
  using Kind = Deployable::Kind;
  switch (deployable.kind) {
    case Kind::RelationalPrimary:
    case Kind::RelationalReplica:
    case Kind::RelationalCluster:
    case Kind::ConnectionPooler:
    case Kind::KeyValueCache:
    case Kind::EventLog:
    case Kind::Server:
    case Kind::Table:
    case Kind::SearchIndex:
    case Kind::Warehouse:
    case Kind::Queue:
    case Kind::Topic:
    case Kind::EventBus:
    case Kind::Stream:
      return true;
    default:
      return false;
  }
}

std::vector<const DeployedLink*> Deployment::linksFrom(std::size_t block) const {
  std::vector<const DeployedLink*> found;
  for (const DeployedLink& link : links) {
    if (link.from == block) {
      found.push_back(&link);
    }
  }
  return found;
}

std::vector<DeployedTarget> Deployment::targetsOf(std::size_t block) const {
  std::vector<DeployedTarget> targets;
  std::set<std::size_t> ofAllClasses;
  for (const DeployedLink* each : linksFrom(block)) {
    auto at = std::find_if(targets.begin(), targets.end(),
                           [&](const DeployedTarget& one) { return one.index == each->to; });
    if (at == targets.end()) {
      at = targets.insert(at, DeployedTarget{each->to});
    }
    at->weight += each->link->weight;
    const std::vector<ClassId>& classes = each->link->classes;
    if (classes.empty()) {
      ofAllClasses.insert(each->to);
    }
    std::copy_if(classes.begin(), classes.end(), std::back_inserter(at->classes), [&](const ClassId& id) {
      return std::find(at->classes.begin(), at->classes.end(), id) == at->classes.end();
    });
  }
  for (DeployedTarget& target : targets) {
    if (ofAllClasses.contains(target.index)) {
      target.classes.clear();
    }
  }
  return targets;
}

bool Deployment::hasOrigin(std::size_t cdn) const {
  const auto leads = linksFrom(cdn);
  return std::any_of(leads.begin(), leads.end(), [&](const DeployedLink* link) {
    return blocks[link->to].is(Deployable::Kind::LoadBalancer) ||
           blocks[link->to].is(Deployable::Kind::ObjectStore);
  });
}

std::vector<const DeployedLink*> Deployment::linksTo(std::size_t block) const {
  std::vector<const DeployedLink*> found;
  for (const DeployedLink& link : links) {
    if (link.to == block) {
      found.push_back(&link);
    }
  }
  return found;
}

bool Deployment::isEntry(std::size_t block) const {
  const auto isClient = [](const DeployedBlock& one) { return one.is(Deployable::Kind::Client); };
  if (std::none_of(blocks.begin(), blocks.end(), isClient)) {
    return blocks[block].traits.isPublicEntry;
  }
  const auto incoming = linksTo(block);
  return std::any_of(incoming.begin(), incoming.end(),
                     [&](const DeployedLink* link) { return isClient(blocks[link->from]); });
}

const DeployedBlock* Deployment::clusterOf(const DeployedBlock& block) const {
  const std::string host = block.setting("lives_on");
  const auto at = std::find_if(clusters.begin(), clusters.end(),
                               [&](const DeployedBlock& each) { return each.block->id.text() == host; });
  return at == clusters.end() ? nullptr : &*at;
}

Deployment deploymentOf(const advice::AdviceInput& input) {
  Deployment deployment;
  deployment.title = input.design->name.empty() ? "Unnamed design" : input.design->name;
  if (input.design->slice != 1) {
    deployment.warnings.push_back("The design is a slice: its instances are 1/" +
                                  formatNumber(input.design->slice) +
                                  " of the real system's, and so are these.");
  }
  std::map<BlockId, std::size_t> indexOf;
  std::set<std::string> taken;
  for (const Block& block : input.design->blocks) {
    DeployedBlock one;
    one.block = &block;
    const catalog::BlockType* type = input.catalog->find(block.type);
    if (type == nullptr) {
      deployment.warnings.push_back("\"" + one.label() + "\" is of the unknown type \"" + block.type +
                                    "\" and is left out.");
      continue;
    }
    one.deployable = type->deploy(withoutBadParams(block, *type));
    one.traits = input.traitsOf(block);
    const bool isCluster = one.setting("hosts") == "containers";
    if (one.is(Deployable::Kind::None) && !isCluster) {
      deployment.warnings.push_back(
          "\"" + one.label() + "\" (" + type->label + ") is left out: " +
          one.setting("instead", "it is an element of the model, not something to deploy") + ".");
      continue;
    }
    one.name = uniqueName(hostNameOf(block.id.text()), taken);
    if (isCluster) {
      deployment.clusters.push_back(std::move(one));
      continue;
    }
    indexOf[block.id] = deployment.blocks.size();
    deployment.blocks.push_back(std::move(one));
  }
  for (const Link& link : input.design->links) {
    const auto from = indexOf.find(link.from);
    const auto to = indexOf.find(link.to);
    if (from != indexOf.end() && to != indexOf.end()) {
      deployment.links.push_back({&link, from->second, to->second});
    }
  }
  for (const DeployedLink& link : deployment.links) {
    DeployedBlock& pooler = deployment.blocks[link.from];
    const DeployedBlock& database = deployment.blocks[link.to];
    if (pooler.is(Deployable::Kind::ConnectionPooler) && database.isDatabase()) {
      pooler.deployable.settings.emplace("engine", database.setting("engine", "postgres"));
    }
  }
  return deployment;
}

Deployment withoutSidecars(Deployment deployment) {
  std::vector<DeployedBlock> kept;
  std::vector<std::optional<std::size_t>> places;
  for (DeployedBlock& block : deployment.blocks) {
    if (!block.runsOnServers() || !block.livesElsewhere() || deployment.clusterOf(block) != nullptr) {
      places.emplace_back(kept.size());
      kept.push_back(std::move(block));
      continue;
    }
    places.emplace_back();
    deployment.warnings.push_back("\"" + block.label() + "\": it lives on \"" + block.setting("lives_on") +
                                  "\", which is no container cluster, and is left out with its links: put it "
                                  "into the same image, or let "
                                  "both live on a container cluster.");
  }
  deployment.blocks = std::move(kept);
  std::erase_if(deployment.links,
                [&](const DeployedLink& link) { return !places[link.from] || !places[link.to]; });
  for (DeployedLink& link : deployment.links) {
    link.from = *places[link.from];
    link.to = *places[link.to];
  }
  return deployment;
}

std::vector<ClassId> cacheableClassesOf(const Link& link, const Design& design) {
  const bool isCacheable = std::all_of(link.classes.begin(), link.classes.end(), [&](const ClassId& id) {
    const RequestClass* requestClass = design.classes.find(id);
    return requestClass != nullptr && requestClass->isCacheable;
  });
  return isCacheable ? link.classes : std::vector<ClassId>();
}

}  // namespace cantilever::exchange

#pragma once

#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/compile/places.h"
#include "core/compile/remarks.h"
#include "core/vocabulary/lowering.h"

namespace cantilever::compile {

/// Takes down into a plan what one block says of itself, and remembers by which names it can be called.
class BlockLowering final : public plan::Lowering {
 public:
  /// `cacheable`: by request class. All references must outlive this.
  BlockLowering(plan::Plan& plan, Remarks& remarks, const Block& block, std::span<const plan::OutLink> links,
                const std::vector<bool>& cacheable, const Places& places);

  const Block& block() const override { return m_block; }
  std::span<const plan::OutLink> links() const override { return m_links; }
  std::vector<plan::OutLink> links(LinkRole role) const override;
  plan::Index cacheableClasses() override;
  plan::Index keyedClasses() override;
  plan::Index addPool(plan::Pool pool, std::string_view role) override;
  void addScaler(plan::Scaler scaler) override;
  void addFault(plan::RandomFault fault, std::string_view role) override;
  void varyWork(plan::WorkVariants variants) override { m_variants = std::move(variants); }
  plan::Index classOf(std::string_view id) const override;
  void liveOn(plan::Index pool, std::string block, std::uint32_t perHost, double processors) override {
    m_residences.push_back({pool, std::move(block), perHost, processors});
  }
  plan::Index addCache(plan::Cache cache) override;
  plan::Index addWindow(plan::Window window) override;
  plan::Index addBatching(const plan::OutLink& link, std::uint32_t most, Duration linger) override;
  plan::Index addTokens(plan::Tokens tokens, std::string_view role) override;
  plan::Index addFlag(plan::Flag flag) override;
  plan::Index addMeter(plan::Meter meter) override;
  plan::Index addLog(plan::Log log, std::string_view role) override;
  void addStore(plan::Store store) override;
  plan::Index addInnerLink(plan::Link link, std::string_view role, plan::Index pool,
                           const plan::Body& body) override;
  void addGroup(plan::ConsumerGroup group) override;
  void addOperation(std::string_view operation, plan::Index pool, const plan::Body& body) override;
  void addSource(const plan::Body& body) override;
  void addControl(Control control) override;
  void warn(std::string code, std::string message, std::string param) override;

  const std::vector<Control>& controls() const { return m_controls; }
  /// Before it is lowered: zones that workloads which enter here have users in. Sources get a program in
  /// each.
  void comeFrom(std::vector<plan::Index> zones) { m_origins = std::move(zones); }

  /// Programs by operation, "" for the default.
  const std::unordered_map<std::string, plan::Index>& operations() const { return m_operations; }
  /// Pools that live on those of other blocks.
  struct Residence {
    plan::Index pool = plan::kNone;
    std::string block;
    std::uint32_t perHost = 1;
    double processors = 0;  ///< reserved there by each
  };
  const std::vector<Residence>& residences() const { return m_residences; }
  plan::Index source() const { return m_source; }  ///< program of its workloads, or kNone
  /// The same for those of its users that are in the zone, one of comeFrom().
  plan::Index sourceIn(plan::Index zone) const;
  plan::Index mainPool() const { return m_mainPool; }  ///< the first one added, or kNone
  plan::Index storeLog() const { return m_storeLog; }  ///< of its store, or kNone

 private:
  std::string keyFor(std::string_view role) const;
  plan::Index addProgram(const std::string& key, plan::Index pool, const plan::Body& body);

  plan::Plan& m_plan;
  Remarks& m_remarks;
  const Block& m_block;
  std::span<const plan::OutLink> m_links;
  const std::vector<bool>& m_cacheable;
  const Places& m_places;
  plan::Index m_zone;
  std::unordered_map<std::string, plan::Index> m_operations;
  plan::WorkVariants m_variants;
  std::vector<Residence> m_residences;
  std::vector<Control> m_controls;
  std::vector<plan::Index> m_origins;
  std::vector<plan::Index> m_sourceIn;  // by origin
  plan::Index m_source = plan::kNone;
  plan::Index m_mainPool = plan::kNone;
  plan::Index m_storeLog = plan::kNone;
};

}  // namespace cantilever::compile

#pragma once

#include <string>
#include <vector>

#include "core/base/random.h"
#include "core/catalog/block_type.h"
#include "core/model/design.h"

/// Designs at random, of every block type and every parameter.
namespace cantilever::test {

using namespace literals;

const catalog::Catalog& builtIn();

/// Makes designs at random. With `harm` 0 they are plausible, with 1 anything goes.
class DesignMaker {
 public:
  enum class Wiring {
    Any,
    Forward,  ///< links lead to later blocks, so that there are no endless cycles and much is reached
  };
  DesignMaker(std::uint64_t seed, double harm, Wiring wiring = Wiring::Any);

  Design make();

 private:
  bool odd();
  template <class T>
  const T& oneOf(const std::vector<T>& values) {
    return values[m_stream.below(static_cast<std::uint32_t>(values.size()))];
  }
  double number();
  double positive(double most);
  Duration time();
  Law law();
  std::string id(const char* stem, std::uint32_t count);

  void addZones();
  /// Drawn from a stream of their own.
  void addWays(Zone& zone, const catalog::ParamSpec& spec);
  /// So that what came before it stays as it was.
  void addLater(Zone& zone, const catalog::ParamSpec& spec);
  void addClasses();
  Block block(std::uint32_t number);
  void needNoMoreThanAll(Block& block, const catalog::BlockType& type);
  ParamValue value(const catalog::ParamSpec& spec);
  void drawEnds(Link& link);
  bool canCall(const Link& link) const;
  Link link(std::uint32_t number);
  void addWorkloads();
  void addScenario();
  void addEvents(std::vector<Perturbation>& events);
  /// Of links that there are, mostly; weights are of routes.
  void aimAtLink(Perturbation& event);
  void addControls();

  RandomStream m_stream;
  RandomStream m_ways;
  RandomStream m_later;
  double m_harm;
  Wiring m_wiring;
  std::uint32_t m_size = 1;
  std::string m_holder;  // a block with instances
  Design m_design;
};

}  // namespace cantilever::test

#pragma once

#include "tests/core/design_builder.h"

namespace cantilever::app::testing {

/// Clients calling one group of app servers, lightly loaded: quick to simulate.
inline Design smallDesign(double requestsPerSecond = 200) {
  Design design = test::design("Small shop")
                      .block("users", "client_web")
                      .named("Users")
                      .block("app", "app_server")
                      .named("App servers")
                      .param("instances", 2)
                      .link("users", "app")
                      .workload("users", perSecond(requestsPerSecond))
                      .objective("p99", Metric::LatencyP99, 400);
  Block app = *design.blocks.find(BlockId("app"));
  app.position = {320, 0};
  design.blocks.put(app);
  return design;
}

}  // namespace cantilever::app::testing

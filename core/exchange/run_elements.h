#pragma once

#include <string>

#include "core/sim/result.h"

/// What elements of the plan are called in reports of a run, here and on the command line.
namespace cantilever::exchange {

/// The element at which `doing` is done.
inline const std::string& elementKey(const sim::RunResult& run, sim::Doing doing, plan::Index element) {
  switch (sim::elementOf(doing)) {
    case sim::ElementKind::Link:
      return run.links.at(element).key;
    case sim::ElementKind::Pool:
      return run.pools.at(element).key;
    case sim::ElementKind::Tokens:
      return run.tokens.at(element).key;
    case sim::ElementKind::Cache:
      return run.caches.at(element).key;
    case sim::ElementKind::Log:
      return run.logs.at(element).key;
    case sim::ElementKind::Program:
      break;
  }
  return run.programs.at(element);
}

/// The block behind a program: keys are its id, with what it does behind a slash.
inline std::string blockOf(const sim::RunResult& run, plan::Index program) {
  const std::string& key = run.programs.at(program);
  return key.substr(0, key.find('/'));
}

}  // namespace cantilever::exchange

#include "core/catalog/relational.h"

#include <algorithm>

namespace cantilever::catalog::relational {

std::vector<std::string> allOperations() {
  std::vector<std::string> all = kReadOperations;
  all.insert(all.end(), kWriteOperations.begin(), kWriteOperations.end());
  return all;
}

bool isWrite(std::string_view operation) {
  return std::find(kWriteOperations.begin(), kWriteOperations.end(), operation) != kWriteOperations.end();
}

Law ReadParams::onThisServer(const Law& cpuTime) const {
  const double reference = findInstanceClass(ReadParams{}.instanceType.value)->speed;
  return cpuTime.scaled(reference / instanceClass().speed);
}

namespace {

void appendPageRead(const ReadParams& params, plan::ProgramBuilder& program) {
  program.branch(1.0 - params.bufferHit.raw(),
                 [&](plan::ProgramBuilder& miss) { miss.wait(params.pageReadTime); });
}

}  // namespace

void appendKeyRead(const ReadParams& params, plan::ProgramBuilder& program) {
  appendPageRead(params, program);
  program.work(params.onThisServer(params.readPkTime));
}

void appendQuery(const ReadParams& params, plan::ProgramBuilder& program) {
  appendPageRead(params, program);
  program.work(params.onThisServer(params.readQueryTime));
}

void addReadOperations(const ReadParams& params, plan::Index pool, plan::Lowering& lowering) {
  const plan::Body mix = [&](plan::ProgramBuilder& program) {
    program
        .branch(
            params.queryShare.raw(), [&](plan::ProgramBuilder& yes) { appendQuery(params, yes); },
            [&](plan::ProgramBuilder& no) { appendKeyRead(params, no); })
        .end();
  };
  lowering.addOperation("", pool, mix);
  lowering.addOperation("read", pool, mix);
  lowering.addOperation("read_pk", pool, [&](plan::ProgramBuilder& program) {
    appendKeyRead(params, program);
    program.end();
  });
  lowering.addOperation("read_query", pool, [&](plan::ProgramBuilder& program) {
    appendQuery(params, program);
    program.end();
  });
}

}  // namespace cantilever::catalog::relational

#include "tests/core/sim/plan_builder.h"

#include <gtest/gtest.h>

namespace cantilever::sim::test {

plan::Pool servers(std::uint32_t n) {
  plan::Pool pool;
  pool.servers = n;
  return pool;
}

plan::Pool unlimitedServers() {
  return servers(0);
}

plan::Pool instances(std::uint32_t n, plan::Pool each) {
  each.instances = n;
  return each;
}

plan::Pool shared(plan::Pool pool) {
  pool.queue = plan::QueueScope::Shared;
  return pool;
}

plan::Pool withLimit(plan::Pool pool, std::uint32_t waiting) {
  pool.queueLimit = waiting;
  return pool;
}

plan::Pool withSeats(plan::Pool pool, std::uint32_t seats) {
  pool.seats = seats;
  return pool;
}

plan::Link withLatency(const Law& latency, plan::Link link) {
  link.latency = latency;
  return link;
}

plan::Link withTimeout(Duration timeout, plan::Link link) {
  link.timeout = timeout;
  return link;
}

plan::Link roundRobin(plan::Link link) {
  link.balancing = Balancing::RoundRobin;
  return link;
}

ProgramWriter::ProgramWriter(plan::Plan& plan) : m_plan(plan) {}

plan::Index ProgramWriter::here() const {
  return static_cast<plan::Index>(m_plan.code.size());
}

ProgramWriter& ProgramWriter::work(const Law& law, plan::Index pool) {
  return add({plan::Op::Work, lawOf(law), pool});
}

ProgramWriter& ProgramWriter::wait(const Law& law) {
  return add({plan::Op::Wait, lawOf(law)});
}

ProgramWriter& ProgramWriter::call(plan::Index link) {
  return add({plan::Op::Call, link});
}

ProgramWriter& ProgramWriter::send(plan::Index link) {
  return add({plan::Op::Send, link});
}

ProgramWriter& ProgramWriter::forward(plan::Index link) {
  return add({plan::Op::Forward, link});
}

ProgramWriter& ProgramWriter::reply() {
  return add({plan::Op::Reply});
}

ProgramWriter& ProgramWriter::fail(plan::Reason reason) {
  return add({plan::Op::Fail, static_cast<plan::Index>(reason)});
}

ProgramWriter& ProgramWriter::end() {
  return add({plan::Op::End});
}

ProgramWriter& ProgramWriter::lookUp(plan::Index cache, const Body& miss) {
  return fork(
      {plan::Op::Look, cache}, [](ProgramWriter&) {}, miss, &plan::Instruction::b);
}

ProgramWriter& ProgramWriter::fill(plan::Index cache) {
  return add({plan::Op::Fill, cache});
}

ProgramWriter& ProgramWriter::fillWrite(plan::Index cache) {
  return add({plan::Op::Fill, cache, 1});
}

ProgramWriter& ProgramWriter::batch(plan::Index batching) {
  return add({plan::Op::Batch, batching});
}

ProgramWriter& ProgramWriter::gather(plan::Index window) {
  return add({plan::Op::Gather, window});
}

ProgramWriter& ProgramWriter::drop(plan::Index cache) {
  return add({plan::Op::Drop, cache});
}

ProgramWriter& ProgramWriter::take(plan::Index tokens, plan::Index units) {
  return add({plan::Op::Take, tokens, units});
}

ProgramWriter& ProgramWriter::workPerTarget(const Law& law) {
  return add({plan::Op::Work, lawOf(law), plan::kNone, 1});
}

ProgramWriter& ProgramWriter::draw(const CountLaw& law) {
  m_plan.countLaws.push_back(law);
  return add({plan::Op::Draw, static_cast<plan::Index>(m_plan.countLaws.size() - 1)});
}

ProgramWriter& ProgramWriter::ifDrawn(plan::Index number, const Body& yes, const Body& no) {
  const auto law = static_cast<plan::Index>(m_plan.countLaws.size() - 1);
  return fork({plan::Op::IfDrawn, plan::kNone, law, number}, yes, no);
}

ProgramWriter& ProgramWriter::fan(plan::Index link, plan::Fan fan) {
  fan.count = static_cast<plan::Index>(m_plan.countLaws.size() - 1);
  return fanAs(link, fan);
}

ProgramWriter& ProgramWriter::handleFanFailure(const Body& onFailure) {
  const plan::Index at = here() - 1;
  handleFailure(onFailure, [this, at](plan::Index pc) { m_plan.code[at].c = pc; });
  return *this;
}

ProgramWriter& ProgramWriter::degrade() {
  return add({plan::Op::Degrade});
}

ProgramWriter& ProgramWriter::fanToEach(plan::Index link) {
  return fanAs(link, {});
}

ProgramWriter& ProgramWriter::fanAs(plan::Index link, plan::Fan fan) {
  fan.link = link;
  m_plan.fans.push_back(fan);
  return add({plan::Op::Fan, static_cast<plan::Index>(m_plan.fans.size() - 1)});
}

ProgramWriter& ProgramWriter::publish(plan::Index log) {
  return add({plan::Op::Publish, log});
}

ProgramWriter& ProgramWriter::publish(plan::Index log, plan::Index needed) {
  return add({plan::Op::Publish, log, needed});
}

ProgramWriter& ProgramWriter::observe() {
  return add({plan::Op::Observe});
}

ProgramWriter& ProgramWriter::publishElse(plan::Index log, const Body& onFailure) {
  const plan::Index at = here();
  publish(log);
  handleFailure(onFailure, [this, at](plan::Index pc) { m_plan.code[at].c = pc; });
  return *this;
}

ProgramWriter& ProgramWriter::measure(plan::Index meter, double amount) {
  return add({plan::Op::Measure, meter, plan::kNone, plan::kNone, plan::kNone, amount});
}

ProgramWriter& ProgramWriter::give(plan::Index tokens) {
  return add({plan::Op::Give, tokens});
}

ProgramWriter& ProgramWriter::takeElse(plan::Index tokens, const Body& onFailure) {
  const plan::Index at = here();
  take(tokens);
  handleFailure(onFailure, [this, at](plan::Index pc) { m_plan.code[at].c = pc; });
  return *this;
}

ProgramWriter& ProgramWriter::jumpTo(plan::Index pc) {
  return add({plan::Op::Jump, pc});
}

ProgramWriter& ProgramWriter::repeatWithChance(double p, plan::Index pc) {
  return add({plan::Op::IfChance, pc, plan::kNone, plan::kNone, plan::kNone, p});
}

ProgramWriter& ProgramWriter::ifChance(double p, const Body& yes, const Body& no) {
  return fork({plan::Op::IfChance, plan::kNone, plan::kNone, plan::kNone, plan::kNone, p}, yes, no);
}

ProgramWriter& ProgramWriter::ifClass(std::vector<bool> classes, const Body& yes, const Body& no) {
  m_plan.classSets.push_back(std::move(classes));
  const auto set = static_cast<plan::Index>(m_plan.classSets.size() - 1);
  return fork({plan::Op::IfClass, plan::kNone, set}, yes, no);
}

ProgramWriter& ProgramWriter::callElse(plan::Index link, const Body& onFailure) {
  const plan::Index at = here();
  call(link);
  handleFailure(onFailure, [this, at](plan::Index pc) { m_plan.code[at].b = pc; });
  return *this;
}

ProgramWriter& ProgramWriter::parallel(const std::vector<plan::Index>& links, std::size_t needed) {
  add({plan::Op::Parallel, static_cast<plan::Index>(links.size()), static_cast<plan::Index>(needed)});
  for (const plan::Index link : links) {
    add({plan::Op::Branch, link});
  }
  return *this;
}

ProgramWriter& ProgramWriter::parallelElse(const std::vector<plan::Index>& links, std::size_t needed,
                                           const Body& onFailure) {
  const plan::Index at = here();
  parallel(links, needed);
  handleFailure(onFailure, [this, at](plan::Index pc) { m_plan.code[at].c = pc; });
  return *this;
}

ProgramWriter& ProgramWriter::add(const plan::Instruction& instruction) {
  m_plan.code.push_back(instruction);
  return *this;
}

plan::Index ProgramWriter::lawOf(const Law& law) {
  m_plan.laws.push_back(law);
  return static_cast<plan::Index>(m_plan.laws.size() - 1);
}

ProgramWriter& ProgramWriter::fork(const plan::Instruction& test, const Body& yes, const Body& no,
                                   plan::Index plan::Instruction::*target) {
  const plan::Index at = here();
  add(test);
  if (no) {
    no(*this);
  }
  const plan::Index over = here();
  jumpTo(plan::kNone);
  m_plan.code[at].*target = here();
  yes(*this);
  m_plan.code[over].a = here();
  return *this;
}

plan::Index PlanBuilder::requestClass(const std::string& key) {
  m_plan.classes.push_back({key, key});
  return static_cast<plan::Index>(m_plan.classes.size() - 1);
}

plan::Index PlanBuilder::pool(std::string key, plan::Pool pool) {
  pool.key = std::move(key);
  m_plan.pools.push_back(pool);
  m_plan.poolOrigin.emplace_back();
  return static_cast<plan::Index>(m_plan.pools.size() - 1);
}

plan::Index PlanBuilder::program(std::string key, plan::Index pool, const Body& body) {
  m_plan.programs.push_back({std::move(key), static_cast<plan::Index>(m_plan.code.size()), pool});
  ProgramWriter writer(m_plan);
  body(writer);
  writer.end();
  return static_cast<plan::Index>(m_plan.programs.size() - 1);
}

plan::Index PlanBuilder::link(std::string key, plan::Index program, plan::Link link) {
  link.key = std::move(key);
  link.program = program;
  link.pool = m_plan.programs[program].pool;
  m_plan.links.push_back(link);
  m_plan.linkOrigin.emplace_back();
  return static_cast<plan::Index>(m_plan.links.size() - 1);
}

void PlanBuilder::keys(plan::Index requestClass, std::uint32_t count, double exponent) {
  m_plan.classes.at(requestClass).keySpace = static_cast<plan::Index>(m_plan.keySpaces.size());
  m_plan.keySpaces.push_back({"keys-" + m_plan.classes[requestClass].key, count, exponent});
}

plan::Index PlanBuilder::cache(std::string key, plan::Cache cache) {
  cache.key = std::move(key);
  m_plan.caches.push_back(cache);
  m_plan.cacheOrigin.emplace_back();
  return static_cast<plan::Index>(m_plan.caches.size() - 1);
}

plan::Index PlanBuilder::window(std::string key, plan::Window window) {
  window.key = std::move(key);
  m_plan.windows.push_back(std::move(window));
  return static_cast<plan::Index>(m_plan.windows.size() - 1);
}

plan::Index PlanBuilder::tokens(std::string key, plan::Tokens tokens) {
  tokens.key = std::move(key);
  m_plan.tokens.push_back(std::move(tokens));
  m_plan.tokenOrigin.emplace_back();
  return static_cast<plan::Index>(m_plan.tokens.size() - 1);
}

plan::Index PlanBuilder::meter(std::string key, double capacity) {
  m_plan.meters.push_back({std::move(key), "units", capacity});
  m_plan.meterOrigin.emplace_back();
  return static_cast<plan::Index>(m_plan.meters.size() - 1);
}

plan::Index PlanBuilder::log(std::string key, plan::Log log) {
  log.key = std::move(key);
  m_plan.logs.push_back(std::move(log));
  m_plan.logOrigin.emplace_back();
  return static_cast<plan::Index>(m_plan.logs.size() - 1);
}

plan::Index PlanBuilder::group(plan::Index log, plan::Index link, plan::ConsumerGroup group) {
  group.key = m_plan.links[link].key;
  group.log = log;
  group.link = link;
  m_plan.groups.push_back(std::move(group));
  return static_cast<plan::Index>(m_plan.groups.size() - 1);
}

plan::Index PlanBuilder::station(const std::string& key, const plan::Pool& as, const Law& law,
                                 const plan::Link& by) {
  const plan::Index at = pool(key, as);
  const plan::Index serve = program("serve-" + key, at, [&](ProgramWriter& p) { p.work(law); });
  return link("to-" + key, serve, by);
}

plan::Index PlanBuilder::source(const std::string& key, Rate rate, const Body& body, ArrivalProcess arrivals,
                                plan::Index requestClass) {
  const plan::Index run = program("run-" + key, plan::kNone, body);
  m_plan.sources.push_back({key, requestClass, arrivals, rate, run});
  return static_cast<plan::Index>(m_plan.sources.size() - 1);
}

PlanBuilder& PlanBuilder::action(Duration at, Change change, plan::Index pool, double value) {
  m_plan.actions.push_back({at, change, pool, value});
  return *this;
}

std::shared_ptr<const plan::Plan> PlanBuilder::build() {
  if (m_plan.classes.empty()) {
    requestClass("all");
  }
  return std::make_shared<const plan::Plan>(m_plan);
}

RunResult runFor(Duration duration, PlanBuilder& builder, std::uint64_t seed) {
  RunConfig config;
  config.seed = seed;
  config.warmup = Duration();
  config.duration = duration;
  const Result<RunResult> result = simulate(builder.build(), config);
  EXPECT_TRUE(result.ok()) << (result ? "" : result.error().message);
  return result ? *result : RunResult{};
}

}  // namespace cantilever::sim::test

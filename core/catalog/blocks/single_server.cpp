#include <cmath>

#include "core/base/text.h"
#include "core/catalog/blocks.h"
#include "core/catalog/hosted.h"
#include "core/catalog/instance_class.h"
#include "core/catalog/schema.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

struct SingleServerParams {
  Choice instanceType{"m7g.large"};
  Count threads{200};
  Count queueLimit{100};
  Law appTime = Law::lognormal(6_ms, 1.0);
  Law databaseTime = Law::lognormal(4_ms, 1.2);
  Bytes inDailyUse = 5_GB;
  double diskReads = 0.2;
  Law diskTime = Law::lognormal(800_us, 0.5);
  Count diskDepth{4};
  Bytes storage = 100_GB;

  const InstanceClass& instanceClass() const { return *findInstanceClass(instanceType.value); }
  /// A page asks the database for twenty pages of its files.
  double readsThatMiss() const {
    constexpr double kReads = 20;
    const double misses = 1 - readsFromMemory(instanceClass().memory(), inDailyUse).raw();
    return std::round(kReads * misses * 100) / 100;
  }
};

Schema<SingleServerParams> singleServerSchema() {
  return Schema<SingleServerParams>()
      .field("instance_type", &SingleServerParams::instanceType)
      .label("Instance type")
      .group("Size")
      .choices(instanceChoices(InstanceClass::Family::Ec2))
      .help("Sets vCPUs, which application and database share, their speed, memory and price.")
      .source(Source::Grade::Judgement, "What one starts with.")
      .field("threads", &SingleServerParams::threads)
      .label("Threads")
      .group("Size")
      .range(1, 10'000)
      .logarithmic()
      .help("Requests that it works on at once.")
      .source(Source::Grade::Known,
              "Spring Boot reference: server.tomcat.threads.max is 200; https://docs.spring.io/spring-boot/")
      .field("queue_limit", &SingleServerParams::queueLimit)
      .label("Queue limit")
      .group("Behaviour")
      .range(0, 100'000)
      .logarithmic()
      .help("Requests that may wait for a thread; one more is refused.")
      .source(Source::Grade::Known,
              "Spring Boot reference: server.tomcat.accept-count is 100; https://docs.spring.io/spring-boot/")
      .field("app_time", &SingleServerParams::appTime)
      .label("Application")
      .group("Behaviour")
      .range(10_us, 10_s)
      .logarithmic()
      .help("Processor time of the application for one page, on a Graviton3 core.")
      .source(Source::Grade::Judgement, "A page of a small web application.")
      .field("database_time", &SingleServerParams::databaseTime)
      .label("Database")
      .group("Behaviour")
      .range(10_us, 10_s)
      .logarithmic()
      .help("Processor time of the database for the queries of one page, on the same cores.")
      .source(Source::Grade::Judgement, "Two queries and a few reads by key.")
      .field("in_daily_use", &SingleServerParams::inDailyUse)
      .label("Rows in daily use")
      .group("Behaviour")
      .range(1_MB, 16_TB)
      .logarithmic()
      .help("Bytes of rows and indexes that are asked for again and again: what should fit into memory.")
      .source(Source::Grade::Judgement, "Fits into three quarters of 8 GiB.")
      .field("disk_reads", &SingleServerParams::diskReads)
      .label("Disk reads per page")
      .group("Behaviour")
      .range(0, 20)
      .help("How often a page waits for the disk, on average.")
      .follows("the instance type and the rows in daily use",
               [](const SingleServerParams& params) { return params.readsThatMiss(); })
      .source(Source::Grade::Judgement,
              "Of 20 reads of the database one in a hundred is not in memory, and more where the rows in "
              "daily use take more than three quarters of it.")
      .field("disk_time", &SingleServerParams::diskTime)
      .label("Disk read")
      .group("Behaviour")
      .range(1_us, 1_s)
      .logarithmic()
      .help("Time of one read from the volume.")
      .source(Source::Grade::Judgement, "A random read from network-attached SSD.")
      .field("disk_depth", &SingleServerParams::diskDepth)
      .label("Disk reads at once")
      .group("Size")
      .range(1, 256)
      .logarithmic()
      .help(
          "Reads that the volume works on at once; with the time of one they set its operations per second.")
      .source(Source::Grade::Judgement, "4 / 0.8 ms = 5,000 a second; a gp3 volume starts with 3,000.")
      .field("storage", &SingleServerParams::storage)
      .label("Storage")
      .group("Size")
      .range(8_GB, 16_TB)
      .logarithmic()
      .help("Size of its volume.")
      .source(Source::Grade::Judgement, "System, application and a small database.");
}

void lowerSingleServer(const SingleServerParams& params, plan::Lowering& lowering) {
  const InstanceClass& size = params.instanceClass();
  plan::Pool server = hosted::machines(Count(1), size.vcpu);
  server.seats = hosted::small(params.threads);
  server.queueLimit = hosted::small(params.queueLimit);
  const plan::Index pool = lowering.addPool(server);
  const plan::Index disk =
      lowering.addPool(hosted::machines(Count(1), static_cast<int>(params.diskDepth.value())), "disk");
  const auto reads = static_cast<int>(params.diskReads);
  lowering.addOperation("", pool, [&](plan::ProgramBuilder& program) {
    program.work(params.appTime.scaled(1.0 / size.speed)).work(params.databaseTime.scaled(1.0 / size.speed));
    for (int i = 0; i < reads; ++i) {
      program.work(params.diskTime, disk);
    }
    program
        .branch(params.diskReads - reads, [&](plan::ProgramBuilder& one) { one.work(params.diskTime, disk); })
        .useAll(lowering.links());
  });
}

}  // namespace

BlockType single_server() {
  return makeBlock<SingleServerParams>(
      {.key = "single_server",
       .label = "Single server",
       .category = Category::Compute,
       .purpose = "Web server, application and database on one machine: where everybody starts.",
       .documentation =
           R"(**What happens to a request.** It takes a thread, waits for one, or is refused. The application computes, then the database, on the same
processors; as often as pages need the disk it waits for one of the volume's reads. Then the outgoing links are used, and the thread is free
when the answer is sent.

**Modelled.** One set of processors for application and database, threads, and a disk of its own that can be the first to saturate. One
instance: while it is down, everything is.

**Not modelled.** Memory (say by *disk reads per page* what no longer fits), locks, back-ups. Static files are part of the page's time.)",
       .vendorNames = {"EC2", "Compute Engine", "VM", "Droplet", "Lightsail", "LAMP"}},
      singleServerSchema(), lowerSingleServer,
      [](const SingleServerParams& params, const Load&) {
        return std::vector<Usage>{
            hosted::allMonth(Usage::Kind::InstanceHours, params.instanceType.value, 1, "1 instance"),
            hosted::kept("ebs-gp3", params.storage),
            hosted::allMonth(Usage::Kind::ServiceHours, "public-ipv4", 1, "1 address")};
      },
      [](const SingleServerParams& params) {
        Deployable deployable{.kind = Deployable::Kind::Compute, .image = "nginx:1.28-alpine"};
        deployable.instanceClass = params.instanceType.value;
        deployable.ports = {8080};
        deployable.command = {"sh", "-c",
                              "echo 'server { listen 8080; location / { default_type text/plain; return 200 "
                              "\"ok\"; } }' > /etc/nginx/conf.d/default.conf && exec nginx -g 'daemon off;'"};
        deployable.healthCheck = {"wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8080/"};
        return deployable;
      },
      [](const SingleServerParams&) {
        Traits traits;
        traits.isCompute = true;
        traits.holdsData = true;
        traits.isPublicEntry = true;
        traits.mtbf = 4380_h;  // two failures a year, deployments gone wrong included: judgement
        traits.mttr = 1_h;     // a new machine, and the last copy of the data onto it
        return traits;
      });
}

}  // namespace cantilever::catalog::blocks

#include <algorithm>

#include "core/base/text.h"
#include "core/catalog/blocks.h"
#include "core/catalog/hosted.h"
#include "core/catalog/schema.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

struct BackupParams {
  Choice covers{"linked"};
  Bytes data = 500_GB;
  Ratio changed = ratio(0.02);
  Duration interval = 24_h;
  Count retentionDays{35};
  bool isCrossRegion = true;
  Bandwidth backupRate = bytesPerSecond(200e6);
  Bandwidth restoreRate = bytesPerSecond(150e6);
  Law prepareTime = Law::lognormal(Duration::seconds(600), 0.5);

  Law transfer(double bytes, Bandwidth rate) const {
    return Law::constant(Duration::seconds(bytes / rate.raw()));
  }
  /// One full copy, and what has changed on each day that is kept.
  double gigabytesKept() const {
    return hosted::gigabytes(data) * (1 + changed.raw() * static_cast<double>(retentionDays.value()));
  }
};

Schema<BackupParams> backupSchema() {
  return Schema<BackupParams>()
      .field("covers", &BackupParams::covers)
      .label("Covers")
      .group("Behaviour")
      .choices({"linked", "zone"})
      .choiceLabels({{"linked", "What is linked with it"}, {"zone", "Its zone"}})
      .help(
          "Whose data it copies, for the checklists: of what is linked with it, or of all blocks in its zone "
          "(outside "
          "all zones: of the whole design).")
      .source(Source::Grade::Judgement, "What is drawn.")
      .field("data", &BackupParams::data)
      .label("Data")
      .group("Size")
      .range(1_MB, Bytes::fromRaw(1e15))
      .logarithmic()
      .help("Bytes of what is backed up.")
      .source(Source::Grade::Judgement, "A database as others here are by default.")
      .field("changed", &BackupParams::changed)
      .label("Changed in a day")
      .group("Size")
      .range(0, 1)
      .help("Share of the data; backups after the first one hold what has changed.")
      .source(Source::Grade::Judgement, "Two in a hundred rows.")
      .field("interval", &BackupParams::interval)
      .label("Interval")
      .group("Reliability")
      .range(1_min, Duration::hours(24 * 31))
      .help("Between two backups: what is younger is lost in a disaster (the recovery point).")
      .source(Source::Grade::Known,
              "AWS Backup documentation: the plan Daily-35day-Retention makes one a day; "
              "https://docs.aws.amazon.com/aws-backup/")
      .field("retention_days", &BackupParams::retentionDays)
      .label("Kept for days")
      .group("Reliability")
      .range(1, 3650)
      .logarithmic()
      .help("How far back one can go.")
      .source(Source::Grade::Known,
              "AWS Backup documentation: the default plan keeps daily backups for 35 days; "
              "https://docs.aws.amazon.com/aws-backup/")
      .field("cross_region", &BackupParams::isCrossRegion)
      .label("Copied to another region")
      .group("Reliability")
      .help("A second copy that survives the loss of the region.")
      .source(Source::Grade::Judgement, "Else it is no plan for disasters.")
      .field("backup_rate", &BackupParams::backupRate)
      .label("Backup rate")
      .group("Behaviour")
      .range(bytesPerSecond(1e5), bytesPerSecond(1e12))
      .logarithmic()
      .help("At which changed bytes are copied; backups at the same time share it.")
      .source(Source::Grade::Judgement, "What a volume gives besides its work.")
      .field("restore_rate", &BackupParams::restoreRate)
      .label("Restore rate")
      .group("Behaviour")
      .range(bytesPerSecond(1e5), bytesPerSecond(1e12))
      .logarithmic()
      .help("At which all bytes come back; restores at the same time share it.")
      .source(Source::Grade::Judgement, "Measured in drills, if anywhere: 150 MB/s.")
      .field("prepare_time", &BackupParams::prepareTime)
      .label("Before a restore")
      .group("Behaviour")
      .range(0_s, 24_h)
      .help("Until servers are there and the restore begins.")
      .source(Source::Grade::Judgement, "Ten minutes with everything written down.");
}

void lowerBackup(const BackupParams& params, plan::Lowering& lowering) {
  plan::Pool channel;
  channel.order = plan::ServiceOrder::Sharing;
  const plan::Index out = lowering.addPool(channel);
  const plan::Index back = lowering.addPool(channel, "restore");
  const double days = params.interval.inHours() / 24;
  const Law copy =
      params.transfer(params.data.raw() * std::min(1.0, params.changed.raw() * days), params.backupRate);
  const plan::Body backUp = [&](plan::ProgramBuilder& program) {
    if (!copy.isZero()) {
      program.work(copy);
    }
    program.useAll(lowering.links());
  };
  lowering.addOperation("", out, backUp);
  lowering.addOperation("backup", out, backUp);
  lowering.addOperation("restore", back, [&](plan::ProgramBuilder& program) {
    program.wait(params.prepareTime).work(params.transfer(params.data.raw(), params.restoreRate));
  });
}

}  // namespace

BlockType backup_dr() {
  return makeBlock<BackupParams>(
      {.key = "backup_dr",
       .label = "Backups",
       .category = Category::Operations,
       .purpose = "Copies of the data elsewhere, for the day on which it is gone.",
       .documentation =
           R"(**What happens to a request.** `backup` (the default) copies what has changed since the last one, at the backup rate; backups at the same time share it. Then the outgoing links
are used. `restore` waits until servers are there, then brings back all bytes at the restore rate: 500 GB take 55 minutes, and ten to prepare. That sum is
the recovery time; the interval is the recovery point.

**Schedule.** A backup a day is a workload of 1 / 86,400 a second with even spacings, or a send from a pipeline. A drill is a call of *restore*.

**Modelled.** Times of both ways from bytes and rates, storage of the first copy and of the changes kept, the copy in another region, in the bill.

**Not modelled.** What a running backup takes from the database. Whether a backup can be restored: only a drill tells.)",
       .vendorNames = {"AWS Backup", "Backup and DR", "Azure Backup", "restic", "pgBackRest",
                       "Disaster recovery"},
       .operations = {"backup", "restore"}},
      backupSchema(), lowerBackup,
      [](const BackupParams& params, const Load&) {
        const double copies = params.isCrossRegion ? 2 : 1;
        std::vector<Usage> usage{{Usage::Kind::StorageGbMonths, "backup-rds", params.gigabytesKept() * copies,
                                  "ondemand",
                                  "the first copy and " + format(params.retentionDays) + " days of changes"}};
        if (params.isCrossRegion) {
          const double days = kHoursPerMonth / 24;
          usage.push_back({Usage::Kind::EgressGb, "inter-region",
                           hosted::gigabytes(params.data) * params.changed.raw() * days, "ondemand",
                           "changes of a month, copied to another region"});
        }
        return usage;
      },
      [](const BackupParams& params) {
        Deployable deployable{.kind = Deployable::Kind::ObjectStore,
                              .image = "quay.io/minio/minio:RELEASE.2025-09-07T16-13-09Z"};
        deployable.ports = {9000};
        deployable.command = {"server", "/data"};
        deployable.volumes = {"/data"};
        deployable.healthCheck = {"mc", "ready", "local"};
        deployable.settings["versioning"] = "true";
        deployable.settings["retention_days"] = format(params.retentionDays);
        return deployable;
      },
      [](const BackupParams& params) {
        Traits traits = hosted::traits(87600_h, 1_h);  // one outage in ten years: judgement
        traits.holdsData = true;
        traits.hasBackups = true;
        traits.isReplicated = params.isCrossRegion;
        traits.coversItsZone = params.covers.value == "zone";
        traits.restoredWithin =
            params.prepareTime.mean + params.transfer(params.data.raw(), params.restoreRate).mean;
        traits.copiesElsewhere = params.isCrossRegion;
        return traits;
      });
}

}  // namespace cantilever::catalog::blocks

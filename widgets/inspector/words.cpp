#include "widgets/inspector/words.h"

#include <QCoreApplication>

#include "widgets/style/text.h"

namespace cantilever::widgets {
namespace {

QString trWord(const char* text) {
  return QCoreApplication::translate("Words", text);
}

}  // namespace

const std::vector<Word>& wordsOf(LinkMode) {
  static const std::vector<Word> words = {
      {"call", trWord(QT_TRANSLATE_NOOP("Words", "Call (waits for the reply)"))},
      {"send", trWord(QT_TRANSLATE_NOOP("Words", "Send (does not wait)"))},
  };
  return words;
}

const std::vector<Word>& wordsOf(LinkRole) {
  static const std::vector<Word> words = {
      {"default", trWord(QT_TRANSLATE_NOOP("Words", "Every request"))},
      {"read", trWord(QT_TRANSLATE_NOOP("Words", "Reads"))},
      {"write", trWord(QT_TRANSLATE_NOOP("Words", "Writes"))},
      {"lookup", trWord(QT_TRANSLATE_NOOP("Words", "Cache look-up"))},
      {"on_miss", trWord(QT_TRANSLATE_NOOP("Words", "On a cache miss"))},
      {"replication", trWord(QT_TRANSLATE_NOOP("Words", "Replication"))},
      {"standby", trWord(QT_TRANSLATE_NOOP("Words", "Standby"))},
      {"fallback", trWord(QT_TRANSLATE_NOOP("Words", "Fallback"))},
      {"route", trWord(QT_TRANSLATE_NOOP("Words", "Route by weight"))},
  };
  return words;
}

const std::vector<Word>& wordsOf(CallGroup) {
  static const std::vector<Word> words = {
      {"sequence", trWord(QT_TRANSLATE_NOOP("Words", "One after the other"))},
      {"parallel", trWord(QT_TRANSLATE_NOOP("Words", "All at once"))},
  };
  return words;
}

const std::vector<Word>& wordsOf(Balancing) {
  static const std::vector<Word> words = {
      {"random", trWord(QT_TRANSLATE_NOOP("Words", "Random"))},
      {"round_robin", trWord(QT_TRANSLATE_NOOP("Words", "Round robin"))},
      {"least_connections", trWord(QT_TRANSLATE_NOOP("Words", "Least connections"))},
      {"shortest_queue", trWord(QT_TRANSLATE_NOOP("Words", "Shortest queue"))},
      {"consistent_hash", trWord(QT_TRANSLATE_NOOP("Words", "Consistent hash of the key"))},
      {"all", trWord(QT_TRANSLATE_NOOP("Words", "All of them at once"))},
      {"weighted", trWord(QT_TRANSLATE_NOOP("Words", "Random, by weight"))},
      {"sticky", trWord(QT_TRANSLATE_NOOP("Words", "Where the key was before"))},
      {"warmest", trWord(QT_TRANSLATE_NOOP("Words", "The idle one last at work"))},
      {"holder", trWord(QT_TRANSLATE_NOOP("Words", "Holder of the session"))},
      {"owner", trWord(QT_TRANSLATE_NOOP("Words", "Keeper of the key"))},
  };
  return words;
}

const std::vector<Word>& wordsOf(ArrivalProcess) {
  static const std::vector<Word> words = {
      {"poisson", trWord(QT_TRANSLATE_NOOP("Words", "Poisson (independent users)"))},
      {"deterministic", trWord(QT_TRANSLATE_NOOP("Words", "Evenly spaced"))},
  };
  return words;
}

const std::vector<Word>& wordsOf(Access) {
  static const std::vector<Word> words = {
      {"read", trWord(QT_TRANSLATE_NOOP("Words", "Read"))},
      {"write", trWord(QT_TRANSLATE_NOOP("Words", "Write"))},
  };
  return words;
}

const std::vector<Word>& wordsOf(Metric) {
  static const std::vector<Word> words = {
      {"latency_mean", trWord(QT_TRANSLATE_NOOP("Words", "Mean latency at most"))},
      {"latency_p50", trWord(QT_TRANSLATE_NOOP("Words", "Median latency at most"))},
      {"latency_p95", trWord(QT_TRANSLATE_NOOP("Words", "p95 latency at most"))},
      {"latency_p99", trWord(QT_TRANSLATE_NOOP("Words", "p99 latency at most"))},
      {"latency_p999", trWord(QT_TRANSLATE_NOOP("Words", "p99.9 latency at most"))},
      {"success_ratio", trWord(QT_TRANSLATE_NOOP("Words", "Success ratio at least"))},
      {"throughput", trWord(QT_TRANSLATE_NOOP("Words", "Throughput at least"))},
      {"cost_month", trWord(QT_TRANSLATE_NOOP("Words", "Cost per month at most"))},
  };
  return words;
}

const std::vector<Word>& wordsOf(ZoneKind) {
  static const std::vector<Word> words = {
      {"region", trWord(QT_TRANSLATE_NOOP("Words", "Region"))},
      {"availability_zone", trWord(QT_TRANSLATE_NOOP("Words", "Availability zone"))},
      {"rack", trWord(QT_TRANSLATE_NOOP("Words", "Rack"))},
  };
  return words;
}

catalog::ParamSpec fieldSpec(std::string key, const QString& label, const QString& help,
                             ParamValue defaultValue) {
  catalog::ParamSpec spec;
  spec.key = std::move(key);
  spec.label = toUtf8(label);
  spec.help = toUtf8(help);
  spec.kind = kindOf(defaultValue);
  spec.defaultValue = std::move(defaultValue);
  return spec;
}

std::map<std::string, QString> labelsOf(const std::vector<Word>& words) {
  std::map<std::string, QString> labels;
  for (const Word& word : words) {
    labels.emplace(word.key, word.text);
  }
  return labels;
}

}  // namespace cantilever::widgets

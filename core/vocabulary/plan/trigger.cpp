#include "core/vocabulary/plan/trigger.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/base/text.h"
#include "core/vocabulary/plan.h"

namespace cantilever::plan {

namespace {

struct FigureName {
  Figure figure;
  const char* text;
};

constexpr FigureName kFigures[] = {{Figure::LatencyMean, "latency_mean"},
                                   {Figure::LatencyP50, "latency_p50"},
                                   {Figure::LatencyP95, "latency_p95"},
                                   {Figure::LatencyP99, "latency_p99"},
                                   {Figure::FailedRatio, "failed_ratio"},
                                   {Figure::Throughput, "throughput"},
                                   {Figure::Utilisation, "utilisation"},
                                   {Figure::Occupancy, "occupancy"},
                                   {Figure::Queue, "queue"},
                                   {Figure::RequestRate, "request_rate"},
                                   {Figure::Lag, "lag"},
                                   {Figure::Instances, "instances"}};

Error triggerError(std::string_view text, const std::string& reason) {
  return {
      "trigger.unreadable",
      "\"" + std::string(text) + "\" does not say when: " + reason +
          ". Write \"at 10 min\", \"every 24 h from 6 h\", \"random exponential 2 h\" or a figure such as "
          "\"latency_p99 of checkout above 300 ms over 10 s for 30 s\".",
      {}};
}

/// The text behind a word, up to the next of some words.
class Clauses {
 public:
  explicit Clauses(std::string_view text) : m_words(wordsOf(text)) {}

  static std::vector<std::string_view> wordsOf(std::string_view text) {
    std::vector<std::string_view> words;
    for (const std::string_view word : partsOf(text, ' ')) {
      if (!word.empty()) {
        words.push_back(word);
      }
    }
    return words;
  }

  /// The words behind `keyword`, joined; empty if it is not there. What has been taken is not left over.
  std::string take(std::string_view keyword) {
    const auto begin = std::find(m_words.begin(), m_words.end(), keyword);
    if (begin == m_words.end()) {
      return {};
    }
    const auto end = std::find_if(begin + 1, m_words.end(), isKeyword);
    std::string text;
    for (auto at = begin + 1; at != end; ++at) {
      text += (text.empty() ? "" : " ") + std::string(*at);
    }
    m_words.erase(begin, end);
    return text.empty() ? " " : text;
  }
  bool isEmpty() const { return m_words.empty(); }
  std::string rest() const { return m_words.empty() ? std::string() : std::string(m_words.front()); }

 private:
  static bool isKeyword(std::string_view word) {
    constexpr std::string_view kKeywords[] = {"at",    "every", "from", "random", "of",
                                              "above", "below", "over", "for"};
    return std::find(std::begin(kKeywords), std::end(kKeywords), word) != std::end(kKeywords);
  }

  std::vector<std::string_view> m_words;
};

Result<double> parseThreshold(Figure figure, const std::string& text) {
  switch (figure) {
    case Figure::LatencyMean:
    case Figure::LatencyP50:
    case Figure::LatencyP95:
    case Figure::LatencyP99: {
      const Result<Duration> value = parseDuration(text);
      return value ? Result<double>(value->inSeconds()) : value.error();
    }
    case Figure::FailedRatio:
    case Figure::Utilisation:
    case Figure::Occupancy: {
      const Result<Ratio> value = parseRatio(text);
      return value ? Result<double>(value->raw()) : value.error();
    }
    case Figure::Throughput:
    case Figure::RequestRate: {
      const Result<Rate> value = parseRate(text);
      return value ? Result<double>(value->raw()) : value.error();
    }
    case Figure::Queue:
    case Figure::Lag:
    case Figure::Instances:
      break;
  }
  const Result<std::vector<double>> value = parseNumbers(text);
  return value && value->size() == 1 ? Result<double>(value->front())
                                     : Error{"list.number", "\"" + text + "\" is not a number", {}};
}

Result<TriggerText> parseTimes(std::string_view text, Clauses& clauses) {
  TriggerText result;
  Trigger& trigger = result.trigger;
  const std::string at = clauses.take("at");
  const std::string every = clauses.take("every");
  const std::string from = clauses.take("from");
  const std::string random = clauses.take("random");
  const bool isOne = (at.empty() ? 0 : 1) + (every.empty() ? 0 : 1) + (random.empty() ? 0 : 1) == 1;
  if (!isOne || !clauses.isEmpty() || (!from.empty() && every.empty())) {
    return triggerError(text, "it must be one of these");
  }
  if (!random.empty()) {
    const Result<Law> law = parseLaw(random);
    trigger.kind = Trigger::Kind::Random;
    trigger.spacing = law ? *law : Law();
    return law ? Result<TriggerText>(result)
               : triggerError(text, "\"" + random + "\" is no law of a duration");
  }
  trigger.kind = at.empty() ? Trigger::Kind::Every : Trigger::Kind::At;
  const Result<Duration> first = parseDuration(!at.empty() ? at : !from.empty() ? from : every);
  const Result<Duration> spacing = parseDuration(every.empty() ? "1 s" : every);
  if (!first || !spacing) {
    return triggerError(text, "it has no duration after \"at\", \"every\" or \"from\"");
  }
  trigger.at = *first;
  trigger.spacing = every.empty() ? Law() : Law::constant(*spacing);
  return result;
}

Result<TriggerText> parseMetric(std::string_view text, Figure figure, Clauses& clauses) {
  TriggerText result;
  Trigger& trigger = result.trigger;
  trigger.kind = Trigger::Kind::Metric;
  trigger.figure = figure;
  result.of = clauses.take("of");
  const std::string above = clauses.take("above");
  const std::string below = clauses.take("below");
  const std::string over = clauses.take("over");
  const std::string lasting = clauses.take("for");
  if (!clauses.isEmpty()) {
    return triggerError(text, "\"" + clauses.rest() + "\" is not understood");
  }
  if (result.of == " " || (isOfPool(figure) && result.of.empty())) {
    return triggerError(text, std::string("it must say of which ") +
                                  (isOfPool(figure) ? "block" : "request class") + ", after \"of\"");
  }
  if (above.empty() == below.empty()) {
    return triggerError(text, "it must have either \"above\" or \"below\" and a value");
  }
  trigger.isAbove = !above.empty();
  const Result<double> threshold = parseThreshold(figure, above.empty() ? below : above);
  if (!threshold) {
    return triggerError(text, threshold.error().message.substr(0, threshold.error().message.find(". ")));
  }
  trigger.threshold = *threshold;
  for (const auto& [word, to] : {std::pair(&over, &trigger.period), std::pair(&lasting, &trigger.lasting)}) {
    const Result<Duration> duration = word->empty() ? *to : parseDuration(*word);
    if (!duration) {
      return triggerError(text, "\"" + *word + "\" is not a duration");
    }
    *to = *duration;
  }
  return result;
}

}  // namespace

const char* nameOf(Figure figure) {
  const auto at = std::find_if(std::begin(kFigures), std::end(kFigures),
                               [figure](const FigureName& each) { return each.figure == figure; });
  return at == std::end(kFigures) ? "" : at->text;
}

Result<TriggerText> parseTrigger(std::string_view text) {
  const std::vector<std::string_view> words = Clauses::wordsOf(text);
  if (words.empty()) {
    return triggerError(text, "nothing is there");
  }
  const auto figure = std::find_if(std::begin(kFigures), std::end(kFigures),
                                   [&](const FigureName& each) { return words.front() == each.text; });
  Result<TriggerText> result = [&] {
    if (figure == std::end(kFigures)) {
      Clauses clauses(text);
      return parseTimes(text, clauses);
    }
    Clauses clauses(text.substr(text.find(words.front()) + words.front().size()));
    return parseMetric(text, figure->figure, clauses);
  }();
  if (result) {
    if (const std::string fault = faultIn(result->trigger); !fault.empty()) {
      return triggerError(text, fault);
    }
  }
  return result;
}

std::string faultInFigure(std::string_view text) {
  const Result<TriggerText> when = parseTrigger(text);
  if (!when) {
    return when.error().message;
  }
  return when->trigger.kind == Trigger::Kind::Metric
             ? ""
             : "what is due looks at a figure, as in \"failed_ratio above 1 % over 60 s for 180 s\".";
}

std::string faultIn(const Trigger& trigger) {
  const auto isTime = [](Duration time) { return time >= Duration() && time <= kLongestDuration; };
  if (!isTime(trigger.at)) {
    return "its time is outside 0 to 100 years";
  }
  if (const std::string fault = faultIn(trigger.spacing); !fault.empty()) {
    return "its spacing is not valid, " + fault.substr(0, fault.size() - 1);
  }
  const bool isRepeated = trigger.kind == Trigger::Kind::Every || trigger.kind == Trigger::Kind::Random;
  if (isRepeated && trigger.spacing.mean < Trigger::kShortestSpacing) {
    return "it fires more often than once in a millisecond";
  }
  if (trigger.kind != Trigger::Kind::Metric) {
    return {};
  }
  if (!isTime(trigger.period) || trigger.period < Trigger::kShortestSpacing || !isTime(trigger.lasting)) {
    return "its period is outside 1 ms to 100 years";
  }
  return std::isfinite(trigger.threshold) && trigger.threshold >= 0 ? "" : "its threshold is below zero";
}

}  // namespace cantilever::plan

#include "widgets/panels/run_words.h"

#include <QCoreApplication>

#include "core/base/text.h"
#include "widgets/style/text.h"

namespace cantilever::widgets {
namespace {

QString runWord(const char* text) {
  return QCoreApplication::translate("RunWords", text);
}

/// Names are English words joined by underscores.
QString spelledOut(const char* name) {
  return runWord(name).replace(QLatin1Char('_'), QLatin1Char(' '));
}

}  // namespace

QString doingText(sim::Doing doing) {
  switch (doing) {
    case sim::Doing::Travelling:
      return runWord("on the way");
    case sim::Doing::BackingOff:
      return runWord("pausing before a retry");
    case sim::Doing::HeldBack:
      return runWord("held back at the caller");
    case sim::Doing::WaitingForSeat:
      return runWord("waiting for a thread");
    case sim::Doing::WaitingForServer:
      return runWord("waiting for a server");
    case sim::Doing::Working:
      return runWord("being served");
    case sim::Doing::Delayed:
      return runWord("in a fixed delay");
    case sim::Doing::WaitingForTokens:
      return runWord("waiting for tokens");
    case sim::Doing::WaitingForFetch:
      return runWord("waiting for another's fetch");
    case sim::Doing::WaitingForLog:
      return runWord("waiting for room or acknowledgements");
    case sim::Doing::WaitingForAnswers:
      return runWord("waiting for answers");
  }
  return spelledOut(sim::nameOf(doing));
}

QString happeningText(const sim::Happening& happening) {
  using Kind = sim::Happening::Kind;
  const QString number = toQString(formatNumber(happening.value, 3));
  switch (happening.kind) {
    case Kind::LoadFactor:
      return runWord("load \u00d7 %1").arg(number);
    case Kind::Speed:
      return runWord("speed \u00d7 %1").arg(number);
    case Kind::LatencyAdded:
    case Kind::ZoneLatencyAdded:
      return runWord("latency + %1").arg(toQString(formatShort(Duration::seconds(happening.value))));
    case Kind::LatencyScaled:
    case Kind::ZoneLatencyScaled:
      return runWord("latency \u00d7 %1").arg(number);
    case Kind::WeightSet:
      return runWord("weight %1").arg(number);
    case Kind::SizeSet:
      return runWord("size %1").arg(number);
    case Kind::RateSet:
      return runWord("rate %1/s").arg(number);
    case Kind::Promoted:
      return runWord("promoted, %1 writes lost").arg(number);
    case Kind::LossSet:
      return runWord("loses %1 %").arg(toQString(formatNumber(happening.value * 100, 3)));
    case Kind::RollOut:
      return runWord("rolls out to %1 %").arg(toQString(formatNumber(happening.value * 100, 3)));
    case Kind::FlagSet:
      return runWord("flag on for %1 %").arg(toQString(formatNumber(happening.value * 100, 3)));
    case Kind::ErrorsSet:
      return runWord("fails %1 %").arg(toQString(formatNumber(happening.value * 100, 3)));
    default:
      return spelledOut(sim::nameOf(happening.kind));
  }
}

QString causeText(sim::Cause cause) {
  switch (cause) {
    case sim::Cause::Script:
      return runWord("the scenario");
    case sim::Cause::Hand:
      return runWord("by hand");
    case sim::Cause::Scaler:
      return runWord("the scaler");
    case sim::Cause::Chance:
      return runWord("chance");
    case sim::Cause::Run:
      return runWord("what went before");
    case sim::Cause::Control:
      return runWord("a control");
    case sim::Cause::Demand:
      return runWord("a request without an instance");
  }
  return spelledOut(sim::nameOf(cause));
}

QString stepText(const char* event) {
  QString text = spelledOut(event);
  if (!text.isEmpty()) {
    text[0] = text[0].toUpper();
  }
  return text;
}

}  // namespace cantilever::widgets

#include "widgets/panels/reason_text.h"

#include <QCoreApplication>

namespace cantilever::widgets {

QString reasonText(plan::Reason reason) {
  const char* text = "";
  switch (reason) {
    case plan::Reason::None:
      return {};
    case plan::Reason::QueueFull:
      text = QT_TRANSLATE_NOOP("ReasonText", "queue full");
      break;
    case plan::Reason::TimedOut:
      text = QT_TRANSLATE_NOOP("ReasonText", "timed out");
      break;
    case plan::Reason::NoHealthyInstance:
      text = QT_TRANSLATE_NOOP("ReasonText", "no healthy instance");
      break;
    case plan::Reason::KilledInFlight:
      text = QT_TRANSLATE_NOOP("ReasonText", "killed in flight");
      break;
    case plan::Reason::Injected:
      text = QT_TRANSLATE_NOOP("ReasonText", "injected");
      break;
    case plan::Reason::QueueTimeout:
      text = QT_TRANSLATE_NOOP("ReasonText", "queue timeout");
      break;
    case plan::Reason::RateLimited:
      text = QT_TRANSLATE_NOOP("ReasonText", "rate limited");
      break;
    case plan::Reason::BreakerOpen:
      text = QT_TRANSLATE_NOOP("ReasonText", "breaker open");
      break;
    case plan::Reason::ConnectionRefused:
      text = QT_TRANSLATE_NOOP("ReasonText", "connection refused");
      break;
    case plan::Reason::Lost:
      text = QT_TRANSLATE_NOOP("ReasonText", "lost");
      break;
    case plan::Reason::DeadlineExceeded:
      text = QT_TRANSLATE_NOOP("ReasonText", "deadline exceeded");
      break;
    case plan::Reason::Refused:
      text = QT_TRANSLATE_NOOP("ReasonText", "refused");
      break;
    case plan::Reason::Shed:
      text = QT_TRANSLATE_NOOP("ReasonText", "shed");
      break;
    case plan::Reason::DeadLetter:
      text = QT_TRANSLATE_NOOP("ReasonText", "dead letter");
      break;
    case plan::Reason::CacheMiss:
      text = QT_TRANSLATE_NOOP("ReasonText", "cache miss");
      break;
    case plan::Reason::NotReplicated:
      text = QT_TRANSLATE_NOOP("ReasonText", "not replicated");
      break;
  }
  return QCoreApplication::translate("ReasonText", text);
}

}  // namespace cantilever::widgets

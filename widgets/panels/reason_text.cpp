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
  }
  return QCoreApplication::translate("ReasonText", text);
}

}  // namespace cantilever::widgets

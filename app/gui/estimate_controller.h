#pragma once

#include <QObject>

namespace cantilever::widgets {
class EstimatePanel;
}

namespace cantilever::app {

class Document;

/// Keeps the back-of-envelope sheet and the document in step: what is typed becomes an edit, and so does
/// the load that follows from it.
class EstimateController : public QObject {
  Q_OBJECT

 public:
  EstimateController(Document& document, widgets::EstimatePanel& panel, QObject* parent);

 Q_SIGNALS:
  void applied();
};

}  // namespace cantilever::app

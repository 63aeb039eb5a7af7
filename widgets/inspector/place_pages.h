#pragma once

#include <QWidget>

#include "core/model/design.h"

namespace cantilever::widgets {

class CommitLineEdit;
class CommitTextEdit;
class ParamForm;
class ToneLabel;

/// A zone: its name, its kind, what is in it, and how it fails.
class ZonePage : public QWidget {
  Q_OBJECT

 public:
  explicit ZonePage(QWidget* parent);
  void show(const Design& design, const Zone& zone, bool keepsTyping);

 Q_SIGNALS:
  void zoneEdited(const cantilever::Zone& zone);

 private:
  Zone m_zone;
  CommitLineEdit* m_name;
  ToneLabel* m_contents;
  ParamForm* m_params;
};

/// A note: its text.
class NotePage : public QWidget {
  Q_OBJECT

 public:
  explicit NotePage(QWidget* parent);
  void show(const Note& note, bool keepsTyping);

 Q_SIGNALS:
  void noteEdited(const cantilever::Note& note);

 private:
  Note m_note;
  CommitTextEdit* m_text;
};

}  // namespace cantilever::widgets

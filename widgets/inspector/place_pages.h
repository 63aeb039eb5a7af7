#pragma once

#include <QWidget>
#include <functional>
#include <vector>

#include "core/model/design.h"

namespace cantilever::widgets {

class CommitLineEdit;
class CommitTextEdit;
class ParamField;
class ParamForm;
class ToneLabel;

/// One zone or several: name, kind, where it lies, what is in it, and how it fails.
class ZonePage : public QWidget {
  Q_OBJECT

 public:
  explicit ZonePage(QWidget* parent);
  /// At least one zone.
  void show(const Design& design, const std::vector<const Zone*>& zones, bool keepsTyping);

 Q_SIGNALS:
  /// All that are shown, changed alike.
  void zonesEdited(const std::vector<cantilever::Zone>& zones);

 private:
  void change(const std::function<void(Zone&)>& how);
  void showParent(const Design& design);

  std::vector<Zone> m_zones;
  CommitLineEdit* m_name;
  ToneLabel* m_title;
  ParamField* m_kind;
  ParamField* m_parent;
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

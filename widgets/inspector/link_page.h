#pragma once

#include <QWidget>
#include <functional>
#include <optional>
#include <vector>

#include "core/catalog/block_type.h"
#include "core/model/design.h"
#include "core/model/diagnostic.h"
#include "widgets/canvas/canvas_view.h"
#include "widgets/inspector/param_field.h"

class QListWidget;
class QVBoxLayout;

namespace cantilever::widgets {

class ParamForm;
class ToneLabel;

/// One link: its ends and every field of it. Each change is a wish for a whole new link.
class LinkPage : public QWidget {
  Q_OBJECT

 public:
  /// Made for the operations of the callee's type (null: unknown) and the classes of the design.
  LinkPage(const catalog::BlockType* callee, QWidget* parent);

  const catalog::BlockType* callee() const { return m_callee; }
  void show(const Design& design, const Link& link, bool keepsTyping);
  void setDiagnostics(const std::vector<Diagnostic>& diagnostics);
  void setOverlay(const CanvasOverlay& overlay);

 Q_SIGNALS:
  void linkEdited(const cantilever::Link& link);

 private:
  using Value = std::optional<ParamValue>;
  struct Field {
    ParamField* editor = nullptr;
    std::function<Value(const Link&)> read;
  };

  void addField(QVBoxLayout* rows, catalog::ParamSpec spec, ParamField::Options options,
                std::function<Value(const Link&)> read, std::function<void(Link&, const Value&)> write);
  void buildCallFields(QVBoxLayout* rows);
  void buildTimingFields(QVBoxLayout* rows);
  void buildClasses(QVBoxLayout* rows);
  void showClasses(const Design& design);
  void emitClasses();

  const catalog::BlockType* m_callee;
  Link m_link;
  std::vector<Field> m_fields;
  ToneLabel* m_ends = nullptr;
  ToneLabel* m_figures = nullptr;
  ToneLabel* m_remarks = nullptr;
  ToneLabel* m_noClasses = nullptr;
  QListWidget* m_classes = nullptr;
  ParamForm* m_params = nullptr;
};

}  // namespace cantilever::widgets

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
class QListWidgetItem;
class QVBoxLayout;

namespace cantilever::widgets {

class ParamForm;
class ToneLabel;

/// One link or several: the ends and every field. Each change is a wish for whole new links.
class LinkPage : public QWidget {
  Q_OBJECT

 public:
  /// Made for the operations that the callees' types have in common (null among them: an unknown type).
  LinkPage(std::vector<const catalog::BlockType*> callees, QWidget* parent);

  /// The types of the callees, each once, in order of key: pages for equal lists are interchangeable.
  static std::vector<const catalog::BlockType*> calleesOf(const Design& design,
                                                          const std::vector<const Link*>& links,
                                                          const catalog::Catalog& catalog);
  const std::vector<const catalog::BlockType*>& callees() const { return m_callees; }
  /// At least one link.
  void show(const Design& design, const std::vector<const Link*>& links, const catalog::Catalog& catalog,
            bool keepsTyping);
  void setDiagnostics(const std::vector<Diagnostic>& diagnostics);
  void setOverlay(const CanvasOverlay& overlay);

 Q_SIGNALS:
  /// All that are shown, changed alike.
  void linksEdited(const std::vector<cantilever::Link>& links);

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
  void takeClass(const QListWidgetItem& item);
  void change(const std::function<void(Link&)>& how);

  std::vector<const catalog::BlockType*> m_callees;
  std::vector<Link> m_links;
  std::vector<Field> m_fields;
  ToneLabel* m_ends = nullptr;
  ToneLabel* m_caption = nullptr;
  ToneLabel* m_figures = nullptr;
  ToneLabel* m_remarks = nullptr;
  ToneLabel* m_noClasses = nullptr;
  QListWidget* m_classes = nullptr;
  ParamForm* m_params = nullptr;
};

}  // namespace cantilever::widgets

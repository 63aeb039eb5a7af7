#pragma once

#include <QFrame>
#include <functional>
#include <string>
#include <vector>

#include "core/catalog/param_spec.h"
#include "core/model/design.h"
#include "widgets/inspector/param_field.h"

class QGridLayout;
class QHBoxLayout;
class QToolButton;

namespace cantilever::widgets {

class ParamForm;

/// One element of the design itself on its page (a workload, a class, an objective): its fields in two
/// columns, and a button that takes it away. Shows the element as the design last shown has it; each change
/// is a wish for a whole new element.
template <class T>
class DesignCard : public QFrame {
 public:
  using Id = decltype(T::id);
  using Value = std::optional<ParamValue>;

  virtual ~DesignCard() = default;
  void show(const Design& design, bool keepsTyping);

  /// The receivers of the wishes; both are set before the card is shown.
  std::function<void(const T&)> onEdit = {};
  std::function<void(const Id&)> onRemove = {};

 protected:
  DesignCard(Id id, const Table<T> Design::*table, QWidget* parent);

  /// A field and how it reads and writes the element.
  ParamField* addField(catalog::ParamSpec spec, ParamField::Options options, int row, int column, int columns,
                       std::function<ParamValue(const T&)> read,
                       std::function<void(T&, const ParamValue&)> write);
  /// The element's further parameters, folded away unless it sets one of them.
  void addParams(const std::vector<catalog::ParamSpec>& specs, bool isOpen);
  QToolButton* makeRemoveButton(const QString& name);
  void edit(const std::function<void(T&)>& change);
  /// What else there is to show.
  virtual void showMore(const Design&, const T&, bool /*keepsTyping*/) {}

  QGridLayout* m_grid;

 private:
  struct Field {
    ParamField* editor;
    std::function<ParamValue(const T&)> read;
  };
  Id m_id;
  const Table<T> Design::*m_table;
  T m_element;
  std::vector<Field> m_fields;
  ParamForm* m_params = nullptr;
};

extern template class DesignCard<RequestClass>;
extern template class DesignCard<Workload>;
extern template class DesignCard<Objective>;

class ProfileEditor;
class ToneLabel;

/// The load of one class at one entry, with its profile over time.
class WorkloadCard : public DesignCard<Workload> {
 public:
  /// `sources`: the blocks where load may enter.
  WorkloadCard(const Workload& workload, const Design& design, const std::vector<const Block*>& sources,
               QWidget* parent);

 protected:
  void showMore(const Design& design, const Workload& workload, bool keepsTyping) override;

 private:
  ToneLabel* m_title;
  ProfileEditor* m_profile;
};

/// A kind of requests.
class ClassCard : public DesignCard<RequestClass> {
 public:
  ClassCard(const RequestClass& requestClass, QWidget* parent);
};

/// A promise; made for the unit of its limit.
class ObjectiveCard : public DesignCard<Objective> {
 public:
  ObjectiveCard(const Objective& objective, const Design& design, QWidget* parent);
};

/// The limit of an objective as the quantity one would type.
ParamValue quantityOfLimit(const Objective& objective);
/// A limit to begin with when the metric changes to one of another unit.
double firstLimitOf(Metric metric);

}  // namespace cantilever::widgets

#pragma once

#include <QWidget>
#include <functional>
#include <vector>

#include "core/catalog/block_type.h"
#include "core/model/design.h"

class QPushButton;
class QVBoxLayout;

namespace cantilever::widgets {

class CommitLineEdit;
class CommitTextEdit;
template <class T>
class DesignCard;
class TrafficMix;

/// The design itself: name, description, the load offered to it with its mix and profiles, and the promises
/// it has to keep. Workloads, classes and objectives can be added and removed.
class DesignPage : public QWidget {
  Q_OBJECT

 public:
  DesignPage(const catalog::Catalog& catalog, QWidget* parent);

  /// `isOther`: another document than before; half-typed texts are dropped.
  void show(DesignPtr design, bool isOther);

 Q_SIGNALS:
  void titleEdited(const QString& name, const QString& description);
  void requestClassEdited(const cantilever::RequestClass& requestClass);
  void requestClassRemoved(const cantilever::ClassId& id);
  /// Several workloads at once, as one step.
  void mixEdited(const std::vector<cantilever::Workload>& workloads);
  void workloadEdited(const cantilever::Workload& workload);
  void workloadRemoved(const cantilever::WorkloadId& id);
  void objectiveEdited(const cantilever::Objective& objective);
  void objectiveRemoved(const cantilever::ObjectiveId& id);

 private:
  /// A card is a dozen widgets: a large design's thousands of workloads are listed a few at a time.
  static constexpr std::size_t kCardsAtOnce = 20;

  void buildHead(QVBoxLayout* rows);
  void rebuildCards();
  void orderTabStops();
  void showMore();
  QString cardsKey() const;
  template <class T>
  void addCard(DesignCard<T>* card, QVBoxLayout* list, void (DesignPage::*edited)(const T&),
               void (DesignPage::*removed)(const decltype(T::id)&));
  void addWorkload();
  void addClass();
  void addObjective();
  std::vector<const Block*> sources() const;

  const catalog::Catalog& m_catalog;
  DesignPtr m_design;
  QString m_shownKey;
  /// One workload, class or objective each; rebuilt when there are others, else shown anew.
  std::vector<QWidget*> m_cards;
  std::vector<std::function<void(const Design&, bool keepsTyping)>> m_shows;
  TrafficMix* m_mix = nullptr;
  CommitLineEdit* m_name = nullptr;
  CommitTextEdit* m_description = nullptr;
  QVBoxLayout* m_classes = nullptr;
  QVBoxLayout* m_workloads = nullptr;
  QVBoxLayout* m_objectives = nullptr;
  QPushButton* m_more = nullptr;
  std::size_t m_cardsWanted = kCardsAtOnce;  ///< of each kind
};

}  // namespace cantilever::widgets

#pragma once

#include <QWidget>
#include <optional>
#include <vector>

#include "core/catalog/param_spec.h"

namespace cantilever::widgets {

class ParamField;

/// The parameters of one thing or of several alike (links, zones, workloads, classes), under the headings of
/// their groups.
/// Shows what it is given; wishes go out as `edited`.
class ParamForm : public QWidget {
  Q_OBJECT

 public:
  /// One thing's parameters, and the defaults that it has of its own in place of those of the specs.
  struct Thing {
    const Params* params = nullptr;
    Params defaults = {};
  };

  /// `ownDefaults` says whose the defaults of a thing's own are: "what the calling block does by itself".
  ParamForm(const std::vector<catalog::ParamSpec>& specs, QWidget* parent, const QString& ownDefaults = {});

  /// At least one.
  void show(const std::vector<Thing>& things, bool keepsTyping);

 Q_SIGNALS:
  /// No value: back to the default.
  void edited(const std::string& key, const std::optional<cantilever::ParamValue>& value);

 private:
  std::vector<ParamField*> m_fields;
};

/// The parameters with one of them set, or taken back to its default.
Params withParam(Params params, const std::string& key, const std::optional<ParamValue>& value);

}  // namespace cantilever::widgets

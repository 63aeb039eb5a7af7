#include "widgets/inspector/param_form.h"

#include <QVBoxLayout>
#include <algorithm>

#include "widgets/inspector/param_field.h"
#include "widgets/panels/labels.h"
#include "widgets/style/text.h"

namespace cantilever::widgets {

ParamForm::ParamForm(const std::vector<catalog::ParamSpec>& specs, QWidget* parent,
                     const QString& ownDefaults)
    : QWidget(parent) {
  auto* rows = new QVBoxLayout(this);
  rows->setContentsMargins(0, 0, 0, 0);
  rows->setSpacing(8);
  // In order of first appearance, so that a group stays together even if the specs interleave them.
  std::vector<std::string> groups;
  for (const catalog::ParamSpec& spec : specs) {
    if (std::find(groups.begin(), groups.end(), spec.group) == groups.end()) {
      groups.push_back(spec.group);
    }
  }
  for (const std::string& group : groups) {
    rows->addWidget(makeDivider(this));
    rows->addWidget(makeHeading(toQString(group), this));
    for (const catalog::ParamSpec& spec : specs) {
      if (spec.group != group) {
        continue;
      }
      auto* field = new ParamField(spec, {.ownDefaults = ownDefaults}, this);
      connect(field, &ParamField::edited, this, [this, field](const std::optional<ParamValue>& value) {
        Q_EMIT edited(field->spec().key, value);
      });
      rows->addWidget(field);
      m_fields.push_back(field);
    }
  }
}

void ParamForm::show(const std::vector<Thing>& things, bool keepsTyping) {
  for (ParamField* field : m_fields) {
    const catalog::ParamSpec& spec = field->spec();
    ParamField::Shown shown;
    ParamField::Shown defaults;
    shown.isDefault = defaults.isDefault = true;
    for (const Thing& thing : things) {
      const auto own = thing.defaults.find(spec.key);
      const bool isOwn = own != thing.defaults.end();
      const ParamValue& unset = isOwn ? own->second : spec.defaultValue;
      defaults.add(unset, !isOwn);
      const auto set = thing.params->find(spec.key);
      shown.add(set == thing.params->end() ? unset : set->second, set == thing.params->end());
    }
    field->setDefault(defaults);
    field->setShown(shown);
    if (!keepsTyping) {
      field->forgetTyping();
    }
  }
}

Params withParam(Params params, const std::string& key, const std::optional<ParamValue>& value) {
  if (value) {
    params.insert_or_assign(key, *value);
  } else {
    params.erase(key);
  }
  return params;
}

}  // namespace cantilever::widgets

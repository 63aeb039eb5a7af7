#include "widgets/inspector/place_pages.h"

#include <QVBoxLayout>
#include <algorithm>
#include <map>

#include "core/catalog/policies/zone_policy.h"
#include "core/model/names.h"
#include "widgets/inspector/commit_line_edit.h"
#include "widgets/inspector/commit_text_edit.h"
#include "widgets/inspector/param_field.h"
#include "widgets/inspector/param_form.h"
#include "widgets/inspector/words.h"
#include "widgets/panels/labels.h"
#include "widgets/style/text.h"
#include "widgets/style/theme.h"

namespace cantilever::widgets {
namespace {

QVBoxLayout* rowsOf(QWidget* page) {
  auto* rows = new QVBoxLayout(page);
  rows->setContentsMargins(0, 0, 0, 0);
  rows->setSpacing(8);
  return rows;
}

}  // namespace

ZonePage::ZonePage(QWidget* parent)
    : QWidget(parent),
      m_name(new CommitLineEdit(this)),
      m_title(makeTitle({}, this)),
      m_kind(new ParamField(
          enumSpec("zoneKind", tr("Kind"), tr("A region holds availability zones, these hold racks."),
                   ZoneKind::AvailabilityZone),
          {{}, labelsOf(wordsOf(ZoneKind{})), false}, this)),
      m_parent(new ParamField(
          fieldSpec("zoneParent", tr("Lies in"), tr("It fails with the zone that it lies in."), Choice{}),
          {{}, {}, false}, this)),
      m_contents(makeBody({}, this)),
      m_params(new ParamForm(catalog::zoneParams(), this)) {
  m_name->setObjectName(QStringLiteral("zoneName"));
  m_name->setFont(titleFont());
  m_name->setAccessibleName(tr("Name of the zone"));
  m_name->setPlaceholderText(tr("Name of the zone"));
  m_contents->setTone(Tone::Muted);
  connect(m_name, &CommitLineEdit::committed, this, [this](const QString& text) {
    m_name->replaceStanding(text);
    change([&](Zone& zone) { zone.name = toUtf8(text); });
  });
  connect(m_kind, &ParamField::edited, this, [this](const std::optional<ParamValue>& value) {
    change([&](Zone& zone) { zone.kind = enumOf<ZoneKind>(*value); });
  });
  connect(m_parent, &ParamField::edited, this, [this](const std::optional<ParamValue>& value) {
    change([&](Zone& zone) { zone.parent = ZoneId(std::get<Choice>(*value).value); });
  });
  connect(m_params, &ParamForm::edited, this,
          [this](const std::string& key, const std::optional<ParamValue>& value) {
            change([&](Zone& zone) { zone.params = withParam(zone.params, key, value); });
          });
  QVBoxLayout* rows = rowsOf(this);
  rows->addWidget(m_name);
  rows->addWidget(m_title);
  rows->addWidget(m_contents);
  rows->addWidget(m_kind);
  rows->addWidget(m_parent);
  rows->addWidget(m_params);
}

void ZonePage::change(const std::function<void(Zone&)>& how) {
  std::vector<Zone> changed = m_zones;  // they stay as they are if it is refused
  for (Zone& zone : changed) {
    how(zone);
  }
  Q_EMIT zonesEdited(changed);
}

void ZonePage::show(const Design& design, const std::vector<const Zone*>& zones, bool keepsTyping) {
  m_zones.clear();
  std::vector<ParamForm::Thing> params;
  ParamField::Shown kind;
  kind.isDefault = true;
  for (const Zone* zone : zones) {
    m_zones.push_back(*zone);
    params.push_back({&zone->params});
    kind.add(choiceOf(zone->kind), true);
  }
  const bool isOne = zones.size() == 1;
  m_name->setVisible(isOne);
  m_title->setVisible(!isOne);
  m_contents->setVisible(isOne);
  m_title->setText(tr("%1 zones").arg(zones.size()));
  const QString name = toQString(m_zones.front().name);
  keepsTyping ? m_name->setStanding(name) : m_name->replaceStanding(name);
  m_kind->setShown(kind);
  showParent(design);
  m_params->show(params, keepsTyping);
  int blocks = 0;
  for (const Block& block : design.blocks) {
    blocks += block.zone == m_zones.front().id ? 1 : 0;
  }
  m_contents->setText(tr("Blocks directly in it: %1. It is moved with all that is in it.").arg(blocks));
}

/// Offered are the larger zones; what cannot be is refused with the reason.
void ZonePage::showParent(const Design& design) {
  ParamField::Shown shown;
  shown.isDefault = true;
  ZoneKind outermost = ZoneKind::Rack;
  for (const Zone& zone : m_zones) {
    shown.add(Choice{zone.parent.text()}, true);
    outermost = std::min(outermost, zone.kind);
  }
  std::vector<Choice> choices{{}};
  std::map<std::string, QString> labels{{std::string(), tr("no other zone")}};
  for (const Zone& zone : design.zones) {
    if (zone.kind < outermost) {
      choices.push_back({zone.id.text()});
      labels.emplace(zone.id.text(), toQString(nameOf(zone)));
    }
  }
  m_parent->setChoices(choices, labels);
  m_parent->setShown(shown);
}

NotePage::NotePage(QWidget* parent) : QWidget(parent), m_text(new CommitTextEdit(this)) {
  m_text->setObjectName(QStringLiteral("noteText"));
  m_text->setAccessibleName(tr("Text of the note"));
  m_text->setPlaceholderText(tr("Text (Markdown)"));
  m_text->setMinimumHeight(160);
  connect(m_text, &CommitTextEdit::committed, this, [this](const QString& text) {
    m_note.text = toUtf8(text);
    Q_EMIT noteEdited(m_note);
  });
  QVBoxLayout* rows = rowsOf(this);
  rows->addWidget(makeTitle(tr("Note"), this));
  rows->addWidget(m_text);
  rows->addWidget(makeCaption(tr("Markdown. Ctrl+Enter takes it over, Esc takes it back."), this));
}

void NotePage::show(const Note& note, bool keepsTyping) {
  m_note = note;
  const QString text = toQString(note.text);
  keepsTyping ? m_text->setStanding(text) : m_text->replaceStanding(text);
}

}  // namespace cantilever::widgets

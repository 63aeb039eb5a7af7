#include "widgets/inspector/place_pages.h"

#include <QVBoxLayout>

#include "core/catalog/policies/zone_policy.h"
#include "widgets/canvas/zone_item.h"
#include "widgets/inspector/commit_line_edit.h"
#include "widgets/inspector/commit_text_edit.h"
#include "widgets/inspector/param_form.h"
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
      m_contents(makeBody({}, this)),
      m_params(new ParamForm(catalog::zoneParams(), this)) {
  m_name->setObjectName(QStringLiteral("zoneName"));
  m_name->setFont(titleFont());
  m_name->setAccessibleName(tr("Name of the zone"));
  m_name->setPlaceholderText(tr("Name of the zone"));
  m_contents->setTone(Tone::Muted);
  connect(m_name, &CommitLineEdit::committed, this, [this](const QString& text) {
    m_name->replaceStanding(text);
    m_zone.name = toUtf8(text);
    Q_EMIT zoneEdited(m_zone);
  });
  connect(m_params, &ParamForm::edited, this,
          [this](const std::string& key, const std::optional<ParamValue>& value) {
            m_zone.params = withParam(m_zone.params, key, value);
            Q_EMIT zoneEdited(m_zone);
          });
  QVBoxLayout* rows = rowsOf(this);
  rows->addWidget(m_name);
  rows->addWidget(m_contents);
  rows->addWidget(m_params);
}

void ZonePage::show(const Design& design, const Zone& zone, bool keepsTyping) {
  m_zone = zone;
  const QString name = toQString(zone.name);
  keepsTyping ? m_name->setStanding(name) : m_name->replaceStanding(name);
  m_params->show(zone.params, keepsTyping);
  int blocks = 0;
  for (const Block& block : design.blocks) {
    blocks += block.zone == zone.id ? 1 : 0;
  }
  m_contents->setText(tr("%1. Blocks directly in it: %2. It is moved with all that is in it.")
                          .arg(wordOf(zone.kind))
                          .arg(blocks));
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

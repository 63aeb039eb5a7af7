#include "widgets/panels/help_browser.h"

#include <QFileInfo>
#include <QListWidget>
#include <QSplitter>
#include <QTextBrowser>
#include <QUrl>
#include <QVBoxLayout>
#include <utility>

namespace cantilever::widgets {

HelpBrowser::HelpBrowser(std::vector<HelpText> pages, QWidget* parent)
    : QDialog(parent),
      m_pages(std::move(pages)),
      m_list(new QListWidget(this)),
      m_text(new QTextBrowser(this)) {
  setWindowTitle(tr("Help"));
  setObjectName(QStringLiteral("help"));
  resize(980, 680);
  m_list->setObjectName(QStringLiteral("helpPages"));
  m_list->setAccessibleName(tr("Pages of the help"));
  m_text->setObjectName(QStringLiteral("helpText"));
  m_text->setAccessibleName(tr("Text of the page"));
  m_text->setOpenLinks(false);
  m_text->document()->setDocumentMargin(18);
  for (const HelpText& page : m_pages) {
    auto* item = new QListWidgetItem(page.title, m_list);
    item->setData(Qt::UserRole, page.key);
  }
  auto* splitter = new QSplitter(this);
  splitter->addWidget(m_list);
  splitter->addWidget(m_text);
  splitter->setStretchFactor(1, 1);
  splitter->setSizes({250, 730});
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->addWidget(splitter);
  connect(m_list, &QListWidget::currentRowChanged, this, [this](int row) {
    if (row >= 0) {
      m_text->setMarkdown(m_pages[static_cast<std::size_t>(row)].markdown);
    }
  });
  connect(m_text, &QTextBrowser::anchorClicked, this, &HelpBrowser::follow);
  m_list->setCurrentRow(0);
}

void HelpBrowser::showPage(const QString& key) {
  for (int row = 0; row < m_list->count(); ++row) {
    if (m_list->item(row)->data(Qt::UserRole).toString() == key) {
      m_list->setCurrentRow(row);
      return;
    }
  }
}

/// "elements/pool.md" is the page "pool". There is no way out of the program.
void HelpBrowser::follow(const QUrl& link) {
  showPage(QFileInfo(link.path()).completeBaseName());
}

}  // namespace cantilever::widgets

#pragma once

#include <QDialog>
#include <functional>
#include <vector>

class QListWidget;
class QTextBrowser;

namespace cantilever::widgets {

/// A page of help: Markdown with relative links to other pages.
struct HelpText {
  QString key;
  QString title;
  QString markdown;
};

/// The program's help: pages on the left, the chosen one beside them; links lead from page to page.
class HelpBrowser : public QDialog {
  Q_OBJECT

 public:
  explicit HelpBrowser(std::vector<HelpText> pages, QWidget* parent = nullptr);
  /// Nothing happens if there is no such page.
  void showPage(const QString& key);

 private:
  void follow(const QUrl& link);

  std::vector<HelpText> m_pages;
  QListWidget* m_list;
  QTextBrowser* m_text;
};

}  // namespace cantilever::widgets

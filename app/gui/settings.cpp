#include "app/gui/settings.h"

#include <QFileInfo>

namespace cantilever::app {
namespace {

const QString kThemeKey = QStringLiteral("window/theme");
const QString kGeometryKey = QStringLiteral("window/geometry");
const QString kLayoutKey = QStringLiteral("window/layout");
const QString kRecentKey = QStringLiteral("files/recent");
const QString kRecentTypesKey = QStringLiteral("palette/recent");
const QString kFavouritesKey = QStringLiteral("palette/favourites");
const QString kMinimapKey = QStringLiteral("canvas/minimap");
constexpr qsizetype kRecentCount = 10;
constexpr qsizetype kRecentTypeCount = 6;

}  // namespace

Settings::Settings() : m_store(QStringLiteral("Cantilever"), QStringLiteral("Studio")) {}

Settings::Settings(const QString& iniPath) : m_store(iniPath, QSettings::IniFormat) {}

widgets::Theme::Kind Settings::theme() const {
  return m_store.value(kThemeKey).toString() == QStringLiteral("dark") ? widgets::Theme::Kind::Dark
                                                                       : widgets::Theme::Kind::Light;
}

void Settings::setTheme(widgets::Theme::Kind kind) {
  m_store.setValue(kThemeKey,
                   kind == widgets::Theme::Kind::Dark ? QStringLiteral("dark") : QStringLiteral("light"));
}

QByteArray Settings::geometry() const {
  return m_store.value(kGeometryKey).toByteArray();
}

QByteArray Settings::layout() const {
  return m_store.value(kLayoutKey).toByteArray();
}

void Settings::setWindow(const QByteArray& geometry, const QByteArray& layout) {
  m_store.setValue(kGeometryKey, geometry);
  m_store.setValue(kLayoutKey, layout);
}

QStringList Settings::recentFiles() const {
  QStringList files = m_store.value(kRecentKey).toStringList();
  files.removeIf([](const QString& path) { return !QFileInfo::exists(path); });
  return files;
}

void Settings::addRecentFile(const QString& path) {
  const QString absolute = QFileInfo(path).absoluteFilePath();
  QStringList files = recentFiles();
  files.removeAll(absolute);
  files.prepend(absolute);
  m_store.setValue(kRecentKey, files.mid(0, kRecentCount));
}

QStringList Settings::recentTypes() const {
  return m_store.value(kRecentTypesKey).toStringList();
}

void Settings::addRecentType(const QString& key) {
  QStringList types = recentTypes();
  types.removeAll(key);
  types.prepend(key);
  m_store.setValue(kRecentTypesKey, types.mid(0, kRecentTypeCount));
}

QStringList Settings::favouriteTypes() const {
  return m_store.value(kFavouritesKey).toStringList();
}

void Settings::toggleFavourite(const QString& key) {
  QStringList types = favouriteTypes();
  if (types.removeAll(key) == 0) {
    types.append(key);
  }
  m_store.setValue(kFavouritesKey, types);
}

bool Settings::isMinimapShown() const {
  return m_store.value(kMinimapKey, true).toBool();
}

void Settings::setMinimapShown(bool isShown) {
  m_store.setValue(kMinimapKey, isShown);
}

}  // namespace cantilever::app

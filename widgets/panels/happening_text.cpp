#include "widgets/panels/happening_text.h"

#include <QCoreApplication>
#include <QStringList>
#include <algorithm>
#include <utility>

#include "core/model/names.h"
#include "widgets/panels/figure_table.h"
#include "widgets/panels/run_words.h"
#include "widgets/style/text.h"

namespace cantilever::widgets {
namespace {

/// Of one kind in a line; what is more is counted.
constexpr std::size_t kMostPlaces = 4;

QString momentText(const char* text) {
  return QCoreApplication::translate("Moment", text);
}

std::string calledBlock(const plan::Plan& plan, plan::Index link) {
  const std::string& key = plan.programs.at(plan.links.at(link).program).key;
  return key.substr(0, key.find('/'));
}

/// Of one zone, or of two that something is between.
QString zoneNames(const Design& design, const plan::Plan& plan, const sim::Happening& of) {
  const auto nameOfZone = [&](plan::Index zone) {
    const ZoneId id(plan.zones[zone].key);
    return toQString(nameOf(design.zones, id));
  };
  return of.otherZone < plan.zones.size()
             ? QStringLiteral("%1 \u2013 %2").arg(nameOfZone(of.zone), nameOfZone(of.otherZone))
             : nameOfZone(of.zone);
}

/// The same thing at several places.
struct Repeated {
  QString what;
  std::vector<std::pair<QString, int>> places;  ///< and how often there

  void add(const QString& place) {
    const auto at =
        std::find_if(places.begin(), places.end(), [&](const auto& each) { return each.first == place; });
    at == places.end() ? void(places.emplace_back(place, 1)) : void(++at->second);
  }
  QString text() const {
    QStringList names;
    for (std::size_t i = 0; i < std::min(places.size(), kMostPlaces); ++i) {
      const auto& [name, count] = places[i];
      names << (count == 1 ? name : QStringLiteral("%1 \u00d7 %2").arg(name).arg(count));
    }
    names.removeAll(QString());
    QString list = names.join(QStringLiteral(", "));
    if (places.size() > kMostPlaces) {
      list = momentText("%1 and %2 more").arg(list).arg(places.size() - kMostPlaces);
    }
    return list.isEmpty() ? what : QStringLiteral("%1: %2").arg(what, list);
  }
};

/// Of all instances of a block one name, so that they are counted.
QString nameOfAll(const Design& design, const plan::Plan& plan, const sim::Happening& happening) {
  sim::Happening whole = happening;
  whole.instance = sim::Happening::kEach;
  return placeOf(design, plan, whole).name;
}

Moment momentOf(const Design& design, const plan::Plan& plan, const sim::Happening* first,
                const sim::Happening* last) {
  std::vector<Repeated> kinds;
  for (const sim::Happening* each = first; each != last; ++each) {
    const QString what = happeningText(*each);
    const auto at =
        std::find_if(kinds.begin(), kinds.end(), [&](const Repeated& kind) { return kind.what == what; });
    Repeated& kind = at == kinds.end() ? kinds.emplace_back(Repeated{what, {}}) : *at;
    kind.add(nameOfAll(design, plan, *each));
  }
  QStringList parts;
  for (const Repeated& kind : kinds) {
    parts << kind.text();
  }
  QString text = parts.join(QStringLiteral("; "));
  if (!text.isEmpty()) {
    text[0] = text[0].toUpper();
  }
  return {first->atNs, first->cause, text};
}

}  // namespace

HappeningPlace placeOf(const Design& design, const plan::Plan& plan, const sim::Happening& of) {
  if (of.link < plan.links.size()) {
    return {nameOfLink(design, plan, of.link), calledBlock(plan, of.link)};
  }
  if (of.pool < plan.poolOrigin.size()) {
    const std::string& block = plan.poolOrigin[of.pool].block;
    const QString name = nameOfBlock(design, block);
    return {of.instance == sim::Happening::kEach ? name : QStringLiteral("%1 %2").arg(name).arg(of.instance),
            block};
  }
  if (of.zone < plan.zones.size()) {
    return {zoneNames(design, plan, of), {}};
  }
  if (of.control < plan.controls.size()) {
    const plan::Control& control = plan.controls[of.control];
    return {toQString(control.name.empty() ? control.key : control.name), {}};
  }
  if (of.flag < plan.flags.size()) {
    return {toQString(plan.flags[of.flag].key), {}};
  }
  if (of.tokens < plan.tokens.size()) {
    return {toQString(plan.tokens[of.tokens].key), {}};
  }
  return {};
}

std::vector<Moment> momentsOf(const Design& design, const plan::Plan& plan,
                              const std::vector<sim::Happening>& happenings) {
  std::vector<Moment> moments;
  const sim::Happening* const end = happenings.data() + happenings.size();
  for (const sim::Happening* first = happenings.data(); first != end;) {
    const sim::Happening* const last =
        std::find_if(first, end, [&](const sim::Happening& each) { return each.atNs != first->atNs; });
    moments.push_back(momentOf(design, plan, first, last));
    first = last;
  }
  return moments;
}

}  // namespace cantilever::widgets

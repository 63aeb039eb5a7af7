#include "widgets/inspector/traffic_mix.h"

#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

#include "core/base/text.h"
#include "core/model/names.h"
#include "widgets/inspector/param_field.h"
#include "widgets/inspector/words.h"
#include "widgets/panels/labels.h"
#include "widgets/style/text.h"

namespace cantilever::widgets {
namespace {

/// Beyond that a list of shares is no overview any more.
constexpr std::size_t kMostShares = 12;

/// Six digits: what one types stays what one typed.
double rounded(double rate) {
  if (!(rate > 0)) {
    return 0;
  }
  const double unit = std::pow(10, 5 - std::floor(std::log10(rate)));
  return std::round(rate * unit) / unit;
}

QString classNameOf(const Design& design, const Workload& workload) {
  return toQString(nameOf(design.classes, workload.requestClass));
}

/// By its request class; where several have the same, also by where they enter, or else by their ids.
QString nameAmong(const Design& design, const std::vector<Workload>& all, const Workload& workload) {
  const auto alike = [&](const auto& isAlike) { return std::count_if(all.begin(), all.end(), isAlike) > 1; };
  const QString name = classNameOf(design, workload);
  if (!alike([&](const Workload& other) { return classNameOf(design, other) == name; })) {
    return name;
  }
  const bool isSameWay = alike([&](const Workload& other) {
    return classNameOf(design, other) == name && other.entry == workload.entry;
  });
  return isSameWay ? QStringLiteral("%1 (%2)").arg(name, toQString(workload.id.text()))
                   : TrafficMix::tr("%1 from %2").arg(name, toQString(nameOf(design.blocks, workload.entry)));
}

}  // namespace

TrafficMix::TrafficMix(QWidget* parent) : QWidget(parent), m_rows(new QVBoxLayout(this)) {
  setObjectName(QStringLiteral("mix"));
  m_rows->setContentsMargins(0, 0, 0, 0);
  m_rows->setSpacing(6);
}

void TrafficMix::rebuild(const Design& design) {
  while (QLayoutItem* item = m_rows->takeAt(0)) {
    // One of them may be the sender of the edit that led here.
    item->widget()->hide();
    item->widget()->deleteLater();
    delete item;
  }
  m_shares.clear();
  catalog::ParamSpec all = fieldSpec("mix_total", tr("All together"),
                                     tr("The peaks of all workloads; a new total keeps the shares."), Rate());
  all.minimum = 0;
  m_total = new ParamField(all, {{}, {}, false}, this);
  connect(m_total, &ParamField::edited, this, [this](const std::optional<ParamValue>& value) {
    if (value) {
      takeTotal(std::get<Rate>(*value));
    }
  });
  m_rows->addWidget(m_total);
  for (std::size_t i = 0; i < m_workloads.size(); ++i) {
    const Workload& workload = m_workloads[i];
    catalog::ParamSpec spec = fieldSpec(
        "mix_" + workload.id.text(), tr("Share of %1").arg(nameAmong(design, m_workloads, workload)),
        tr("Of all requests at the peak; a new share keeps the total."), ratio(0));
    spec.minimum = 0;
    spec.maximum = 0.99;  // of the others something must remain, or nobody knows in what relation they stood
    auto* field = new ParamField(spec, {{}, {}, false}, this);
    connect(field, &ParamField::edited, this, [this, i](const std::optional<ParamValue>& value) {
      if (value) {
        takeShare(i, std::get<Ratio>(*value).raw());
      }
    });
    m_rows->addWidget(field);
    m_shares.push_back(field);
  }
}

void TrafficMix::show(const Design& design, bool keepsTyping) {
  const bool isMix = design.workloads.size() > 1 && design.workloads.size() <= kMostShares;
  setVisible(isMix);
  if (!isMix) {
    return;
  }
  m_workloads.clear();
  QString key;
  for (const Workload& workload : design.workloads) {
    m_workloads.push_back(workload);
  }
  for (const Workload& workload : m_workloads) {
    key += toQString(workload.id.text()) + QLatin1Char('\x1f') + nameAmong(design, m_workloads, workload) +
           QLatin1Char('\n');
  }
  if (key != m_shownKey) {
    m_shownKey = key;
    rebuild(design);
  }
  const double sum = total();
  m_total->setShown({perSecond(rounded(sum)), false, true});
  for (std::size_t i = 0; i < m_shares.size(); ++i) {
    const double share = sum > 0 ? m_workloads[i].peak.raw() / sum : 0;
    m_shares[i]->setShown({ratio(std::round(share * 1e4) / 1e4), false, true});
  }
  if (!keepsTyping) {
    m_total->forgetTyping();
    for (ParamField* field : m_shares) {
      field->forgetTyping();
    }
  }
}

double TrafficMix::total() const {
  double sum = 0;
  for (const Workload& workload : m_workloads) {
    sum += workload.peak.raw();
  }
  return sum;
}

void TrafficMix::takeTotal(Rate wanted) {
  const double sum = total();
  std::vector<double> peaks;
  for (const Workload& workload : m_workloads) {
    const double share = sum > 0 ? workload.peak.raw() / sum : 1.0 / static_cast<double>(m_workloads.size());
    peaks.push_back(wanted.raw() * share);
  }
  emitRates(peaks);
}

void TrafficMix::takeShare(std::size_t index, double share) {
  const double sum = total();
  const double others = sum - m_workloads[index].peak.raw();
  std::vector<double> peaks;
  for (std::size_t i = 0; i < m_workloads.size(); ++i) {
    const double amongOthers =
        others > 0 ? m_workloads[i].peak.raw() / others : 1.0 / static_cast<double>(m_workloads.size() - 1);
    peaks.push_back(i == index ? sum * share : sum * (1 - share) * amongOthers);
  }
  emitRates(peaks);
}

void TrafficMix::emitRates(const std::vector<double>& peaks) {
  std::vector<Workload> changed;
  for (std::size_t i = 0; i < peaks.size(); ++i) {
    Workload workload = m_workloads[i];
    const double before = workload.peak.raw();
    workload.peak = perSecond(rounded(peaks[i]));
    if (before > 0) {
      workload.mean = perSecond(rounded(workload.mean.raw() * workload.peak.raw() / before));
    }
    if (workload != m_workloads[i]) {
      changed.push_back(workload);
    }
  }
  if (!changed.empty()) {
    Q_EMIT edited(changed);
  }
}

}  // namespace cantilever::widgets

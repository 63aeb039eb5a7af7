#include <QApplication>
#include <QScrollBar>
#include <QTest>
#include <QWindow>
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "core/edit/edit.h"
#include "core/model/diff.h"
#include "widgets/canvas/canvas_view.h"
#include "widgets/style/theme.h"

/// How long the canvas takes for a frame: raster, offscreen, 1440x900. A frame is the event and everything it
/// causes, painted. Prints milliseconds of the thread's processor time, which a busy machine does not blur.
namespace cantilever {
namespace {

constexpr int kFrames = 240;
constexpr double kColumnWidth = 280;
constexpr double kRowHeight = 160;

/// Blocks in a square, each with on average 1.5 links to near ones.
Design gridOf(int count) {
  Design design;
  std::mt19937 random(1);
  const int columns = static_cast<int>(std::ceil(std::sqrt(count)));
  const std::vector<catalog::BlockType>& types = catalog::Catalog::builtIn().types();
  const auto idOf = [](int number) { return BlockId("block-" + std::to_string(number)); };
  for (int i = 0; i < count; ++i) {
    Block block;
    block.id = idOf(i);
    block.type = types[static_cast<std::size_t>(i) % types.size()].key;
    block.name = "Block " + std::to_string(i);
    block.position = {kColumnWidth * (i % columns), kRowHeight * (i / columns)};
    design.blocks.put(std::move(block));
  }
  std::uniform_int_distribution<int> anyBlock(0, count - 1);
  std::uniform_int_distribution<int> near(-2, 2);
  for (int i = 0; i < count * 3 / 2; ++i) {
    const int from = anyBlock(random);
    const int to = std::clamp(from + near(random) + columns * near(random), 0, count - 1);
    if (from != to) {
      Link link;
      link.id = LinkId("link-" + std::to_string(i));
      link.from = idOf(from);
      link.to = idOf(to);
      design.links.put(std::move(link));
    }
  }
  return design;
}

void report(int blocks, const char* what, std::vector<double> frames) {
  std::sort(frames.begin(), frames.end());
  const auto at = [&](double share) {
    return frames[static_cast<std::size_t>(share * static_cast<double>(frames.size() - 1))];
  };
  std::printf("%6d  %-26s %8.2f %8.2f %8.2f\n", blocks, what, at(0.5), at(0.95), frames.back());
}

double threadMilliseconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) * 1e-6;
}

std::vector<double> framesOf(QWidget& window, const std::function<void(int)>& step) {
  std::vector<double> frames;
  for (int i = 0; i < kFrames; ++i) {
    const double before = threadMilliseconds();
    step(i);
    QCoreApplication::sendPostedEvents();
    QEvent paint(QEvent::UpdateRequest);  // what was marked is painted now, not at the next tick of a screen
    QCoreApplication::sendEvent(&window, &paint);
    frames.push_back(threadMilliseconds() - before);
  }
  return frames;
}

/// Drags the block nearest to the middle of the view around.
std::vector<double> dragFrames(widgets::CanvasView& view, int blocks) {
  BlockId nearest;
  QPoint start;
  for (int i = 0; i < blocks; ++i) {
    const BlockId id("block-" + std::to_string(i));
    const QPoint centre = view.blockRect(id).center();
    const QPoint middle = view.viewport()->rect().center();
    if (nearest.isEmpty() || (centre - middle).manhattanLength() < (start - middle).manhattanLength()) {
      nearest = id;
      start = centre;
    }
  }
  QWindow* window = view.windowHandle();
  QTest::mouseMove(window, start);
  QTest::mousePress(window, Qt::LeftButton, {}, start);
  std::vector<double> frames = framesOf(
      view, [&](int i) { QTest::mouseMove(window, start + QPoint(20 + i % 60 * 2, 20 + i % 40 * 2)); });
  if ((view.blockRect(nearest).center() - start).manhattanLength() < 20) {
    std::printf("the drag below moved nothing\n");
  }
  QTest::keyClick(window, Qt::Key_Escape);
  QTest::mouseRelease(window, Qt::LeftButton, {}, start);
  return frames;
}

/// Draws a rectangle larger and smaller from where nothing is.
std::vector<double> marqueeFrames(widgets::CanvasView& view) {
  // Between two rows of blocks.
  const QPoint start = view.mapFromScene(QPointF(kColumnWidth * 2 - 40, kRowHeight * 2 - 40));
  QWindow* window = view.windowHandle();
  QTest::mouseMove(window, start);
  QTest::mousePress(window, Qt::LeftButton, {}, start);
  std::vector<double> frames =
      framesOf(view, [&](int i) { QTest::mouseMove(window, start + QPoint(i * 4, i * 2)); });
  QTest::keyClick(window, Qt::Key_Escape);
  QTest::mouseRelease(window, Qt::LeftButton, {}, start);
  return frames;
}

/// The block with the most links: the corner, which all links that would leave the square end at.
BlockId busiestOf(const Design& design) {
  std::map<BlockId, int> links;
  for (const Link& link : design.links) {
    ++links[link.from];
    ++links[link.to];
  }
  return std::max_element(links.begin(), links.end(),
                          [](const auto& a, const auto& b) { return a.second < b.second; })
      ->first;
}

/// Blocks from all over the design, and among them none twice while it is large enough.
std::vector<BlockId> sampleOf(const Design& design) {
  constexpr std::size_t kStride = 37;
  std::vector<BlockId> sample;
  for (std::size_t i = 0; i < kFrames / 2; ++i) {
    sample.push_back(design.blocks.pointers()[i * kStride % design.blocks.size()]->id);
  }
  return sample;
}

/// One block after the other to and fro, as an edit and its undo: apply, difference, view.
std::function<void(int)> editing(widgets::CanvasView& view, const Design& start, std::vector<BlockId> moved) {
  return [&view, moved = std::move(moved), design = std::make_shared<const Design>(start)](int i) mutable {
    const BlockId& block = moved[static_cast<std::size_t>(i / 2) % moved.size()];
    const edit::MoveBlocks move{{block}, {i % 2 == 0 ? 8.0 : -8.0, 0}};
    const Result<Design> applied = edit::apply(*design, move, catalog::Catalog::builtIn());
    auto after = std::make_shared<const Design>(*applied);
    view.updateDesign(after, diff(*design, *after));
    design = std::move(after);
  };
}

void measure(int blocks, const std::string& only) {
  const catalog::Catalog& catalog = catalog::Catalog::builtIn();
  widgets::CanvasView view(catalog);
  view.resize(1440, 900);
  const Design design = gridOf(blocks);
  const double beforeOpening = threadMilliseconds();
  view.setDesign(std::make_shared<const Design>(design));
  report(blocks, "open", {threadMilliseconds() - beforeOpening});
  view.show();
  if (!QTest::qWaitForWindowExposed(&view)) {
    std::printf("the frames below are not painted\n");
  }

  const auto measured = [&](const char* what, bool showsAll,
                            const std::function<std::vector<double>()>& run) {
    if (std::string(what).find(only) == std::string::npos) {
      return;
    }
    showsAll ? view.fitAll() : view.zoomToActualSize();
    QCoreApplication::processEvents();
    report(blocks, what, run());
  };
  const auto pan = [&](int i) {
    QScrollBar* bar = i / 60 % 2 == 0 ? view.horizontalScrollBar() : view.verticalScrollBar();
    bar->setValue(bar->value() + (i % 60 < 30 ? 12 : -12));
  };
  const auto zoom = [&](int i) { i % 20 < 10 ? view.zoomIn() : view.zoomOut(); };
  measured("pan, all shown", true, [&] { return framesOf(view, pan); });
  measured("zoom", true, [&] { return framesOf(view, zoom); });
  measured("pan, 100 %", false, [&] { return framesOf(view, pan); });
  measured("drag, 100 %", false, [&] { return dragFrames(view, blocks); });
  measured("drag, all shown", true, [&] { return dragFrames(view, blocks); });
  measured("marquee", true, [&] { return marqueeFrames(view); });
  const auto notPainted = [&](std::vector<BlockId> moved) {
    std::vector<double> edits;
    const std::function<void(int)> edit = editing(view, design, std::move(moved));
    for (int i = 0; i < kFrames; ++i) {
      const double before = threadMilliseconds();
      edit(i);
      edits.push_back(threadMilliseconds() - before);
    }
    return edits;
  };
  measured("edit and undo", true, [&] { return framesOf(view, editing(view, design, sampleOf(design))); });
  measured("edit, not painted", true, [&] { return notPainted(sampleOf(design)); });
  measured("edit of a hub, not painted", true, [&] { return notPainted({busiestOf(design)}); });
}

}  // namespace
}  // namespace cantilever

/// canvas_bench [BLOCKS [WHAT]]: all sizes and measurements, or those whose name has WHAT in it.
int main(int argc, char** argv) {
  qputenv("QT_QPA_PLATFORM", "offscreen");
  QApplication application(argc, argv);
  QApplication::setFont(QFont(QStringLiteral("DejaVu Sans"), 10));
  cantilever::widgets::applyTheme(application, cantilever::widgets::Theme::Kind::Light);
  std::printf("%6s  %-26s %8s %8s %8s   ms a frame\n", "blocks", "what", "p50", "p95", "max");
  const std::vector<int> sizes = argc > 1 ? std::vector{std::atoi(argv[1])} : std::vector{100, 1000, 5000};
  for (const int blocks : sizes) {
    cantilever::measure(blocks, argc > 2 ? argv[2] : "");
  }
  return 0;
}

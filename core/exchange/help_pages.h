#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace cantilever::exchange {

/// A page of the help that comes with the program.
struct HelpPage {
  std::string key;         ///< "pool": the name of its file
  std::string title;       ///< its heading
  std::string_view text;   ///< Markdown; links to other pages are relative paths such as "elements/pool.md"
  bool isSection = false;  ///< the text is a part of the page
};

/// "simulation" first, then the elements in the order of its table, then all others.
const std::vector<HelpPage>& helpPages();
/// The page that a link of another names ("elements/pool.md", "../json.md"), or that is called so ("pool");
/// else the section of one that has the name as its heading, or among the terms that it explains ("retries",
/// "drain"). Error code "help.unknown".
Result<HelpPage> findHelpPage(std::string_view name);

}  // namespace cantilever::exchange

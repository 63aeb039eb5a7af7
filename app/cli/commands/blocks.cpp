#include <CLI/CLI.hpp>
#include <memory>

#include "app/cli/command.h"
#include "app/cli/output.h"
#include "app/cli/param_text.h"
#include "app/cli/text_table.h"
#include "core/base/did_you_mean.h"
#include "core/base/text.h"
#include "core/catalog/block_type.h"
#include "core/exchange/reports.h"

namespace cantilever::cli::commands {
namespace {

struct BlocksOptions {
  std::string key;
  Output output;
};

std::string listOf(const std::vector<catalog::BlockType>& types) {
  TextTable table({{"KEY"}, {"CATEGORY"}, {"WHAT IT IS"}});
  for (const catalog::BlockType& type : types) {
    table.add({type.key, catalog::nameOf(type.category), type.purpose});
  }
  return table.text();
}

/// All that is known about one type, parameter by parameter.
std::string pageOf(const catalog::BlockType& type) {
  std::string out =
      type.key + " - " + type.label + " (" + catalog::nameOf(type.category) + ")\n" + type.purpose + "\n";
  if (!type.documentation.empty()) {
    out += "\n" + type.documentation + "\n";
  }
  if (!type.operations.empty()) {
    out += "\nOperations (the first is the default):";
    for (const std::string& operation : type.operations) {
      out += " " + operation;
    }
    out += "\n";
  }
  out += type.params.empty() ? "\nNo parameters.\n" : "\nParameters:\n";
  return out + describe(type.params);
}

Exit runBlocks(const BlocksOptions& options) {
  const catalog::Catalog& catalog = catalog::Catalog::builtIn();
  std::vector<catalog::BlockType> types = catalog.types();
  if (!options.key.empty()) {
    const catalog::BlockType* type = catalog.find(options.key);
    if (type == nullptr) {
      std::vector<std::string> keys;
      for (const catalog::BlockType& one : types) {
        keys.push_back(one.key);
      }
      printError({"block.unknown_type",
                  "There is no block type \"" + options.key + "\"" +
                      didYouMean(options.key, keys, "; `cantilever-cli blocks` lists them."),
                  {}});
      return Exit::BadInput;
    }
    types = {*type};
  }
  if (options.output.isJson) {
    return options.output.emit(exchange::blocksJson(types), Exit::Done);
  }
  return options.output.emit(options.key.empty() ? listOf(types) : pageOf(types.front()), Exit::Done);
}

std::function<Exit()> setUpBlocks(CLI::App& app) {
  const auto options = std::make_shared<BlocksOptions>();
  app.add_option("KEY", options->key, "Show everything about this type: behaviour, parameters, sources");
  options->output.addOptions(app);
  return [options] { return runBlocks(*options); };
}

}  // namespace

Command blocks() {
  return {"blocks", "List the block types, or show one with its parameters", setUpBlocks};
}

}  // namespace cantilever::cli::commands

#pragma once

#include <string>

#include "core/base/result.h"
#include "core/catalog/block_type.h"
#include "core/exchange/design_json.h"

namespace cantilever::storage {

/// The document file: `.cantilever` (one SQLite database, application_id 0x43414E54 "CANT", user_version =
/// schema number, migrations append-only) or
/// `.cantilever.json` / `.json` (text). Both open and save directly; the name decides which is written, the
/// content which is read. save never leaves a half-written file: it writes beside the target and renames.
/// Errors name the file and say what would be right.
Result<exchange::LoadedDesign> openDesign(const std::string& path, const catalog::Catalog& catalog);
Result<void> saveDesign(const std::string& path, const Design& design);

/// A path of a file, or the key of a template: what the command line calls DESIGN.
Result<exchange::LoadedDesign> openDesignOrTemplate(const std::string& pathOrKey,
                                                    const catalog::Catalog& catalog);

}  // namespace cantilever::storage

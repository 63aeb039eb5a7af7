#include "core/storage/document_file.h"

#include <SQLiteCpp/Backup.h>
#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string_view>

#include "core/base/did_you_mean.h"
#include "core/base/text.h"
#include "core/exchange/file_set.h"
#include "core/exchange/templates.h"
#include "core/storage/migrations.h"

namespace cantilever::storage {
namespace {

constexpr std::string_view kSqliteMagic{"SQLite format 3\0", 16};

bool isDatabase(std::string_view bytes) {
  return bytes.substr(0, kSqliteMagic.size()) == kSqliteMagic;
}

bool endsWith(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

int pragma(SQLite::Database& database, const char* name) {
  return database.execAndGet(std::string("PRAGMA ") + name).getInt();
}

/// Brings the database to the present schema, one step per transaction.
void migrate(SQLite::Database& database) {
  for (int version = pragma(database, "user_version"); version < schemaVersion(); ++version) {
    SQLite::Transaction transaction(database);
    database.exec(std::string(migrations()[static_cast<std::size_t>(version)]));
    database.exec("PRAGMA user_version = " + std::to_string(version + 1));
    transaction.commit();
  }
}

/// Whose database it is, and whether this version may read it.
Result<void> checkOwner(SQLite::Database& database, const std::string& path) {
  if (pragma(database, "application_id") != kApplicationId) {
    return Error{
        "storage.foreign_file",
        path + " is a database of another program; a design is a .cantilever or .cantilever.json file.",
        path};
  }
  if (const int version = pragma(database, "user_version"); version > schemaVersion()) {
    return Error{"storage.newer_schema",
                 path + " was saved by a newer version (schema " + std::to_string(version) +
                     "; this one knows " + std::to_string(schemaVersion()) + "); open it with that version.",
                 path};
  }
  return {};
}

Error damaged(const std::string& path, std::string_view reason) {
  return {"storage.damaged",
          path + " is damaged and cannot be read (" + std::string(reason) + "); it was left as it is.", path};
}

/// The design text of a database file. The file itself is never changed: an older schema is brought up to
/// date in a copy in memory.
Result<std::string> designTextOf(const std::string& path) {
  try {
    SQLite::Database file(path, SQLite::OPEN_READONLY);
    file.setBusyTimeout(2000);
    file.exec("PRAGMA trusted_schema = OFF");  // a document comes from anywhere
    if (Result<void> owner = checkOwner(file, path); !owner) {
      return owner.error();
    }
    // SQLite reads what is missing from the last page as zeros.
    const auto wholeSize = file.execAndGet("PRAGMA page_count").getInt64() * pragma(file, "page_size");
    if (static_cast<std::uintmax_t>(wholeSize) > std::filesystem::file_size(path)) {
      return damaged(path, "its end is missing");
    }
    if (const std::string verdict = file.execAndGet("PRAGMA quick_check(1)").getString(); verdict != "ok") {
      return damaged(path, verdict);
    }
    SQLite::Database copy(":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    const bool isOld = pragma(file, "user_version") < schemaVersion();
    if (isOld) {
      SQLite::Backup(copy, file).executeStep();
      migrate(copy);
    }
    SQLite::Statement newest(isOld ? copy : file,
                             "SELECT json FROM design_revision ORDER BY id DESC LIMIT 1");
    if (!newest.executeStep()) {
      return damaged(path, "it holds no design");
    }
    return newest.getColumn(0).getString();
  } catch (const SQLite::Exception& exception) {
    const int code = exception.getErrorCode();
    if (code == SQLITE_BUSY || code == SQLITE_LOCKED) {
      return Error{"storage.busy", path + " is being written by another program; try again.", path};
    }
    return damaged(path, exception.what());
  } catch (const std::exception& exception) {
    return damaged(path, exception.what());
  }
}

/// A whole document file, as bytes.
Result<std::string> databaseBytes(const Design& design, const std::string& path) {
  try {
    SQLite::Database database(":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    database.exec("PRAGMA application_id = " + std::to_string(kApplicationId));
    migrate(database);
    SQLite::Statement insert(database, "INSERT INTO design_revision (json) VALUES (?)");
    insert.bind(1, exchange::writeDesign(design));
    insert.exec();
    sqlite3_int64 size = 0;
    const std::unique_ptr<unsigned char, void (*)(void*)> image(
        sqlite3_serialize(database.getHandle(), "main", &size, 0), sqlite3_free);
    if (!image) {
      return Error{"storage.cannot_save", "There is not enough memory to save " + path + ".", path};
    }
    return std::string(reinterpret_cast<const char*>(image.get()), static_cast<std::size_t>(size));
  } catch (const std::exception& exception) {
    return Error{"storage.cannot_save", "Cannot make " + path + ": " + exception.what() + ".", path};
  }
}

std::string firstBytesOf(const std::string& path) {
  std::array<char, 16> bytes{};
  std::ifstream file(path, std::ios::binary);
  file.read(bytes.data(), bytes.size());
  return {bytes.data(), static_cast<std::size_t>(file.gcount())};
}

/// Replacing a database of another program, or a document with tables that this version does not know, would
/// lose what cannot be brought back.
Result<void> checkReplaceable(const std::string& path) {
  std::error_code unknown;
  if (!std::filesystem::is_regular_file(path, unknown) || !isDatabase(firstBytesOf(path))) {
    return {};
  }
  try {
    SQLite::Database existing(path, SQLite::OPEN_READONLY);
    Result<void> owner = checkOwner(existing, path);
    if (owner) {
      return {};
    }
    return Error{owner.error().code, owner.error().message + " It was not replaced; save under another name.",
                 path};
  } catch (const SQLite::Exception&) {
    return {};  // a damaged document may be replaced: saving over it is how one repairs it
  }
}

}  // namespace

Result<exchange::LoadedDesign> openDesign(const std::string& path, const catalog::Catalog& catalog) {
  std::error_code unknown;
  if (std::filesystem::is_regular_file(path, unknown) && isDatabase(firstBytesOf(path))) {
    const Result<std::string> text = designTextOf(path);
    if (!text) {
      return text.error();
    }
    Result<exchange::LoadedDesign> loaded = exchange::readDesign(*text, catalog, path);
    if (!loaded && loaded.error().code == "json.syntax") {
      return damaged(path, loaded.error().where + ": " + loaded.error().message);  // we wrote valid JSON
    }
    return loaded;
  }
  const Result<std::string> text = exchange::readFile(path);
  if (!text) {
    return text.error();
  }
  if (text->empty()) {
    return Error{"file.empty", path + " is empty; a design begins with {\"schema\": \"cantilever.design/1\".",
                 path};
  }
  return exchange::readDesign(*text, catalog, path);
}

Result<void> saveDesign(const std::string& path, const Design& design) {
  if (endsWith(path, ".json")) {
    return exchange::writeFile(path, exchange::writeDesign(design));
  }
  if (!endsWith(path, ".cantilever")) {
    return Error{
        "storage.unknown_extension",
        "The name \"" + path + "\" does not say what to write; end it with .cantilever or .cantilever.json.",
        path};
  }
  if (Result<void> replaceable = checkReplaceable(path); !replaceable) {
    return replaceable;
  }
  const Result<std::string> bytes = databaseBytes(design, path);
  if (!bytes) {
    return bytes.error();
  }
  return exchange::writeFile(path, *bytes);
}

Result<exchange::LoadedDesign> openDesignOrTemplate(const std::string& pathOrKey,
                                                    const catalog::Catalog& catalog) {
  // A folder may bear a template's name (an export of it, say): then the template is meant.
  std::error_code unknown;
  const auto status = std::filesystem::status(pathOrKey, unknown);
  std::vector<std::string> keys;
  for (const exchange::Template& one : exchange::templates()) {
    if (one.key == pathOrKey && (!std::filesystem::exists(status) || std::filesystem::is_directory(status))) {
      return exchange::loadTemplate(pathOrKey, catalog);
    }
    keys.push_back(one.key);
  }
  if (status.type() != std::filesystem::file_type::not_found) {
    return openDesign(pathOrKey, catalog);
  }
  return Error{"file.not_found",
               "There is no file and no template \"" + pathOrKey + "\"" +
                   didYouMean(pathOrKey, keys, "; `cantilever-cli templates` lists the templates."),
               pathOrKey};
}

}  // namespace cantilever::storage

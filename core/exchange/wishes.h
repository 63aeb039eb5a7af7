#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace cantilever::exchange {

/// A variable that a service should find in its environment because one of its links leads to `target`.
struct Wish {
  std::string name;    ///< "DATABASE_URL"
  std::string target;  ///< name of the block
  std::string value;   ///< in the language of the export
};

/// The environment: where several targets ask for the same variable, each gets one with its own name behind
/// ("DATABASE_URL_ORDERS").
std::map<std::string, std::string> granted(const std::vector<Wish>& wishes);

/// "orders-db" -> "ORDERS_DB"
std::string environmentName(std::string_view name);

}  // namespace cantilever::exchange

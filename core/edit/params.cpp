#include <iterator>

#include "core/edit/checks.h"

namespace cantilever::edit {

Result<void> settleParams(Params& params, const Params* before, const std::vector<catalog::ParamSpec>& specs,
                          const ParamOwner& owner, const Params& defaults) {
  for (auto at = params.begin(); at != params.end();) {
    const auto& [key, value] = *at;
    const catalog::ParamSpec* spec = catalog::findSpec(specs, key);
    const bool isUnchanged = before != nullptr && before->contains(key) && before->at(key) == value;
    if (spec == nullptr && !isUnchanged) {
      return Error{"edit.unknown_param", owner.nameAndVerb + " no parameter \"" + key + "\".",
                   owner.id + "." + key};
    }
    if (!isUnchanged) {
      if (const auto checked = spec->check(value); !checked) {
        return Error{checked.error().code, checked.error().message, owner.id + "." + key};
      }
    }
    const auto own = defaults.find(key);
    const bool isUsual =
        own != defaults.end() ? value == own->second : spec != nullptr && spec->isNothingButDefault(value);
    at = isUsual ? params.erase(at) : std::next(at);
  }
  return {};
}

}  // namespace cantilever::edit

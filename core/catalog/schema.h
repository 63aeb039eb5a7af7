#pragma once

#include <concepts>
#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "core/catalog/block_type.h"

namespace cantilever::catalog {

namespace detail {

template <class T, class Variant>
inline constexpr bool kIsAlternative = false;
template <class T, class... Alternatives>
inline constexpr bool kIsAlternative<T, std::variant<Alternatives...>> = (std::same_as<T, Alternatives> ||
                                                                          ...);

}  // namespace detail

/// A type that a member of a parameter struct may have.
template <class T>
concept ParamMember = detail::kIsAlternative<T, ParamValue> && !std::same_as<T, OpaqueValue>;

/// Ties each member of a plain struct of parameters to its key, label, unit, range and help, once:
///
///   Schema<Params>()
///       .field("cpu_time", &Params::cpuTime).label("CPU time").group("Behaviour").range(1_us, 10_s)
///       .logarithmic().help("Processor time of one request.").source(Source::Grade::Judgement, "...")
///
/// The default of a parameter is the member's value in `P{}`. Every call after `field` is about that field.
/// Keys must be unique within a schema (every_block_test checks the whole catalogue).
template <class P>
class Schema {
 public:
  template <ParamMember M, class Owner>
  requires std::derived_from<P, Owner> Schema& field(std::string key, M Owner::*member) {
    static const P defaults{};
    ParamSpec spec;
    spec.key = std::move(key);
    spec.defaultValue = defaults.*member;
    spec.kind = kindOf(spec.defaultValue);
    m_fields.push_back({std::move(spec), [member](P& params, const ParamValue& value) {
                          if (const M* typed = std::get_if<M>(&value)) {
                            params.*member = *typed;
                          }
                        }});
    return *this;
  }

  Schema& label(std::string text) {
    last().label = std::move(text);
    return *this;
  }
  Schema& group(std::string heading) {
    last().group = std::move(heading);
    return *this;
  }
  Schema& help(std::string text) {
    last().help = std::move(text);
    return *this;
  }
  /// Limits in the base unit of the kind (s, 1/s, B, B/s, 1); of a Law: of its mean.
  Schema& range(double minimum, double maximum) {
    last().minimum = minimum;
    last().maximum = maximum;
    return *this;
  }
  template <ParamMember Q>
  requires(!std::is_arithmetic_v<Q>) Schema& range(Q minimum, Q maximum) {
    return range(numberOf(ParamValue(minimum)).value(), numberOf(ParamValue(maximum)).value());
  }
  Schema& logarithmic() {
    last().isLogarithmic = true;
    return *this;
  }
  Schema& choices(std::initializer_list<const char*> values) {
    for (const char* value : values) {
      last().choices.push_back(Choice{value});
    }
    return *this;
  }
  Schema& choices(std::vector<Choice> values) {
    last().choices = std::move(values);
    return *this;
  }
  /// What some of the choices are called on screen, where the values in words would not do.
  Schema& choiceLabels(std::map<std::string, std::string> labels) {
    last().choiceLabels = std::move(labels);
    return *this;
  }
  /// For a Text: says what is wrong with it, as a sentence, or nothing; and a text that is right.
  Schema& grammar(std::string (*faultInText)(const std::string&), std::string example) {
    last().faultInText = faultInText;
    last().example = std::move(example);
    return *this;
  }
  /// The default follows from other parameters ("the instance type"): it is what `derive` makes of them.
  template <class Derive>
  requires std::invocable<Derive, const P&> Schema& follows(std::string others, Derive derive) {
    last().follows = std::move(others);
    m_fields.back().derive = [derive](const P& params) { return ParamValue(derive(params)); };
    return *this;
  }
  Schema& source(Source::Grade grade, std::string document) {
    last().source = {grade, std::move(document)};
    return *this;
  }

  /// The source of a field that several types share and whose default is another one in this type.
  Schema& sourceOf(const std::string& key, Source::Grade grade, std::string document) {
    for (Field& field : m_fields) {
      if (field.spec.key == key) {
        field.spec.source = {grade, std::move(document)};
        break;
      }
    }
    return *this;
  }

  std::vector<ParamSpec> specs() const {
    std::vector<ParamSpec> result;
    result.reserve(m_fields.size());
    const auto schema = std::make_shared<const Schema>(*this);
    for (std::size_t i = 0; i < m_fields.size(); ++i) {
      result.push_back(m_fields[i].spec);
      if (m_fields[i].derive) {
        result.back().derivedDefault = [schema, i](const cantilever::Params& values) {
          return schema->m_fields[i].derive(schema->read(values));
        };
      }
    }
    return result;
  }

  /// A block's values over the defaults; defaults that follow from others, in the order of the fields. Values
  /// of the wrong type count as absent: whoever must not accept them (compile, edit) asks ParamSpec::check
  /// first.
  P read(const cantilever::Params& values) const { return readOver(P{}, values); }
  /// As read(), over other values than the defaults.
  P readOver(P params, const cantilever::Params& values) const {
    for (const Field& field : m_fields) {
      if (const auto at = values.find(field.spec.key); at != values.end()) {
        field.assign(params, at->second);
      }
    }
    for (const Field& field : m_fields) {
      const auto at = values.find(field.spec.key);
      if (field.derive && (at == values.end() || kindOf(at->second) != field.spec.kind)) {
        field.assign(params, field.derive(params));
      }
    }
    return params;
  }

 private:
  struct Field {
    ParamSpec spec;
    std::function<void(P&, const ParamValue&)> assign;
    std::function<ParamValue(const P&)> derive = {};
  };
  ParamSpec& last() { return m_fields.back().spec; }

  std::vector<Field> m_fields;
};

/// Completes `base` (key, label, category, purpose, documentation, operations ...) to a block type whose
/// vocabularies are functions of a plain struct. Captureless lambdas and functions will do.
template <class P>
BlockType makeBlock(BlockType base, Schema<P> schema,
                    std::type_identity_t<void (*)(const P&, plan::Lowering&)> lower,
                    std::type_identity_t<std::vector<Usage> (*)(const P&, const Load&)> usage,
                    std::type_identity_t<Deployable (*)(const P&)> deploy,
                    std::type_identity_t<Traits (*)(const P&)> traits) {
  base.params = schema.specs();
  const auto shared = std::make_shared<const Schema<P>>(std::move(schema));
  base.lower = [shared, lower](const Block& block, plan::Lowering& lowering) {
    lower(shared->read(block.params), lowering);
  };
  base.usage = [shared, usage](const Block& block, const Load& load) {
    return usage(shared->read(block.params), load);
  };
  base.deploy = [shared, deploy](const Block& block) { return deploy(shared->read(block.params)); };
  base.traits = [shared, traits](const Block& block) { return traits(shared->read(block.params)); };
  return base;
}

}  // namespace cantilever::catalog

#pragma once

#include <bit>
#include <cassert>
#include <cstdint>
#include <vector>

namespace cantilever::sim {

/// A set of the instances 0 .. n-1 of a pool, with access by rank in order of index, so that a choice by
/// number depends on who is in the set and not on how the set came about.
class InstanceSet {
 public:
  InstanceSet() = default;
  /// Of n, with the first `members` in it.
  InstanceSet(std::uint32_t n, std::uint32_t members) : m_words((n + 63) / 64, 0), m_capacity(n) {
    for (std::uint32_t i = 0; i < members; ++i) {
      insert(i);
    }
  }

  std::uint32_t size() const { return m_size; }
  bool isEmpty() const { return m_size == 0; }
  bool contains(std::uint32_t i) const { return (m_words[i / 64] >> (i % 64) & 1) != 0; }
  void insert(std::uint32_t i) {
    m_size += contains(i) ? 0u : 1u;
    m_words[i / 64] |= std::uint64_t{1} << (i % 64);
  }
  void erase(std::uint32_t i) {
    m_size -= contains(i) ? 1u : 0u;
    m_words[i / 64] &= ~(std::uint64_t{1} << (i % 64));
  }
  /// The member of the given rank, 0 <= rank < size().
  std::uint32_t at(std::uint32_t rank) const {
    assert(rank < m_size);
    if (m_size == m_capacity) {
      return rank;
    }
    std::size_t word = 0;
    for (auto here = count(word); rank >= here; here = count(word)) {
      rank -= here;
      ++word;
    }
    std::uint64_t bits = m_words[word];
    for (; rank > 0; --rank) {
      bits &= bits - 1;
    }
    return static_cast<std::uint32_t>(word * 64) + static_cast<std::uint32_t>(std::countr_zero(bits));
  }
  /// The first member from i on, starting over after the last one. Not when empty.
  std::uint32_t from(std::uint32_t i) const {
    assert(m_size > 0);
    if (i < m_capacity) {
      const std::uint64_t rest = m_words[i / 64] >> (i % 64);
      if (rest != 0) {
        return i + static_cast<std::uint32_t>(std::countr_zero(rest));
      }
      for (std::size_t word = i / 64 + 1; word < m_words.size(); ++word) {
        if (m_words[word] != 0) {
          return static_cast<std::uint32_t>(word * 64) +
                 static_cast<std::uint32_t>(std::countr_zero(m_words[word]));
        }
      }
    }
    return at(0);
  }

  /// Makes it those that are in both, which are of one size.
  void assignCommon(const InstanceSet& a, const InstanceSet& b) {
    m_words.resize(a.m_words.size());
    m_capacity = a.m_capacity;
    m_size = 0;
    for (std::size_t word = 0; word < m_words.size(); ++word) {
      m_words[word] = a.m_words[word] & b.m_words[word];
      m_size += count(word);
    }
  }
  /// Calls visit(i) for each member, in order.
  template <class Visit>
  void forEach(const Visit& visit) const {
    for (std::size_t word = 0; word < m_words.size(); ++word) {
      for (std::uint64_t bits = m_words[word]; bits != 0; bits &= bits - 1) {
        visit(static_cast<std::uint32_t>(word * 64) + static_cast<std::uint32_t>(std::countr_zero(bits)));
      }
    }
  }

 private:
  std::uint32_t count(std::size_t word) const {
    return static_cast<std::uint32_t>(std::popcount(m_words[word]));
  }

  std::vector<std::uint64_t> m_words;
  std::uint32_t m_capacity = 0;
  std::uint32_t m_size = 0;
};

}  // namespace cantilever::sim

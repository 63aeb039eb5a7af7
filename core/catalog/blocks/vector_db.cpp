#include <algorithm>
#include <cmath>

#include "core/base/text.h"
#include "core/catalog/blocks.h"
#include "core/catalog/hosted.h"
#include "core/catalog/nodes.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

struct VectorParams : nodes::NodeParams {
  VectorParams() {
    instances = Count(4);
    instanceType = Choice{"r7g.2xlarge"};
    concurrency = Count(200);
    queueLimit = Count(200);
    storage = bytes(250e9);
  }
  Count vectors{20'000'000};
  Count dimensions{768};
  Choice precision{"float32"};
  Count copies{2};
  Count neighbours{16};
  Count candidates{128};
  Count candidatesOfInsert{200};
  Bandwidth readRate = bytesPerSecond(10e9);
  Law diskRead = Law::lognormal(300_us, 0.5);
  Law mergeTime = Law::lognormal(200_us, 0.5);

  std::int64_t copiesThereAre() const { return std::min(copies.value(), instances.value()); }
  std::int64_t shardsThereAre() const {
    return std::max<std::int64_t>(1, instances.value() / copiesThereAre());
  }
  double vectorsOfShard() const {
    return static_cast<double>(vectors.value()) / static_cast<double>(shardsThereAre());
  }
  double bytesOfVector() const {
    const double each = precision.value == "int8" ? 1 : precision.value == "float16" ? 2 : 4;
    return static_cast<double>(dimensions.value()) * each;
  }
  /// Of one node: its vectors, 16 bytes for each edge of the graph, and a fifth for everything else.
  Bytes memoryNeeded() const {
    constexpr double kEdge = 16;
    constexpr double kHeadroom = 1.2;
    const double edges = static_cast<double>(neighbours.value()) * kEdge;
    return bytes(vectorsOfShard() * (bytesOfVector() + edges) * kHeadroom);
  }
  Bytes memory() const { return instanceClass().memory(); }
  double shareInMemory() const { return std::min(1.0, memory().raw() / memoryNeeded().raw()); }
  /// Vectors that a search compares with on one shard: at the bottom of the graph the neighbours of each
  /// candidate, and on each layer above those of one vector. There are log(n) / log(neighbours) layers.
  double comparisons(Count kept) const {
    const auto each = static_cast<double>(neighbours.value());
    const double layers = std::log(std::max(2.0, vectorsOfShard())) / std::log(std::max(2.0, each));
    return each * (static_cast<double>(kept.value()) + layers);
  }
  Law searchTime(Count kept) const {
    const double seconds = comparisons(kept) * bytesOfVector() / readRate.raw();
    return onThisServer(Law::lognormal(Duration::seconds(seconds), 0.3));
  }
  /// What the volume is asked for one after the other: each candidate whose vector is not in memory.
  Law timeAtDisk(Count kept) const {
    return diskRead.scaled(static_cast<double>(kept.value()) * (1 - shareInMemory()));
  }
};

constexpr const char* kHnsw =
    "Y. Malkov and D. Yashunin, Efficient and robust approximate nearest neighbor search using hierarchical "
    "navigable small world graphs, 2018";

Schema<VectorParams> vectorSchema() {
  Schema<VectorParams> schema;
  nodes::addNodeFields(schema, "Two shards of two copies.",
                       "Memory-optimised: the index lives in memory, 64 GiB each.",
                       "The index, the originals and room to rebuild it.");
  tier::addAdmissionFields(schema, Source::Grade::Judgement, "Searches are short: a few for each core.",
                           "Two hundred searches: a few tenths of a second.");
  return schema.field("vectors", &VectorParams::vectors)
      .label("Vectors")
      .group("Size")
      .range(1, 1e11)
      .logarithmic()
      .help("In all. Each shard has its part of them.")
      .source(Source::Grade::Judgement, "Some million documents in pieces.")
      .field("dimensions", &VectorParams::dimensions)
      .label("Dimensions")
      .group("Size")
      .range(1, 65'536)
      .logarithmic()
      .help("Numbers of a vector.")
      .source(Source::Grade::Known,
              "J. Devlin et al., BERT, 2019: 768 in the base model, as in many models of text since")
      .field("precision", &VectorParams::precision)
      .label("Precision")
      .group("Size")
      .choices({"float32", "float16", "int8"})
      .help("Of each number in memory: 4, 2 or 1 bytes. Less memory and shorter searches for some recall.")
      .source(Source::Grade::Judgement, "As models give them.")
      .field("copies", &VectorParams::copies)
      .label("Copies")
      .group("Reliability")
      .range(1, 10)
      .help("Nodes that have each vector. Nodes / copies are the shards, all of which a search asks.")
      .source(Source::Grade::Judgement, "One may fail.")
      .field("neighbours", &VectorParams::neighbours)
      .label("Neighbours")
      .group("Behaviour")
      .range(2, 512)
      .logarithmic()
      .help("Edges that the graph of the index keeps for each vector (m).")
      .source(
          Source::Grade::Read,
          "ScyllaDB Cloud documentation, vector search sizing: 16 by default; memory is vectors x (bytes + "
          "16 m) x 1.2")
      .field("candidates", &VectorParams::candidates)
      .label("Candidates")
      .group("Behaviour")
      .range(1, 10'000)
      .logarithmic()
      .help(
          "The best so far that a search keeps (ef): more of them find more of the true neighbours, and take "
          "longer.")
      .source(Source::Grade::Judgement, "Recall of well above nine in ten on common sets of vectors.")
      .field("candidates_of_insert", &VectorParams::candidatesOfInsert)
      .label("Candidates of an insert")
      .group("Behaviour")
      .range(1, 10'000)
      .logarithmic()
      .help("The same while a vector is put into the graph, at each copy.")
      .source(Source::Grade::Judgement, "Half as many again as searches have.")
      .field("read_rate", &VectorParams::readRate)
      .label("Comparing")
      .group("Behaviour")
      .range(bytesPerSecond(1e7), bytesPerSecond(1e12))
      .logarithmic()
      .help("Bytes of vectors that a Graviton3 core fetches and compares in a second.")
      .source(Source::Grade::Judgement,
              "Vectors lie scattered: memory sets the pace. 0.3 us for 768 numbers of four bytes.")
      .field("disk_read", &VectorParams::diskRead)
      .label("Read from disk")
      .group("Behaviour")
      .range(1_us, 1_s)
      .logarithmic()
      .help("Of one vector that memory has no room for.")
      .source(Source::Grade::Judgement, "A network volume of solid-state disks, several reads at a time.")
      .field("merge_time", &VectorParams::mergeTime)
      .label("Merging")
      .group("Behaviour")
      .range(1_us, 1_s)
      .logarithmic()
      .help(
          "Processor time of the node that took the search: asking the shards, and the best of all answers.")
      .source(Source::Grade::Judgement, "A few dozen answers and what belongs to them.");
}

void lowerVectors(const VectorParams& params, plan::Lowering& lowering) {
  const plan::Index pool = nodes::addNodes(params, lowering);
  // Searches of shards take no seat at the node, or requests could wait for each other's parts for ever.
  const plan::Index cores =
      lowering.addPool(hosted::machines(params.instances, params.instanceClass().vcpu), "search");
  plan::Link turn;
  turn.balancing = Balancing::RoundRobin;
  const auto part = [&](const char* role, Count kept) {
    return lowering.addPart(role, cores, turn, [&, kept](plan::ProgramBuilder& program) {
      program.work(params.searchTime(kept));
      if (const Law disk = params.timeAtDisk(kept); !disk.isZero()) {
        program.wait(disk);
      }
    });
  };
  const plan::OutLink search = part("search-shard", params.candidates);
  const plan::OutLink insert = part("insert-copy", params.candidatesOfInsert);
  const auto add = [&](const char* name, const plan::OutLink& at, std::int64_t times) {
    lowering.addOperation(name, pool, [&, times](plan::ProgramBuilder& program) {
      program.work(params.onThisServer(params.mergeTime))
          .draw(CountLaw::fixed(static_cast<std::uint32_t>(times)))
          .fanOut(at, {});
    });
  };
  for (const char* name : {"", "search", "read"}) {
    add(name, search, params.shardsThereAre());
  }
  for (const char* name : {"upsert", "write"}) {
    add(name, insert, params.copiesThereAre());
  }
  if (params.shareInMemory() < 1) {
    lowering.warn("vectors.too_large",
                  "Its index takes " + format(params.memoryNeeded()) + " at each node, which has " +
                      format(params.memory()) + ": the rest is read from disk.",
                  "vectors");
  }
}

}  // namespace

BlockType vector_db() {
  return makeBlock<VectorParams>(
      {.key = "vector_db",
       .label = "Vector database",
       .category = Category::Data,
       .purpose = "Finds the vectors nearest to another: search by meaning, recommendations, retrieval for "
                  "language models.",
       .documentation =
           R"(**What happens to a request.** The incoming link picks a node, where the request is admitted, or waits or is refused. A `search` (the default, also `read`) asks one copy of every shard
at once and waits for the slowest; the node merges what they found. An `upsert` (also `write`) is put into the graph of every copy of one shard.

**A search of a shard** follows a graph of near neighbours (HNSW): it looks at the neighbours of each candidate that it keeps, and of one vector on each of the few layers above. Its processor time is that number of
comparisons times the bytes of a vector: twice the candidates take twice as long, ten times the vectors hardly longer.

**Memory** is what it is sized by: vectors x (bytes + 16 x neighbours) x 1.2 at the shards. What a node has no room for is read from disk, candidate by candidate, and searches become many times slower;
a remark says so. Halve the precision, or add shards.

**Modelled.** Comparisons as processor time, shards and the slowest of them, copies, memory and what is missing of it, admission, nodes and volumes in the bill.

**Not modelled.** Recall. Filters, and searches of text beside those of vectors. Rebuilding of the graph, deletions. The model that makes vectors of texts: call it before.)",
       .vendorNames = {"Qdrant", "Milvus", "Weaviate", "Pinecone", "OpenSearch k-NN", "pgvector",
                       "Vertex AI "
                       "Vector Search",
                       "Azure AI Search"},
       .operations = {"search", "upsert", "read", "write"},
       .makesCalls = false},
      vectorSchema(), lowerVectors,
      [](const VectorParams& params, const Load&) { return nodes::usageOfNodes(params); },
      [](const VectorParams& params) {
        Deployable deployable =
            nodes::deployNodes(params, "qdrant/qdrant:v1.16.3", 6333,
                               {"bash", "-c", ":> /dev/tcp/127.0.0.1/6333"}, "/qdrant/storage");
        deployable.settings["scheme"] = "http";
        return deployable;
      },
      [](const VectorParams& params) { return nodes::traitsOfNodes(params, params.copies.value()); });
}

}  // namespace cantilever::catalog::blocks

#!/bin/bash
# Joins the nodes, once. CLUSTER MEET takes addresses only, so names are looked up first.
set -euo pipefail
if [[ "$(redis-cli -h cache-1 cluster info)" == *cluster_state:ok* ]]; then
  exit 0
fi
addresses=()
for node in cache-1 cache-2 cache-3 cache-4 cache-5 cache-6; do
  addresses+=("$(getent ahostsv4 "$node" | head -n 1 | cut -d ' ' -f 1):6379")
done
redis-cli --cluster create "${addresses[@]}" --cluster-replicas 1 --cluster-yes

#!/usr/bin/env node
// Writes a design that has every block type but the primitives, so that the exports of all of them are checked: a server
// calls each that can be called, and each that calls others leads to a balancer, a server, a queue and a store. Two servers
// live on a cluster, one of them on its own account and one behind a balancer, and one lives on another server.
// Usage: cantilever-cli blocks --json | every-block.mjs > DESIGN
import fs from 'node:fs';

const types = JSON.parse(fs.readFileSync(0)).filter((type) => type.category !== 'Primitives');
const idOf = (type) => `the-${type.key.replaceAll('_', '-')}`;
const blocks = [
  { id: 'users', type: 'client_web' },
  { id: 'entrance', type: 'l7_load_balancer' },
  { id: 'app', type: 'app_server' },
  { id: 'inner', type: 'l7_load_balancer' },
  { id: 'behind', type: 'app_server' },
  { id: 'jobs', type: 'message_queue' },
  { id: 'dead', type: 'dead_letter_queue' },
  { id: 'files', type: 'object_storage' },
  { id: 'guest', type: 'app_server', params: { lives_on: 'the-container-cluster', instances: 4 } },
  { id: 'helper', type: 'worker', params: { lives_on: 'the-container-cluster', instances: 2, instance_type: 'c7g.medium' } },
  { id: 'sidecar', type: 'app_server', params: { lives_on: 'app' } },
];
const links = [
  ['users', 'entrance'],
  ['entrance', 'app'],
  ['inner', 'behind'],
  ['jobs', 'behind'],
  ['jobs', 'dead', 'fallback'],
  ['inner', 'guest'],
  ['guest', 'files'],
  ['jobs', 'helper'],
  ['app', 'sidecar'],
];
for (const type of types) {
  blocks.push({ id: idOf(type), type: type.key });
  if (type.accepts_calls) links.push(['app', idOf(type)]);
  if (type.accepts_calls && type.category === 'Edge') links.push(['users', idOf(type)]);
  if (type.makes_calls) for (const to of ['inner', 'behind', 'jobs', 'files']) links.push([idOf(type), to]);
}
const design = {
  schema: 'cantilever.design/1',
  name: 'Every block',
  classes: [{ id: 'page', name: 'Page' }],
  blocks,
  links: links.map(([from, to, role], i) => ({ id: `l${i}`, from, to, ...(role && { role }) })),
};
console.log(JSON.stringify(design, null, 2));

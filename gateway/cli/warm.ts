/* Loads what a start loads, runs none of it, and leaves its compiled form in the cache (NODE_COMPILE_CACHE). */
await Promise.all([
  import('../main.ts'),
  import('./demo.ts'),
  import('./run.ts'),
  import('./sim.ts'),
  import('../../collectors/fleet.ts'),
  import('../../collectors/protocols/opcua/source.ts'),
  import('../journal/journal-writer.ts'),
  import('../journal/history-reader.ts'),
]);
process.exit(0);

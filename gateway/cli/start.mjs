/*
 * `npm start`: everything from a fresh clone. Without `--config` the simulated hospital and the gateway that watches
 * it; with it, a real site. All options are those of `hygate demo` and `hygate run`.
 */
import { buildPage, install } from './bootstrap.mjs';

const args = process.argv.slice(2);
install();
buildPage();
const command = args.some((arg) => arg === '--config' || arg.startsWith('--config=')) ? 'run' : 'demo';
process.argv.splice(2, process.argv.length, command, ...args);
await import('./hygate.mjs');

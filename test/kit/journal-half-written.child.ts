import { DatabaseSync } from 'node:sqlite';

/*
 * Leaves a segment as a kill leaves it in the middle of being sealed: no WAL any more, and a change of the file itself
 * under way, whose rollback journal lies beside it.
 */
const [path = ''] = process.argv.slice(2);
const db = new DatabaseSync(path);
db.exec('PRAGMA journal_mode = DELETE; PRAGMA cache_size = 1; PRAGMA cache_spill = 1; BEGIN IMMEDIATE');
// More pages than the cache holds: some are in the file already, and it is wrong without its journal.
db.exec('UPDATE entry SET arrived = arrived + 1, body = zeroblob(length(body))');
process.kill(process.pid, 'SIGKILL');

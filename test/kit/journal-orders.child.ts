import { silentLog } from '#model/log';
import { silentMeter } from '#model/meter';
import { realClock } from '#model/time';
import { FileJournal } from '../../gateway/journal/journal.ts';
import { messageReadings } from './journal-message.ts';

/* A journal in a process of its own, with the disk that its environment gives it: appends the messages it is told. */
const [dir = ''] = process.argv.slice(2);
const journal = new FileJournal({ dir, clock: realClock, log: silentLog, meter: silentMeter });
await journal.start();

process.on('message', (message: number) => {
  journal.append(messageReadings(message)).then(
    ({ repeated }) => process.send?.({ message, repeated }),
    (error: Error) => process.send?.({ message, error: error.message }),
  );
});
process.on('disconnect', () => process.exit());
process.send?.('ready');

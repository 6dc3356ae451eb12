import { parentPort, workerData } from 'node:worker_threads';
import { rightAnswer, ScriptedModbus } from './modbus-scripted.ts';

/*
 * A device in a thread of its own, for a gateway that stands still: it answers each question when it is let, and says in
 * shared memory what it has heard and what it has said.
 */

const { framing, shared } = workerData;
const [HEARD, LET, SAID] = [0, 1, 2];
const counts = new Int32Array(shared);
const count = (what: number) => {
  Atomics.add(counts, what, 1);
  Atomics.notify(counts, what);
};

const server = new ScriptedModbus(framing);
server.behaviour = (asked) => {
  count(HEARD);
  Atomics.wait(counts, LET, asked.serial - 1);
  asked.socket.write(rightAnswer(asked), () => count(SAID));
};
parentPort?.postMessage(await server.start());

import { createInterface } from 'node:readline/promises';
import { HygateError } from '#model/errors';
import type { Terminal } from '../../setup/question.ts';

/** The person at this terminal. Who goes away (Ctrl-C, Ctrl-D) ends it, and nothing was written. */
export function person(): Terminal & { close(): void } {
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  const gone = new AbortController();
  lines.once('close', () => gone.abort());
  lines.once('SIGINT', () => lines.close());
  return {
    async ask(prompt) {
      try {
        return await lines.question(prompt, { signal: gone.signal });
      } catch (error) {
        if (!gone.signal.aborted) throw error;
        throw new HygateError('request-invalid', 'nothing was written, as you went before the last question');
      }
    },
    say: (line) => void process.stdout.write(`${line}\n`),
    close: () => lines.close(),
  };
}

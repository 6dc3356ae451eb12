import { HygateError } from '#model/errors';
import type { Text } from '#model/text';

/** Where a person sits. */
export interface Terminal {
  /** Rejects when the person has gone. */
  ask(prompt: string): Promise<string>;
  say(line: string): void;
}

export interface Question<Answer> {
  readonly text: Text;
  /** What Enter means, as it would be typed; left out: something must be typed. */
  readonly usual?: string;
  /** Undefined: that is no answer, and it is asked again. */
  readonly read: (typed: string) => Answer | undefined;
  /** Said when it was no answer. */
  readonly hint: Text;
}

/** Asks until there is an answer. */
export async function ask<Answer>(terminal: Terminal, question: Question<Answer>): Promise<Answer> {
  const { text, usual, read, hint } = question;
  const shown = usual === undefined || usual === '' ? '' : ` [${usual}]`;
  for (;;) {
    const typed = (await terminal.ask(`${both(text)}${shown}: `)).trim();
    const answer =
      typed === '' && usual === undefined ? undefined : attempt(terminal, () => read(typed || (usual ?? '')));
    if (answer !== undefined) return answer;
    terminal.say(`  ${both(hint)}`);
  }
}

/** By its number; Enter takes the first. */
export function choose<Choice>(
  terminal: Terminal,
  text: Text,
  choices: readonly (readonly [shown: string, choice: Choice])[],
): Promise<Choice> {
  for (const [index, [shown]] of choices.entries()) terminal.say(`  ${index + 1}  ${shown}`);
  return ask(terminal, {
    text,
    usual: '1',
    read: (typed) => choices[Number(typed) - 1]?.[1],
    hint: { zh: `请输入 1 到 ${choices.length}`, en: `a number from 1 to ${choices.length}` },
  });
}

export const agree = (terminal: Terminal, text: Text, usual: 'y' | 'n' = 'y'): Promise<boolean> =>
  ask(terminal, {
    text,
    usual,
    read: (typed) => (/^[yn是否]/i.test(typed) ? /^[y是]/i.test(typed) : undefined),
    hint: { zh: '请输入 y 或 n', en: 'y or n' },
  });

export const both = ({ zh, en }: Text): string => `${zh} ${en}`;

/** What the reader of the answer says of it is said to the person, who tries again. */
function attempt<Answer>(terminal: Terminal, read: () => Answer): Answer | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof HygateError)) throw error;
    terminal.say(`  ${error.message}`);
    return undefined;
  }
}

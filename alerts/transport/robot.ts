import type { ChannelDeps, Message, OpenChannel, Recipient } from '#model/channel';
import type { EpochMs } from '#model/time';
import { parseJson } from './json.ts';
import { openLine, proofOf, type Request } from './line.ts';
import { timeoutMs } from './options.ts';
import { secretsIn } from './redact.ts';
import { failureOf, type Rulings, rulingOfCode } from './ruling.ts';

/** What the robots of group chats have in common: one address that holds a key, one code in each answer. */
export interface RobotOptions {
  readonly url: string;
  readonly secret?: string;
  readonly timeout: string;
}

export interface Robot {
  readonly request: (message: Message, to: Recipient, now: EpochMs) => Request;
  /** The code in an answer; 0 means taken. */
  readonly code: (json: unknown) => unknown;
  readonly rulings: (words: string) => Rulings;
}

export function openRobot(options: RobotOptions, { clock }: ChannelDeps, robot: Robot): OpenChannel {
  const secrets = [...secretsIn(options.url), options.secret ?? ''];
  const line = openLine({ clock, timeout: timeoutMs(options.timeout), secrets });
  return {
    async send(message, to, signal) {
      const answer = await line(robot.request(message, to, clock.wall()), signal);
      const { text } = answer;
      const ruling = rulingOfCode(answer, robot.code(parseJson(text)), '0', robot.rulings(text));
      if (ruling !== undefined) throw failureOf(ruling, answer);
      return { answer: proofOf(answer), receipt: null };
    },
    close: async () => undefined,
  };
}

import { SerialPort } from 'serialport';
import { DeliveryError } from '#model/channel';
import type { Clock, Ms, Timer } from '#model/time';
import { AtError } from './at-error.ts';

/** A command without an answer of its own; ends a text that a crash left half typed. */
const ESCAPE = '\u001b';
const SUBSTITUTE = '\u001a';
const PULSE: Ms = 20;
/** A line is shorter; more without a line end is noise. */
const MOST_BUFFERED = 4096;

export interface Command {
  readonly text: string;
  /** Lines that belong to the answer: `+CREG:`. All others in between are unsolicited. */
  readonly prefix?: string;
  /** What is typed at the prompt. */
  readonly typed?: string;
  readonly within: Ms;
}

interface Pending extends Command {
  readonly lines: string[];
  readonly resolve: (lines: readonly string[]) => void;
  readonly reject: (error: Error) => void;
}

export interface AtLinkOptions {
  readonly path: string;
  readonly baud: number;
  readonly clock: Clock;
  /** A status report came (+CDS). */
  readonly onReport: (pdu: string) => void;
}

/**
 * AT commands on a serial line, one at a time (ITU-T V.250; 3GPP TS 27.005, 27.007). After the first thing that goes
 * wrong it is closed, and never asked again: what an answer that comes late belongs to, nobody knows.
 */
export class AtLink {
  readonly #port: SerialPort;
  readonly #options: AtLinkOptions;
  #buffer = '';
  #pending: Pending | undefined;
  #reportFollows = false;
  #lost: Error | undefined;

  constructor(options: AtLinkOptions) {
    this.#options = options;
    this.#port = new SerialPort({ path: options.path, baudRate: options.baud, autoOpen: false });
  }

  get isOpen(): boolean {
    return this.#port.isOpen && this.#lost === undefined;
  }

  /** Rejects when there is no such port, or when somebody else has it. */
  async open(): Promise<void> {
    this.#port.on('data', (bytes: Buffer) => this.#take(bytes.toString('latin1')));
    this.#port.on('error', (error) => this.#lose(error));
    this.#port.on('close', () => this.#lose(new Error(`${this.#options.path} was closed`)));
    const pulse = this.#pulse();
    try {
      await new Promise<void>((resolve, reject) => {
        this.#port.open((error) => (error ? reject(error) : resolve()));
      });
    } finally {
      pulse.cancel();
    }
    this.#port.write(ESCAPE);
  }

  close(): void {
    this.#lose(new Error('the line was closed'));
    if (this.#port.isOpen) this.#port.close(() => undefined);
  }

  /** The lines of the answer that begin with the prefix; rejects with an AtError, or a DeliveryError on silence. */
  async ask(command: Command, signal: AbortSignal): Promise<readonly string[]> {
    if (this.#lost !== undefined) throw this.#lost;
    signal.throwIfAborted();
    const { clock } = this.#options;
    const answer = new Promise<readonly string[]>((resolve, reject) => {
      this.#pending = { ...command, lines: [], resolve, reject };
    });
    const late = () =>
      this.#lose(
        new DeliveryError('timeout', true, `${command.text}: no answer within ${command.within} ms`),
      );
    const timer = clock.after(command.within, late);
    const abort = () => this.#lose(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    const pulse = this.#pulse();
    this.#port.write(`${command.text}\r`);
    try {
      return await answer;
    } finally {
      this.#pending = undefined;
      timer.cancel();
      pulse.cancel();
      signal.removeEventListener('abort', abort);
    }
  }

  #take(text: string): void {
    this.#buffer += text;
    for (;;) {
      const end = this.#buffer.search(/[\r\n]/);
      if (end < 0) break;
      const line = this.#buffer.slice(0, end).trim();
      this.#buffer = this.#buffer.slice(end + 1);
      if (line !== '') this.#takeLine(line);
    }
    if (this.#buffer.startsWith('>')) this.#prompt();
    this.#buffer = this.#buffer.slice(-MOST_BUFFERED);
  }

  /** TS 27.005, clause 3.5.1: `> ` without a line end. Control-Z sends what is typed. */
  #prompt(): void {
    const typed = this.#pending?.typed;
    if (typed === undefined) return;
    this.#buffer = '';
    this.#port.write(`${typed}${SUBSTITUTE}`);
  }

  #takeLine(line: string): void {
    if (this.#reportFollows) {
      this.#reportFollows = false;
      this.#options.onReport(line);
      return;
    }
    // Unsolicited, also in the middle of an answer: the PDU stands in the next line.
    if (line.startsWith('+CDS:')) {
      this.#reportFollows = true;
      return;
    }
    const pending = this.#pending;
    if (pending === undefined) return;
    if (line === 'OK') pending.resolve(pending.lines);
    else if (line === 'ERROR' || /^\+CM[ES] ERROR:/.test(line))
      pending.reject(new AtError(nameOf(pending), line));
    else if (pending.prefix !== undefined && line.startsWith(pending.prefix)) pending.lines.push(line);
  }

  #lose(error: Error): void {
    this.#lost ??= error;
    this.#pending?.reject(error);
  }

  /** The serialport package answers promises only when something else happens in the process, up to seconds late. */
  #pulse(): Timer {
    const { clock } = this.#options;
    let timer: Timer;
    const beat = () => {
      timer = clock.after(PULSE, beat);
    };
    beat();
    return { cancel: () => timer.cancel() };
  }
}

/** Without its argument, which may be the PIN. */
const nameOf = ({ text }: Command): string => text.replace(/=.*/, '');

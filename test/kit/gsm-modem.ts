import { createServer, type Socket } from 'node:net';
import { type Pty, startPty } from './modbus-peer.ts';
import { type ReadSubmit, readSubmit } from './sms-reader.ts';

/** How the next AT+CMGS is answered; the network's reference when none is left. */
export type SmsAnswer = `+CMS ERROR: ${number}` | 'ERROR' | 'never' | 'unplugged' | 'no prompt';

/** A modem on a pseudo-terminal that speaks AT as 3GPP TS 27.005 and 27.007 say, with a SIM and a network of its own. */
export interface FakeModem {
  readonly path: string;
  /** What the network took. */
  readonly sent: ReadSubmit[];
  /** Every command that came, the PIN too. */
  readonly commands: string[];
  readonly answers: SmsAnswer[];
  readonly sim: { pin: string | null; locked: boolean; triesLeft: number };
  /** +CREG: 1 home, 2 searching, 3 denied. +CEREG when it differs. */
  readonly network: { gsm: number; packets: number | null };
  /** Lines that it says in between every answer. */
  readonly chatter: string[];
  /** Takes bytes and answers nothing. */
  hangs: boolean;
  /** Knows no AT+CNMI. */
  plain: boolean;
  /** The network says what became of a message. */
  report(reference: number, status: number): void;
  unplug(): Promise<void>;
  /** As after a loss of power: it echoes, and asks for its PIN again. */
  plug(): Promise<void>;
  stop(): Promise<void>;
}

export async function startModem(): Promise<FakeModem> {
  const modem = new Modem();
  const server = createServer((socket) => modem.serve(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  await modem.plugInto(await startPty(port), async () => {
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });
  return modem;
}

class Modem implements FakeModem {
  readonly sent: ReadSubmit[] = [];
  readonly commands: string[] = [];
  readonly answers: SmsAnswer[] = [];
  readonly sim: FakeModem['sim'] = { pin: null, locked: false, triesLeft: 3 };
  readonly network: FakeModem['network'] = { gsm: 1, packets: null };
  readonly chatter: string[] = [];
  hangs = false;
  plain = false;
  path = '';
  #pty: Pty | undefined;
  #close: () => Promise<void> = async () => undefined;
  #socket: Socket | undefined;
  #echo = true;
  #typing: string | null = null;
  #buffer = '';
  #reference = 254;

  async plugInto(pty: Pty, close: () => Promise<void>): Promise<void> {
    this.#pty = pty;
    this.path = pty.path;
    this.#close = close;
  }

  serve(socket: Socket): void {
    this.#socket = socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      if (!this.hangs) for (const character of bytes.toString('latin1')) this.#take(character);
    });
  }

  report(reference: number, status: number): void {
    const hex = [6, reference].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    const end = status.toString(16).padStart(2, '0');
    this.#say('+CDS: 25', `00${hex}0B813108000000F0${'62112131000023'.repeat(2)}${end}`);
  }

  async unplug(): Promise<void> {
    await this.#pty?.unplug();
  }

  async plug(): Promise<void> {
    this.#echo = true;
    this.#typing = null;
    this.#buffer = '';
    if (this.sim.pin !== null) this.sim.locked = true;
    await this.#pty?.plug();
  }

  async stop(): Promise<void> {
    this.#socket?.destroy();
    await this.#pty?.stop();
    await this.#close();
  }

  #take(character: string): void {
    if (this.#typing !== null) this.#type(character);
    else if (character === '\r') {
      const line = this.#buffer.trim();
      this.#buffer = '';
      if (line !== '') this.#obey(line);
    } else if (character !== '\u001b') this.#buffer += character;
    if (this.#echo && this.#typing === null) this.#socket?.write(character);
  }

  /** Control-Z sends; ESC gives it up, which modems answer with OK. */
  #type(character: string): void {
    if (character === '\u001b') {
      this.#typing = null;
      this.#say('OK');
    } else if (character === '\u001a') {
      const hex = this.#typing ?? '';
      this.#typing = null;
      this.#submit(hex);
    } else this.#typing += character;
  }

  #obey(command: string): void {
    this.commands.push(command);
    if (command === 'ATE0') this.#echo = false;
    const [, name = '', value = ''] = /^AT\+?([A-Z]*)=?(.*)$/.exec(command) ?? [];
    if (name === 'CMGS' && !this.sim.locked) this.#prompt();
    else this.#say(...this.chatter, ...this.#answerOf(command, name, value));
  }

  #answerOf(command: string, name: string, value: string): string[] {
    if (command === 'AT+CPIN?') return [`+CPIN: ${this.#simState()}`, 'OK'];
    if (name === 'CPIN') return this.#unlock(value.replaceAll('"', ''));
    if (command === 'AT+CREG?') return [`+CREG: 0,${this.network.gsm}`, 'OK'];
    if (command === 'AT+CEREG?')
      return this.network.packets === null ? ['ERROR'] : [`+CEREG: 0,${this.network.packets}`, 'OK'];
    if (name === 'CMGS') return ['+CMS ERROR: 311'];
    if (name === 'CSQ') return ['+CSQ: 7,99', 'OK'];
    if (name === 'CNMI' && this.plain) return ['+CME ERROR: 4'];
    return ['OK'];
  }

  #simState(): string {
    if (this.sim.triesLeft === 0) return 'SIM PUK';
    return this.sim.locked ? 'SIM PIN' : 'READY';
  }

  #unlock(pin: string): string[] {
    if (pin !== this.sim.pin) {
      this.sim.triesLeft--;
      return ['+CME ERROR: 16'];
    }
    this.sim.locked = false;
    this.sim.triesLeft = 3;
    return ['OK'];
  }

  #prompt(): void {
    if (this.answers[0] === 'no prompt') {
      this.answers.shift();
      return;
    }
    this.#typing = '';
    this.#socket?.write('\r\n> ');
  }

  #submit(hex: string): void {
    const answer = this.answers.shift();
    if (answer === 'never') return;
    if (answer === 'unplugged') this.unplug().catch(() => undefined);
    else if (answer !== undefined) this.#say(answer);
    else this.#accept(hex);
  }

  #accept(hex: string): void {
    this.sent.push(readSubmit(hex));
    this.#reference = (this.#reference + 1) % 256;
    for (const line of this.chatter) this.#say(line);
    this.#say(`+CMGS: ${this.#reference}`, 'OK');
  }

  #say(...lines: readonly string[]): void {
    for (const line of lines) this.#socket?.write(`\r\n${line}\r\n`);
  }
}

import type { Client, ConnectPacket } from 'aedes';
import { type Clock, type Ms, SECOND } from '#model/time';
import type { Topics } from '#model/topic';
import { type Account, type Accounts, logIn } from './authentication.ts';
import { Cut } from './cut.ts';
import { EARLIEST } from './judgement.ts';
import { publishRight } from './rights.ts';

/** A refusal is answered late: with the cap on strangers this bounds how fast passwords can be tried. */
const REFUSAL_AFTER: Ms = SECOND;

export interface AdmissionOptions {
  readonly accounts: Accounts;
  readonly topics: Topics;
  readonly clock: Clock;
}

interface Credentials {
  readonly user: string | undefined;
  readonly password: Uint8Array | undefined;
}

/** Lets clients in, and knows who they are from then on. */
export class Admission {
  readonly #options: AdmissionOptions;
  readonly #wills = new WeakMap<Client, string>();
  readonly #members = new WeakMap<Client, Account>();

  constructor(options: AdmissionOptions) {
    this.#options = options;
  }

  /** Undefined as long as the client has not logged in. */
  account(client: Client): Account | undefined {
    return this.#members.get(client);
  }

  /** Reads a CONNECT before Aedes acts on it, and makes of it what the broker can serve. */
  greet(client: Client, packet: ConnectPacket): void {
    if (packet.will !== undefined) this.#wills.set(client, packet.will.topic);
    // No session is kept (see Persistence). CONNACK says so: session present is 0 [MQTT-3.2.2-3].
    packet.clean = true;
    // Boxes of one make often carry one client id; without this each would throw out the other [MQTT-3.1.4-2].
    if (packet.clientId !== '') packet.clientId = `${packet.username ?? ''}/${packet.clientId}`;
  }

  /** Resolves when the client is let in; rejects with a Cut, a while later, when it is not. */
  async logIn(client: Client, credentials: Credentials): Promise<void> {
    try {
      this.#members.set(client, this.#check(client, credentials));
    } catch (error) {
      await this.#options.clock.sleep(REFUSAL_AFTER);
      throw error;
    }
  }

  #check(client: Client, { user, password }: Credentials): Account {
    const { accounts, topics, clock } = this.#options;
    // Every reading would be judged by a clock that was never set, and good ones refused for ever.
    if (clock.wall() < EARLIEST) throw new Cut('clock', 'the clock of the gateway is not set', 3);
    const account = logIn(accounts, user, password);
    if (account === undefined) throw new Cut('login', 'user or password is wrong', 4);
    const will = this.#wills.get(client);
    if (will !== undefined && 'refused' in publishRight(account, will, topics)) {
      throw new Cut('will', `the last will may not go to ${will}`, 5);
    }
    return account;
  }
}

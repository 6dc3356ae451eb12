import type { JournalEvent } from '#model/journal';
import type { Log } from '#model/log';
import type { Meter } from '#model/meter';
import type { EpochMs } from '#model/time';
import type { Notice } from './notices.ts';
import { type ChainHead, RootSigner } from './root-signer.ts';
import { type Seal, Sealer } from './sealer.ts';

export interface IntegrityOptions {
  readonly dir: string;
  /** The site's id, as it stands in the roots. */
  readonly site: string;
  /** The events `segment-sealed` of the journal. */
  readonly seals: readonly JournalEvent[];
  readonly now: EpochMs;
  readonly tell: (notice: Notice) => void;
  readonly log: Log;
  readonly meter: Meter;
}

/** Seals finished segments and signs the chain: what makes a later change of the journal provable. */
export class Integrity {
  readonly #options: IntegrityOptions;
  readonly #sealer: Sealer;
  readonly #signer: RootSigner;
  #now: EpochMs;

  constructor(options: IntegrityOptions) {
    const { dir, site, seals, now, tell, log, meter } = options;
    this.#options = options;
    this.#now = now;
    this.#signer = new RootSigner(dir, site, log);
    const sealed = new Set(seals.map(({ data }) => Number(data['segment'])));
    this.#sealer = new Sealer({ dir, sealed, onSealed: (seal) => this.#sealed(seal), log, meter });
    const { isNew, fingerprint, publicPem } = this.#signer.key;
    const data = { key: fingerprint, publicKey: publicPem };
    if (isNew) tell({ kind: 'event', event: { type: 'signing-key-made', at: now, by: null, data } });
  }

  /** Work waits for idle time. */
  get busy(): boolean {
    return this.#sealer.busy;
  }

  /** A slice of work between two commits; `current` is the segment that is written to. */
  step(current: number): void {
    this.#sealer.sealBefore(current);
    this.#sealer.step();
  }

  /** Now and then. */
  tick(head: ChainHead, now: EpochMs): void {
    this.#now = now;
    this.#sealer.tryAgain();
    const root = this.#signer.signIfDue(head, now);
    if (root === undefined) return;
    const { log, tell } = this.#options;
    log.info({ ...root }, 'the journal was signed: a root that is kept elsewhere proves it up to here');
    tell({ kind: 'root', root });
  }

  close(): void {
    this.#sealer.close();
  }

  #sealed(seal: Seal): void {
    const event = { type: 'segment-sealed', at: this.#now, by: null, data: { ...seal } };
    this.#options.tell({ kind: 'event', event });
    this.#signer.expedite();
  }
}

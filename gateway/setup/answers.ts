import type { Quantity } from '#model/quantity';
import type { AreaKind } from '#model/site';

/* What a first site file is made of: plain data, from questions, flags and scans. */

export interface AreaAnswer {
  readonly id: string;
  readonly name: string;
  readonly kind: AreaKind;
}

export interface DeviceAnswer {
  readonly id: string;
  readonly name: string | null;
  readonly area: string;
  readonly driver: string;
  /** Null: it logs in to the broker by itself. */
  readonly connect: string | null;
  /** `STANDARD/TABLE`; null: nobody has said yet. */
  readonly limits: string | null;
  /** Tables that could be meant, the likeliest first. */
  readonly tables: readonly string[];
  /** How the scan came to it, for people; null when a person said so. */
  readonly why: string | null;
  /** SHA-256 of an OPC UA server's certificate that somebody took for the right one. */
  readonly trusted: string | null;
  /** Who logs in to an OPC UA server; null: anonymous. */
  readonly user: string | null;
  /** An OPC UA server that encrypts nothing. */
  readonly isPlain: boolean;
  /** For the driver `opcua`: what it reads. */
  readonly points: readonly NodeAnswer[];
}

export interface NodeAnswer {
  readonly key: string;
  readonly name: string;
  readonly quantity: Quantity;
  readonly node: string;
}

export interface PersonAnswer {
  readonly id: string;
  readonly name: string;
  readonly email: string;
}

export interface MailAnswer {
  readonly host: string;
  readonly from: string;
  /** Null: the server asks for no log-in. */
  readonly user: string | null;
}

export interface Answers {
  readonly id: string;
  readonly name: string;
  readonly timeZone: string;
  readonly areas: readonly AreaAnswer[];
  readonly devices: readonly DeviceAnswer[];
  readonly people: readonly PersonAnswer[];
  /** People are called by e-mail; null: nobody is called. */
  readonly mail: MailAnswer | null;
}

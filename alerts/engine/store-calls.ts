import type { AlarmStore } from './store.ts';

/** What the main thread may ask of the store. */
export type Method = Exclude<keyof AlarmStore, 'close'>;

export interface Call {
  readonly id: number;
  readonly method: Method;
  readonly args: readonly unknown[];
}

export type Reply = { readonly id: number } & ({ readonly value: unknown } | { readonly error: string });

import type { Outbox, Tellings } from '#model/outbox';
import type { AlarmStore } from './store.ts';

/** What the main thread may ask of the store. */
export type Method =
  | 'load'
  | 'commit'
  | 'history'
  | 'events'
  | 'eventsBetween'
  | keyof Tellings
  | Exclude<keyof Outbox, 'onNew'>;

export interface Call {
  readonly id: number;
  readonly method: Method;
  readonly args: readonly unknown[];
}

export type Answer<M extends Method> = ReturnType<AlarmStore[M]>;

export type Reply = { readonly id: number } & ({ readonly value: unknown } | { readonly error: string });

/** What the thread says without being asked. */
export interface News {
  readonly state: StoreState;
}

/** How the store does; sent by itself whenever it changes. */
export interface StoreState {
  /** Why alarm state lies in memory only; null when it is on disk. */
  readonly unsaved: string | null;
  /** Where the file lies that was damaged and set aside in this run; null when none was. */
  readonly damaged: string | null;
}

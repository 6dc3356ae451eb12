import type { Site } from './site.ts';

/**
 * Who follows the journal from a place of its own, the number of a row, kept in the journal's folder: all that a site
 * may have. Who counts anything else than rows is none of them.
 */
export const CONSUMERS = ['influx'] as const;

export type Consumer = (typeof CONSUMERS)[number];

/** Those that this site has: for them rows are kept, and they are looked after. */
export const consumersOf = ({ influx }: Pick<Site, 'influx'>): readonly Consumer[] =>
  influx === null ? [] : ['influx'];

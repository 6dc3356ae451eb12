import { type Consumer, consumersOf } from '#model/consumer';
import { type Clock, realClock } from '#model/time';
import { readSite, type SiteFile } from '../../site-file.ts';
import { askGateway, type GatewayAnswer, urlOf } from './gateway-answer.ts';
import { type JournalLook, lookAtJournal } from './journal-look.ts';

/** A site under examination: what most looks begin with. */
export interface Patient extends SiteFile {
  /** The site file, as it was given: advice names it. */
  readonly file: string;
  readonly dataDir: string;
  readonly url: string;
  readonly clock: Clock;
  /** Null when no gateway answers at the address. */
  readonly answer: GatewayAnswer | null;
  /** What could be read of the data folder, or why it could not. */
  readonly look: JournalLook | Error;
}

export interface PatientOptions {
  readonly file: string;
  readonly dataDir: string;
  /** Where the gateway answers; by the site file when left out. */
  readonly url: string | undefined;
}

/** Throws `config-unreadable` and `config-invalid`; all else that is wrong is for the examinations. */
export async function meet({ file, dataDir, url: asked }: PatientOptions): Promise<Patient> {
  const siteFile = await readSite(file);
  const url = asked ?? urlOf(siteFile.site.http);
  const answer = await askGateway(url);
  const look = lookedAt(dataDir, consumersOf(siteFile.site));
  return { ...siteFile, file, dataDir, url, clock: realClock, answer, look };
}

function lookedAt(dataDir: string, consumers: readonly Consumer[]): JournalLook | Error {
  try {
    return lookAtJournal(dataDir, realClock.wall(), consumers);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** Throws why the data folder could not be read: whoever needs it is an examination that failed. */
export function journalOf({ look }: Patient): JournalLook {
  if (look instanceof Error) throw look;
  return look;
}

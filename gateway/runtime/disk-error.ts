/** Primary result codes of SQLite, https://www.sqlite.org/rescode.html; the upper bits of `errcode` tell more. */
const [BUSY, READONLY, IOERR, CORRUPT, FULL, CANTOPEN, NOTADB] = [5, 8, 10, 11, 13, 14, 26];

const codeOf = (error: unknown): number =>
  error instanceof Error && 'errcode' in error && typeof error.errcode === 'number'
    ? error.errcode & 0xff
    : 0;

/** What the file says is no database, or no longer a whole one. */
export const isDamage = (error: unknown): boolean => [CORRUPT, NOTADB].includes(codeOf(error));

/** As SQLite says it where it meets the damage by itself. */
export const damaged = (file: string): Error =>
  Object.assign(new Error(`${file} is damaged`), { errcode: CORRUPT });

/** No room for what was to be written. Nothing of it is half there, unlike after an I/O error. */
export const isFull = (error: unknown): boolean => codeOf(error) === FULL;

/** The disk refuses or fails: the same may succeed when it is mended. */
export const isDiskFailure = (error: unknown): boolean =>
  [READONLY, IOERR, FULL, CANTOPEN].includes(codeOf(error));

/** Somebody else has the file in use. */
export const isBusy = (error: unknown): boolean => codeOf(error) === BUSY;

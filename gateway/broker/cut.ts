/** Why a client is refused or its connection is closed: a closed list, the label of the counter. */
export type CutReason =
  | 'login'
  | 'will'
  | 'clock'
  | 'crowd'
  | 'not-yours'
  | 'bad-topic'
  | 'too-large'
  | 'slow-reader'
  | 'journal-unwritable'
  | 'disk-full'
  | 'protocol';

/** CONNACK return codes of MQTT 3.1.1, table 3.1; they matter only before the client is let in. */
export type ConnackCode = 3 | 4 | 5;

/** Ends a connection. The reason is for the counter and the log; the client learns no more than `returnCode`. */
export class Cut extends Error {
  override readonly name = 'Cut';
  readonly reason: CutReason;
  readonly returnCode: ConnackCode;

  constructor(reason: CutReason, message: string, returnCode: ConnackCode = 5) {
    super(message);
    this.reason = reason;
    this.returnCode = returnCode;
  }
}

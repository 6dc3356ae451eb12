import { readFile } from 'node:fs/promises';
import {
  AttributeIds,
  type ClientSession,
  type DataValue,
  MessageSecurityMode,
  OPCUAClient,
  SecurityPolicy,
  type UserIdentityInfo,
  UserTokenType,
} from 'node-opcua-client';
import type { Log } from '#model/log';
import type { Meter } from '#model/meter';
import type { OpcuaLink } from '#model/site';
import { type Clock, MINUTE, type Ms, SECOND } from '#model/time';
import { Down, downOf, within } from './down.ts';
import { redirectLibraryLog } from './library-log.ts';
import { resolveNode } from './node-id.ts';
import { ownCertificate } from './own-certificate.ts';
import { ServerPin } from './pin.ts';

export interface OpcuaDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
  /** Where our own certificate lies; made when missing. */
  readonly pkiDir: string;
}

export interface ConnectOptions extends OpcuaDeps {
  readonly link: OpcuaLink;
  /** How often the session is used. */
  readonly every: Ms;
  readonly signal: AbortSignal;
}

/** Fewer than any server known to us allows in one call; a server's own limit goes before it. */
const LARGEST_CALL = 1000;
const CLOSE_WITHIN: Ms = SECOND;
/** The session must outlive a long pause between two reads. */
const SHORTEST_SESSION: Ms = MINUTE;

const MODES = {
  none: MessageSecurityMode.None,
  sign: MessageSecurityMode.Sign,
  'sign-and-encrypt': MessageSecurityMode.SignAndEncrypt,
} as const;

/** Namespace array, and the limits of one call (Part 5, 6.3.1 and 6.3.11). */
const NAMESPACES = 'i=2255';
const MAX_NODES_PER_READ = 'i=11705';
const MAX_ITEMS_PER_CALL = 'i=11714';

/** A session that was opened for one device. When anything about it fails it is closed and a new one is opened. */
export interface OpcuaConnection {
  readonly session: ClientSession;
  /** One for each point of the link, as this server numbers them; undefined where it does not know the namespace. */
  readonly nodes: readonly (string | undefined)[];
  readonly readLimit: number;
  readonly itemLimit: number;
  /** Resolves when the server or the wire ended it. */
  readonly lost: Promise<Down>;
  close(): Promise<void>;
}

/** Opens channel and session; rejects with a `Down`. Nothing of a failed try stays open. */
export async function connect({ link, every, signal, ...deps }: ConnectOptions): Promise<OpcuaConnection> {
  const { clock, log } = deps;
  redirectLibraryLog(log);
  const own = await ownCertificate(deps.pkiDir, clock);
  const pin = new ServerPin(link.serverFingerprint);
  const sessionTimeout = Math.max(SHORTEST_SESSION, 4 * every);
  const client = OPCUAClient.create({
    ...own,
    clientCertificateManager: pin,
    securityMode: MODES[link.security],
    securityPolicy: link.security === 'none' ? SecurityPolicy.None : SecurityPolicy.Basic256Sha256,
    // Our own loop alone reconnects: two layers that both do flood a server with sessions (telegraf#18787).
    connectionStrategy: { maxRetry: 0, initialDelay: 100, maxDelay: 100 },
    // Silence that ends the socket, also between two polls. Answers have limits of their own.
    transportTimeout: sessionTimeout,
    defaultTransactionTimeout: link.timeout,
    requestedSessionTimeout: sessionTimeout,
    endpointMustExist: false,
    keepPendingSessionsOnDisconnect: true,
    clientName: 'hygate',
  });
  const closeClient = () => settle(deps, client.disconnect());
  const opening = open(client, link);
  try {
    const limit = 3 * link.timeout;
    const opened = await within(opening, { clock, limit, what: `connecting to ${link.url}`, signal });
    const { session } = opened;
    const closeAll = async () => {
      await settle(deps, session.close(true));
      await closeClient();
    };
    return { ...opened, lost: lossOf(client, session), close: closeAll };
  } catch (error) {
    await closeClient();
    throw pin.refusal() ?? downOf(error);
  }
}

type Opened = Omit<OpcuaConnection, 'lost' | 'close'>;

async function open(client: OPCUAClient, link: OpcuaLink): Promise<Opened> {
  const identity = await identityOf(link);
  await client.connect(link.url);
  const session = await client.createSession(identity);
  const ids = [NAMESPACES, MAX_NODES_PER_READ, MAX_ITEMS_PER_CALL];
  const [namespaces, readLimit, itemLimit] = await readValues(session, ids);
  const known: unknown = namespaces?.value.value;
  const uris = Array.isArray(known) ? known.map(String) : [];
  return {
    session,
    nodes: link.points.map(({ address }) => resolveNode(address.node, uris)),
    readLimit: limitOf(readLimit),
    itemLimit: limitOf(itemLimit),
  };
}

/** Current values of the nodes, straight from the device behind the server where it has one. */
export const readValues = (session: ClientSession, nodes: readonly string[]): Promise<DataValue[]> =>
  session.read(
    nodes.map((nodeId) => ({ nodeId, attributeId: AttributeIds.Value })),
    0,
  );

/** 0, or no answer, means that the server sets no limit. */
function limitOf(data: DataValue | undefined): number {
  const limit: unknown = data?.value.value;
  return typeof limit === 'number' && limit > 0 ? Math.min(limit, LARGEST_CALL) : LARGEST_CALL;
}

async function identityOf({ identity }: OpcuaLink): Promise<UserIdentityInfo> {
  if (identity.kind === 'anonymous') return { type: UserTokenType.Anonymous };
  if (identity.kind === 'user') {
    return { type: UserTokenType.UserName, userName: identity.user, password: identity.password };
  }
  try {
    const pem = await readFile(identity.certificateFile, 'utf8');
    return {
      type: UserTokenType.Certificate,
      certificateData: derOf(pem),
      privateKey: await readFile(identity.privateKeyFile, 'utf8'),
    };
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    throw new Down('comm-refused', `the certificate of the user cannot be read: ${text}`, { cause: error });
  }
}

const derOf = (pem: string): Buffer =>
  Buffer.from(/-----BEGIN CERTIFICATE-----([^-]+)-----END/.exec(pem)?.[1] ?? '', 'base64');

function lossOf(client: OPCUAClient, session: ClientSession): Promise<Down> {
  const { promise, resolve } = Promise.withResolvers<Down>();
  const lose = (what: string) => () => resolve(new Down('comm-timeout', what));
  client.once('connection_lost', lose('the connection to the server broke'));
  client.once('close', lose('the connection to the server was closed'));
  client.once('abort', lose('the server cut the connection'));
  session.once('session_closed', lose('the server closed the session'));
  return promise;
}

/** Closing is a courtesy to the server: bounded, and its failure changes nothing for us. */
async function settle({ clock, log }: OpcuaDeps, closing: Promise<unknown>): Promise<void> {
  try {
    await within(closing, { clock, limit: CLOSE_WITHIN, what: 'closing' });
  } catch (error) {
    log.debug({ err: error }, 'an OPC UA connection did not close cleanly');
  }
}

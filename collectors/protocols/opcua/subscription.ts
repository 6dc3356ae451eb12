import {
  AttributeIds,
  type ClientMonitoredItemBase,
  ClientMonitoredItemGroup,
  ClientSubscription,
  type DataValue,
  TimestampsToReturn,
} from 'node-opcua-client';
import type { Log } from '#model/log';
import { type Ms, SECOND } from '#model/time';
import type { OpcuaConnection } from './connection.ts';
import { Down } from './down.ts';

const SLOWEST_PUBLISHING: Ms = SECOND;
const FASTEST_PUBLISHING: Ms = SECOND / 2;

/** A keep-alive comes at least this often when nothing changes. */
const KEEP_ALIVE: Ms = 5 * SECOND;
/** Part 4, 5.13.2: the lifetime is at least three keep-alives. */
const LIFETIME_KEEP_ALIVES = 6;

export interface SubscribeOptions {
  readonly sampling: Ms;
  readonly log: Log;
  /** Of the point with this place in the link. Called in the order in which the server sampled. */
  onChange(index: number, data: DataValue): void;
  /** The server spoke: data or keep-alive. */
  onPublish(): void;
  /** The server's own clock went on. */
  onTick(): void;
}

export interface OpenSubscription {
  /** The longest time between two publishes of a server that is well. */
  readonly keepAlive: Ms;
  /** The server grants its clock: it must tick. */
  readonly ticks: boolean;
  readonly lost: Promise<Down>;
}

/** Ten samples a publish, between twice and once a second: what most servers grant and bear. */
export const publishingOf = (sampling: Ms): Ms =>
  Math.min(SLOWEST_PUBLISHING, Math.max(FASTEST_PUBLISHING, 10 * sampling));

/** Twice what one publish carries, and some more for a publish that is late: nothing falls out in between. */
export const queueOf = (publishing: Ms, sampling: Ms): number => 2 * Math.ceil(publishing / sampling) + 10;

/** Subscribes to every known node of the connection. An unknown node fails alone: reads show its status. */
export async function subscribe(
  connection: OpcuaConnection,
  options: SubscribeOptions,
): Promise<OpenSubscription> {
  const publishing = publishingOf(options.sampling);
  const keepAliveCount = Math.max(3, Math.round(KEEP_ALIVE / publishing));
  const subscription = ClientSubscription.create(connection.session, {
    requestedPublishingInterval: publishing,
    requestedMaxKeepAliveCount: keepAliveCount,
    requestedLifetimeCount: LIFETIME_KEEP_ALIVES * keepAliveCount,
    publishingEnabled: true,
  });
  const lost = lossOf(subscription);
  subscription.on('keepalive', options.onPublish);
  subscription.on('received_notifications', options.onPublish);
  const failed = lost.then((down) => Promise.reject(down));
  await Promise.race([started(subscription), failed]);
  await Promise.race([monitor(subscription, connection, options), failed]);
  const ticks = await Promise.race([watchClock(subscription, options), failed]);
  return { keepAlive: subscription.publishingInterval * subscription.maxKeepAliveCount, ticks, lost };
}

/** Server_ServerStatus_CurrentTime (Part 5, 6.3.1): what publishes although no value changes. */
const SERVER_CLOCK = 'i=2258';

/** False when the server does not show its clock. */
async function watchClock(subscription: ClientSubscription, { onTick }: SubscribeOptions): Promise<boolean> {
  const group = ClientMonitoredItemGroup.create(
    subscription,
    [{ nodeId: SERVER_CLOCK, attributeId: AttributeIds.Value }],
    { samplingInterval: SECOND, queueSize: 1, discardOldest: true },
    TimestampsToReturn.Neither,
  );
  let last = '';
  group.on('changed', (_item, { value }) => {
    const time = String(value.value);
    if (time !== last) onTick();
    last = time;
  });
  await created(group);
  return group.monitoredItems.every(({ statusCode }) => statusCode.isGood());
}

const started = (subscription: ClientSubscription): Promise<void> =>
  new Promise((resolve) => subscription.once('started', () => resolve()));

async function monitor(
  subscription: ClientSubscription,
  { nodes, itemLimit }: OpcuaConnection,
  options: SubscribeOptions,
): Promise<void> {
  const items = nodes.flatMap((nodeId, index) => (nodeId === undefined ? [] : [{ nodeId, index }]));
  // The server may have granted a slower publishing than asked for.
  const queueSize = queueOf(subscription.publishingInterval, options.sampling);
  const parameters = { samplingInterval: options.sampling, queueSize, discardOldest: true };
  for (let from = 0; from < items.length; from += itemLimit) {
    const chunk = items.slice(from, from + itemLimit);
    const toMonitor = chunk.map(({ nodeId }) => ({ nodeId, attributeId: AttributeIds.Value }));
    const group = ClientMonitoredItemGroup.create(
      subscription,
      toMonitor,
      parameters,
      TimestampsToReturn.Both,
    );
    // Before the server knows of the items: their first values come with the answer.
    group.on('changed', (_item, data, place) => {
      const item = chunk[place];
      if (item !== undefined) options.onChange(item.index, data);
    });
    await created(group);
    for (const [place, item] of group.monitoredItems.entries()) {
      check(item, chunk[place]?.nodeId, { queueSize, ...options });
    }
  }
}

const created = (group: ClientMonitoredItemGroup): Promise<void> =>
  new Promise((resolve, reject) => {
    group.on('initialized', () => resolve());
    group.on('err', (message) =>
      reject(new Down('comm-timeout', `the nodes cannot be monitored: ${message}`)),
    );
  });

/** Each item has its own result: what the server did not grant is said, and the others live. */
function check(
  { statusCode, result }: ClientMonitoredItemBase,
  node: string | undefined,
  { queueSize, sampling, log }: { queueSize: number; sampling: Ms; log: Log },
): void {
  if (statusCode.isNotGood()) {
    log.warn({ node, status: statusCode.name }, 'an OPC UA node cannot be subscribed to');
    return;
  }
  const queued = result?.revisedQueueSize ?? queueSize;
  if (queued < queueSize)
    log.warn(
      { node, queueSize, granted: queued },
      'the server keeps fewer samples between publishes than asked for',
    );
  const sampled = result?.revisedSamplingInterval ?? sampling;
  if (sampled > sampling)
    log.warn(
      { node, samplingMs: sampling, grantedMs: sampled },
      'the server samples less often than asked for: a change that is shorter may be missed',
    );
}

function lossOf(subscription: ClientSubscription): Promise<Down> {
  const { promise, resolve } = Promise.withResolvers<Down>();
  const lose = (what: string) => resolve(new Down('comm-timeout', what));
  subscription.on('error', (error: Error) => lose(`the server granted no subscription: ${error.message}`));
  subscription.on('internal_error', (error: Error) => lose(`the subscription failed: ${error.message}`));
  subscription.on('terminated', () => lose('the subscription ended'));
  subscription.on('status_changed', (status: { name: string }) => {
    lose(`the server ended the subscription: ${status.name}`);
  });
  return promise;
}

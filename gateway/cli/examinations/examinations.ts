import { HygateError } from '#model/errors';
import { type Ms, SECOND } from '#model/time';
import { ofFollowers } from '../../doctor/backlog.ts';
import { ofChannels } from '../../doctor/channels.ts';
import { ofClock } from '../../doctor/clock.ts';
import { ofDataFolder } from '../../doctor/data-folder.ts';
import { ofDevices } from '../../doctor/devices.ts';
import { ofDisk } from '../../doctor/disk.ts';
import type { Examination } from '../../doctor/examine.ts';
import { type ExpiryFacts, ofExpiries } from '../../doctor/expiries.ts';
import type { Finding } from '../../doctor/finding.ts';
import { ofHealth, ofOwnAlarms } from '../../doctor/gateway.ts';
import { ofInflux } from '../../doctor/influx.ts';
import { ofPeople } from '../../doctor/people.ts';
import { ofTargets, unstartable } from '../../doctor/reach.ts';
import { ofUsers } from '../../doctor/users.ts';
import { loadPlugins } from '../../plugins.ts';
import { preflight } from '../../preflight.ts';
import { isClockKept } from '../../watch/clock-sync.ts';
import { calibrationsOf, certificatesOf } from '../../watch/expiry.ts';
import { lookAtChannel } from './channel-look.ts';
import { lookAtDevices } from './device-look.ts';
import { lookAtDisk } from './disk-look.ts';
import { ownAlarmsIn, unreadableUsers, usersIn } from './file-looks.ts';
import { lookAtInflux } from './influx-look.ts';
import { journalOf, type Patient } from './patient.ts';
import { lookAtTargets } from './target-look.ts';

/** The look at a patient and what follows from it; a new one is one entry of the table. */
interface Look {
  readonly zh: string;
  readonly en: string;
  readonly run: (patient: Patient) => Promise<readonly Finding[]>;
}

/** Longer than each of their own limits, a device's probe included. */
const WITHIN: Ms = 20 * SECOND;

const LOOKS: readonly Look[] = [
  { zh: '数据目录', en: 'data folder', run: dataFolder },
  { zh: '磁盘', en: 'disk', run: disk },
  { zh: '时钟', en: 'clock', run: clock },
  { zh: '启动', en: 'start', run: start },
  { zh: '网关', en: 'gateway', run: gateway },
  { zh: '设备', en: 'devices', run: devices },
  { zh: '通知渠道', en: 'channels', run: channels },
  { zh: '通知', en: 'messages', run: people },
  { zh: 'InfluxDB', en: 'InfluxDB', run: influx },
  { zh: '积压', en: 'backlog', run: backlog },
  { zh: '地址', en: 'addresses', run: targets },
  { zh: '证书与校准', en: 'certificates and calibrations', run: expiries },
  { zh: '登录', en: 'log-in', run: users },
];

export const examinationsOf = (patient: Patient): readonly Examination[] =>
  LOOKS.map(({ zh, en, run }) => ({ about: { zh, en }, within: WITHIN, run: () => run(patient) }));

async function dataFolder(patient: Patient) {
  const { dataDir: dir, url, answer } = patient;
  return ofDataFolder({ ...journalOf(patient), dir, url, answers: answer !== null });
}

async function disk(patient: Patient) {
  return ofDisk(await lookAtDisk({ ...patient, look: journalOf(patient) }));
}

async function clock(patient: Patient) {
  const { answer, look, clock: time } = patient;
  return ofClock({
    now: time.wall(),
    newestRow: look instanceof Error ? null : look.newestAt,
    kept: await isClockKept(),
    gateway: answer?.at ?? null,
  });
}

/** What would stop a start, while no gateway runs. */
async function start(patient: Patient) {
  const { site, dataDir, answer } = patient;
  if (answer !== null || journalOf(patient).locked) return [];
  try {
    await preflight(site, dataDir);
    return [];
  } catch (error) {
    if (error instanceof HygateError) return [unstartable(error.message)];
    throw error;
  }
}

async function gateway(patient: Patient) {
  const { answer, dataDir } = patient;
  if (answer === null) return [];
  return [...ofHealth(answer), ...ofOwnAlarms(journalOf(patient).locked ? ownAlarmsIn(dataDir) : [])];
}

async function devices(patient: Patient) {
  const { site, dataDir, answer, clock: time, file } = patient;
  const look = journalOf(patient);
  const facts = await lookAtDevices(site.devices, { answer, look, dataDir, clock: time });
  return ofDevices(facts, { now: time.wall(), running: answer !== null, file });
}

async function channels({ site }: Patient) {
  const { channels: known } = await loadPlugins();
  const facts = Object.entries(site.channels).map(([name, channel]) =>
    lookAtChannel(name, channel, known.get(channel.use)),
  );
  return ofChannels(await Promise.all(facts));
}

async function people({ site, hints }: Patient) {
  return ofPeople({ people: site.people.length, routes: site.routes.length, hints });
}

async function influx({ site, clock: time }: Patient) {
  return ofInflux(site.influx && (await lookAtInflux(site.influx, time)));
}

async function backlog(patient: Patient) {
  return ofFollowers(journalOf(patient).followers);
}

async function targets({ site, answer }: Patient) {
  return ofTargets(await lookAtTargets(site, answer !== null));
}

async function expiries({ site, clock: time }: Patient) {
  const kind = (facts: readonly Omit<ExpiryFacts, 'kind'>[], of: ExpiryFacts['kind']) =>
    facts.map((fact) => ({ ...fact, kind: of }));
  const certificates = await certificatesOf(site, time);
  return ofExpiries(
    [...kind(certificates, 'certificate'), ...kind(calibrationsOf(site), 'calibration')],
    time.wall(),
  );
}

async function users({ dataDir }: Patient) {
  try {
    return ofUsers(usersIn(dataDir));
  } catch (error) {
    return [unreadableUsers(error)];
  }
}

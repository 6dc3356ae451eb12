import { quantitySpec } from '#model/quantity';
import type { SiteDevice } from '#model/site';
import { type Ms, SECOND } from '#model/time';
import type { ProbeReport } from '../../../collectors/probe.ts';
import { findUnits } from '../../../collectors/protocols/modbus/find-units.ts';
import type { SourceDeps } from '../../../collectors/sources.ts';
import { probeDevice } from '../../../collectors/sources.ts';
import type { Plugins } from '../../plugins.ts';
import type { Finding, ScanReport } from '../../setup/finding.ts';
import { type Candidate, type Likelihood, likelihoods } from '../../setup/likelihood.ts';
import { connectOf, type ScanTarget } from '../../setup/scan-target.ts';
import { trialDevice } from './trial-site.ts';

export type ModbusTarget = Extract<ScanTarget, { kind: 'modbus' }>;

const TIMEOUT: Ms = SECOND / 2;
/** A scan is a guest on the wire. */
const PAUSE: Ms = 50;
/** Below it we would be guessing. */
const LIKELY = 0.3;
/** A converter that answers for whichever unit is asked. */
const ECHO_FROM = 4;

export interface ScanAround {
  readonly plugins: Plugins;
  readonly deps: SourceDeps;
  /** For the person who waits. */
  readonly progress: (line: string) => void;
}

/** Finds the units that answer and reads each as every driver's device, one after another. */
export async function scanModbus({ line, units }: ModbusTarget, around: ScanAround): Promise<ScanReport> {
  const any = trialDevice(around.plugins, {
    driver: firstDriver(around.plugins),
    connect: connectOf(line, 1),
  });
  if (any?.link.protocol !== 'modbus')
    return { findings: [], remarks: [`${line} is no address of a Modbus line`] };
  const { clock } = around.deps;
  const asking = { line: any.link.line, units, clock, timeoutMs: TIMEOUT, pauseMs: PAUSE };
  const found = await findUnits(asking);
  const remarks = found.unreachable === null ? [] : [`${line} cannot be reached: ${found.unreachable}`];
  if (found.units.length === 0) return { findings: [], remarks: [...remarks, `${line}: no unit answered`] };
  const isEcho = found.units.length >= ECHO_FROM && found.units.length === units.length;
  if (isEcho) remarks.push(`${line} answers under every unit; only the first is looked at`);
  const findings: Finding[] = [];
  for (const unit of isEcho ? found.units.slice(0, 1) : found.units) {
    around.progress(`  unit ${unit} answers; it is read as each driver’s device …`);
    const best = await identify(connectOf(line, unit), around);
    if ('remark' in best) remarks.push(best.remark);
    else findings.push(best);
  }
  return { findings, remarks };
}

async function identify(connect: string, around: ScanAround): Promise<Finding | { readonly remark: string }> {
  const candidates: Candidate[] = [];
  for (const driver of namesOf(around.plugins)) {
    const device = trialDevice(around.plugins, { driver, connect });
    if (device !== undefined) candidates.push(await read(device, around.deps));
  }
  const [best, ...others] = likelihoods(candidates);
  if (best === undefined || best.probability < LIKELY)
    return {
      remark: `${connect} answers, and fits no driver; its points can stand in the site file: driver modbus`,
    };
  return {
    ...{ driver: best.driver, title: titleOf(best.driver, around.plugins), connect },
    why: `${percent(best)}: ${best.plausible} of ${best.points} points came and could be true.`,
    others: others
      .filter(({ probability }) => probability >= best.probability / 4)
      .map((each) => `${each.driver} (${percent(each)})`),
    ...{ certificate: null, user: null, isPlain: false, points: [] },
  };
}

async function read(device: SiteDevice, deps: SourceDeps): Promise<Candidate> {
  const report = await probeDevice(device, deps);
  return { driver: device.driver, evidence: report === undefined ? [] : evidenceOf(device, report) };
}

const evidenceOf = ({ link, points }: SiteDevice, report: ProbeReport): Candidate['evidence'] =>
  report.points.flatMap(({ key, raw, quality, reason }) => {
    const address =
      link.protocol === 'modbus' ? link.points.find((point) => point.key === key)?.address : undefined;
    const point = points.find((one) => one.key === key);
    if (address === undefined || point === undefined) return [];
    const isState = quantitySpec(point.quantity).states !== undefined;
    return [{ address, range: point.range, isState, raw, quality, reason }];
  });

const namesOf = ({ drivers }: Plugins): string[] =>
  [...drivers.values()]
    .filter(({ protocol, points }) => protocol === 'modbus' && points !== 'site')
    .map(({ name }) => name);

const firstDriver = (plugins: Plugins): string => namesOf(plugins)[0] ?? '';

function titleOf(driver: string, { drivers }: Plugins): string {
  const title = drivers.get(driver)?.title;
  return title === undefined ? driver : `${title.zh} ${title.en}`;
}

const percent = ({ probability }: Likelihood): string => `${Math.min(99, Math.round(probability * 100))} %`;

import { parse } from 'yaml';
import { freePort } from './free-port.ts';
import { scenarioOf, startSimulation } from './sim-hospital.ts';
import { startWecomServer } from './wecom-server.ts';

const MODBUS = [
  { id: 'fridge-1', driver: 'modbus-fridge', page: '192.168.10.41:502' },
  { id: 'fridge-2', driver: 'modbus-fridge', page: '192.168.10.42:502' },
  { id: 'waste-cold-1', driver: 'cold-room-controller', page: '192.168.10.21:502' },
];
/** A device that the pages have at this address, off. */
const OFF = '192.168.10.99:502';
const OPCUA = { id: 'fridge-3', driver: 'opcua-fridge', page: '192.168.10.40:4840' };
/** The fingerprint that the pages show for its certificate. */
const FINGERPRINT = '5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef';

/** A group robot of WeCom; only its key is not a real one. */
const ROBOT = 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7e5a-4bc4-97a0-0ec2sifa5bbb';

interface Installed {
  readonly id: string;
  readonly connect: string;
  readonly security?: { readonly user: string; readonly password: string; readonly server: string };
}

/**
 * The devices that the pages speak of, simulated: what a page calls an address → what it is here. All Modbus devices are
 * unit 1; the OPC UA server, which takes two seconds, is there for a page that names it.
 */
export async function startField(markdown: string) {
  const withOpcua = markdown.includes(OPCUA.page);
  const devices = [...MODBUS, ...(withOpcua ? [OPCUA] : [])];
  const lines = devices.map(({ id, driver }) => `  - { id: ${id}, area: a, driver: ${driver} }`);
  const { simulation, end } = await startSimulation(scenarioOf(`devices:\n${lines.join('\n')}\n`));
  const site = parse(simulation.siteFile()) as { devices: readonly Installed[] };
  const robot = await startWecomServer();
  const places = new Map([
    [OFF, `127.0.0.1:${await freePort()}`],
    [ROBOT, robot.url],
  ]);
  for (const { id, page } of devices) {
    const connect = site.devices.find((device) => device.id === id)?.connect ?? '';
    places.set(page, new URL(connect).host);
  }
  const { password = '', server = '' } = site.devices.find(({ id }) => id === OPCUA.id)?.security ?? {};
  if (withOpcua) places.set(FINGERPRINT, server);
  const close = async () => {
    await end();
    await robot.close();
  };
  return { places, env: { FRIDGE_PASSWORD: password }, end: close };
}

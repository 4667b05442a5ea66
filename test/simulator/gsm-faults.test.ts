/** Faults on gsm: what each means there. */
import { connected, connectedBy, gsm, OK, OPEN_MS } from './gsm-bench.ts';
import { closeBenches } from './host.ts';

afterEach(closeBenches);

const OPEN = 'AT+QIOPEN="TCP","124.79.167.121",7007';

it('pdpdeact ends the connections of a context without CLOSED, and leaves the other context alone', async () => {
  const { module, wait, configure, command } = await connected();
  await configure('AT+QIFGCNT=1');
  expect(await command(OPEN, OPEN_MS)).toContain('CONNECT OK');
  module.inject({ kind: 'pdpdeact', context: 0 });
  expect(await wait(100)).toBe('\r\n+PDP DEACT\r\n');
  expect(module.state.contexts).toEqual([
    { id: 0, state: 'lost' },
    { id: 1, state: 'active' },
  ]);
  expect(module.state.sockets).toMatchObject([{ contextId: 1 }]);
});

it('pdpdeact ends a server and an open under way too', async () => {
  const { module, wait, command } = await gsm();
  await command('AT+QISERVER', OPEN_MS);
  expect(await command(OPEN, 5)).toBe(OK);
  module.inject({ kind: 'pdpdeact' });
  expect(await wait(1000)).toBe('\r\n+PDP DEACT\r\n');
  expect(module.state.sockets).toEqual([]);
  expect(await command('AT+QIREGAPP')).toBe('\r\nERROR\r\n');
  expect(module.state.protocolViolations).toHaveLength(1);
  await command('AT+QIDEACT', 500);
  expect(await command('AT+QISERVER', OPEN_MS)).toContain('SERVER OK');
});

it('peerClose ends one connection by its index', async () => {
  const { module, wait } = await connectedBy([0, 3]);
  module.inject({ kind: 'peerClose', socket: 3 });
  expect(await wait(100)).toBe('\r\n3, CLOSED\r\n');
  expect(module.state.sockets).toMatchObject([{ id: 0 }]);
});

it('loseUrc swallows closed, recv, pdpdeact and +QIOPEN by these names', async () => {
  const { module, wait, sink, command } = await connected(['AT+QINDI=1']);
  const lose = (urc: string): void => module.inject({ kind: 'loseUrc', urc });
  lose('recv');
  sink.peers[0]?.write(Buffer.from('abc'));
  expect(await wait(100)).toBe('');
  expect(await command('AT+QIRD=0,1,0,100')).toContain(',TCP,3\r\nabc');
  lose('closed');
  module.inject({ kind: 'peerClose' });
  expect(await wait(100)).toBe('');
  expect(module.state.sockets).toEqual([]);
  lose('+QIOPEN');
  expect(await command(OPEN, OPEN_MS)).toBe(OK);
  expect(module.state.sockets).toMatchObject([{ state: 2 }]);
  lose('pdpdeact');
  module.inject({ kind: 'pdpdeact' });
  expect(await wait(100)).toBe('');
  expect(await command('AT+QISTAT')).toContain('STATE: PDP DEACT');
});

it('refuseActivation refuses AT+QIACT, and makes an open fail', async () => {
  const { module, command } = await gsm();
  module.inject({ kind: 'refuseActivation', times: 2 });
  await command('AT+QIREGAPP');
  expect(await command('AT+QIACT', 500)).toBe('\r\nERROR\r\n');
  expect(await command(OPEN, OPEN_MS)).toBe('\r\nOK\r\n\r\nCONNECT FAIL\r\n');
  expect(await command(OPEN, OPEN_MS)).toBe('\r\nOK\r\n\r\nCONNECT OK\r\n');
});

it('openFail ends an open with CONNECT FAIL', async () => {
  const { module, command } = await gsm();
  module.inject({ kind: 'openFail' });
  expect(await command(OPEN, OPEN_MS)).toBe('\r\nOK\r\n\r\nCONNECT FAIL\r\n');
  expect(module.state.sockets).toEqual([]);
});

it('closeSlow, delay, error, hang and urcInResponse act on any command', async () => {
  const { module, command, wait } = await connected();
  module.inject({ kind: 'urcInResponse', urc: '+QIRDI:0,1,0', place: 'between' });
  expect(await command('AT+QISTAT')).toBe('\r\nOK\r\n\r\n+QIRDI:0,1,0\r\n\r\nSTATE: CONNECT OK\r\n');
  module.inject({ kind: 'error' });
  expect(await command('AT+QISTAT')).toBe('\r\nERROR\r\n');
  module.inject({ kind: 'delay', ms: 3000 });
  expect(await command('AT+QISTAT', 2900)).toBe('');
  expect(await wait(200)).toContain('STATE: CONNECT OK');
  module.inject({ kind: 'closeSlow', ms: 2000 });
  expect(await command('AT+QICLOSE', 1900)).toBe('');
  expect(await wait(300)).toBe('\r\nCLOSE OK\r\n');
  module.inject({ kind: 'hang', forMs: 1000 });
  expect(await command('AT', 900)).toBe('');
  expect(await wait(200)).toBe(OK);
});

it('blackHole leaves what was sent unacknowledged until it is over', async () => {
  const { module, command, say, wait } = await connected();
  module.inject({ kind: 'blackHole', forMs: 5000 });
  await command('AT+QISEND');
  expect(await say('TCP detect\x1a')).toBe('\r\nSEND OK\r\n');
  await wait(1000);
  expect(await command('AT+QISACK')).toBe('\r\n+QISACK: 10, 0, 10\r\n\r\nOK\r\n');
  await wait(5000);
  expect(await command('AT+QISACK')).toBe('\r\n+QISACK: 10, 10, 0\r\n\r\nOK\r\n');
});

it('a command while another runs is a violation', async () => {
  const { say, module } = await connected();
  await say('AT+QISTAT\rAT+QISACK\r', 50);
  expect(module.state.protocolViolations).toHaveLength(1);
});

it('CONNECT of a transparent open waits for the command under way', async () => {
  const { command, wait, module, configure } = await gsm();
  await configure('AT+QIMODE=1');
  expect(await command(OPEN)).toBe(OK);
  module.inject({ kind: 'delay', ms: 2000 });
  expect(await command('AT+CSQ', 1500)).toBe('');
  expect(await wait(1000)).toBe('\r\n+CSQ: 22,99\r\n\r\nOK\r\n\r\nCONNECT\r\n');
  expect(module.state.dataMode).toBe(0);
});

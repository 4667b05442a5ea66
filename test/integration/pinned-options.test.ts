import { createModem } from '../../index.ts';
import { echoPeer, virtualPort } from '../../simulator/index.ts';
import { dismantle, type Rig, rig } from './rig.ts';
import { dismantleScripted, scriptedModule } from './scripted-module.ts';

const writesOf = (lines: readonly string[]): string[] =>
  lines.filter((line) => /QICFG="[^"]*",|QISDE=/.test(line) && !line.includes('qisend/timeout'));

/** Another host takes over the module of the rig. */
function takenOver(r: Rig): Rig {
  const trace: string[] = [];
  const modem = createModem({
    port: virtualPort(r.module),
    dialect: 'lte',
    contexts: [{ id: 1, apn: 'internet' }],
    clock: r.clock,
  });
  modem.trace$.subscribe(({ text }) => trace.push(text));
  return { ...r, modem, trace };
}

async function echoed(r: Rig, text: string): Promise<string> {
  r.network.listen(7000, echoPeer);
  const socket = await r.clock.runUntil(r.modem.connect({ host: '10.1.1.1', port: 7000 }));
  const received: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => received.push(chunk));
  socket.write(text);
  await r.clock.advance(5000);
  return Buffer.concat(received).toString();
}

describe('an option that decides the shape of answers', () => {
  it('is read at each start, and left alone where it is right already', async () => {
    const first = rig();
    await first.clock.runUntil(first.modem.start());
    const written = writesOf(first.trace);
    expect(written.map((line) => line.replace(/^\d+ tx /, ''))).toEqual(['AT+QISDE=0']); // on by default
    await first.clock.runUntil(first.modem.stop());

    const second = takenOver(first);
    await second.clock.runUntil(second.modem.start());
    expect(writesOf(second.trace)).toEqual([]);
    expect(await echoed(second, 'a reading')).toBe('a reading'); // the reader knows that nothing is repeated
    await dismantle(second);
  });

  it.each([
    ['viewmode', 'AT+QICFG="viewmode",1', 'AT+QICFG="viewmode",0'],
    ['dataformat', 'AT+QICFG="dataformat",0,1', 'AT+QICFG="dataformat",0,0'],
    ['recvind', 'AT+QICFG="recvind",1', 'AT+QICFG="recvind",0'],
  ])('is put right where an earlier host left it: %s', async (_, left, right) => {
    const first = rig();
    await first.clock.runUntil(first.modem.start());
    await first.clock.runUntil(first.modem.execute(left));
    await first.clock.runUntil(first.modem.stop());
    const second = takenOver(first);
    await second.clock.runUntil(second.modem.start());
    expect(writesOf(second.trace)).toEqual([right]);
    expect(await echoed(second, 'a reading')).toBe('a reading');
    await dismantle(second);
  });

  it.each([
    ['viewmode', 'AT+QICFG="viewmode",1', 'AT+QICFG="viewmode",0'],
    ['dataformat', 'AT+QICFG="dataformat",0,1', 'AT+QICFG="dataformat",0,0'],
  ])('is read as it is where the module refuses to change it: %s', async (_, left, right) => {
    const rules = [{ when: { onCommand: right }, fault: { kind: 'error', code: 572 } }] as const;
    const first = rig({}, { faults: { rules } });
    await first.clock.runUntil(first.modem.start());
    await first.clock.runUntil(first.modem.execute(left));
    await first.clock.runUntil(first.modem.stop());
    const second = takenOver(first);
    await second.clock.runUntil(second.modem.start());
    expect(writesOf(second.trace)).toEqual([right]);
    expect(await echoed(second, 'OK\r\n+QIRD: 5')).toBe('OK\r\n+QIRD: 5');
    await dismantle(second);
  });

  it('is written as far as the firmware knows it, when it cannot be asked for', async () => {
    const one = scriptedModule({ dialect: 'rg' }, { 'AT+QISDE?': ['+CME ERROR: 555'] });
    await one.clock.runUntil(one.modem.start());
    expect(writesOf(one.take())).toEqual(
      one.modem.dialect.bringUp.flatMap(({ asks, command }) => (asks ? [command.text] : [])),
    );
    await dismantleScripted(one);
  });
});

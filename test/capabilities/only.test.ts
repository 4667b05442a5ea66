/** What lte, ugxx and rg lack of gsm and of bc66, line by line of the table of capabilities (protocol §1). */
import { type ContextOptions, createModem, memoryPortPair } from '../../index.ts';
import { echoPeer } from '../../simulator/index.ts';
import { refusal } from '../dialects/answers.ts';
import { dismantle } from '../integration/rig.ts';
import { ended } from '../integration/streams.ts';
import { asked, commandsOf, DIALECTS, online, written } from './capable.ts';

const HOST = { host: '127.0.0.1', port: 7000 };

describe.each(DIALECTS)('%s: what gsm alone has', (dialect) => {
  it('is not there: the sharing of a context is refused before the port is opened', () => {
    const { host: port, far } = memoryPortPair();
    const contexts: readonly ContextOptions[] = [{ apn: 'a', ...{ sharing: 'single' } }];
    const problem = refusal(() => createModem({ port, dialect, contexts }));
    expect([problem?.code, problem?.details.argument, far.isOpen]).toEqual([
      'INVALID_ARGUMENT',
      'sharing',
      false,
    ]);
  });

  it('is not there: no command of the dialect writes it', async () => {
    const r = await online(dialect);
    r.network.listen(7000, echoPeer);
    for (const mode of ['buffer', 'push', 'transparent'] as const) {
      const socket = (await r.clock.runUntil(r.modem.connect({ ...HOST, mode }))).resume();
      socket.write('hello');
      await r.clock.advance(1000);
      await ended(r, socket);
    }
    const server = await r.clock.runUntil(r.modem.listen({ port: 2020 }));
    await r.clock.runUntil(server.close());
    const foreign =
      /QIFGCNT|QIMUX|QIMODE|QISRVC|QINDI|QIHEAD|QISHOW|QIAUTOS|QISACK|QITCFG|QSCLK|QILPORT|QISERVER/;
    expect(written(r).filter((line) => foreign.test(line))).toEqual([]);
    const names = [
      'selectContext',
      'selectRole',
      'setTimedSending',
      'prepareReceiving',
      'showLength',
      'setSleep',
    ];
    expect(Object.keys(r.modem.dialect.commands).filter((name) => names.includes(name))).toEqual([]);
    expect([r.modem.dialect.sharings, r.modem.dialect.connections.acceptedAs]).toEqual([[], undefined]);
    await dismantle(r);
  });
});

describe.each(DIALECTS)('%s: what bc66 alone has', (dialect) => {
  it('is not there: contexts are activated, results of sends and closes are final, states have ten fields', async () => {
    const r = await online(dialect);
    r.network.listen(7000, echoPeer);
    const socket = (await r.clock.runUntil(r.modem.connect(HOST))).resume();
    socket.write('hello');
    await r.clock.advance(1000);
    const [state] = await asked(r, commandsOf(r).querySocket(0));
    expect(state).toMatchObject({ modulePort: 'uart1', state: 'connected' });
    await ended(r, socket);
    const lines = r.trace.map((line) => line.replace(/^\d+ /, ''));
    // rg reports the room behind it.
    expect(lines.some((line) => /^rx (SEND OK|\+QISEND: 0,)/.test(line))).toBe(true);
    expect(lines.filter((line) => /^urc (SEND|CLOSE) |buff full|CGATT=/.test(line))).toEqual([]);
    expect(lines.some((line) => /^tx AT\+QIACT(EX)?=1/.test(line))).toBe(true);
    expect(Object.keys(r.modem.dialect.commands)).not.toContain('sendInline');
    const open = commandsOf(r).open({
      ...{ contextId: 1, connectId: 0, service: 'TCP', host: '2001:db8::9', remotePort: 80, localPort: 0 },
      mode: 'buffer',
    });
    expect(open.text).toBe('AT+QIOPEN=1,0,"TCP","2001:db8::9",80,0,0');
    await dismantle(r);
  });
});

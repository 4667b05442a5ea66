import { map } from 'rxjs';
import { createModem } from '../../index.ts';
import { echoPeer, memoryNetwork, VirtualModule, virtualPort } from '../../simulator/index.ts';
import { VirtualClock } from '../../streams/clock.ts';

const CANARY = 'user=PAYLOADCANARY1\r\nline2 PAYLOADCANARY2\r\n';
const DAMAGES: readonly (readonly [string, 'buffer' | 'push', RegExp, string])[] = [
  ['the word of a pushed header', 'push', /"recv"(?=,0,\d)/, '"re?v"'],
  ['the length of a pushed header', 'push', /("recv",0,)\d+/, '$13'],
  ['the length of a read header', 'buffer', /(\+QIRD: )\d\d+/, '$13'],
];

describe('payload whose header was damaged on the line', () => {
  it.each(DAMAGES)('is in no line of the trace: %s', async (_, mode, found, damaged) => {
    const clock = new VirtualClock();
    const network = memoryNetwork(clock, { latencyMs: 20 });
    network.listen(7000, echoPeer);
    const module = new VirtualModule({ dialect: 'lte', clock, network });
    const port = virtualPort(module);
    let hits = 0;
    const damage = (chunk: Uint8Array): Uint8Array => {
      const text = Buffer.from(chunk).toString('latin1');
      if (hits > 0 || !found.test(text)) return chunk;
      hits++;
      return Buffer.from(text.replace(found, damaged), 'latin1');
    };
    Object.defineProperty(port, 'bytes$', { value: port.bytes$.pipe(map(damage)) });
    const modem = createModem({
      ...{ port, dialect: 'lte', contexts: [{ apn: 'internet' }], clock },
    });
    const lines: string[] = [];
    modem.trace$.subscribe((entry) => lines.push(JSON.stringify(entry)));
    await clock.runUntil(modem.start());
    const socket = await clock.runUntil(modem.connect({ host: '198.51.100.7', port: 7000, mode }));
    socket.on('error', () => undefined);
    socket.resume();
    socket.write(CANARY);
    await clock.advance(30_000);
    expect(hits).toBe(1);
    expect(lines.filter((line) => line.includes('"unknown"')).length).toBeGreaterThan(0);
    expect(lines.filter((line) => line.includes('PAYLOADCANARY'))).toEqual([]);
    expect(JSON.stringify(modem.recentTrace)).not.toContain('PAYLOADCANARY');
    await clock.runUntil(modem.stop());
    module.dispose();
  });
});
